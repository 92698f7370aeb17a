// <wegweiser-suche>: the search that any website can embed.
//
// In: attributes of the element, what a visitor does. Out: searches, sent by POST to the endpoint and
// to nobody else; results in an open shadow root. Keeps nothing: no cookie, no storage, no global name.

import { Combobox } from "./combobox";
import { Dictionary } from "./dictionary";
import { legible } from "./colours";
import { dial, h, line, link, type Child } from "./dom";
import { Failure, post, type Search } from "./api";
import { draw } from "./map";
import { LISTS, summary, switched, view, type Shown } from "./view";
import { Texts } from "./texts";
import css from "./widget.css";
import stateBodies from "texts:state-bodies";

const PAGE = 20;
const FACETS = [...LISTS, "status", "district"];
/** A status is told once it has stood still this long. */
const SETTLED_MS = 600;
const FRAGMENT = "#wegweiser=";
/** Attributes that preset members of each search. */
const PRESETS: [attribute: string, member: string][] = [
  ["contact-point", "contact_point"],
  ["state", "state"],
  ["district", "district"],
  ["topic", "topic"],
];

const own = (document.currentScript as HTMLScriptElement | null)?.src;
let sheet: CSSStyleSheet | undefined;
const dark = matchMedia("(prefers-color-scheme: dark)");

class WegweiserSuche extends HTMLElement {
  static observedAttributes = ["lang", "theme"];

  #texts = new Texts();
  #lang = "de";
  #topics!: Combobox;
  #places!: Combobox;
  #dictionary: Promise<Dictionary> | undefined;
  #known: Dictionary | undefined;
  #form!: HTMLFormElement;
  #out!: HTMLElement;
  #status!: HTMLElement;
  #timer = 0;
  #running: AbortController | undefined;
  #search: Search = {};
  #shown: Shown | undefined;
  #isBuilt = false;

  connectedCallback(): void {
    if (this.#isBuilt) return;
    this.#isBuilt = true;
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    addEventListener("hashchange", this.#onHash);
    addEventListener("load", this.#look);
    dark.addEventListener("change", this.#look);
    void this.#begin();
  }

  disconnectedCallback(): void {
    this.#running?.abort();
    removeEventListener("hashchange", this.#onHash);
    removeEventListener("load", this.#look);
    dark.removeEventListener("change", this.#look);
  }

  attributeChangedCallback(name: string): void {
    if (name === "theme") this.#look();
    else if (this.#isBuilt) void this.#begin();
  }

  /** Looks whether the host's colours can be read. */
  #look = (): void => {
    if (this.#out && this.isConnected) legible(this.#out.parentElement!);
  };

  /** Draws the form in the language of the element, and answers a linked search. */
  async #begin(): Promise<void> {
    const lang = this.lang || this.closest("[lang]")?.getAttribute("lang") || "de";
    // Labels come in Upper Sorbian too; the rest is then German.
    this.#lang = lang === "hsb" ? lang : Texts.spoken(lang);
    const spoken = Texts.spoken(lang);
    let texts = new Texts(spoken);
    // German words for the form are built in.
    if (spoken !== "de") await texts.load(this.endpoint).catch(() => (texts = new Texts()));
    this.#dictionary = this.#known = undefined;
    this.#shown = undefined;
    this.#build(texts);
    const linked = this.#fromFragment();
    if (linked) void this.search(linked);
    else if (this.hasAttribute("open")) void this.search();
  }

  #onHash = (): void => {
    const linked = this.#fromFragment();
    if (linked) this.search(linked);
  };

  /** Where the service is: the attribute, or where this file came from. */
  get endpoint(): string {
    return (this.getAttribute("endpoint") || (own ? new URL(own).origin : location.origin)).replace(/\/+$/, "");
  }

  /** Searches: for the members given, or for what stands in the fields. */
  search(search?: Search): Promise<void> {
    if (search) {
      this.#topics.input.value = search.q ?? "";
      this.#places.input.value = search.place ?? "";
    }
    return this.#go(search ?? this.#typed());
  }

  /** Empties fields and results. */
  clear(): void {
    this.#running?.abort();
    this.#topics.input.value = "";
    this.#places.input.value = this.getAttribute("place") ?? "";
    this.#search = {};
    this.#shown = undefined;
    this.#out.replaceChildren();
    this.#tell("");
  }

  override focus(options?: FocusOptions): void {
    this.#topics.input.focus(options);
  }

  #build(texts: Texts): void {
    this.#texts = texts;
    const { say } = texts;
    const begin = () => void this.#load();
    const tell = (text: string) => this.#tell(text);
    const parts = { texts, begin, tell };
    this.#topics = new Combobox({ ...parts, name: "q", label: say("q"), hint: say("q_hint"), suggest: (text) => this.#known?.topics(text) ?? [] });
    this.#places = new Combobox({ ...parts, name: "place", label: say("place"), hint: say("place_hint"), suggest: (text) => this.#known?.places(text) ?? [] });
    this.#places.input.value = this.getAttribute("place") ?? "";
    this.#status = h("p", { role: "status", class: "away" });
    this.#form = h(
      "form",
      {
        role: "search",
        part: "form",
        "aria-label": say("title"),
        submit: (event: Event) => {
          event.preventDefault();
          void this.search();
        },
      },
      h("div", { class: "fields" }, this.#topics.root, this.#places.root, h("button", { part: "button", class: "go" }, say("submit"))),
      h("p", { class: "hint" }, say("privacy")),
      this.hasAttribute("sign-language") && link(this.getAttribute("sign-language"), say("sign_video")),
    );
    this.#out = h("div", { part: "results", class: "out" });
    this.shadowRoot!.replaceChildren(h("div", { class: "ws", lang: texts.lang, dir: texts.lang === "ar" ? "rtl" : "ltr", part: "root" }, this.#form, this.#status, this.#out));
    this.#look();
  }

  /** Begins to fetch the words that an answer needs; whoever needs them waits for them. */
  #words(): void {
    this.#texts.load(this.endpoint).catch(() => {});
  }

  #load(): Promise<Dictionary> {
    this.#words();
    return (this.#dictionary ??= Dictionary.load(this.endpoint, this.#texts.lang).then(
      (dictionary) => {
        this.#known = dictionary;
        this.#topics.refresh();
        this.#places.refresh();
        return dictionary;
      },
      (cause) => {
        this.#dictionary = undefined; // the next focus tries again; searching works without
        throw cause;
      },
    )).catch(() => undefined as never);
  }

  /** Says something to screen readers once it has stood still; the last word wins. */
  #tell(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => (this.#status.textContent = text), SETTLED_MS);
  }

  #preset(): Search {
    const preset: Search = {};
    for (const [attribute, member] of PRESETS) {
      const values = (this.getAttribute(attribute) ?? "").split(/[\s,]+/).filter(Boolean);
      if (values.length) preset[member] = values;
    }
    return preset;
  }

  #typed(): Search {
    const q = this.#topics.input.value.trim();
    const place = this.#places.input.value.trim();
    const { sort, radius_km, wheelchair } = this.#search;
    const search: Search = { ...this.#preset(), q: q || undefined, place: place || undefined, sort, wheelchair };
    if (place) search.radius_km = radius_km;
    else if (sort === "distance") search.sort = undefined;
    for (const name of q === (this.#search.q ?? "") ? [...LISTS, "district", "topic"] : LISTS) {
      if (this.#search[name]) search[name] = this.#search[name];
    }
    return search;
  }

  async #go(search: Search, cursor?: string): Promise<void> {
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    const { say } = this.#texts;
    this.#topics.close();
    this.#places.close();
    this.#search = search;
    this.#out.setAttribute("aria-busy", "true");
    this.#tell(say("loading"));
    const late = window.setTimeout(() => {
      if (!this.#shown) this.#out.replaceChildren(h("p", { class: "note" }, say("loading")));
    }, 300);
    try {
      const request: Search = { ...this.#preset(), ...search, facets: FACETS, limit: PAGE, lang: this.#lang, cursor };
      this.#words();
      const [answer, isExample] = await post(this.endpoint, request, running.signal);
      await this.#texts.load(this.endpoint);
      if (this.#running !== running) return; // a newer search has begun
      for (const list in answer.facets) for (const { value, label } of answer.facets[list]!) this.#texts.labels[list + value] = label;
      const before = cursor ? (this.#shown?.items ?? []) : [];
      this.#shown = { answer, items: [...before, ...answer.items], search, isExample, preset: this.#preset() };
      this.#show(before.length);
      this.#tell(cursor ? say("shown", { n: this.#shown.items.length, total: answer.total }) : summary(answer, this.#texts));
      this.dispatchEvent(new CustomEvent("wegweiser-results", { bubbles: true, composed: true, detail: { total: answer.total } }));
    } catch (cause) {
      if (this.#running !== running || running.signal.aborted) return;
      this.#fail(cause instanceof Failure ? cause : new Failure("error"), search, cursor);
    } finally {
      clearTimeout(late);
      if (this.#running === running) this.#out.removeAttribute("aria-busy");
    }
  }

  #fail(failure: Failure, search: Search, cursor?: string): void {
    const { say } = this.#texts;
    this.#shown = undefined;
    const isPlace = failure.kind === "place";
    const text = say(isPlace ? (failure.suggestions.length ? "bad_place_meant" : "bad_place") : failure.kind === "request" ? "bad_request" : failure.kind);
    const retry = () => this.#go(search, cursor);
    this.#out.replaceChildren(
      h(
        "div",
        { class: "note", part: "error" },
        h("p", null, text),
        isPlace && h("ul", { class: "chips" }, ...failure.suggestions.map((place) => h("li", null, h("button", { type: "button", class: "plain", click: () => this.search({ ...search, place }) }, place)))),
        !isPlace && failure.kind !== "request" && h("button", { type: "button", "data-k": "retry", click: retry }, say("retry")),
        h("p", null, say("call")),
        ...stateBodies.map(([name, phone]) => line(name, dial(phone, name))),
        link(this.endpoint + "/kontaktstellen", say("contact_points")),
      ),
    );
    if (isPlace) this.#places.input.focus();
    this.#tell(text);
    this.dispatchEvent(new CustomEvent("wegweiser-error", { bubbles: true, composed: true, detail: { kind: failure.kind } }));
  }

  /** Draws the answer; what was open stays open, and what had the focus keeps it. */
  #show(before = 0): void {
    const root = this.shadowRoot!;
    const focused = (root.activeElement as HTMLElement | null)?.dataset.k;
    const wasInside = this.#out.contains(root.activeElement);
    const open = new Set([...this.#out.querySelectorAll<HTMLDetailsElement>("details[open]")].map((one) => one.dataset.d));
    const nodes: Child[] = view(this.#shown!, this.#texts, {
      go: (search, labels) => {
        Object.assign(this.#texts.labels, labels);
        void this.search({ ...search });
      },
      more: () => void this.#go(this.#search, this.#shown?.answer.next_cursor ?? undefined),
      copy: (text, button) => this.#copy(text, button),
      link: (button) => this.#link(button),
      map: (box) => this.#map(box),
    });
    this.#out.replaceChildren(...(nodes.filter((node) => node) as Node[]));
    this.#look();
    for (const one of this.#out.querySelectorAll<HTMLDetailsElement>("details")) {
      one.open = open.has(one.dataset.d);
      const frame = one.open && one.querySelector<HTMLElement>(".mapframe");
      if (frame) this.#map(frame); // before the focus goes back to its button
    }
    if (before) {
      this.#out.querySelectorAll<HTMLElement>(".cards > li > h3 > a")[before]?.focus();
    } else if (wasInside) {
      const same = focused ? this.#out.querySelector<HTMLElement>(`[data-k="${CSS.escape(focused)}"]:not(:disabled)`) : null;
      (same ?? this.#out.querySelector<HTMLElement>("[data-k=heading]"))?.focus();
    } else if (this.#out.getBoundingClientRect().top > innerHeight - 200) {
      this.#out.scrollIntoView(); // on a telephone the form fills the screen
    }
  }

  #map(box: HTMLElement): void {
    const { answer, search } = this.#shown!;
    const toggle = (key: string) => void this.search(switched(search, "district", key));
    draw(box, this.endpoint, answer.facets.district ?? [], this.#texts, toggle).catch(() => box.replaceChildren(this.#texts.say("error")));
  }

  async #copy(text: string, button: HTMLElement): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      prompt(this.#texts.say("copy"), text); // a page without https, or one that forbids it
    }
    const { textContent: was } = button;
    button.textContent = this.#texts.say("copied");
    this.#tell(this.#texts.say("copied"));
    setTimeout(() => (button.textContent = was), 2000);
  }

  /** Puts the search into the fragment, which no server ever sees, and copies the address. */
  #link(button: HTMLElement): void {
    const { ...search } = this.#search;
    history.replaceState(history.state, "", FRAGMENT + encodeURIComponent(JSON.stringify(search)));
    void this.#copy(location.href, button);
  }

  /** Returns the search that the address of the page carries; anything odd is none. */
  #fromFragment(): Search | undefined {
    if (!location.hash.startsWith(FRAGMENT)) return;
    try {
      const found: unknown = JSON.parse(decodeURIComponent(location.hash.slice(FRAGMENT.length)));
      const isPlain = (value: unknown) => /^(string|number|boolean)$/.test(typeof value) || (Array.isArray(value) && value.every((one) => typeof one === "string"));
      if (found && typeof found === "object" && Object.values(found).every(isPlain)) return found as Search;
    } catch {
      // not ours
    }
    return;
  }
}

if (!customElements.get("wegweiser-suche")) customElements.define("wegweiser-suche", WegweiserSuche);
