// One group as people need it: what, for whom, where, when, how to make contact, since when checked.

import { dial, h, line, link, mail, marked, type Child } from "./dom";
import type { Group } from "./api";
import type { Texts } from "./texts";

/** Returns a group's facts as pairs of name and text. */
export function facts(group: Group, { say, date, locale, label, german }: Texts): [name: string, fact: HTMLElement][] {
  const forWhom = [...label("audience", group.audience), ...label("age_group", group.age_group), ...(group.gender === "all" ? [] : label("gender", [group.gender]))];
  const { venue } = group;
  const town = [venue?.postcode, venue?.town ?? venue?.district_name].filter(Boolean).join(" ");
  const isHere = group.format === "in_person" || group.format === "hybrid";
  const address = [isHere && venue?.name, isHere && venue?.street, town].filter(Boolean).join(", ");
  const where = [
    isHere ? "" : label("format", [group.format])[0],
    address && german(address),
    isHere && group.distance_km !== null && say("km", { km: kilometres(group.distance_km, locale) }),
    isHere && group.wheelchair === "yes" && say("wheelchair_yes"),
  ];
  const when = [group.meeting.text ? german(group.meeting.text) : say("ask_time"), group.meeting.next_at && say("next", { date: date(group.meeting.next_at, true) })];
  const join = (parts: Child[], by: string) => h("dd", null, ...parts.filter(Boolean).flatMap((part, at) => (at ? [by, part] : [part])));
  return [
    [say("for"), join(forWhom, ", ")],
    [say("where"), join(where, ", ")],
    [say("when"), join(when, "; ")],
    [say("language"), join(String(group.languages) === "de" ? [] : label("language", group.languages), ", ")],
  ].filter(([, fact]) => (fact as HTMLElement).firstChild) as [string, HTMLElement][];
}

/** Returns kilometres as people say them: one decimal only where it matters. */
export function kilometres(km: number, locale: string): string {
  return km.toLocaleString(locale, { maximumFractionDigits: km < 10 ? 1 : 0 });
}

/** Returns a group as plain text, for the clipboard and for mail. */
export function plain(group: Group, texts: Texts): string {
  const { say } = texts;
  const { contact, contact_point: point } = group;
  return [
    group.name,
    group.topics.join(", "),
    ...facts(group, texts).map(([name, fact]) => `${name}: ${fact.textContent}`),
    [contact.phone, contact.email].filter(Boolean).join(", "),
    `${say("contact")}: ${[point.name, point.phone, point.email].filter(Boolean).join(", ")}`,
    group.page_url,
  ]
    .filter(Boolean)
    .join("\n");
}

/** Returns the card of a group. */
export function card(group: Group, texts: Texts, copy: (text: string, button: HTMLElement) => void): HTMLElement {
  const { say, german } = texts;
  const ranges = (field: string, index = 0) => group.match?.highlights.find((one) => one.field === field && one.index === index)?.ranges;
  const badges = [
    group.status === "active" ? "" : texts.label("status", [group.status])[0],
    texts.has(`open_${group.open_for_new}`) && say(`open_${group.open_for_new}`),
    texts.has(`cost_${group.cost}`) && say(`cost_${group.cost}`),
  ].filter(Boolean);
  const topics: Child[] = group.topics.flatMap((topic, at) => [at ? " · " : "", ...marked(topic, ranges("topics", at))]);
  const { contact, contact_point: point } = group;
  const own: Child[] = [contact.phone && dial(contact.phone, group.name), contact.email && mail(contact.email), group.website && link(group.website, say("website"))].filter(Boolean);
  return h(
    "li",
    { class: "card", part: "card" },
    h("h3", null, link(group.page_url, german(...marked(group.name, ranges("name"))))),
    topics.length > 0 && h("p", { class: "topics" }, german(...topics)),
    badges.length > 0 && h("p", { class: "badges" }, ...badges.map((badge) => h("span", null, badge))),
    group.summary && h("p", { class: "summary" }, texts.written(group.summary, marked(group.summary, ranges("summary")))),
    h(
      "dl",
      { class: "facts" },
      ...facts(group, texts).map(([name, fact]) => h("div", null, h("dt", null, name), fact)),
      h("div", null, h("dt", null, say("contact")), h("dd", null, own.length > 0 && line(...own), line(german(point.name), point.phone ? dial(point.phone, point.name) : point.email && mail(point.email)))),
    ),
    h(
      "p",
      { class: group.stale ? "checked stale" : "checked" },
      group.stale ? say("stale") : group.verified_on ? say("verified", { date: texts.date(group.verified_on) }) : say("unverified"),
      group.also_listed_by.length > 0 && " · " + say("also_listed", { names: group.also_listed_by.map((other) => other.contact_point.name).join(", ") }),
    ),
    h(
      "p",
      { class: "acts" },
      h("button", { type: "button", class: "plain", "aria-label": `${say("copy")}: ${group.name}`, click: (event: Event) => copy(plain(group, texts), event.currentTarget as HTMLElement) }, say("copy")),
      group.meeting.rrule && link(group.url + "/calendar.ics", say("calendar"), h("span", { class: "away" }, ": ", german(group.name))),
    ),
  );
}
