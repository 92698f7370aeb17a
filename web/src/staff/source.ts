// A contact point's own feed or page: where it is, how often it is looked at, what came of it.

import { h, type Child } from "../dom";
import { heading, type Desk } from "./desk";
import { Trouble } from "./service";
import { called, date, say } from "./words";

/** The members of a source that staff write here; what else stands there goes back as it came. */
interface Settings {
  url?: string;
  interval_hours?: number;
  agreement?: string | null;
  [member: string]: unknown;
}

interface Source {
  settings: Settings;
  is_running: boolean;
  [state: string]: unknown;
}

/** What is told of the last look, in this order. */
const STATE = ["result", "message", "failures", "attempted_at", "succeeded_at", "next_at"];
const HOURS = [6, 24, 168, 744];

/** Returns the section of the own source. */
export async function source(desk: Desk): Promise<HTMLElement> {
  // None yet, as long as nobody has entered one.
  let found: Source | undefined;
  try {
    found = (await desk.service.own<Source>("GET", "/source")).body;
  } catch (cause) {
    if (!(cause instanceof Trouble) || cause.status !== 404) throw cause;
  }
  const state = h("div");
  const url = h("input", { type: "url", id: "quelle-adresse", required: true, maxlength: 2000, "aria-describedby": "quelle-hinweis" });
  const hours = h("select", { id: "quelle-takt" });
  const agreement = h("input", { type: "text", id: "quelle-vereinbarung", maxlength: 200 });
  const run = h("button", { type: "button", class: "plain", click: () => void desk.run(root, look) }, say("source_run"));
  const form = h(
    "form",
    {
      class: "choices",
      submit: (event: Event) => {
        event.preventDefault();
        void desk.run(root, save);
      },
    },
    h("label", { class: "select wide" }, h("span", null, say("source_url")), url),
    h("p", { class: "hint wide", id: "quelle-hinweis" }, say("source_hint")),
    h("label", { class: "select" }, h("span", null, say("source_interval")), hours),
    h("label", { class: "select" }, h("span", null, say("source_agreement")), agreement),
    h("p", { class: "acts" }, h("button", null, say("save")), run),
  );
  const root = h("section", null, heading("h2", say("source")), h("p", null, say("source_lead")), form, state);

  async function save(): Promise<void> {
    const settings = { ...(found?.settings ?? {}), url: url.value.trim(), interval_hours: Number(hours.value), agreement: agreement.value.trim() || undefined };
    found = (await desk.service.own<Source>("PUT", "/source", settings)).body;
    show();
    desk.tell(say("source_saved"));
  }

  async function look(): Promise<void> {
    state.replaceChildren(h("div", { class: "note" }, h("p", null, say("phase_reading")), h("progress", { "aria-label": say("progress") })));
    desk.tell(say("phase_reading"));
    try {
      const { body, location } = await desk.service.own<Source>("POST", "/source/run");
      found = await desk.service.follow(location, body, (one) => one.is_running, () => undefined);
      desk.tell(`${say("source_looked")} ${found.result ? called("result", String(found.result)) : ""}`);
    } finally {
      show();
    }
  }

  function show(): void {
    const settings = found?.settings ?? {};
    url.value = settings.url ?? "";
    agreement.value = settings.agreement ?? "";
    const now = settings.interval_hours ?? 24;
    hours.replaceChildren(...[...new Set([...HOURS, now])].sort((a, b) => a - b).map((n) => h("option", { value: n, selected: n === now }, say("hours", { n }))));
    run.hidden = !settings.url;
    const value = (name: string, one: unknown): Child => (/_at$/.test(name) ? date(String(one), true) : name === "result" ? called("result", String(one)) : String(one));
    const facts = STATE.map((name) => [name, found?.[name]] as const).filter(([, one]) => one).map(([name, one]) => h("div", null, h("dt", null, called("source", name)), h("dd", null, value(name, one))));
    state.replaceChildren(...(facts.length ? [h("h3", null, say("source_state")), h("dl", { class: "facts wide" }, ...facts)] : [h("p", { class: "hint" }, say("source_never"))]));
  }
  show();
  return root;
}
