/**
 * An OpenAI-compatible endpoint on loopback that plays a script and can have the habits of the servers people run.
 * It refuses what the imitated server refuses, in that server's words, and counts what it was asked. A request
 * beyond the script is answered 500 and remembered in `offScript`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Flavour =
  | "openai"
  | "openai-reasoning"
  | "azure"
  | "vllm"
  | "ollama"
  | "lm-studio"
  | "llama-cpp"
  | "bare";

export type ScriptStep =
  /** Streamed in pieces of `pieceLength` characters (default 17), or in the given pieces as they come. */
  | {
      readonly reply: string | AsyncIterable<string>;
      readonly pieceLength?: number;
      readonly finish?: "stop" | "length" | "content_filter" | "none";
    }
  | { readonly refusal: string }
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** Says this much, then drops the connection. */
  | { readonly cutAfter: string }
  /** Says this much, then nothing. */
  | { readonly hangAfter: string }
  /** An error object in the middle of the stream. */
  | { readonly failAfter: string; readonly message: string }
  | { readonly malformed: true }
  /** Ignores `stream` and answers with one JSON object. */
  | { readonly whole: string };

export type RecordedRequest = {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Readonly<Record<string, unknown>>;
};

export interface FakeModelEndpoint extends AsyncDisposable {
  readonly baseUrl: string;
  /** Every request, the refused ones too. */
  readonly requests: readonly RecordedRequest[];
  readonly offScript: readonly string[];
  /** Connections the client gave up before the reply was complete. */
  readonly abandoned: () => number;
}

type Refusal = { readonly status: number; readonly body: unknown };

const openAiError = (message: string, param: string, code = "unsupported_parameter") => ({
  error: { message, type: "invalid_request_error", param, code },
});

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** What the imitated server says to a request it does not take; undefined when it takes it. */
function refusal(flavour: Flavour, { body, headers, query }: RecordedRequest): Refusal | undefined {
  const format = isObject(body["response_format"]) ? body["response_format"]["type"] : undefined;
  const messages = Array.isArray(body["messages"]) ? body["messages"] : [];
  const system = messages.some((message) => isObject(message) && message["role"] === "system");
  if (flavour === "openai" && headers.authorization !== "Bearer test-key") {
    return { status: 401, body: openAiError("Incorrect API key provided.", "", "invalid_api_key") };
  }
  if (flavour === "azure" && headers["api-key"] !== "test-key") {
    return { status: 401, body: { error: { code: "401", message: "Access denied" } } };
  }
  if (flavour === "azure" && query.get("api-version") === null) {
    return { status: 404, body: { error: { code: "404", message: "Resource not found" } } };
  }
  if (flavour === "azure" || flavour === "openai-reasoning") {
    if ("max_tokens" in body) {
      const message =
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
      return { status: 400, body: openAiError(message, "max_tokens") };
    }
    if ("temperature" in body) {
      const message =
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.";
      return { status: 400, body: openAiError(message, "temperature", "unsupported_value") };
    }
  }
  if (flavour === "vllm" && "max_completion_tokens" in body) {
    const message = "[{'type': 'extra_forbidden', 'loc': ('body', 'max_completion_tokens')}]";
    return { status: 400, body: { object: "error", message, type: "BadRequestError", code: 400 } };
  }
  if (flavour === "lm-studio" && format === "json_object") {
    return {
      status: 400,
      body: { error: "'response_format.type' must be 'json_schema' or 'text'" },
    };
  }
  if (flavour === "llama-cpp" && format === "json_schema") {
    const error = { code: 400, message: "failed to parse grammar", type: "invalid_request_error" };
    return { status: 400, body: { error } };
  }
  if (flavour === "llama-cpp" && system) {
    const error = { code: 500, message: "System role not supported", type: "server_error" };
    return { status: 500, body: { error } };
  }
  if (flavour === "bare") {
    // Refuses whatever it does not know, and never says what that was.
    const known = new Set(["model", "messages", "stream", "max_tokens"]);
    if (!Object.keys(body).every((key) => known.has(key))) {
      return { status: 422, body: { detail: "Unprocessable Entity" } };
    }
  }
  return undefined;
}

const NO_USAGE = new Set<Flavour>(["llama-cpp", "bare"]);

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = "";
  for await (const part of request) text += String(part);
  const parsed: unknown = text === "" ? {} : JSON.parse(text);
  return isObject(parsed) ? parsed : {};
}

function embeddings(body: Readonly<Record<string, unknown>>): unknown {
  const input = Array.isArray(body["input"]) ? body["input"] : [body["input"]];
  return {
    object: "list",
    model: body["model"],
    data: input.map((text, index) => ({
      object: "embedding",
      index,
      embedding: [String(text).length, String(text).codePointAt(0) ?? 0, 1],
    })),
    usage: { prompt_tokens: 1, total_tokens: 1 },
  };
}

async function play(
  step: ScriptStep,
  flavour: Flavour,
  body: Readonly<Record<string, unknown>>,
  response: ServerResponse,
): Promise<void> {
  const usage = { prompt_tokens: 120, completion_tokens: 34, total_tokens: 154 };
  const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof value === "string" ? value : JSON.stringify(value));
  };
  if ("status" in step) {
    json(step.status, step.body ?? { error: { message: "scripted fault" } }, step.headers);
    return;
  }
  if ("whole" in step) {
    const message = { role: "assistant", content: step.whole };
    json(200, { choices: [{ index: 0, message, finish_reason: "stop" }], usage });
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  const send = (value: unknown) => response.write(`data: ${JSON.stringify(value)}\n\n`);
  const say = (delta: unknown, finish: string | null = null) =>
    send({
      id: "x",
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  say({ role: "assistant" });
  if ("malformed" in step) {
    response.write("data: {not json\n\n");
    response.end();
    return;
  }
  if ("cutAfter" in step) {
    say({ content: step.cutAfter });
    // Long enough for what was written to leave; the client sees text, then a reset.
    setTimeout(() => response.destroy(), 20);
    return;
  }
  if ("hangAfter" in step) {
    if (step.hangAfter !== "") say({ content: step.hangAfter });
    return;
  }
  if ("failAfter" in step) {
    say({ content: step.failAfter });
    send({ error: { message: step.message, type: "server_error" } });
    response.end();
    return;
  }
  if ("refusal" in step) {
    say({ refusal: step.refusal });
    say({}, "stop");
  } else {
    if (typeof step.reply === "string") {
      const length = step.pieceLength ?? 17;
      for (let at = 0; at < step.reply.length; at += length) {
        say({ content: step.reply.slice(at, at + length) });
      }
    } else {
      for await (const piece of step.reply) say({ content: piece });
    }
    if (step.finish !== "none") say({}, step.finish ?? "stop");
  }
  if (isObject(body["stream_options"]) && !NO_USAGE.has(flavour)) send({ choices: [], usage });
  response.end("data: [DONE]\n\n");
}

export async function startFakeModelEndpoint(options: {
  readonly flavour?: Flavour;
  readonly script?: readonly ScriptStep[];
  /** Largest batch of texts; a larger one is refused. */
  readonly embeddingBatch?: number;
  /** Largest batch that is answered at all; a larger one is left waiting. */
  readonly embeddingsInTime?: number;
}): Promise<FakeModelEndpoint> {
  const { flavour = "openai", script = [] } = options;
  const { embeddingBatch = 1000, embeddingsInTime = 1000 } = options;
  const requests: RecordedRequest[] = [];
  const offScript: string[] = [];
  let next = 0;
  let abandoned = 0;

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? "/", "http://loopback");
    const request: RecordedRequest = {
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: await readBody(incoming),
    };
    requests.push(request);
    const json = (status: number, value: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    if (url.pathname.endsWith("/embeddings")) {
      const input = request.body["input"];
      if (Array.isArray(input) && input.length > embeddingBatch) {
        json(400, { error: { message: `batch larger than ${embeddingBatch}` } });
        return;
      }
      if (Array.isArray(input) && input.length > embeddingsInTime) return;
      const step = script[next];
      if (step !== undefined && "status" in step) {
        next += 1;
        await play(step, flavour, request.body, response);
        return;
      }
      json(200, embeddings(request.body));
      return;
    }
    if (!url.pathname.endsWith("/chat/completions")) {
      offScript.push(`${incoming.method ?? ""} ${url.pathname}`);
      json(404, { error: { message: "no such path" } });
      return;
    }
    const refused = refusal(flavour, request);
    if (refused !== undefined) {
      json(refused.status, refused.body);
      return;
    }
    const step = script[next];
    next += 1;
    if (step === undefined) {
      offScript.push(`request ${next}`);
      json(500, { error: { message: "off script" } });
      return;
    }
    response.on("close", () => {
      if (!response.writableFinished) abandoned += 1;
    });
    await play(step, flavour, request.body, response);
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  const path = flavour === "azure" ? "/openai/deployments/gpt?api-version=2025-01-01" : "/v1";

  return {
    baseUrl: `http://127.0.0.1:${port}${path}`,
    requests,
    offScript,
    abandoned: () => abandoned,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
