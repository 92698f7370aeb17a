// Colours of a host page that nobody could read. In: the root of the search, in its page. Out: the
// host's colours where each pair has the contrast of WCAG 2.2 (1.4.3 text, 1.4.11 edges); our own in
// place of a pair that has not, and a warning for whoever builds the page.

import { h } from "./dom";

/** What stands on what, with the least contrast; names as in `--wegweiser-…`. */
const PAIRS: [front: string, ground: string, least: number][] = [
  ["text", "background", 4.5],
  ["text", "panel", 4.5],
  ["soft", "background", 4.5],
  ["soft", "panel", 4.5],
  ["accent", "background", 4.5],
  ["accent", "panel", 4.5],
  ["on-accent", "accent", 4.5],
  ["line", "background", 3],
  ["line", "panel", 3],
];

type Colour = [red: number, green: number, blue: number, opacity: number];

/** Returns a colour as it looks on an opaque one. */
const over = ([r, g, b, a]: Colour, [red, green, blue]: Colour): Colour => [r * a + red * (1 - a), g * a + green * (1 - a), b * a + blue * (1 - a), 1];

/** Returns the relative luminance, as WCAG defines it. */
const luminance = (colour: Colour): number => {
  const [r, g, b] = colour.map((part) => (part > 0.04045 ? ((part + 0.055) / 1.055) ** 2.4 : part / 12.92)) as Colour;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

let said = "";

/** Looks at all pairs anew. */
export function legible(root: HTMLElement): void {
  const host = (root.getRootNode() as ShadowRoot).host;
  root.removeAttribute("style");
  const given = new Set(PAIRS.flat().filter((name) => getComputedStyle(host).getPropertyValue("--wegweiser-" + name)));
  if (!given.size || matchMedia("(forced-colors: active)").matches) return;
  const probe = h("p", { hidden: true });
  root.append(probe);
  const read = (colour: string): Colour => {
    probe.style.color = colour;
    const found = getComputedStyle(probe).color;
    if (!/^(rgb|color\(srgb )/.test(found) && !/mix/.test(colour)) return read(`color-mix(in srgb,${found},${found})`);
    const [r, g, b, a = 1] = found.match(/-?\d[\d.e-]*/g)!.map(Number) as Colour;
    const most = found[0] === "r" ? 255 : 1;
    return [r / most, g / most, b / most, a];
  };
  /** What lies behind the search; a picture may have any colour, so that nothing can be said of it. */
  const behind = (element: Element | null): Colour => {
    if (!element) return read("Canvas");
    const { backgroundColor, backgroundImage } = getComputedStyle(element);
    const colour = read(backgroundColor);
    if (backgroundImage !== "none") return [NaN, NaN, NaN, 1];
    return colour[3] < 1 ? over(colour, behind(element.parentElement ?? (element.getRootNode() as ShadowRoot).host)) : colour;
  };
  const ground = (name: string): Colour => {
    const colour = read(`var(--w-${name})`);
    return colour[3] < 1 ? over(colour, name === "background" ? behind(host) : ground("background")) : colour;
  };
  let refused = "";
  for (let at = 0; at < PAIRS.length; at++) {
    const [front, back, least] = PAIRS[at]!;
    const below = ground(back);
    const [darker, lighter] = [luminance(below), luminance(over(read(`var(--w-${front})`), below))].sort((a, b) => a - b) as [number, number];
    const ratio = (lighter + 0.05) / (darker + 0.05);
    if (ratio >= least || !(given.has(front) || given.has(back))) continue;
    refused += `\n--wegweiser-${front} on --wegweiser-${back}: ${ratio.toFixed(2)}, needs ${least}`;
    for (const name of [front, back]) given.delete(name) && root.style.setProperty("--wegweiser-" + name, "initial");
    at = -1; // what was fine on the host's colour need not be so on ours
  }
  probe.remove();
  if (refused && refused !== said) console.warn("wegweiser-suche: too little contrast:" + refused);
  said = refused || said;
}
