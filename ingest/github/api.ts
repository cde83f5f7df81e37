/**
 * GitHub's REST and GraphQL, as far as reading needs it: pages by their `Link`, conditional requests, and the limits
 * that GitHub asks clients to keep (docs.github.com, "Best practices for using the REST API"): one request at a time,
 * `retry-after` and `x-ratelimit-reset` waited for.
 */
import { z } from "zod";
import type { Clock } from "../../src/platform/clock.ts";
import { AppError } from "../../src/platform/errors.ts";
import { type HttpClient, HttpError } from "../../src/platform/http.ts";

/** GitHub does not answer as it should: no such repository, a refused token, a limit that lasts too long. */
export class GithubError extends AppError {}

export type GithubOptions = {
  /** "https://api.github.com", or that of an enterprise server. */
  readonly apiUrl: string;
  readonly token?: string;
  /** Reaches the API, wherever the operator has it. */
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal?: AbortSignal;
  /** Told when a limit has to be waited for. */
  readonly note?: (text: string) => void;
};

export type GithubAnswer =
  | { readonly kind: "not-modified" }
  | { readonly kind: "missing" }
  | {
      readonly kind: "page";
      readonly items: unknown;
      readonly etag: string | undefined;
      /** Address of the next page; undefined on the last. */
      readonly next: string | undefined;
    };

export interface GithubApi {
  /** Requests made so far. */
  readonly requests: number;
  readonly hasToken: boolean;
  /** Where people see what the API gives: "https://github.com". */
  readonly webUrl: string;
  /** `address` is a path below the API, or the `next` of a page. */
  get(address: string, etag?: string): Promise<GithubAnswer>;
  /** The `data` of a GraphQL query. Throws `GithubError` without a token. */
  query(query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** A hundred issues of the longest kind are less. */
const MAX_BYTES = 32 * 1024 * 1024;
const LIMITS = { timeoutMs: 30_000, maxBytes: MAX_BYTES, maxUnpackedBytes: MAX_BYTES };
const ATTEMPTS = 5;
/** What is asked to be waited for longer than this is left for the next run, which goes on from there. */
const MAX_WAIT_MS = 10 * 60_000;
/** Without a time to wait GitHub asks for a minute, then for longer each time. */
const SECONDARY_WAIT_MS = 60_000;

export function createGithubApi(options: GithubOptions): GithubApi {
  const { clock, token } = options;
  const base = options.apiUrl.replace(/\/+$/, "");
  const { origin } = new URL(base);
  let requests = 0;

  async function send(
    url: URL,
    extra: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      options.signal?.throwIfAborted();
      requests += 1;
      let answer: Answer;
      try {
        const got = await options.http.get(url.href, {
          headers: { ...headersOf(token), ...extra },
          redirect: "manual",
          limits: LIMITS,
          ...(body === undefined ? {} : { body }),
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        });
        answer = { ...got, body: got.body.toString("utf8") };
      } catch (error) {
        options.signal?.throwIfAborted();
        if (error instanceof HttpError && error.code === "too-large")
          throw strange(url, error.message);
        if (attempt < ATTEMPTS) {
          await clock.sleep(1000 * 2 ** attempt * (0.5 + options.random() / 2), options.signal);
          continue;
        }
        throw new GithubError("github", "GitHub cannot be reached.", {
          facts: {
            address: url.href,
            reason: error instanceof Error ? error.message : String(error),
          },
          hint: "Run it again later: it goes on where it stopped. The live index is as it was.",
          cause: error,
        });
      }
      const wait = waitFor(answer, clock.now(), attempt);
      if (wait === undefined) return answer;
      if (wait > MAX_WAIT_MS || attempt >= ATTEMPTS)
        throw limited(answer, url, clock.now() + wait, token !== undefined);
      if (wait > 5000) options.note?.(`GitHub asks to wait ${Math.ceil(wait / 1000)} seconds`);
      await clock.sleep(wait, options.signal);
    }
  }

  return {
    get requests() {
      return requests;
    },
    hasToken: token !== undefined,
    webUrl: base.endsWith("/api/v3") ? origin : "https://github.com",
    async get(address, etag) {
      const url = new URL(/^https?:/i.test(address) ? address : `${base}${address}`);
      // The token goes to the API alone, whatever an answer names as its next page.
      if (url.origin !== origin) throw strange(url, "the next page is on another host");
      const answer = await send(url, etag === undefined ? {} : { "if-none-match": etag });
      if (answer.status === 304) return { kind: "not-modified" };
      if (answer.status === 404 || answer.status === 410 || answer.status === 451)
        return { kind: "missing" };
      if (answer.status >= 300) throw refused(answer, url);
      return {
        kind: "page",
        items: parsed(answer, url),
        etag: answer.headers["etag"],
        next: nextOf(answer.headers["link"]),
      };
    },
    async query(query, variables) {
      const url = new URL(graphqlUrl(base));
      const answer = await send(
        url,
        { "content-type": "application/json" },
        JSON.stringify({ query, variables }),
      );
      if (answer.status !== 200) throw refused(answer, url);
      const read = Reply.safeParse(parsed(answer, url));
      if (!read.success || read.data.data === undefined || read.data.data === null) {
        throw strange(
          url,
          read.success
            ? (read.data.errors?.[0]?.message ?? "no data")
            : "not in the form of GraphQL",
        );
      }
      return read.data.data;
    },
  };
}

const Reply = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

function headersOf(token: string | undefined): Readonly<Record<string, string>> {
  return {
    accept: "application/vnd.github+json",
    "user-agent": "ask-marvin",
    "x-github-api-version": "2022-11-28",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

/** An enterprise server has REST below "/api/v3" and GraphQL below "/api". */
function graphqlUrl(base: string): string {
  return base.endsWith("/api/v3") ? `${base.slice(0, -"/v3".length)}/graphql` : `${base}/graphql`;
}

/** How long to wait before the same request is sent again; undefined when the answer is one. */
function waitFor(
  { status, headers, body }: Answer,
  now: number,
  attempt: number,
): number | undefined {
  if (status >= 500) return 1000 * 2 ** attempt;
  const isLimit =
    status === 429 ||
    (status === 403 &&
      (headers["x-ratelimit-remaining"] === "0" ||
        headers["retry-after"] !== undefined ||
        /rate limit/i.test(body)));
  if (!isLimit) return undefined;
  const seconds = Number(headers["retry-after"]);
  if (headers["retry-after"] !== undefined && Number.isFinite(seconds))
    return Math.max(0, seconds) * 1000;
  const reset = Number(headers["x-ratelimit-reset"]);
  if (headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset)) {
    return Math.max(1000, reset * 1000 - now + 1000);
  }
  return SECONDARY_WAIT_MS * 2 ** (attempt - 1);
}

/** Address of rel="next" in a Link header. */
export function nextOf(link: string | undefined): string | undefined {
  for (const part of (link ?? "").slice(0, 8000).split(",")) {
    const match = /^\s*<([^<>]+)>\s*;(.*)$/.exec(part);
    if (match !== null && /\brel="?next"?/.test(match[2] ?? "")) return match[1];
  }
  return undefined;
}

function parsed({ body }: Answer, url: URL): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw strange(url, "not JSON");
  }
}

function limited(answer: Answer, url: URL, until: number, hasToken: boolean): GithubError {
  return new GithubError("github-limit", "GitHub's limit of requests is used up.", {
    facts: {
      address: url.href,
      status: String(answer.status),
      until: new Date(until).toISOString(),
    },
    hint: hasToken
      ? "Run it again after that time: it goes on where it stopped."
      : "With a token the limit is much higher: set GITHUB_TOKEN. The next run goes on where this one stopped.",
  });
}

function refused({ status, body }: Answer, url: URL): GithubError {
  const message = /"message"\s*:\s*"([^"]{1,200})"/.exec(body)?.[1] ?? "";
  return new GithubError("github", `GitHub answered with status ${status}.`, {
    facts: { address: url.href, ...(message === "" ? {} : { message }) },
    hint:
      status === 401
        ? "The token in GITHUB_TOKEN is not valid."
        : "Check the name of the repository and what the token may read.",
  });
}

function strange(url: URL, reason: string): GithubError {
  return new GithubError("github", "GitHub's answer cannot be read.", {
    facts: { address: url.href, reason },
    hint: "Run it again later; the live index is as it was.",
  });
}
