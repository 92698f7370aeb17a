// What staff should look at: records that are due, topics that nothing matches, groups that stand
// in two lists. Each is settled by one press, with the operation that the review names.

import { h, type Child } from "../dom";
import { heading, paged, type Desk } from "./desk";
import type { Own, Page } from "./service";
import { called, date, say, today } from "./words";

interface Named {
  id: string;
  contact_point: string;
  local_id: string;
  name: string;
}

interface Review {
  kind: "due_record" | "unmatched_topic" | "possible_duplicate" | "merged_duplicate" | string;
  act: string;
  message: string;
  group: Named | null;
  other: Named | null;
  verified_on: string | null;
  due_on: string | null;
  hidden_on: string | null;
  topic: string | null;
  proposals: { id: string; label: string }[];
  decision_id: string | null;
  import_id?: string | null;
  row?: number | null;
  column?: string | null;
  value?: string | null;
}

type Public = Record<string, unknown> & { name: string };

const ORDER = ["held_import", "source_failing", "faulty_value", "due_record", "unmatched_topic", "possible_duplicate", "merged_duplicate"];
const AT_ONCE = 10;
/** What two listings are compared by, and how it is told. */
const SIDES: [field: string, told: (group: any) => string][] = [
  ["name", (group) => group.name],
  ["contact_point", (group) => group.contact_point?.name],
  ["topics", (group) => group.topics?.join(", ")],
  ["venue_town", (group) => [group.venue?.name, group.venue?.street, group.venue?.postcode, group.venue?.town].filter(Boolean).join(", ")],
  ["meeting_text", (group) => group.meeting?.text],
  ["format", (group) => called("format", group.format ?? "")],
  ["audience", (group) => (group.audience ?? []).map((one: string) => called("audience", one)).join(", ")],
  ["contact_phone", (group) => group.contact?.phone],
  ["contact_email", (group) => group.contact?.email],
  ["website", (group) => group.website],
  ["description", (group) => group.description],
  ["verified_on", (group) => group.verified_on && date(group.verified_on)],
];

/** Returns the section with what is to be looked at. */
export function reviews(desk: Desk, counted: (n: number) => void): { root: HTMLElement; open: () => Promise<void> } {
  const out = h("div");
  const root = h("section", null, heading("h2", say("reviews")), h("p", null, say("reviews_lead")), out);

  const open = () =>
    desk.run(root, async () => {
      const { items, total } = (await desk.service.own<Page<Review>>("GET", "/reviews")).body;
      const kinds = [...new Set([...ORDER, ...items.map(({ kind }) => kind)])];
      const boxes = kinds.flatMap((kind): Child[] => {
        const these = items.filter((one) => one.kind === kind);
        if (!these.length) return [];
        const list = h("ul", { class: "plainlist" });
        return [h("h3", null, called("review", kind), " ", h("small", null, these.length)), ...paged(list, these, AT_ONCE, item)];
      });
      out.replaceChildren(...(boxes.length ? (boxes as Node[]) : [h("p", { class: "good" }, say("reviews_none"))]));
      counted(items.filter(({ kind }) => kind !== "merged_duplicate").length + (total - items.length));
    });

  /** Settles a review: does what it asks for, then looks again. */
  const settle = (act: () => Promise<unknown>, told: string) => async () => {
    let isDone = false;
    await desk.run(root, async () => {
      await act();
      isDone = true;
    });
    if (!isDone) return;
    await open();
    (out.querySelector<HTMLElement>("li button") ?? root.querySelector<HTMLElement>("h2"))!.focus();
    desk.tell(told);
  };
  const button = (text: string, click: () => void, isPlain = true) => h("button", { type: "button", class: isPlain ? "plain" : null, click }, text);

  function item(review: Review): HTMLElement {
    const { group } = review;
    const name = group && h("h4", null, h("a", { href: `/gruppe/${group.id}`, target: "_blank", rel: "noopener" }, group.name));
    return h("li", { class: "row" }, name, ...content(review));
  }

  function content(review: Review): Child[] {
    const { group, other } = review;
    if (review.kind === "due_record" && group) {
      const day = (at: string | null) => (at ? date(at) : "");
      const confirm = settle(() => desk.service.edit(group.local_id, (record) => (record.verified_on = today())), say("confirmed", { name: group.name }));
      const text = say(review.hidden_on ? "due_text" : "due_text_stays", { verified: day(review.verified_on), due: day(review.due_on), hidden: day(review.hidden_on) });
      return [h("p", null, text), h("p", { class: "acts" }, button(say("still_right"), confirm, false))];
    }
    if (review.kind === "unmatched_topic" && review.topic) {
      const topic = review.topic;
      const buttons = review.proposals.map(({ label }) => button(say("replace_topic", { label }), settle(() => replaceTopic(topic, label), say("topic_replaced", { topic, label }))));
      return [h("p", null, say("unmatched_text", { topic })), buttons.length ? h("p", { class: "acts" }, ...buttons) : h("p", { class: "hint" }, say("no_proposals"))];
    }
    if (review.kind === "possible_duplicate" && group && other) {
      const decide = (is_same: boolean) => settle(() => desk.service.own("POST", "/duplicates", { groups: [group.id, other.id], is_same }), say(is_same ? "merged" : "kept_apart"));
      return [sides(group, other), h("p", { class: "acts" }, button(say("merge"), decide(true)), button(say("keep_apart"), decide(false)))];
    }
    if (review.kind === "merged_duplicate" && group && other && review.decision_id) {
      const split = settle(() => desk.service.own("DELETE", `/duplicates/${encodeURIComponent(review.decision_id!)}`), say("kept_apart"));
      return [sides(group, other), h("p", null, say("merged_text")), h("p", { class: "acts" }, button(say("split"), split))];
    }
    if (review.kind === "held_import" && review.import_id) {
      const confirm = async () => {
        if (!(await desk.ask(say("confirm_question"), review.message, say("confirm_yes")))) return;
        await settle(() => desk.service.own("POST", `/imports/${encodeURIComponent(review.import_id!)}/confirm`), say("applied_text"))();
      };
      return [h("p", null, review.message), h("p", { class: "acts" }, button(say("confirm"), () => void confirm()))];
    }
    if (review.kind === "faulty_value" && review.column) {
      const where = review.row ? h("p", { class: "hint" }, say("row_alone", { n: review.row })) : null;
      return [where, h("dl", { class: "cells" }, h("div", { class: "cell warning" }, h("dt", null, review.column), h("dd", null, h("span", { class: "value" }, review.value || say("empty_cell")), h("span", { class: "said" }, review.message))))];
    }
    return [h("p", null, review.message)];
  }

  /** Puts a label of the vocabulary into the place of a topic, in every own record that has it. */
  async function replaceTopic(topic: string, label: string): Promise<void> {
    const { items } = (await desk.service.own<Page<Own>>("GET", "/groups")).body;
    for (const { local_id, topics } of items) {
      if (!topics?.includes(topic)) continue;
      await desk.service.edit(local_id, (record) => (record.topics = [...new Set(record.topics.map((one) => (one === topic ? label : one)))]));
    }
  }

  /** Two listings side by side, as the public sees them; what differs is marked. */
  function sides(one: Named, two: Named): HTMLElement {
    const box = h("div", { class: "sides" }, h("p", { class: "hint" }, say("phase_reading")));
    const read = async ({ id }: Named): Promise<Public> => (await fetch(`/v1/groups/${encodeURIComponent(id)}`, { headers: { "Accept-Language": document.documentElement.lang }, credentials: "omit" })).json();
    Promise.all([read(one), read(two)]).then(
      (groups) => {
        const rows = SIDES.map(([field, told]) => [field, ...groups.map((group) => told(group) || "")] as const).filter(([, a, b]) => a || b);
        const cell = (text: string, other: string, at: number) => h("dd", { class: text === other ? null : "differs" }, h("span", { class: "away" }, say(at ? "side_other" : "side_own"), ": "), text || "–");
        box.replaceChildren(h("dl", null, ...rows.map(([field, a, b]) => h("div", null, h("dt", null, called("field", field)), cell(a, b, 0), cell(b, a, 1)))));
      },
      () => box.replaceChildren(h("p", null, `${one.name} · ${two.name} (${two.contact_point})`)),
    );
    return box;
  }
  return { root, open };
}
