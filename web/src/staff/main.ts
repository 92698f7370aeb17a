// The staff page: signing in with a token, then lists, reviews, history and the own source.
//
// The token stands in memory alone. Signing out, leaving and loading anew forget it.

import { h } from "../dom";
import { Desk } from "./desk";
import { history } from "./history";
import { reviews } from "./reviews";
import { Service, Trouble } from "./service";
import { source } from "./source";
import { upload } from "./upload";
import { say } from "./words";

interface Point {
  id: string;
  name: string;
}

const root = document.getElementById("verwaltung")!;
let points: Point[] = [];
/** Counts what was begun: what comes late must not sign anybody in again. */
let begun = 0;

/** Asks for contact point and token. */
function signIn(why = ""): void {
  begun++;
  const point = h("select", { id: "kontaktstelle", required: true }, h("option", { value: "" }, say("choose")), ...points.map(({ id, name }) => h("option", { value: id }, name)));
  const token = h("input", { type: "password", id: "token", required: true, autocomplete: "off", spellcheck: "false", maxlength: 200, "aria-describedby": "token-hinweis" });
  const told = h("div", { role: "alert" });
  const tell = (text: string) => told.replaceChildren(...(text ? [h("p", { class: "note alarm" }, text)] : []));
  const form = h(
    "form",
    {
      class: "signin",
      submit: (event: Event) => {
        event.preventDefault();
        const service = new Service(token.value.trim(), point.value);
        form.setAttribute("aria-busy", "true");
        begin(service)
          .then(() => (token.value = ""))
          .catch((cause) => {
            if (!(cause instanceof Trouble)) throw cause;
            tell(cause.status === 404 ? say("not_yours") : cause.text);
            token.focus();
          })
          .finally(() => form.removeAttribute("aria-busy"));
      },
    },
    h("label", { class: "select", for: "kontaktstelle" }, h("span", null, say("contact_point"))),
    point,
    h("label", { class: "select", for: "token" }, h("span", null, say("token"))),
    token,
    h("p", { class: "hint", id: "token-hinweis" }, say("token_hint")),
    h("button", null, say("sign_in")),
  );
  root.replaceChildren(told, form);
  tell(why);
}

/** Shows the office of a contact point, once its token has proved right. */
async function begin(service: Service): Promise<void> {
  const mine = ++begun;
  await service.own("GET", "/imports?limit=1");
  const desk = new Desk(service, (why) => {
    signIn(why);
    document.getElementById("token")!.focus();
  });
  const past = history(desk);
  const badge = h("small");
  const due = reviews(desk, (n) => badge.replaceChildren(...(n ? [` (${n})`] : [])));
  const own = await source(desk);
  if (mine !== begun) return;
  const parts: [key: string, root: HTMLElement, open?: () => unknown][] = [
    ["upload", upload(desk)],
    ["reviews", due.root, due.open],
    ["history", past.root, past.open],
    ["source", own],
  ];
  const select = h(
    "select",
    {
      id: "kontaktstelle",
      change: () =>
        void begin(service.at(select.value)).catch((cause) => {
          if (!(cause instanceof Trouble)) throw cause;
          select.value = service.point;
          if (cause.status === 401) return desk.leave(cause.text);
          desk.tell(say("not_yours"));
          wrong.replaceChildren(h("p", { class: "note alarm" }, cause.status === 404 ? say("not_yours") : cause.text));
        }),
    },
    ...points.map(({ id, name }) => h("option", { value: id, selected: id === service.point }, name)),
  );
  const wrong = h("div", { role: "alert" });
  const tabs = parts.map(([key, part, open]) => {
    const button = h("button", { type: "button", class: "plain", click: () => turn(key) }, say(key), key === "reviews" && badge);
    return { key, part, open, button };
  });
  const turn = (key: string) => {
    for (const tab of tabs) {
      tab.part.hidden = tab.key !== key;
      if (tab.key === key) tab.button.setAttribute("aria-current", "true");
      else tab.button.removeAttribute("aria-current");
      if (tab.key === key) tab.open?.();
    }
  };
  root.replaceChildren(
    h("div", { class: "office" }, h("label", { class: "select" }, h("span", null, say("contact_point")), select), h("button", { type: "button", class: "plain", click: () => leave() }, say("sign_out"))),
    wrong,
    h("nav", { class: "parts", "aria-label": say("parts") }, h("ul", null, ...tabs.map(({ button }) => h("li", null, button)))),
    ...tabs.map(({ part }) => part),
    desk.status,
  );
  turn("upload");
  root.querySelector<HTMLElement>("h2")!.focus();
  void due.open();
}

/** Forgets token and records: nothing else holds them. */
function leave(why = say("signed_out")): void {
  signIn(why);
  document.getElementById("token")!.focus();
}

addEventListener("pagehide", () => signIn());
// A file that misses its place must not replace the page.
for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());

fetch("/v1/contact-points?limit=100", { credentials: "omit" })
  .then((response) => response.json())
  .then((list: { items: Point[] }) => {
    points = list.items.map(({ id, name }) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name, "de"));
    signIn();
  })
  .catch(() => root.prepend(h("p", { class: "note alarm", role: "alert" }, say("unreachable"))));
