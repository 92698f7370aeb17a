// What the service answers, as far as it is shown (openapi/v1.json is the contract).

/** A search as it is sent: names of the contract. */
export interface Search {
  q?: string;
  place?: string;
  radius_km?: number;
  sort?: string;
  interpret?: boolean;
  wheelchair?: string;
  [list: string]: string | string[] | number | boolean | undefined;
}

export interface Named {
  value: string;
  label: string;
}

export interface FacetValue extends Named {
  count: number;
  selected: boolean;
}

export interface ContactPoint {
  id: string;
  name: string;
  phone: string | null;
  email: string | null;
  website: string | null;
  hours?: string | null;
}

export interface Group {
  id: string;
  name: string;
  topics: string[];
  summary: string | null;
  audience: string[];
  age_group: string[];
  gender: string;
  format: string;
  languages: string[];
  status: string;
  meeting: { text: string | null; rrule: string | null; next_at: string | null };
  venue: { name: string | null; street: string | null; town: string | null; postcode: string | null; district_name: string | null } | null;
  wheelchair: string;
  cost: string;
  open_for_new: string;
  website: string | null;
  contact: { phone: string | null; email: string | null };
  contact_point: ContactPoint;
  also_listed_by: { contact_point: { name: string } }[];
  verified_on: string | null;
  stale: boolean;
  distance_km: number | null;
  page_url: string;
  url: string;
  match: {
    tier: string;
    reason: string;
    via: string | null;
    highlights: { field: string; index: number; ranges: [number, number][] }[];
  } | null;
}

export interface Step {
  kind: string;
  label: string;
  count: number;
  request: Search | null;
  items: Group[];
  contact_points: ContactPoint[];
  links: { label: string; url: string | null; phone: string | null }[];
}

export interface Place {
  label: string;
  effect: string;
  request: Search | null;
}

export interface Answer {
  total: number;
  totals: Record<string, number>;
  items: Group[];
  facets: Record<string, FacetValue[]>;
  interpretation: {
    concepts: { id: string; label: string }[];
    place: Place | null;
    place_alternatives: Place[];
    corrections: { from: string; to: string }[];
    dropped_words: string[];
    alternatives: { label: string; group_count: number; request: Search }[];
    [terms: string]: unknown;
  };
  fallback: { reason: string; steps: Step[] } | null;
  crisis_help: {
    text: string;
    contacts: { label: string; phone: string; tel: string; url: string | null; hours: string | null }[];
  } | null;
  next_cursor: string | null;
}

/** Why there is no answer. */
export class Failure extends Error {
  constructor(
    readonly kind: "offline" | "error" | "busy" | "place" | "request",
    readonly suggestions: string[] = [],
  ) {
    super(kind);
  }
}

const PATIENCE_MS = 15000;

/** Sends a search in the body of a POST, so that it stands in no address. Tries once more when the line breaks. */
export async function post(endpoint: string, search: Search, signal: AbortSignal): Promise<[Answer, boolean]> {
  const body = JSON.stringify(search);
  for (let attempt = 0; ; attempt++) {
    const own = new AbortController();
    const stop = () => own.abort();
    signal.addEventListener("abort", stop);
    const timer = setTimeout(stop, PATIENCE_MS);
    try {
      const response = await fetch(endpoint + "/v1/groups/search", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body,
        signal: own.signal,
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
      if (response.ok) return [await response.json(), response.headers.get("wegweiser-data") === "example"];
      if (response.status === 429 || response.status === 503) throw new Failure("busy");
      if (response.status !== 400) throw new Failure("error");
      const problem = await response.json();
      const wrong = (problem.errors ?? []).find((one: { pointer?: string }) => one.pointer === "/place");
      throw wrong ? new Failure("place", wrong.suggestions) : new Failure("request");
    } catch (cause) {
      if (cause instanceof Failure || signal.aborted) throw cause;
      if (attempt || own.signal.aborted) throw new Failure(navigator.onLine === false ? "offline" : "error");
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
  }
}
