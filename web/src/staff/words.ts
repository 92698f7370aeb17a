// What the staff page says. In: the catalogues of web/texts, built in. Out: texts with their gaps
// filled, dates and numbers as the language of the page writes them.

import catalogues from "texts:staff";

export type Values = Record<string, string | number | null | undefined>;

/** The language of the page: English, or German. */
export const lang = document.documentElement.lang === "en" ? "en" : "de";

const own: Record<string, string> = catalogues[lang]!;

/** Returns the text of a key; `n` chooses the form for none or one where there is one. */
export function say(key: string, values: Values = {}): string {
  const text = own[`${key}_${values.n}`] ?? own[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** Returns what a word of the interface is called here; `otherwise`, or the word itself, where it has no name. */
export const called = (kind: string, word: string, otherwise = word): string => own[`${kind}_${word.replace(/\W/g, "_")}`] ?? otherwise;

/** Returns a list's name without the folders of whoever loaded it from a command line. */
export const fileName = (name: string): string => (/^([\\/]|\w:)/.test(name) ? name.split(/[\\/]/).pop()! : name) || say("unnamed");

/** Returns a day or moment in words, as clocks in Germany show it; what is none stays as it is. */
export function date(at: string, withTime = false): string {
  const options: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: withTime ? "short" : undefined, timeZone: "Europe/Berlin" };
  const moment = new Date(at);
  return Number.isNaN(moment.getTime()) ? at : new Intl.DateTimeFormat(lang === "en" ? "en-GB" : "de", options).format(moment);
}

/** Returns this day where the groups meet, as `2026-10-19`. */
export const today = (): string => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin" }).format(new Date());
