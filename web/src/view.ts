// An answer as a page part. In: the answer, the search it belongs to, what can be done with it.
// Out: elements; nothing here sends or keeps anything.

import { dial, h, line, link, mail, type Child } from "./dom";
import { card, kilometres, plain } from "./card";
import type { Answer, ContactPoint, FacetValue, Group, Search, Step } from "./api";
import type { Texts } from "./texts";

/** What somebody can do with an answer. */
export interface Actions {
  /** Runs another search. */
  go: (search: Search, labels?: Record<string, string>) => void;
  /** Loads the next groups. */
  more: () => void;
  copy: (text: string, button: HTMLElement) => void;
  link: (button: HTMLElement) => void;
  /** Draws the map into a box. */
  map: (box: HTMLElement) => void;
}

export interface Shown {
  answer: Answer;
  items: Group[];
  search: Search;
  isExample: boolean;
  /** What the host page has set; it is no filter of the visitor's. */
  preset: Search;
}

const RADII = [10, 25, 50, 100];
const MAIL_GROUPS = 8;
const MAIL_LENGTH = 1800;
export const LISTS = ["audience", "format", "language", "gender", "age_group"];

const list = (search: Search, name: string): string[] => (search[name] as string[] | undefined) ?? [];

/** Returns a search with a value of a list switched. */
export function switched(search: Search, name: string, value: string): Search {
  const values = list(search, name);
  const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  return { ...search, [name]: next.length ? next : undefined };
}

function button(label: string, click: (event: Event) => void, more: Record<string, unknown> = {}): HTMLElement {
  return h("button", { type: "button", click, ...more }, label);
}

/** Returns help in a crisis, which stands before all else. */
function crisis(answer: Answer, { say }: Texts): HTMLElement | null {
  const help = answer.crisis_help;
  return (
    help &&
    h(
      "section",
      { class: "crisis", part: "crisis", "aria-label": say("crisis") },
      h("h2", null, say("crisis")),
      h("p", null, help.text),
      h(
        "ul",
        null,
        ...help.contacts.map(({ label, tel, phone, url, hours }) => {
          return h("li", null, phone && dial(phone, label, tel), " ", link(url, label), hours && h("small", null, ` (${hours})`));
        }),
      ),
    )
  );
}

/** Returns the sentence that says what was found; it is also what screen readers hear. */
export function summary({ total, totals, interpretation }: Answer, { say }: Texts): string {
  const near = (totals.exact ?? 0) + (totals.narrower ?? 0);
  const detail = !interpretation.concepts.length || !total ? "" : near === total ? say("found_exact_all") : near ? say("found_exact", { exact: near, n: near }) : say("found_broader");
  return say("found", { n: total }) + (detail && ": " + detail);
}

function understood({ answer, search, preset }: Shown, { say, locale, label, topic }: Texts, { go }: Actions): HTMLElement | null {
  const { interpretation: read } = answer;
  const chips: Child[] = [];
  const chip = (text: string, remove?: Search, shown: Child = text) =>
    chips.push(h("li", null, shown, remove && button("×", () => go(remove), { class: "remove", "aria-label": say("remove", { label: text }) })));
  for (const concept of read.concepts) chip(concept.label, undefined, topic(concept.label));
  for (const name of [...LISTS, "status", "contact_points", "district", "topic"]) {
    for (const term of (read[name] ?? []) as { label: string; effect: string }[]) term.effect === "rank" && chip(term.label);
    for (const value of list(search, name)) list(preset, name).includes(value) || chip(label(name, [value])[0]!, switched(search, name, value));
  }
  if (read.place && read.place.label) {
    const { radius_km: km } = search;
    chip(say(km ? "only_near" : "near", { place: read.place.label, km: km && kilometres(km, locale) }), search.place ? { ...search, place: undefined, radius_km: undefined, sort: undefined } : undefined);
  }
  const others: Child[] = [];
  const other = (text: string, next: Search, labels?: Record<string, string>) => others.push(h("li", null, button(text, () => go(next, labels), { class: "plain", dir: "auto" })));
  if (read.corrections.length && search.interpret !== false) other(say("as_typed"), { ...search, interpret: false });
  for (const one of read.alternatives) other(`${one.label} (${say("groups", { n: one.group_count })})`, kept(search, one.request), { ["topic" + list(one.request, "topic")[0]]: one.label });
  for (const one of read.place_alternatives) one.request && other(one.label, kept(search, one.request));
  if (!chips.length && !others.length && !read.dropped_words.length) return null;
  return h(
    "div",
    { class: "understood", part: "understood" },
    ...read.corrections.map((one) => h("p", null, say("corrected", { ...one }))),
    chips.length > 0 && h("div", null, h("span", { id: "chips" }, say("understood")), h("ul", { class: "chips", "aria-labelledby": "chips" }, ...chips)),
    others.length > 0 && h("div", null, h("span", { id: "others" }, say("meant")), h("ul", { class: "chips", "aria-labelledby": "others" }, ...others)),
  );
}

/** Returns a request of the service with the order that the visitor had chosen. */
function kept(search: Search, request: Search): Search {
  return { ...request, sort: search.sort };
}

function filters(shown: Shown, texts: Texts, { go }: Actions): HTMLElement {
  const { say } = texts;
  const { answer, search, preset } = shown;
  const { facets, interpretation } = answer;
  const sets = LISTS.flatMap((name) => {
    const values = (facets[name] ?? []).filter((value) => (value.count || value.selected) && value.value !== "all");
    if (values.length < 2 && !values.some((value) => value.selected)) return [];
    return [
      h(
        "fieldset",
        null,
        h("legend", null, say(name)),
        ...values.map((value: FacetValue) =>
          h(
            "label",
            { class: "check" },
            h("input", { type: "checkbox", checked: value.selected, "data-k": `${name}-${value.value}`, change: () => go(switched(search, name, value.value)) }),
            h("span", null, value.label, " ", h("small", null, `(${value.count})`)),
          ),
        ),
      ),
    ];
  });
  const select = (name: string, value: string, options: [string, string][]) =>
    h(
      "label",
      { class: "select" },
      h("span", null, say(name)),
      h(
        "select",
        {
          "data-k": name,
          change: (event: Event) => {
            const chosen = (event.target as HTMLSelectElement).value;
            go({ ...search, [name === "radius" ? "radius_km" : name]: chosen ? (name === "radius" ? +chosen : chosen) : undefined });
          },
        },
        ...options.map(([key, label]) => h("option", { value: key, selected: key === value }, label)),
      ),
    );
  const any: [string, string] = ["", say("radius_any")];
  const chosen = [...LISTS, "district"].reduce((sum, name) => sum + list(search, name).length - list(preset, name).length, 0) + (search.wheelchair ? 1 : 0) + (search.radius_km ? 1 : 0);
  const bare: Search = { q: search.q, place: search.place, topic: search.topic, sort: search.sort, ...preset };
  return h(
    "details",
    { class: "filters", part: "filters", "data-d": "filters" },
    h("summary", { "data-k": "filters" }, chosen > 0 ? say("filters_active", { n: chosen }) : say("filters")),
    h(
      "div",
      { class: "sets" },
      ...sets,
      h(
        "div",
        null,
        interpretation.place && select("radius", String(search.radius_km ?? ""), [any, ...RADII.map((km): [string, string] => [String(km), say("radius_km", { km })])]),
        select("wheelchair", search.wheelchair ?? "", [any, ["yes", say("wheelchair_yes")], ["partial", say("wheelchair_partial")]]),
      ),
    ),
    chosen > 0 && button(say("filters_reset"), () => go(bare), { class: "plain", "data-k": "reset" }),
  );
}

function contacts(points: ContactPoint[], { say, german }: Texts): Child[] {
  return points.map(({ name, phone, email, website, hours }) =>
    line(h("b", null, german(name)), phone && dial(phone, name), email && mail(email), website && link(website, say("website")), hours && say("hours", { hours })),
  );
}

function ladder(steps: Step[], shown: Shown, texts: Texts, { go }: Actions): HTMLElement {
  const { say, german } = texts;
  return h(
    "ol",
    { class: "ladder", part: "ladder" },
    ...steps.map((step) => {
      const phones = new Set(step.contact_points.map((point) => point.phone));
      return h(
        "li",
        null,
        h("h3", null, step.label),
        ...step.items.map(({ name, page_url, venue, contact_point: point }) => line(link(page_url, german(name)), venue?.town && german(venue.town), point.phone && dial(point.phone, point.name))),
        ...contacts(step.contact_points, texts),
        ...step.links
          .filter((link) => !phones.has(link.phone) || !link.phone)
          .map(({ url, label, phone }) => line(link(url, german(label)), phone && dial(phone, label))),
        step.request && button(say("step_all", { n: step.count }), () => go(kept(shown.search, step.request!), labelsOf(step)), { class: "plain", "aria-label": `${say("step_all", { n: step.count })}: ${step.label}` }),
      );
    }),
  );
}

/** Returns what the chips of a step's request are called: its sentence ends in the topic's name. */
function labelsOf(step: Step): Record<string, string> {
  const topic = list(step.request ?? {}, "topic")[0];
  const label = step.label.split(/: | Thema | topic /).pop();
  return topic && label ? { ["topic" + topic]: label } : {};
}

function mailing(shown: Shown, texts: Texts): string {
  const lines: string[] = [];
  for (const group of shown.items.slice(0, MAIL_GROUPS)) {
    const next = plain(group, texts);
    if (encodeURIComponent([...lines, next].join("\n\n")).length > MAIL_LENGTH) break;
    lines.push(next);
  }
  if (lines.length < shown.answer.total) lines.push(texts.say("mail_more"));
  return `mailto:?subject=${encodeURIComponent(texts.say("mail_subject"))}&body=${encodeURIComponent(lines.join("\n\n"))}`;
}

/** Returns the part of the page that shows an answer. */
export function view(shown: Shown, texts: Texts, actions: Actions): Child[] {
  const { say } = texts;
  const { answer, items, search } = shown;
  const { total, fallback } = answer;
  const sorts = ["relevance", ...(answer.interpretation.place ? ["distance"] : []), "name", "updated"];
  const steps = fallback && [h("p", { class: "reason" }, say(`reason_${fallback.reason}`)), ladder(fallback.steps, shown, texts, actions)];
  return [
    crisis(answer, texts),
    shown.isExample && h("p", { class: "banner", part: "banner", role: "note" }, say("example")),
    h("h2", { tabindex: -1, "data-k": "heading", part: "heading" }, summary(answer, texts)),
    understood(shown, texts, actions),
    ...(steps ?? []),
    !total && !fallback && h("div", { class: "note" }, h("p", null, say("empty")), h("p", null, say("empty_hint"))),
    (total > 0 || Object.values(answer.facets).some((values) => values.some((value) => value.selected))) && filters(shown, texts, actions),
    fallback && total > 0 && h("h2", null, say("related")),
    total > 1 &&
      h(
        "div",
        { class: "bar" },
        h(
          "label",
          { class: "select" },
          h("span", null, say("sort")),
          h(
            "select",
            { "data-k": "sort", change: (event: Event) => actions.go({ ...search, sort: (event.target as HTMLSelectElement).value }) },
            ...sorts.map((sort) => h("option", { value: sort, selected: sort === (search.sort ?? (search.q ? "relevance" : search.place ? "distance" : "name")) }, say(`sort_${sort}`))),
          ),
        ),
      ),
    total > 0 && h("ul", { class: "cards", part: "cards" }, ...items.map((group) => card(group, texts, actions.copy))),
    total > 0 && h("p", { class: "shown" }, say("shown", { n: items.length, total })),
    answer.next_cursor && button(say("more"), actions.more, { "data-k": "more", class: "more", part: "button" }),
    total > 0 &&
      h(
        "div",
        { class: "acts list-acts", role: "group", "aria-label": say("actions") },
        button(say("print"), () => window.print(), { class: "plain" }),
        h("a", { href: mailing(shown, texts) }, say("mail_list")),
        h("button", { type: "button", class: "plain", title: say("link_note"), "data-k": "link", click: (event: Event) => actions.link(event.currentTarget as HTMLElement) }, say("link")),
      ),
    answer.facets.district &&
      total > 0 &&
      h(
        "details",
        {
          class: "mapbox",
          "data-d": "map",
          toggle: (event: Event) => {
            const box = (event.target as HTMLElement).querySelector<HTMLElement>("[open] > .mapframe:empty");
            if (box) actions.map(box);
          },
        },
        h("summary", { "data-k": "map" }, say("map")),
        h("p", { class: "hint" }, say("map_hint")),
        h("div", { class: "mapframe" }),
      ),
  ];
}
