// A report: what a list says, what is wrong in which cell, what it changes.
//
// In: an import as the interface tells it, and the rows of the file where it is here. Out: elements.

import { h, type Child } from "../dom";
import { fold, paged } from "./desk";
import type { Change, Finding, Import } from "./service";
import type { Sheet } from "./sheet";
import { called, fileName, say } from "./words";

const ROWS = 25;

/** Returns the report without its heading. */
export function report(found: Import, sheet?: Sheet): Child[] {
  return [numbers(found), ...findings(found, sheet), ...changes(found)];
}

/** Returns in a sentence what an import found or did. */
export function summary({ rows_read, counts }: Pick<Import, "rows_read" | "counts">): string {
  return [say("rows_read", { n: rows_read }), ...(["new", "changed", "unchanged", "removed", "refused"] as const).map((name) => say(name, { n: counts[name] }))].join(", ");
}

function numbers(found: Import): HTMLElement {
  const cell = (name: keyof Import["counts"]) =>
    h("div", { class: found.counts[name] ? name : "none" }, h("dt", null, say("count_" + name)), h("dd", null, found.counts[name]));
  return h(
    "div",
    null,
    h("p", { class: "hint" }, say("rows_read", { n: found.rows_read })),
    h("dl", { class: "numbers" }, cell("new"), cell("changed"), cell("unchanged"), cell("removed"), cell("refused")),
    found.streets_public > 0 && h("p", null, say("streets_public", { n: found.streets_public })),
  );
}

function findings(found: Import, sheet?: Sheet): Child[] {
  if (!found.findings.length) return [h("p", { class: "good" }, say("no_findings"))];
  const rows = new Map<number, Finding[]>();
  for (const one of found.findings) if (one.row !== null) rows.set(one.row, [...(rows.get(one.row) ?? []), one]);
  const whole = found.findings.filter(({ row }) => row === null);
  const worst = (ones: Finding[]) => (ones.some(({ severity }) => severity === "error") ? "error" : ones.some(({ severity }) => severity === "warning") ? "warning" : "hint");
  const inOrder = [...rows].sort(([a], [b]) => a - b);
  const out: Child[] = whole.length ? [h("h3", null, say("whole_file")), h("ul", { class: "plainlist" }, ...whole.map((one) => h("li", { class: "cell " + one.severity }, said(one))))] : [];
  for (const severity of ["error", "warning", "hint"] as const) {
    const these = inOrder.filter(([, ones]) => worst(ones) === severity);
    if (!these.length) continue;
    const list = paged(h("ul", { class: "plainlist rows" }), these, ROWS, ([row, ones]) => rowOf(row, ones, sheet));
    out.push(fold(say("rows_" + severity, { n: these.length }), severity === "error", severity === "error" && h("p", { class: "hint" }, say("refused_hint")), ...list));
  }
  const left = found.findings_total - found.findings.length;
  if (left > 0) out.push(h("p", { class: "hint" }, say("findings_left", { n: left })));
  return out;
}

/** A row with its cells; each fault stands in its cell. */
function rowOf(row: number, ones: Finding[], sheet?: Sheet): HTMLElement {
  const inCells = ones.filter(({ column }) => column !== null);
  const known = sheet?.row(row, inCells);
  const cells = known ?? [...new Set(inCells.map(({ column }) => column!))].map((column) => ({ column, value: inCells.find((one) => one.column === column)?.value ?? "" }));
  const parts = cells.map(({ column, value }) => {
    const faults = inCells.filter((one) => one.column === column);
    return h(
      "div",
      { class: faults.length ? "cell " + faults[0]!.severity : "cell" },
      h("dt", null, column),
      h("dd", null, h("span", { class: "value" }, value || say("empty_cell")), ...faults.map((one) => said(one, one.value !== value && known ? one.value : null))),
    );
  });
  return h(
    "li",
    { class: "row" },
    h("h3", null, say("row", { n: row, file: fileName(ones[0]!.source) })),
    ...ones.filter(({ column }) => column === null).map((one) => h("div", { class: "cell " + one.severity }, said(one))),
    parts.length > 0 && h("dl", { class: "cells" }, ...parts),
  );
}

/** What was found, and what to do about it. */
function said(one: Finding, value: string | null = one.column === null ? one.value : null): HTMLElement {
  return h(
    "span",
    { class: "said" },
    h("b", null, called("severity", one.severity)),
    ": ",
    value && h("q", null, value),
    value && " ",
    one.message,
    " ",
    h("span", { class: "remedy" }, called("remedy", one.rule, one.remedy)),
  );
}

function changes(found: Import): Child[] {
  const of = (kind: Change["kind"]) => found.changes.filter((change) => change.kind === kind);
  const boxes = (["changed", "new", "removed"] as const).map((kind) => {
    const these = of(kind);
    if (!these.length) return null;
    return fold(say("changes_" + kind, { n: found.counts[kind] }), false, ...paged(h("ul", { class: "plainlist" }), these, ROWS, changeOf));
  });
  const left = found.counts.new + found.counts.changed + found.counts.removed - found.changes.length;
  return [h("h3", null, say("difference")), boxes.every((box) => !box) && h("p", null, say("no_changes")), ...boxes, left > 0 && found.changes.length > 0 && h("p", { class: "hint" }, say("changes_left", { n: left }))];
}

function changeOf(change: Change): HTMLElement {
  const name = h("b", null, change.name);
  if (!change.fields.length) return h("li", null, name);
  const side = (tag: "del" | "ins", key: string, text: string | null) => h("div", null, h("span", { class: "hint" }, say(key)), " ", text ? h(tag, null, text) : h("i", null, say("nothing")));
  return h(
    "li",
    { class: "row" },
    name,
    h("dl", { class: "cells" }, ...change.fields.map(({ field, before, after }) => h("div", { class: "cell" }, h("dt", null, called("field", field)), h("dd", null, side("del", "before", before), side("ins", "after", after))))),
  );
}
