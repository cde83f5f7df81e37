/**
 * Language and embedding models behind any endpoint that speaks OpenAI's Chat Completions and Embeddings: OpenAI,
 * Azure, vLLM, Ollama, LM Studio, llama.cpp. The client library is loaded at the first call, so that a process
 * that never asks a model never pays for it.
 */
import type OpenAI from "openai";
import { z } from "zod";
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../platform/clock.ts";
import { findCause } from "../platform/errors.ts";
import { retryAfterMs, withRetries, type RetrySchedule } from "../platform/retry.ts";
import { createCircuitBreaker, type BreakerOptions } from "./circuit-breaker.ts";
import type { EmbeddingModel } from "./embedding-model.ts";
import { createEndpointFetch, EndpointReplyError, isSilence } from "./endpoint-fetch.ts";
import {
  afterRefusal,
  chatBody,
  firstGuess,
  isTooLong,
  namesCapability,
  type Capabilities,
} from "./endpoint-capabilities.ts";
import type { LanguageModel, ModelEvent, ModelRequest, TokenUsage } from "./language-model.ts";
import { ModelError, type ModelErrorCode } from "./model-error.ts";

export type EndpointOptions = {
  /** With the version path ("https://api.openai.com/v1"); a query (Azure's api-version) is sent with every call. */
  readonly baseUrl: string;
  readonly model: string;
  /** Local servers need none. */
  readonly apiKey?: string;
  readonly clock: Clock;
  /** In [0, 1), for the jitter of retries. */
  readonly random: () => number;
  readonly logger?: Logger;
  /**
   * Longest wait for the beginning of a reply, and between two parts of it. Default 600 000 for language models, whose
   * callers bring a deadline of their own (a local model may read a prompt for minutes), 60 000 for embeddings.
   */
  readonly silenceMs?: number;
  /** Longest reply, as streamed. Default 8 MiB for language models, 64 MiB for embeddings (64 vectors as JSON). */
  readonly maxReplyBytes?: number;
  readonly retries?: RetrySchedule;
  readonly breaker?: BreakerOptions;
};

const DEFAULT_RETRIES: RetrySchedule = { attempts: 3, baseMs: 500, maxMs: 8000 };
const DEFAULT_SILENCE_MS = 600_000;
const EMBEDDING_SILENCE_MS = 60_000;
const MAX_REPLY_BYTES = 8 * 1024 * 1024;
const MAX_EMBEDDING_BYTES = 64 * 1024 * 1024;
/** More steps down than there are capabilities; ends a loop that would not end by itself. */
const MOST_REFUSALS = 8;

type Library = typeof import("openai");

/** Base address, query and headers for the client; Azure wants its key under another name. */
function clientOptions(options: EndpointOptions) {
  const url = new URL(options.baseUrl);
  const query = Object.fromEntries(url.searchParams);
  const azure =
    "api-version" in query || /\.(?:azure\.com|azure\.us|azure\.cn)$/.test(url.hostname);
  url.search = "";
  url.hash = "";
  const key = options.apiKey ?? "none";
  const silenceMs = options.silenceMs ?? DEFAULT_SILENCE_MS;
  return {
    baseURL: url.href.replace(/\/+$/, ""),
    apiKey: key,
    adminAPIKey: null,
    organization: null,
    project: null,
    defaultQuery: query,
    ...(azure && options.apiKey !== undefined
      ? { defaultHeaders: { "api-key": key, Authorization: null } }
      : {}),
    fetch: createEndpointFetch(options.maxReplyBytes ?? MAX_REPLY_BYTES, silenceMs),
    maxRetries: 0,
    timeout: silenceMs,
    logLevel: "off" as const,
  };
}

/** What an endpoint says went wrong, in any of the shapes servers use; the key never appears in it. */
function refusalText(error: unknown, apiKey: string | undefined): string {
  const body = error as { readonly error?: unknown; readonly message?: unknown };
  const inner = body.error as { readonly message?: unknown; readonly detail?: unknown } | undefined;
  const parts = [inner, inner?.message, inner?.detail, body.message]
    .map((part) => (typeof part === "string" ? part : undefined))
    .filter((part) => part !== undefined);
  const text =
    parts[0] ??
    (inner !== null && typeof inner === "object" ? JSON.stringify(inner) : String(error));
  const safe = apiKey === undefined || apiKey === "" ? text : text.replaceAll(apiKey, "[key]");
  return safe.length > 300 ? `${safe.slice(0, 299)}\u2026` : safe;
}

function codeOf(library: Library, error: unknown, text: string): ModelErrorCode {
  if (error instanceof library.APIConnectionTimeoutError || isSilence(error)) return "timeout";
  if (error instanceof library.APIConnectionError) return "unreachable";
  if (error instanceof library.APIError) {
    const { status, code } = error as InstanceType<typeof library.APIError>;
    if (isTooLong(text)) return "too-long";
    if (code === "content_filter" || /content (?:management )?(?:filter|policy)/i.test(text)) {
      return "refused";
    }
    if (status === 401 || status === 403) return "unauthorized";
    if (status === 404) return "unknown-model";
    if (status === 429)
      return /insufficient_quota|billing/i.test(`${code} ${text}`) ? "quota" : "rate-limited";
    if (status !== undefined && status >= 500) return "server-error";
    if (status === 408) return "timeout";
    if (status === undefined) return "server-error";
    return "bad-request";
  }
  if (error instanceof TypeError && /fetch|network|terminated|socket/i.test(error.message))
    return "unreachable";
  if (error instanceof SyntaxError) return "bad-reply";
  return /terminated|ECONN|socket|premature|aborted/i.test(String(error))
    ? "unreachable"
    : "bad-reply";
}

const HINTS: Partial<Record<ModelErrorCode, string>> = {
  unauthorized: "Check OPENAI_API_KEY.",
  "unknown-model": "Check OPENAI_MODEL and OPENAI_BASE_URL (it ends in /v1 for most servers).",
  unreachable: "Check OPENAI_BASE_URL and that the server runs.",
  quota: "The account behind OPENAI_API_KEY has no quota left.",
  redirect: "Set OPENAI_BASE_URL to the address it points to, if you trust that.",
  "too-long": "Lower MODEL_TOKEN_BUDGET or use a model with a larger context.",
};

const SENTENCES: Record<ModelErrorCode, string> = {
  timeout: "The model endpoint did not answer in time.",
  unreachable: "The model endpoint cannot be reached.",
  unauthorized: "The model endpoint refused the key.",
  "unknown-model": "The model endpoint does not know this model or address.",
  "rate-limited": "The model endpoint is limiting our rate.",
  quota: "The model endpoint has no quota left for us.",
  "server-error": "The model endpoint failed.",
  "bad-request": "The model endpoint refused the request.",
  "bad-reply": "The model endpoint sent a reply that cannot be read.",
  "too-long": "The prompt does not fit the model.",
  redirect: "The model endpoint answers with a redirect, which is not followed.",
  "too-large": "The model endpoint's reply is too long.",
  refused: "The model refused to answer.",
  "cut-off": "The model endpoint broke off its reply.",
  "circuit-open": "The model endpoint failed several times and is left alone for a while.",
};

const WORTH_RETRYING = new Set<ModelErrorCode>([
  "unreachable",
  "rate-limited",
  "server-error",
  "cut-off",
  "bad-reply",
]);
/** Failures that say something about the endpoint's health rather than about one request. */
const COUNTED = new Set<ModelErrorCode>([
  "timeout",
  "unreachable",
  "rate-limited",
  "quota",
  "server-error",
  "cut-off",
]);

/** What both kinds of model share: the lazily loaded client, errors, retries and the breaker. */
class Endpoint {
  readonly options: EndpointOptions;
  readonly #breaker;
  #library: Library | undefined;
  #client: OpenAI | undefined;

  constructor(options: EndpointOptions) {
    this.options = options;
    this.#breaker = createCircuitBreaker(options.clock, options.breaker);
  }

  async client(): Promise<OpenAI> {
    this.#library ??= await import("openai");
    this.#client ??= new this.#library.OpenAI(clientOptions(this.options));
    return this.#client;
  }

  error(code: ModelErrorCode, detail: string, cause?: unknown): ModelError {
    const { model, baseUrl } = this.options;
    const hint = HINTS[code];
    return new ModelError(code, SENTENCES[code], {
      facts: {
        model,
        endpoint: new URL(baseUrl).host,
        ...(detail === "" ? {} : { detail }),
      },
      ...(hint === undefined ? {} : { hint }),
      ...(cause === undefined ? {} : { cause }),
    });
  }

  /** Any failure as a `ModelError`; the caller's own abort as the signal's reason. */
  toError(error: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted === true) return signal.reason;
    if (error instanceof ModelError) return error;
    const reply = findCause(error, EndpointReplyError);
    if (reply !== undefined) {
      const said = Object.values(reply.facts).join(" ");
      return this.error(reply.code as "redirect" | "too-large", said, error);
    }
    const text = refusalText(error, this.options.apiKey);
    const library = this.#library;
    return this.error(
      library === undefined ? "bad-reply" : codeOf(library, error, text),
      text,
      error,
    );
  }

  /** Runs `attempt` under the breaker and the retry schedule; an attempt that throws is tried again where it may help. */
  async retrying<T>(attempt: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const waitMs = this.#breaker.admit();
    if (waitMs > 0) throw this.error("circuit-open", `next try in ${Math.ceil(waitMs / 1000)} s`);
    const { clock, random, retries = DEFAULT_RETRIES, logger } = this.options;
    const outcome = await withRetries<{ readonly value: T } | { readonly error: unknown }>(
      retries,
      clock,
      random,
      async (number) => {
        try {
          return { kind: "done", value: { value: await attempt() } };
        } catch (thrown) {
          const error = this.toError(thrown, signal);
          if (!(error instanceof ModelError) || !WORTH_RETRYING.has(error.code as ModelErrorCode)) {
            return { kind: "done", value: { error } };
          }
          logger?.info("model-retry", { attempt: number, code: error.code });
          const after = this.#retryAfter(thrown);
          return {
            kind: "again",
            value: { error },
            ...(after === undefined ? {} : { waitMs: after }),
          };
        }
      },
      signal,
    );
    if ("value" in outcome) return outcome.value;
    this.failed(outcome.error);
    throw outcome.error;
  }

  succeeded(): void {
    this.#breaker.succeeded();
  }

  failed(error: unknown): void {
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    if (timedOut || (error instanceof ModelError && COUNTED.has(error.code as ModelErrorCode))) {
      this.#breaker.failed();
    }
  }

  isRefusal(error: unknown): boolean {
    const status = (error as { readonly status?: unknown } | undefined)?.status;
    // llama.cpp answers 500 or 501 for options and roles it does not take.
    if (status === 500 || status === 501) return namesCapability(this.refusal(error));
    return status === 400 || status === 422;
  }

  refusal(error: unknown): string {
    const { code } = error as { readonly code?: unknown };
    const text = refusalText(error, this.options.apiKey);
    return typeof code === "string" ? `${text} (${code})` : text;
  }

  #retryAfter(error: unknown): number | undefined {
    const headers = (error as { readonly headers?: unknown } | undefined)?.headers;
    if (!(headers instanceof Headers)) return undefined;
    const ms = Number(headers.get("retry-after-ms") ?? Number.NaN);
    if (Number.isFinite(ms)) return ms;
    return retryAfterMs(headers.get("retry-after") ?? undefined, this.options.clock.now());
  }
}

const Usage = z
  .object({ prompt_tokens: z.number().catch(0), completion_tokens: z.number().catch(0) })
  .transform((usage) => ({ input: usage.prompt_tokens, output: usage.completion_tokens }));

/** A part of a streamed reply, or a whole one from a server that does not stream. */
const Part = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }).nullish(),
        message: z
          .object({ content: z.string().nullish(), refusal: z.string().nullish() })
          .nullish(),
        text: z.string().nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: Usage.nullish().catch(undefined),
});

const TAIL_CHARACTERS = 16;
const ENDS_WHOLE = /[.!?。！？}\])"'”`]\s*$/u;

const estimateTokens = (characters: number) => Math.ceil(characters / 4);

/** A language model behind an OpenAI-compatible endpoint. Nothing is connected or loaded until the first request. */
export function openCompatibleModel(options: EndpointOptions): LanguageModel {
  const endpoint = new Endpoint(options);
  let known: Capabilities = firstGuess(new URL(options.baseUrl).hostname);

  /** Sends the request, stepping down from what the endpoint refuses; remembers what worked. */
  async function begin(request: ModelRequest, signal: AbortSignal): Promise<Response> {
    const client = await endpoint.client();
    let trying = known;
    for (let refusals = 0; ; refusals += 1) {
      try {
        const response = await client.chat.completions
          .create(chatBody(options.model, request, trying), { signal })
          .asResponse();
        known = trying;
        return response;
      } catch (error) {
        if (!endpoint.isRefusal(error) || refusals >= MOST_REFUSALS) throw error;
        const next = afterRefusal(trying, endpoint.refusal(error));
        if (next === undefined) throw error;
        trying = next;
      }
    }
  }

  async function* parts(response: Response, left: AbortController) {
    if (!(response.headers.get("content-type") ?? "").includes("json")) {
      const { Stream } = await import("openai/streaming");
      yield* Stream.fromSSEResponse<unknown>(response, left, await endpoint.client());
      return;
    }
    yield await response.json();
  }

  return {
    name: options.model,
    async *stream(request): AsyncGenerator<ModelEvent> {
      const { signal } = request;
      signal?.throwIfAborted();
      // Whoever stops reading ends the request.
      const left = new AbortController();
      const either = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
      try {
        // The first part belongs to the attempt: an endpoint that breaks before it has said anything is asked again.
        const { first, rest } = await endpoint.retrying(async () => {
          const iterator = parts(await begin(request, either), left);
          const opening = await iterator.next();
          signal?.throwIfAborted();
          if (opening.done === true) throw endpoint.error("bad-reply", "the reply was empty");
          return { first: opening.value, rest: iterator };
        }, signal);

        let characters = 0;
        let tail = "";
        let usage: TokenUsage | undefined;
        let finish: string | undefined;
        let refusal = "";
        try {
          for (let value: unknown = first; ;) {
            const part = Part.safeParse(value);
            if (part.success) {
              const choice = part.data.choices?.[0];
              const said = choice?.delta ?? choice?.message;
              const text = said?.content ?? choice?.text ?? "";
              refusal += said?.refusal ?? "";
              finish = choice?.finish_reason ?? finish;
              usage = part.data.usage ?? usage;
              characters += text.length;
              tail = (tail + text).slice(-TAIL_CHARACTERS);
              if (text !== "") yield { kind: "text", text };
            } else if (typeof value === "object" && value !== null && "error" in value) {
              throw endpoint.error("server-error", refusalText(value, options.apiKey));
            }
            const next = await rest.next();
            // The client library ends an aborted stream as if it were complete.
            signal?.throwIfAborted();
            if (next.done === true) break;
            value = next.value;
          }
        } catch (error) {
          const known = endpoint.toError(error, signal);
          const broken =
            known instanceof ModelError && known.code === "unreachable" && characters > 0;
          const final = broken ? endpoint.error("cut-off", "", error) : known;
          endpoint.failed(final);
          throw final;
        }
        endpoint.succeeded();
        if (finish === "content_filter" || (refusal !== "" && characters === 0)) {
          throw endpoint.error("refused", refusal.slice(0, 200));
        }
        const asked = request.messages.reduce((sum, { content }) => sum + content.length, 0);
        yield {
          kind: "end",
          usage: usage ?? { input: estimateTokens(asked), output: estimateTokens(characters) },
          // A stream that ends without saying why was cut, unless it ends like a reply.
          truncated: finish === "length" || (finish === undefined && !ENDS_WHOLE.test(tail)),
        };
      } finally {
        left.abort();
      }
    },
  };
}

const EmbeddingReply = z.object({
  data: z
    .array(z.object({ index: z.number().int().optional(), embedding: z.array(z.number()).min(1) }))
    .min(1),
});

export type EmbeddingOptions = EndpointOptions & {
  /** Most texts in one call. Default 64; halved when the endpoint refuses a batch or is too slow for it. */
  readonly batchLimit?: number;
};

function unitVector(values: readonly number[]): Float32Array {
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(values, (value) => (norm === 0 ? 0 : value / norm));
}

/** An embedding model behind an OpenAI-compatible endpoint. */
export function openCompatibleEmbedding(options: EmbeddingOptions): EmbeddingModel {
  const endpoint = new Endpoint({
    silenceMs: EMBEDDING_SILENCE_MS,
    maxReplyBytes: MAX_EMBEDDING_BYTES,
    ...options,
  });
  let dimensions: number | undefined;
  let batchLimit = options.batchLimit ?? 64;

  async function embedBatch(
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Float32Array[]> {
    const client = await endpoint.client();
    const response = await client.embeddings
      .create(
        // Without this the client asks for base64, which few servers know.
        { model: options.model, input: [...texts], encoding_format: "float" },
        signal === undefined ? {} : { signal },
      )
      .asResponse();
    const reply = EmbeddingReply.safeParse(await response.json());
    if (!reply.success)
      throw endpoint.error("bad-reply", z.prettifyError(reply.error).slice(0, 300));
    const rows = reply.data.data.map((row, place) => ({ ...row, index: row.index ?? place }));
    rows.sort((one, other) => one.index - other.index);
    if (rows.length !== texts.length || rows.some((row, place) => row.index !== place)) {
      throw endpoint.error("bad-reply", `${rows.length} vectors for ${texts.length} texts`);
    }
    dimensions ??= rows[0]?.embedding.length;
    const odd = rows.find((row) => row.embedding.length !== dimensions);
    if (odd !== undefined) {
      throw endpoint.error("bad-reply", `a vector of ${odd.embedding.length}, not ${dimensions}`);
    }
    return rows.map((row) => unitVector(row.embedding));
  }

  return {
    name: options.model,
    get dimensions() {
      return dimensions;
    },
    get batchLimit() {
      return batchLimit;
    },
    async embed(texts, signal) {
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length;) {
        const batch = texts.slice(at, at + batchLimit);
        try {
          vectors.push(...(await endpoint.retrying(() => embedBatch(batch, signal), signal)));
          endpoint.succeeded();
          at += batch.length;
        } catch (error) {
          // A model on a laptop may need minutes for what a hosted one does at once.
          const tooMuch =
            error instanceof ModelError &&
            (error.code === "bad-request" || error.code === "too-long" || error.code === "timeout");
          if (!tooMuch || batch.length === 1) throw error;
          batchLimit = Math.max(1, Math.floor(batch.length / 2));
          // Too much at once says nothing of the endpoint's health.
          endpoint.succeeded();
        }
      }
      return vectors;
    },
  };
}
