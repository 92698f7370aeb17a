// The words of the widget. In: the catalogues of web/texts, one per language: what the German form and
// its errors say is built in; the rest, and other languages, come from the service when they are
// needed. Out: texts with their numbers filled in.

import german from "texts:de";
import others from "texts:others";
import { h, type Child } from "./dom";

type Catalogue = Record<string, string>;

export type Values = Record<string, string | number | null | undefined>;

export class Texts {
  #own: Catalogue = german;
  #whole: Promise<void> | undefined;
  /** What the service calls the values of its closed lists. */
  readonly labels: Record<string, string> = {};

  constructor(readonly lang = "de") {}

  /** Returns the language that is spoken where `lang` is asked for. */
  static spoken = (lang: string): string => [lang, lang.split("-")[0]!].find((tag) => others.includes(tag)) ?? "de";

  /** Asks the service for all words of the language, once they have come never again. */
  load = (endpoint: string): Promise<void> =>
    (this.#whole ??= fetch(`${endpoint}/widget/${this.lang}.json`, { credentials: "omit", referrerPolicy: "no-referrer" })
      .then((response) => response.json())
      .then(
        (own) => {
          this.#own = { ...german, ...own };
        },
        (cause) => {
          this.#whole = undefined;
          throw cause;
        },
      ));

  /** Returns the text of a key; `n` chooses the form for this number, or for numbers of its kind, where there is one. */
  say = (key: string, values: Values = {}): string => {
    const form = (end: unknown) => this.#own[`${key}_${end}`];
    const text = form(values.n) ?? (+values.n! ? form(new Intl.PluralRules(this.lang).select(+values.n!)) : null) ?? this.#own[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
  };

  /** Says whether there is a text for a key. */
  has = (key: string): boolean => key in this.#own;

  /** Returns a description that may have been translated: it is German where its letters may be. */
  written = (text: string, words: Child[]): HTMLElement => (/[^\0-\u017f\u2000-\u2bff]/.test(text) ? h("bdi", null, ...words) : this.topic(...words));

  /** Returns what the service calls the values of a list. */
  label = (list: string, values: string[]): string[] => values.map((value) => this.labels[list + value] ?? value);

  /** Returns a number of groups in words. */
  groups = (n: number): string => (n ? this.say("groups", { n }) : this.say("no_groups"));

  /** Returns words that are German in any language, marked so among others. */
  german = (...words: Child[]): HTMLElement => h("bdi", { lang: /^de/.test(this.lang) ? null : "de" }, ...words);

  /** Returns the name of a topic: English has its own, other languages have the German one. */
  topic = (...words: Child[]): HTMLElement => (this.lang === "en" ? h("bdi", null, ...words) : this.german(...words));

  /** Returns the language of dates and numbers: figures are those that texts have. */
  get locale(): string {
    return this.lang === "en" ? "en-GB" : this.lang + "-u-hc-h23-nu-latn";
  }

  /** Returns a date in words. */
  date = (day: string, withTime = false): string =>
    new Intl.DateTimeFormat(this.locale, {
      dateStyle: withTime ? "full" : "long",
      timeStyle: withTime ? "short" : undefined,
      timeZone: "Europe/Berlin",
    }).format(new Date(day));
}
