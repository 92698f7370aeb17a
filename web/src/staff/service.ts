// The admin interface, used as any other client uses it (openapi/v1.json is the contract).
//
// In: a token, which lives in this object and nowhere else: no storage, no cookie, no address. Out:
// answers, or a Trouble that says what is wrong in the language of the page.

import { lang, say } from "./words";

export interface Finding {
  severity: "error" | "warning" | "hint";
  source: string;
  row: number | null;
  column: string | null;
  rule: string;
  value: string | null;
  message: string;
  remedy: string;
}

export interface Change {
  kind: "new" | "changed" | "removed";
  id: string;
  local_id: string | null;
  name: string;
  fields: { field: string; before: string | null; after: string | null }[];
}

export interface ImportSummary {
  id: string;
  state: "checked" | "running" | "applied" | "held" | "failed" | "rolled_back";
  phase: string;
  at: string;
  who: string;
  source_name: string;
  mode: "replace" | "merge";
  rows_read: number;
  counts: { new: number; changed: number; unchanged: number; removed: number; refused: number };
  findings_total: number;
  streets_public: number;
  can_be_rolled_back: boolean;
}

export interface Import extends ImportSummary {
  changes: Change[];
  findings: Finding[];
}

export interface Page<T> {
  items: T[];
  total: number;
  next_cursor: string | null;
}

/** A record as the interface writes it; members that are not named here are sent back as they came. */
export interface Own {
  local_id: string;
  name: string;
  topics: string[];
  verified_on?: string | null;
  [member: string]: unknown;
}

interface Problem {
  code?: string;
  detail?: string;
  title?: string;
  import_id?: string;
  errors?: { pointer?: string; detail: string }[];
}

/** Why something was not done. */
export class Trouble extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem = {},
  ) {
    super(problem.code ?? "unreachable");
  }

  get code(): string {
    return this.message;
  }

  /** What to tell staff. */
  get text(): string {
    const own: Record<number, string> = { 0: say("unreachable"), 401: say("bad_token"), 403: say("forbidden"), 412: say("changed_meanwhile") };
    const details = this.problem.errors?.map(({ detail }) => detail).join(" ");
    return own[this.status] ?? ([this.problem.title, details || this.problem.detail].filter(Boolean).join(": ") || say("unreachable"));
  }
}

export interface Reply<T> {
  status: number;
  body: T;
  etag: string | null;
  location: string | null;
}

/** Pauses between two questions after a job, in milliseconds; the last one repeats. */
const PAUSES_MS = [300, 500, 1000, 2000];

export class Service {
  readonly #token: string;

  constructor(
    token: string,
    readonly point: string,
  ) {
    this.#token = token;
  }

  /** Acts for another contact point with the same token. */
  at(point: string): Service {
    return new Service(this.#token, point);
  }

  /** Asks for something below the contact point's address. */
  own<T>(method: string, path: string, body?: BodyInit | object, headers: Record<string, string> = {}): Promise<Reply<T>> {
    return this.ask<T>(method, `/v1/admin/contact-points/${encodeURIComponent(this.point)}${path}`, body, headers);
  }

  async ask<T>(method: string, path: string, body?: BodyInit | object, headers: Record<string, string> = {}): Promise<Reply<T>> {
    const isForm = body !== undefined && !(body instanceof ArrayBuffer);
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        headers: { Accept: "application/json", "Accept-Language": lang, Authorization: `Bearer ${this.#token}`, ...(isForm ? { "Content-Type": "application/json" } : {}), ...headers },
        body: isForm ? JSON.stringify(body) : (body as BodyInit | undefined),
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        redirect: "error",
      });
    } catch {
      throw new Trouble(0);
    }
    const text = await response.text().catch(() => "");
    let answer: unknown;
    try {
      answer = text ? JSON.parse(text) : null;
    } catch {
      throw new Trouble(0);
    }
    if (!response.ok) throw new Trouble(response.status, answer as Problem);
    return { status: response.status, body: answer as T, etag: response.headers.get("etag"), location: response.headers.get("location") };
  }

  /**
   * Sends a list and follows it to its end: what it would change, what it changed, why it is held or
   * unreadable. The same key with the same list never does a thing twice.
   */
  async send(name: string, bytes: ArrayBuffer, order: { isCheck: boolean; mode: string; key: string }, progress: (job: ImportSummary) => void): Promise<Import> {
    const headers = {
      "Content-Type": "application/octet-stream",
      "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (c) => "%" + c.charCodeAt(0).toString(16))}`,
      "Idempotency-Key": order.key,
    };
    try {
      const { status, body, location } = await this.own<Import>("POST", `/imports?dry_run=${order.isCheck}&mode=${order.mode}`, bytes, headers);
      return status === 202 ? await this.follow(location, body, (job) => job.state === "running", progress) : body;
    } catch (cause) {
      // A list that is held or unreadable is told of as a problem; the import behind it says more.
      const id = cause instanceof Trouble && cause.problem.import_id;
      if (!id) throw cause;
      return this.import(id);
    }
  }

  /** Follows a job to its end. */
  async follow<T>(location: string | null, job: T, isRunning: (job: T) => boolean, progress: (job: T) => void): Promise<T> {
    const path = new URL(location ?? "", document.baseURI).pathname;
    for (let n = 0; isRunning(job); n++) {
      progress(job);
      await new Promise((done) => setTimeout(done, PAUSES_MS[Math.min(n, PAUSES_MS.length - 1)]));
      job = (await this.ask<T>("GET", path)).body;
    }
    return job;
  }

  async import(id: string): Promise<Import> {
    return (await this.own<Import>("GET", `/imports/${encodeURIComponent(id)}`)).body;
  }

  /** Reads a record, changes it, and puts it back where nobody has changed it in between. */
  async edit(localId: string, change: (record: Own) => void): Promise<void> {
    const path = `/groups/${encodeURIComponent(localId)}`;
    const { body, etag } = await this.own<Own>("GET", path);
    change(body);
    await this.own("PUT", path, body, { "If-Match": etag ?? "" });
  }
}
