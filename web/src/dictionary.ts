// Suggestions without asking the server. In: the dictionary file, loaded once when somebody begins.
// Out: for what is typed so far, the topics and places it may become. Typing sends nothing.

/** The file as the service writes it. */
interface File {
  topics: string[]; // "label|other word|other word"
  group_counts: number[];
  places: string[]; // "Jena|7743,2,2": postcodes as steps, the first from that of the place before
}

export interface Suggestion {
  /** What stands in the field when it is chosen. */
  value: string;
  label: string;
  /** The word that was typed towards, where it is another one. */
  via?: string;
  groups?: number;
}

interface Term {
  text: string;
  words: string[];
}

interface Topic {
  terms: Term[];
  groups: number;
}

const MOST = 8;
/** Places are shown in fewer lines: on a telephone the list lies over the button. */
const FEW = 5;

/** Returns text in the form in which spellings meet: case, accents, umlauts, doubled letters, ph and f, th and t, y and i. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/ß/g, "ss")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/(^|[^aeiouq])([aou])e/g, "$1$2")
    .replace(/ph/g, "f")
    .replace(/([rt])h/g, "$1")
    .replace(/y/g, "i")
    .replace(/ck/g, "k")
    .replace(/([a-z])\1/g, "$1")
    .replace(/[^\p{L}\d]+/gu, " ")
    .trim();
}

/** Says whether `typed` is within `most` edits of a beginning of `word`. */
function nearly(typed: string, word: string, most: number): boolean {
  if (typed[0] !== word[0] && typed[0] !== word[1]) return false;
  let older: number[] = [];
  let before = Array.from({ length: word.length + 1 }, (_, j) => j);
  for (let i = 1; i <= typed.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= word.length; j++) {
      let cost = Math.min(before[j]! + 1, row[j - 1]! + 1, before[j - 1]! + (typed[i - 1] === word[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1]) cost = Math.min(cost, older[j - 2]! + 1);
      row.push(cost);
      if (cost < least) least = cost;
    }
    if (least > most) return false;
    older = before;
    before = row;
  }
  return Math.min(...before) <= most;
}

/** Returns how badly what is typed fits a term; Infinity: not at all. */
function misfit(typed: string[], term: Term, forgiving: boolean): number {
  let sum = 0;
  for (const piece of typed) {
    let best = Infinity;
    for (let at = 0; at < term.words.length && best; at++) {
      const word = term.words[at]!;
      let cost = Infinity;
      if (word.startsWith(piece)) cost = at ? 1 : 0;
      else if (word.length > 3 && piece.startsWith(word)) cost = 2;
      else if (forgiving && piece.length > 3 && nearly(piece, word, piece.length > 7 ? 2 : 1)) cost = 3;
      if (cost < best) best = cost;
    }
    sum += best;
    if (sum === Infinity) break;
  }
  return sum;
}

export class Dictionary {
  readonly #topics: Topic[];
  readonly #places: { name: string; words: string[]; codes: string[]; isTwice: boolean }[];

  constructor(file: File) {
    const term = (text: string): Term => ({ text, words: fold(text).split(" ") });
    this.#topics = file.topics.map((line, at) => ({ terms: line.split("|").map(term), groups: file.group_counts[at] ?? 0 }));
    const seen = new Map<string, number>();
    let first = 0;
    const places = file.places.map((line) => {
      const [name, steps] = line.split("|") as [string, string?];
      let code = first;
      const codes = (steps ? steps.split(",") : []).map((step, at) => {
        code += +step;
        if (!at) first = code;
        return String(code).padStart(5, "0");
      });
      seen.set(name, (seen.get(name) ?? 0) + 1);
      return { name, words: fold(name).split(" "), codes };
    });
    this.#places = places.map((place) => ({ ...place, isTwice: seen.get(place.name)! > 1 }));
  }

  /** Asks the service for the present dictionary. */
  static async load(endpoint: string, lang: string): Promise<Dictionary> {
    const ask = async (path: string) => {
      const response = await fetch(endpoint + path, { credentials: "omit", referrerPolicy: "no-referrer" });
      if (!response.ok) throw new Error("no dictionary");
      return response.json();
    };
    const { hash } = await ask(`/v1/dictionary.json?lang=${lang}`);
    return new Dictionary(await ask(`/v1/dictionary/${hash}.json`));
  }

  /** Returns topics, the likeliest first. */
  topics(text: string): Suggestion[] {
    const typed = fold(text).split(" ");
    if (text.trim().length < 2) return [];
    const found: { rank: number; topic: Topic; at: number }[] = [];
    const look = (forgiving: boolean) => {
      for (const topic of this.#topics) {
        let rank = Infinity;
        let at = 0;
        topic.terms.forEach((term, index) => {
          const cost = misfit(typed, term, forgiving) * 2 + (index ? 1 : 0);
          if (cost < rank) [rank, at] = [cost, index];
        });
        if (rank < Infinity) found.push({ rank, topic, at });
      }
    };
    look(false);
    if (!found.length) look(true);
    found.sort((a, b) => (a.rank >> 1) - (b.rank >> 1) || b.topic.groups - a.topic.groups || a.rank - b.rank);
    return found.slice(0, MOST).map(({ topic, at }) => ({
      value: topic.terms[0]!.text,
      label: topic.terms[0]!.text,
      via: at ? topic.terms[at]!.text : undefined,
      groups: topic.groups,
    }));
  }

  /** Returns places by name or postcode. */
  places(text: string): Suggestion[] {
    const typed = text.trim();
    const out: Suggestion[] = [];
    if (/^\d{2,5}$/.test(typed)) {
      for (const place of this.#places) {
        for (const code of place.codes) {
          if (code.startsWith(typed)) out.push({ value: `${code} ${place.name}`, label: `${code} ${place.name}` });
        }
      }
      return out.sort((a, b) => (a.label < b.label ? -1 : 1)).slice(0, FEW);
    }
    const words = fold(typed).split(" ");
    if (typed.length < 2) return [];
    for (const forgiving of [false, true]) {
      for (const place of this.#places) {
        const rank = misfit(words, { text: place.name, words: place.words }, forgiving);
        if (rank < Infinity) {
          const label = place.isTwice && place.codes[0] ? `${place.codes[0]} ${place.name}` : place.name;
          out.push({ value: label, label, groups: -rank * 100 + place.codes.length });
        }
      }
      if (out.length) break;
    }
    return out.sort((a, b) => b.groups! - a.groups!).slice(0, FEW).map(({ value, label }) => ({ value, label }));
  }
}
