// The rows of a list as staff see them in their spreadsheet, so that a fault stands beside its
// neighbours. In: the bytes of a file that is text with columns. Out: its rows. The service alone
// decides what is wrong; where this reading and the service's do not agree on a cell, nothing is
// shown but what the service said.

/** Larger files are not read here. */
const MOST_BYTES = 8_000_000;
/** Headings stand in one of the first rows. */
const HEADING_ROWS = 25;

export interface Cell {
  column: string;
  value: string;
}

export class Sheet {
  readonly #rows: string[][];

  private constructor(rows: string[][]) {
    this.#rows = rows;
  }

  /** Reads a file; nothing where it is not text with columns. */
  static of(bytes: ArrayBuffer): Sheet | undefined {
    const begin = new Uint8Array(bytes.slice(0, 4));
    const isOther = begin.includes(0) || [0x50, 0x7b, 0x5b, 0x3c, 0xd0].includes(begin[0]!) && (begin[0] !== 0x50 || begin[1] === 0x4b);
    if (isOther || bytes.byteLength > MOST_BYTES) return;
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      text = new TextDecoder("windows-1252").decode(bytes);
    }
    const head = text.split(/\r?\n/, HEADING_ROWS).join("\n");
    const count = (mark: string) => head.split(mark).length;
    const delimiter = [";", ",", "\t", "|"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
    return new Sheet(rowsOf(text, delimiter));
  }

  /** Returns a row's cells under their headings, where `found` stand in it as the service says. */
  row(number: number, found: { column: string | null; value: string | null }[]): Cell[] | undefined {
    const cells = this.#rows[number - 1];
    const columns = found.map(({ column }) => column).filter((column) => column !== null);
    const heads = this.#rows.slice(0, HEADING_ROWS).find((row, at) => at < number - 1 && columns.length > 0 && columns.every((column) => row.some((head) => head.trim() === column)));
    if (!cells || !heads) return;
    const row = heads.map((head, at) => ({ column: head.trim(), value: cells[at]?.trim() ?? "" })).filter(({ column }) => column);
    const agrees = ({ column, value }: { column: string | null; value: string | null }) => {
      const cell = row.find((one) => one.column === column);
      const begin = (value ?? "").replace(/…$/, "").trim();
      return column === null || !begin || cell?.value.includes(begin);
    };
    return found.some(agrees) ? row : undefined;
  }
}

function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = "";
    if (text[at] === '"') {
      const end = closing(text, at + 1);
      if (end < 0) return rows;
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    }
    const from = at;
    while (at < text.length && text[at] !== delimiter && text[at] !== "\n" && text[at] !== "\r") at++;
    row.push(cell + text.slice(from, at));
    if (text[at] === delimiter) {
      at++;
      if (at < text.length) continue;
      row.push("");
    }
    rows.push(row);
    row = [];
    at += text.startsWith("\r\n", at) ? 2 : 1;
  }
  return rows;
}

/** Returns where a quoted cell ends; -1: nowhere. */
function closing(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}
