// A list on its way: chosen or dragged in, checked, looked at, published, undone.
//
// What is published are the very bytes that were checked, whatever happens to the file meanwhile.

import { h, type Child } from "../dom";
import { heading, type Desk } from "./desk";
import { report, summary } from "./report";
import { Trouble, type Import, type ImportSummary } from "./service";
import { Sheet } from "./sheet";
import { called, say } from "./words";
import { undo } from "./history";

/** The service takes no larger list. */
const MOST_BYTES = 128 * 1024 * 1024;

const KINDS = ".csv,.txt,.tsv,.xlsx,.ods,.json,.ndjson,.jsonl,.html,.htm";

interface List {
  name: string;
  bytes: ArrayBuffer;
  mode: string;
  sheet: Sheet | undefined;
  /** Names its publishing: sent twice, it is published once. */
  key: string;
}

/** Returns the section in which lists are loaded. */
export function upload(desk: Desk): HTMLElement {
  const out = h("div", { class: "result" });
  const file = h("input", { type: "file", id: "datei", accept: KINDS, "aria-describedby": "datei-hinweis", change: () => void take(file.files) });
  const modes = (["replace", "merge"] as const).map((mode) => {
    const input = h("input", { type: "radio", name: "mode", value: mode, checked: mode === "replace" });
    return h("label", { class: "check" }, input, h("span", null, say("mode_" + mode)));
  });
  const zone = h(
    "div",
    {
      class: "zone",
      dragover: (event: DragEvent) => {
        event.preventDefault();
        zone.classList.add("over");
      },
      dragleave: () => zone.classList.remove("over"),
      drop: (event: DragEvent) => {
        event.preventDefault();
        zone.classList.remove("over");
        void take(event.dataTransfer?.files ?? null);
      },
    },
    h("label", { for: "datei" }, say("file")),
    file,
    h("p", { class: "hint", id: "datei-hinweis" }, say("file_hint")),
  );
  const root = h("section", null, heading("h2", say("upload")), h("p", null, say("upload_lead")), h("fieldset", null, h("legend", null, say("mode")), ...modes), zone, out);

  async function take(files: FileList | null): Promise<void> {
    const chosen = files?.[0];
    if (!chosen) return;
    await desk.run(root, async () => {
      const mode = root.querySelector<HTMLInputElement>("[name=mode]:checked")!.value;
      if (files.length > 1) throw new Trouble(-1, { title: say("one_file") });
      if (chosen.size > MOST_BYTES) throw new Trouble(-1, { title: say("too_large") });
      const bytes = await chosen.arrayBuffer().catch(() => {
        throw new Trouble(-1, { title: say("not_readable") });
      });
      const list = { name: chosen.name, bytes, mode, sheet: Sheet.of(bytes), key: key() };
      show(await send(list, true, key()), list);
    });
    file.value = ""; // the same file, mended, can be chosen again
  }

  /** Sends a list and tells how far it has come. */
  function send(list: List, isCheck: boolean, key: string): Promise<Import> {
    const bar = h("progress", { "aria-label": say("progress") });
    const told = h("p", null, say("phase_sending"));
    out.replaceChildren(h("div", { class: "note" }, told, bar));
    desk.tell(say("phase_sending"));
    return desk.service.send(list.name, list.bytes, { isCheck, mode: list.mode, key }, (job: ImportSummary) => {
      told.textContent = [called("phase", job.phase), job.rows_read ? say("rows_read", { n: job.rows_read }) : ""].filter(Boolean).join(", ");
    }).catch((cause) => {
      out.replaceChildren();
      throw cause;
    });
  }

  /** Shows what a check or an import has found, and what can be done next. */
  function show(found: Import, list: List): void {
    const title = heading("h3", say("report_" + found.state, { file: list.name }));
    out.replaceChildren(title, ...([next(found, list), ...report(found, list.sheet)].filter(Boolean) as Node[]));
    title.focus();
    desk.tell(`${title.textContent}. ${summary(found)}`);
  }

  function next(found: Import, list: List): Child {
    const button = (text: string, click: () => void, isPlain = false) => h("button", { type: "button", class: isPlain ? "plain" : null, click }, text);
    const away = button(say("other_file"), () => {
      out.replaceChildren();
      file.focus();
    }, true);
    const changed = found.counts.new + found.counts.changed + found.counts.removed;
    if (found.state === "failed") return h("div", { class: "note alarm" }, h("p", null, say("failed_text")), away);
    if (found.state === "held") {
      const confirm = async () => {
        if (!(await desk.ask(say("confirm_question"), summary(found), say("confirm_yes")))) return;
        await desk.run(root, async () => {
          const done = (await desk.service.own<Import>("POST", `/imports/${found.id}/confirm`)).body;
          show(done, list);
        });
      };
      return h("div", { class: "note alarm" }, h("p", null, say("held_text")), h("p", { class: "acts" }, button(say("confirm"), () => void confirm()), away));
    }
    if (found.state === "applied") {
      const back = button(say("undo"), () => void undo(desk, root, found, () => {
        const done = heading("h3", say("undone"));
        out.replaceChildren(done);
        done.focus();
      }), true);
      return h("div", { class: "note good" }, h("p", null, say("applied_text")), h("p", { class: "acts" }, found.can_be_rolled_back && back, away));
    }
    if (!changed) return h("div", { class: "note" }, h("p", null, say("nothing_to_publish")), away);
    const publish = () => void desk.run(root, async () => show(await send(list, false, list.key), list)).then(() => {
      if (!out.firstChild) show(found, list);
    });
    return h("div", { class: "note" }, h("p", null, say(found.counts.refused ? "publish_text_refused" : "publish_text", { n: found.counts.refused })), h("p", { class: "acts" }, button(say("publish"), publish), away));
  }

  return root;
}

/** Returns a name for a request, so that it may be sent again. */
function key(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
