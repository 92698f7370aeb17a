// A text field with a list of suggestions, after the ARIA Authoring Practices (editable combobox,
// list autocomplete, manual selection). Focus stays in the field; the first suggestion is never
// taken by itself; Enter without a chosen one sends the form.

import { h } from "./dom";
import type { Suggestion } from "./dictionary";
import type { Texts } from "./texts";

export interface ComboboxParts {
  name: string;
  label: string;
  hint: string;
  texts: Texts;
  /** Returns suggestions for what is typed. */
  suggest: (text: string) => Suggestion[];
  /** Called when somebody begins. */
  begin: () => void;
  /** Says something to screen readers. */
  tell: (text: string) => void;
}

export class Combobox {
  readonly root: HTMLElement;
  readonly input: HTMLInputElement;
  readonly #list: HTMLElement;
  readonly #parts: ComboboxParts;
  #items: Suggestion[] = [];
  #isWanted = false;
  #active = -1;

  constructor(parts: ComboboxParts) {
    this.#parts = parts;
    const { name } = parts;
    this.input = h("input", {
      id: name,
      part: "input",
      type: "text",
      dir: "auto",
      role: "combobox",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      maxlength: 200,
      enterkeyhint: "search",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${name}-list`,
      "aria-describedby": `${name}-hint`,
      focus: parts.begin,
      input: () => this.#open(),
      keydown: (event: KeyboardEvent) => this.#key(event),
      blur: () => this.close(),
    });
    this.#list = h("ul", {
      id: `${name}-list`,
      role: "listbox",
      part: "suggestions",
      class: "list",
      hidden: true,
      "aria-label": `${parts.texts.say("suggestions")}: ${parts.label}`,
      // The field keeps the focus while a suggestion is pressed.
      mousedown: (event: Event) => event.preventDefault(),
    });
    this.root = h(
      "div",
      { class: "field" },
      h("label", { for: name }, parts.label),
      h("div", { class: "box" }, this.input, this.#list),
      h("p", { id: `${name}-hint`, class: "hint" }, parts.hint),
    );
  }

  get isOpen(): boolean {
    return !this.#list.hidden;
  }

  /** Closes the list and takes nothing. */
  close(): void {
    this.#isWanted = false;
    this.#list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.#choose(-1);
  }

  /** Looks again, for a dictionary that has just arrived; not where the list was closed since. */
  refresh(): void {
    if (this.#isWanted && this.input.value) this.#open();
  }

  #open(): boolean {
    this.#isWanted = true;
    this.#items = this.#parts.suggest(this.input.value);
    this.#list.replaceChildren(...this.#items.map((item, at) => this.#option(item, at)));
    this.#active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.#list.hidden = !this.#items.length;
    this.input.setAttribute("aria-expanded", String(this.isOpen));
    if (this.isOpen) this.#parts.tell(this.#parts.texts.say("suggestion_count", { n: this.#items.length }));
    return this.isOpen;
  }

  #option(item: Suggestion, at: number): HTMLElement {
    const { texts } = this.#parts;
    return h(
      "li",
      { id: `${this.#parts.name}-${at}`, role: "option", "aria-selected": "false", part: "suggestion", click: () => this.#take(at) },
      texts.topic(item.via ? `${item.via} → ` : "", h("b", null, item.label)),
      item.groups !== undefined && h("small", null, texts.groups(item.groups)),
    );
  }

  #choose(at: number): void {
    this.#list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = at;
    const option = this.#list.children[at];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  #take(at: number): void {
    this.input.value = this.#items[at]!.value;
    this.close();
    this.input.focus();
  }

  #key(event: KeyboardEvent): void {
    const last = this.#items.length - 1;
    const { key, altKey } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (key === "ArrowDown" || key === "ArrowUp") {
      const down = key === "ArrowDown";
      if (altKey) {
        if (down) this.#open();
        else this.close();
      } else if (this.isOpen || this.#open()) {
        const next = this.#active + (down ? 1 : -1);
        this.#choose(next > last || next === -1 ? -1 : next < -1 ? last : next);
      }
      event.preventDefault();
    } else if (key === "Enter" && this.#active >= 0) {
      this.#take(this.#active);
      event.preventDefault();
    } else if (key === "Escape") {
      if (this.isOpen) this.close();
      else this.input.value = "";
      event.preventDefault();
    } else if (key === "Enter" || key === "Tab") {
      this.close();
    } else if (key === "Home" || key === "End" || key === "ArrowLeft" || key === "ArrowRight") {
      this.#choose(-1); // the cursor moves in the text again
    }
  }
}
