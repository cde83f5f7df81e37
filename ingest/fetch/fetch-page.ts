/** One page, fetched politely and conditionally: what happened, as a value. */
import type { Clock } from "../../src/platform/clock.ts";
import {
  HttpError,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
} from "../../src/platform/http.ts";
import {
  type RetrySchedule,
  retryAfterMs,
  type TryResult,
  withRetries,
} from "../../src/platform/retry.ts";
import { decodeText } from "./charset.ts";
import type { HostGate } from "./host-gate.ts";

export type Validators = {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
};

export type FetchOutcome =
  | {
      readonly kind: "page";
      readonly html: string;
      readonly validators: Validators;
      /** `X-Robots-Tag`, lower case. */
      readonly robots: string;
      /** The text has bytes that are not valid in its charset. */
      readonly damaged: boolean;
      readonly bytes: number;
    }
  | { readonly kind: "not-modified" }
  | {
      readonly kind: "redirect";
      readonly status: number;
      readonly to: string;
      readonly permanent: boolean;
    }
  /** The site says that there is no such page. */
  | { readonly kind: "gone"; readonly status: number }
  /** Nothing that can be read as a page: another type, too large, forbidden. */
  | { readonly kind: "unusable"; readonly reason: string }
  /** May work another time: 5xx, timeouts, broken connections. */
  | { readonly kind: "failed"; readonly reason: string };

/** Answers worth another try. */
const TEMPORARY = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

export const PAGE_RETRIES: RetrySchedule = { attempts: 4, baseMs: 500, maxMs: 60_000 };

/** How long to hold back when a host says 429 or 503 without saying for how long. */
const DEFAULT_SLOW_DOWN_MS = 1000;

export type PageFetcher = {
  readonly http: HttpClient;
  readonly gate: HostGate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly retries?: RetrySchedule;
  /** Sent with every request; a copy on this machine needs no compression. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

/** One request when it is its turn, packed where that pays. Throws `HttpError`, and the signal's reason when aborted. */
export function ask(fetcher: PageFetcher, url: string, request: HttpRequest): Promise<HttpAnswer> {
  const { http, gate, signal } = fetcher;
  const headers = { "accept-encoding": "gzip, br", ...fetcher.headers, ...request.headers };
  return gate.run(
    () => http.get(url, { ...request, headers, ...(signal === undefined ? {} : { signal }) }),
    signal,
  );
}

/** Fetches one address; throws only when aborted. Redirects are given back, not followed. */
export async function fetchPage(
  fetcher: PageFetcher,
  url: string,
  validators: Validators | undefined,
): Promise<FetchOutcome> {
  const headers: Record<string, string> = {
    accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
  };
  if (validators?.etag !== undefined) headers["if-none-match"] = validators.etag;
  if (validators?.lastModified !== undefined)
    headers["if-modified-since"] = validators.lastModified;

  return withRetries(
    fetcher.retries ?? PAGE_RETRIES,
    fetcher.clock,
    fetcher.random,
    () => attempt(fetcher, url, headers, validators !== undefined),
    fetcher.signal,
  );
}

async function attempt(
  fetcher: PageFetcher,
  url: string,
  headers: Readonly<Record<string, string>>,
  conditional: boolean,
): Promise<TryResult<FetchOutcome>> {
  let answer: HttpAnswer;
  try {
    answer = await ask(fetcher, url, { headers, redirect: "manual" });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const reason = error.code;
    switch (error.code) {
      case "private-address":
      case "bad-address":
      case "too-large":
        return { kind: "done", value: { kind: "unusable", reason } };
      case "timeout":
        // A host that hangs once hangs again; the next crawl tries anew.
        return { kind: "done", value: { kind: "failed", reason } };
      default:
        return { kind: "again", value: { kind: "failed", reason } };
    }
  }
  const { status } = answer;
  if (TEMPORARY.has(status)) {
    const asked = retryAfterMs(answer.headers["retry-after"], fetcher.clock.now());
    if (status === 429 || status === 503) {
      fetcher.gate.slowDown(Math.min(asked ?? DEFAULT_SLOW_DOWN_MS, PAGE_RETRIES.maxMs));
    }
    const value: FetchOutcome = { kind: "failed", reason: `status ${status}` };
    return { kind: "again", value, ...(asked === undefined ? {} : { waitMs: asked }) };
  }
  fetcher.gate.wentWell();
  return { kind: "done", value: outcomeOf(answer, url, conditional) };
}

function outcomeOf(answer: HttpAnswer, url: string, conditional: boolean): FetchOutcome {
  const { status, headers } = answer;
  if (status === 304) {
    return conditional
      ? { kind: "not-modified" }
      : { kind: "failed", reason: "status 304 unasked" };
  }
  if (status >= 300 && status < 400) {
    const to = URL.parse(headers["location"] ?? "", url);
    if (to === null || headers["location"] === undefined) {
      return { kind: "unusable", reason: "redirect without a usable address" };
    }
    return { kind: "redirect", status, to: to.href, permanent: status === 301 || status === 308 };
  }
  if (status === 404 || status === 410) return { kind: "gone", status };
  if (status !== 200) {
    const kind = status >= 500 ? "failed" : "unusable";
    return { kind, reason: `status ${status}` };
  }
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type !== "text/html" && type !== "application/xhtml+xml" && type !== "") {
    return { kind: "unusable", reason: `content type ${type.slice(0, 60)}` };
  }
  if (answer.body.length === 0) return { kind: "failed", reason: "empty body" };
  const { text, damaged } = decodeText(answer.body, headers["content-type"]);
  return {
    kind: "page",
    html: text,
    validators: { etag: headers["etag"], lastModified: headers["last-modified"] },
    robots: (headers["x-robots-tag"] ?? "").toLowerCase(),
    damaged,
    bytes: answer.body.length,
  };
}

/** A text file that may be there, redirects not followed; undefined when it is not, or cannot be read. */
export async function fetchText(fetcher: PageFetcher, url: string): Promise<string | undefined> {
  try {
    const accept = "text/markdown,text/plain";
    const answer = await ask(fetcher, url, { headers: { accept }, redirect: "manual" });
    const type = answer.headers["content-type"] ?? "";
    if (answer.status !== 200 || !/^text\/(?:markdown|plain|x-markdown)\b/i.test(type))
      return undefined;
    return decodeText(answer.body, type).text;
  } catch (error) {
    if (error instanceof HttpError) return undefined;
    throw error;
  }
}
