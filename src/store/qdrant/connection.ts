/** Calls to a Qdrant server: a limit in time, repetition of what may succeed later, errors that say what to do. */
import { QdrantClient } from "@qdrant/js-client-rest";
import type { Clock } from "../../platform/clock.ts";
import { AppError } from "../../platform/errors.ts";
import { type RetrySchedule, withRetries } from "../../platform/retry.ts";
import { IndexError, IndexUnavailableError } from "../chunk-index.ts";

export type QdrantConnectionOptions = {
  readonly url: string;
  readonly apiKey?: string;
  readonly clock: Clock;
  /** In [0, 1); spreads repetitions. */
  readonly random: () => number;
  /** For one call. */
  readonly timeoutMs: number;
  readonly retries: RetrySchedule;
  /** Try again after a call that was not answered in time: when nobody waits for the result. */
  readonly retryTimeouts: boolean;
};

export type QdrantConnection = {
  readonly url: string;
  /** Runs `work`; throws `IndexUnavailableError` when the server does not answer, `IndexError` when it refuses. */
  call<T>(work: (client: QdrantClient) => Promise<T>, signal?: AbortSignal): Promise<T>;
};

export function connectQdrant(options: QdrantConnectionOptions): QdrantConnection {
  const address = new URL(options.url);
  const client = new QdrantClient({
    url: address.origin,
    ...(address.pathname === "/" ? {} : { prefix: address.pathname.replace(/\/$/, "") }),
    ...(options.apiKey === undefined ? {} : { apiKey: options.apiKey }),
    timeout: options.timeoutMs,
    // It would print warnings of its own; `doctor` asks for the version.
    checkCompatibility: false,
  });
  return {
    url: options.url,
    async call(work, signal) {
      type Outcome =
        | { readonly value: Awaited<ReturnType<typeof work>> }
        | { readonly error: unknown };
      const outcome = await withRetries<Outcome>(
        options.retries,
        options.clock,
        options.random,
        async () => {
          try {
            return { kind: "done", value: { value: await work(client) } };
          } catch (error) {
            const isHopeful = mayPass(error) && (options.retryTimeouts || !isTimeout(error));
            return { kind: isHopeful ? "again" : "done", value: { error } };
          }
        },
        signal,
      );
      signal?.throwIfAborted();
      if ("value" in outcome) return outcome.value;
      throw readable(outcome.error, options.url);
    },
  };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error && typeof error.status === "number"
    ? error.status
    : undefined;
}

/** True for what another try may mend: no connection, no answer in time, a server that is busy or starting. */
function mayPass(error: unknown): boolean {
  if (error instanceof AppError) return false;
  const status = statusOf(error);
  return status === undefined || status === 429 || status >= 500;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.constructor.name === "QdrantClientTimeoutError";
}

function readable(error: unknown, url: string): unknown {
  if (error instanceof AppError) return error;
  const status = statusOf(error);
  const reason = reasonOf(error);
  const facts = { server: url, reason: reason.slice(0, 500) };
  if (status === 401 || status === 403) {
    return new IndexUnavailableError("index-key", "The Qdrant server refuses the key.", {
      facts,
      hint: "Check QDRANT_API_KEY.",
      cause: error,
    });
  }
  if (status === 404) {
    return new IndexUnavailableError("index-missing", "The Qdrant server has no such collection.", {
      facts,
      hint: "Build the index again with `npm run ingest`.",
      cause: error,
    });
  }
  if (status !== undefined && status < 500 && status !== 429) {
    return new IndexError("index-refused", "The Qdrant server refused a request.", {
      facts,
      cause: error,
    });
  }
  return new IndexUnavailableError("index-down", "The Qdrant server does not answer.", {
    facts,
    hint: "Start it, or check QDRANT_URL.",
    cause: error,
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const data: unknown = "data" in error ? error.data : undefined;
  const detail = data === undefined ? "" : `: ${JSON.stringify(data)}`;
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.message}${detail}${cause}`;
}
