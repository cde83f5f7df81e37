/** Calls to a Qdrant server: a limit in time, repetition of what may succeed later, errors that say what to do. */
import { QdrantClient } from "@qdrant/js-client-rest";
import type { Clock } from "../../platform/clock.ts";
import { AppError } from "../../platform/errors.ts";
import { type RetrySchedule, withRetries } from "../../platform/retry.ts";
import { IndexError, IndexUnavailableError } from "../chunk-index.ts";

export type QdrantConnectionOptions = {
  /** Addresses of one server or of the nodes of one cluster; the next one is asked when one does not answer. */
  readonly urls: readonly string[];
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
  /** Runs `work`; throws `IndexUnavailableError` when the server does not answer, `IndexError` when it refuses. */
  call<T>(work: (client: QdrantClient) => Promise<T>, signal?: AbortSignal): Promise<T>;
};

export function connectQdrant(options: QdrantConnectionOptions): QdrantConnection {
  const clients = options.urls.map((url) => clientOf(url, options));
  let current = 0;

  /** What the first address says that answers at all, beginning with the one that did last. */
  async function ask<T>(
    work: (client: QdrantClient) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly value: T } | { readonly error: unknown }> {
    let failure: unknown;
    for (let tried = 0; tried < clients.length; tried += 1) {
      signal?.throwIfAborted();
      const used = (current + tried) % clients.length;
      try {
        const value = await work(clients[used] as QdrantClient);
        current = used;
        return { value };
      } catch (error) {
        failure = error;
        if (!mayPass(error)) return { error };
      }
    }
    return { error: failure };
  }

  return {
    async call(work, signal) {
      const outcome = await withRetries(
        options.retries,
        options.clock,
        options.random,
        async () => {
          const value = await ask(work, signal);
          const isHopeful =
            "error" in value &&
            mayPass(value.error) &&
            (options.retryTimeouts || !isTimeout(value.error));
          return { kind: isHopeful ? "again" : "done", value } as const;
        },
        signal,
      );
      signal?.throwIfAborted();
      if ("value" in outcome) return outcome.value;
      throw readable(outcome.error, options.urls.join(", "));
    },
  };
}

export type Payload = Readonly<Record<string, unknown>> | null | undefined;

/** Every point that a scroll gives, page by page. */
export async function* scrolled(
  connection: QdrantConnection,
  collection: string,
  request: NonNullable<Parameters<QdrantClient["scroll"]>[1]>,
): AsyncGenerator<{ readonly id: string; readonly payload: Payload }> {
  let offset: unknown;
  do {
    const from = typeof offset === "string" || typeof offset === "number" ? { offset } : {};
    const page = await connection.call((client) =>
      client.scroll(collection, { ...request, ...from }),
    );
    for (const { id, payload } of page.points) yield { id: String(id), payload };
    offset = page.next_page_offset;
  } while (offset !== null && offset !== undefined);
}

function clientOf(
  url: string,
  options: Pick<QdrantConnectionOptions, "apiKey" | "timeoutMs">,
): QdrantClient {
  const address = new URL(url);
  return new QdrantClient({
    url: address.origin,
    ...(address.pathname === "/" ? {} : { prefix: address.pathname.replace(/\/$/, "") }),
    ...(options.apiKey === undefined ? {} : { apiKey: options.apiKey }),
    timeout: options.timeoutMs,
    // It would print warnings of its own; `doctor` asks for the version.
    checkCompatibility: false,
  });
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
