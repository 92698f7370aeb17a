// A contact point's own feed or page: where it is, how often it is looked at, what came of it.
// The section stays away where the service has no such operation.

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
  [state: string]: unknown;
}

const HOURS = [6, 24, 168, 744];

/** Returns the section of the own source, or nothing where the service knows no sources. */
export async function source(desk: Desk): Promise<HTMLElement | undefined> {
  let found: Source | undefined;
  let etag: string | null = null;
  const get = async () => {
    const reply = await desk.service.own<Source>("GET", "/source");
    [found, etag] = [reply.body, reply.etag];
  };
  try {
    await get();
  } catch (cause) {
    if (!(cause instanceof Trouble)) throw cause;
    if (cause.status === 404 || cause.status === 403 || cause.status === 405) return;
    throw cause;
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
    await desk.service.own("PUT", "/source", settings, etag ? { "If-Match": etag } : {});
    await get();
    show(say("source_saved"));
  }

  async function look(): Promise<void> {
    state.replaceChildren(h("div", { class: "note" }, h("p", null, say("phase_reading")), h("progress", { "aria-label": say("progress") })));
    desk.tell(say("phase_reading"));
    const { status, body, location } = await desk.service.own<{ state: string }>("POST", "/source/run");
    if (status === 202) await desk.service.follow(location, body, () => undefined);
    await get();
    show();
  }

  function show(told?: string): void {
    const settings = found?.settings ?? {};
    url.value = settings.url ?? "";
    agreement.value = settings.agreement ?? "";
    const now = settings.interval_hours ?? 24;
    hours.replaceChildren(...[...new Set([...HOURS, now])].sort((a, b) => a - b).map((n) => h("option", { value: n, selected: n === now }, say("hours", { n }))));
    run.hidden = !settings.url;
    const rows = Object.entries(found ?? {}).filter(([name, value]) => name !== "settings" && name !== "contact_point" && value !== null && value !== "");
    const value = (name: string, one: unknown): Child => (/_at$/.test(name) ? date(String(one), true) : typeof one === "object" ? Object.values(one as object).filter(Boolean).join(" ") : called("result", String(one)));
    const facts = rows.map(([name, one]) => h("div", null, h("dt", null, called("source", name)), h("dd", null, value(name, one))));
    state.replaceChildren(...(facts.length ? [h("h3", null, say("source_state")), h("dl", { class: "facts wide" }, ...facts)] : [h("p", { class: "hint" }, say("source_never"))]));
    desk.tell(told ?? say("source_looked"));
  }
  show();
  return root;
}
