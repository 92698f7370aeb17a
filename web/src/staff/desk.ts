// What all parts of the staff page share: telling, asking back, doing one thing at a time.

import { h, type Child } from "../dom";
import { Trouble, type Service } from "./service";
import { say } from "./words";

/** A status is told once it has stood still this long. */
const SETTLED_MS = 600;

export class Desk {
  readonly status = h("p", { role: "status", class: "away" });
  #timer = 0;

  constructor(
    readonly service: Service,
    /** Leaves because the token is not valid any more. */
    readonly leave: (why: string) => void,
  ) {}

  /** Says something to screen readers once it has stood still; the last word wins. */
  tell(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => (this.status.textContent = text), SETTLED_MS);
  }

  /** Does one thing at a time in a part of the page; what goes wrong is told there. */
  async run(where: HTMLElement, act: () => Promise<void>): Promise<void> {
    if (where.hasAttribute("aria-busy")) return;
    where.querySelector(":scope > .trouble")?.remove();
    where.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch (cause) {
      if (!(cause instanceof Trouble)) throw cause;
      if (cause.status === 401) return this.leave(cause.text);
      where.append(h("div", { class: "note trouble" }, h("p", null, cause.text)));
      this.tell(cause.text);
    } finally {
      where.removeAttribute("aria-busy");
    }
  }

  /** Asks back before something that others notice. */
  ask(question: string, text: string, yes: string): Promise<boolean> {
    return new Promise((answer) => {
      const end = (is: boolean) => () => {
        box.close();
        box.remove();
        answer(is);
      };
      const box = h(
        "dialog",
        { "aria-labelledby": "frage", cancel: end(false) },
        h("h2", { id: "frage" }, question),
        h("p", null, text),
        h("p", { class: "acts" }, h("button", { type: "button", click: end(true) }, yes), h("button", { type: "button", class: "plain", autofocus: true, click: end(false) }, say("cancel"))),
      );
      document.querySelector("main")!.append(box);
      box.showModal();
    });
  }
}

/** Returns a heading that can take the focus. */
export const heading = (level: "h2" | "h3", text: string): HTMLElement => h(level, { tabindex: "-1" }, text);

/** Returns a closed box with a summary. */
export const fold = (summary: string, isOpen: boolean, ...children: Child[]): HTMLElement => h("details", { open: isOpen }, h("summary", null, summary), h("div", null, ...children));

/** Appends `items` page by page: a long list comes with a button for more. */
export function paged<T>(list: HTMLElement, items: T[], size: number, make: (item: T) => Child): Node[] {
  let shown = 0;
  const more = h("button", { type: "button", class: "plain", click: () => grow(true) });
  const grow = (isAsked: boolean) => {
    const made = items.slice(shown, shown + size).map((item) => make(item) as HTMLElement);
    list.append(...made);
    shown += made.length;
    more.hidden = shown >= items.length;
    more.textContent = say("more", { n: items.length - shown });
    if (isAsked) {
      made[0]?.setAttribute("tabindex", "-1");
      made[0]?.focus();
    }
  };
  grow(false);
  return [list, more];
}
