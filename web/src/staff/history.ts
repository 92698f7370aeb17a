// What was published before, by whom, and the way back.

import { h, type Child } from "../dom";
import { heading, type Desk } from "./desk";
import { report, summary } from "./report";
import type { ImportSummary, Page } from "./service";
import { called, date, fileName, say } from "./words";

/** Returns the section with former imports; filled when it is looked at. */
export function history(desk: Desk): { root: HTMLElement; open: () => void } {
  const list = h("ol", { class: "plainlist" });
  const foot = h("div");
  const root = h("section", null, heading("h2", say("history")), h("p", null, say("history_lead")), list, foot);

  const load = (cursor?: string) =>
    desk.run(root, async () => {
      const page = (await desk.service.own<Page<ImportSummary>>("GET", "/imports" + (cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""))).body;
      if (!cursor) list.replaceChildren();
      const made = page.items.map((one) => entry(one));
      list.append(...made);
      const next = page.next_cursor;
      foot.replaceChildren(...(next ? [h("button", { type: "button", class: "plain", click: () => void load(next) }, say("older"))] : []));
      if (!page.total && !made.length) list.append(h("li", null, say("history_empty")));
      if (cursor) made[0]?.querySelector("h3")?.focus();
      desk.tell(say("history_told", { n: page.total }));
    });

  function entry(one: ImportSummary): HTMLElement {
    const details = h("div");
    const look = async () => {
      const found = await desk.service.import(one.id);
      details.replaceChildren(...(report(found).filter(Boolean) as Node[]));
    };
    const box = h("details", { toggle: () => void (box.open && !details.querySelector(":scope > :not(.trouble)") && desk.run(details, look)) }, h("summary", null, say("details")), details);
    const back = one.can_be_rolled_back && one.state === "applied";
    const act = () => undo(desk, root, one, () => void load().then(() => root.querySelector("h2")!.focus()));
    return h(
      "li",
      { class: "row is-" + one.state },
      heading("h3", fileName(one.source_name)),
      h("p", null, h("span", { class: "badge is-" + one.state }, called("state", one.state)), " ", date(one.at, true), " · ", one.who),
      h("p", { class: "hint" }, summary(one)),
      one.state !== "running" && box,
      back && h("p", { class: "acts" }, h("button", { type: "button", class: "plain", click: () => void act() }, say("undo"))),
    ) as HTMLElement;
  }
  return { root, open: () => void load() };
}

/** Asks, then makes the groups what they were before an import. */
export async function undo(desk: Desk, where: HTMLElement, one: ImportSummary, done: () => void): Promise<void> {
  if (!(await desk.ask(say("undo_question"), say("undo_text", { file: fileName(one.source_name), at: date(one.at, true) }), say("undo_yes")))) return;
  let told: Child;
  await desk.run(where, async () => {
    const { body } = await desk.service.own<{ restored: number; removed: number }>("POST", `/imports/${one.id}/rollback`);
    told = say("undone_told", { restored: body.restored, removed: body.removed });
  });
  if (!told) return;
  done();
  desk.tell(String(told));
}
