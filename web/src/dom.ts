// Makes elements. In: tag, attributes, children. Out: nodes whose text is always text: nothing here
// or elsewhere parses markup, so no field of a group can become an element.

export type Child = Node | string | number | null | undefined | false;

type Attributes = Record<string, unknown>;

function make(element: Element, attributes: Attributes | null | undefined, children: Child[]): Element {
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value === "function") {
      element.addEventListener(name, value as EventListener);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children) {
    if (child || child === 0) element.append(child as Node | string);
  }
  return element;
}

/** Returns an HTML element; functions among the attributes listen to the event of that name. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes?: Attributes | null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return make(document.createElement(tag), attributes, children) as HTMLElementTagNameMap[K];
}

/** Returns an SVG element. */
export function s(tag: string, attributes: Attributes, ...children: Child[]): Element {
  return make(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Returns an address that a link may have, or null: whatever runs code may not. */
function safe(address: string | null | undefined): string | null {
  try {
    const url = new URL(address ?? "");
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Returns text with its marked ranges, which count code points. */
export function marked(text: string, ranges: [number, number][] | undefined): Child[] {
  if (!ranges?.length) return [text];
  const points = Array.from(text);
  const out: Child[] = [];
  let at = 0;
  for (const [start, end] of ranges) {
    out.push(points.slice(at, start).join(""), h("mark", null, points.slice(start, end).join("")));
    at = end;
  }
  out.push(points.slice(at).join(""));
  return out;
}

/** Returns a link that dials. */
export function dial(number: string, name: string, tel = number.replace(/[^\d+]/g, "")): HTMLElement {
  return h("a", { href: "tel:" + tel, class: "tel", "aria-label": `${name}: ${number}` }, number);
}

/** Returns a link that writes a mail. */
export function mail(address: string): HTMLElement {
  return h("a", { href: "mailto:" + encodeURIComponent(address).replace("%40", "@") }, address);
}

/** Returns a link whose goal does not learn where it was clicked; text alone where the address is none. */
export function link(address: string | null, ...children: Child[]): Node {
  const href = safe(address);
  return href ? h("a", { href, rel: "noreferrer", referrerpolicy: "no-referrer" }, ...children) : h("span", null, ...children);
}

/** Returns facts side by side. */
export function line(...facts: Child[]): HTMLElement {
  return h("p", { class: "point" }, ...facts.map((fact) => (typeof fact === "string" && fact ? h("span", null, fact) : fact)));
}
