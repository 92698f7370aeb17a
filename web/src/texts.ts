// The words of the widget. In: the catalogues of web/texts, one per language: the German one is built
// in, others come from the service when they are asked for. Out: texts with their numbers filled in;
// what a language lacks is said in German.

import german from "texts:de";
import others from "texts:others";

type Catalogue = Record<string, string>;

export type Values = Record<string, string | number | null | undefined>;

export class Texts {
  readonly #own: Catalogue;
  /** What the service calls the values of its closed lists. */
  readonly labels: Record<string, string> = {};

  constructor(
    readonly lang = "de",
    own: Catalogue = {},
  ) {
    this.#own = { ...german, ...own };
  }

  /** Returns the language that is spoken where `lang` is asked for. */
  static spoken = (lang: string): string => [lang, lang.split("-")[0]!].find((tag) => others.includes(tag)) ?? "de";

  /** Asks the service for a language; German where it does not answer. */
  static load = async (lang: string, endpoint: string): Promise<Texts> => {
    try {
      return new Texts(lang, await (await fetch(`${endpoint}/widget/${lang}.json`, { credentials: "omit" })).json());
    } catch {
      return new Texts();
    }
  };

  /** Returns the text of a key; `n` chooses the form for none or one where there is one. */
  say = (key: string, values: Values = {}): string => {
    const text = this.#own[`${key}_${values.n}`] ?? this.#own[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
  };

  /** Says whether there is a text for a key. */
  has = (key: string): boolean => key in german;

  /** Returns what the service calls the values of a list. */
  label = (list: string, values: string[]): string[] => values.map((value) => this.labels[list + value] ?? value);

  /** Returns a number of groups in words. */
  groups = (n: number): string => (n ? this.say("groups", { n }) : this.say("no_groups"));

  /** Returns the language of dates and numbers. */
  get locale(): string {
    return this.lang === "en" ? "en-GB" : "de";
  }

  /** Returns a date in words. */
  date = (day: string, withTime = false): string =>
    new Intl.DateTimeFormat(this.locale, {
      dateStyle: withTime ? "full" : "long",
      timeStyle: withTime ? "short" : undefined,
      timeZone: "Europe/Berlin",
    }).format(new Date(day));
}
