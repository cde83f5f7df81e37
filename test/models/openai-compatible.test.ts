import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ModelError } from "../../src/models/model-error.ts";
import type { ModelRequest } from "../../src/models/language-model.ts";
import {
  openCompatibleEmbedding,
  openCompatibleModel,
  type EndpointOptions,
} from "../../src/models/openai-compatible.ts";
import type { Clock } from "../../src/platform/clock.ts";
import {
  startFakeModelEndpoint,
  type FakeModelEndpoint,
  type Flavour,
  type ScriptStep,
} from "../support/fake-model-endpoint.ts";

const REQUEST: ModelRequest = {
  messages: [
    { role: "system", content: "Be exact." },
    { role: "user", content: "What is a flow?" },
  ],
  schema: { name: "answer", schema: { type: "object" } },
  maxOutputTokens: 50,
};

/** Never waits; remembers for how long it was asked to. */
function fakeClock(): Clock & { readonly waits: number[]; advance(ms: number): void } {
  let now = 1_800_000_000_000;
  const waits: number[] = [];
  return {
    waits,
    advance(ms) {
      now += ms;
    },
    now: () => now,
    elapsed: () => now,
    sleep(ms) {
      waits.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
}

function modelAt(endpoint: FakeModelEndpoint, more: Partial<EndpointOptions> = {}) {
  return openCompatibleModel({
    baseUrl: endpoint.baseUrl,
    model: "test-model",
    apiKey: "test-key",
    clock: fakeClock(),
    random: () => 0.5,
    ...more,
  });
}

async function collect(model: ReturnType<typeof modelAt>, request: ModelRequest = REQUEST) {
  let text = "";
  let end: { usage: unknown; truncated: boolean } | undefined;
  for await (const event of model.stream(request)) {
    if (event.kind === "text") text += event.text;
    else end = { usage: event.usage, truncated: event.truncated };
  }
  return { text, ...end };
}

async function failure(work: Promise<unknown>): Promise<ModelError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModelError);
  return error as ModelError;
}

const start = (script: readonly ScriptStep[], flavour: Flavour = "openai") =>
  startFakeModelEndpoint({ flavour, script });

describe("openCompatibleModel", () => {
  it("streams the text, then the usage", async () => {
    await using endpoint = await start([{ reply: "A flow is a function." }]);

    const reply = await collect(modelAt(endpoint));

    expect(reply).toEqual({
      text: "A flow is a function.",
      usage: { input: 120, output: 34 },
      truncated: false,
    });
    expect(endpoint.requests[0]?.body).toMatchObject({
      model: "test-model",
      stream: true,
      max_tokens: 50,
      temperature: 0,
      response_format: { type: "json_schema", json_schema: { name: "answer", strict: true } },
    });
  });

  it.each([
    ["openai", 1, {}],
    ["openai-reasoning", 3, { max_completion_tokens: 50 }],
    ["azure", 3, { max_completion_tokens: 50 }],
    ["vllm", 1, { max_tokens: 50 }],
    ["ollama", 1, { max_tokens: 50 }],
    ["lm-studio", 1, { response_format: { type: "json_schema" } }],
    ["bare", 5, { max_tokens: 50 }],
  ] as const)("finds out what %s takes, and remembers it", async (flavour, tries, last) => {
    await using endpoint = await start([{ reply: "one" }, { reply: "two" }], flavour);
    const model = modelAt(endpoint);

    const first = await collect(model);
    const afterFirst = endpoint.requests.length;
    const second = await collect(model);

    expect([first.text, second.text]).toEqual(["one", "two"]);
    expect(afterFirst).toBe(tries);
    expect(endpoint.requests).toHaveLength(tries + 1);
    expect(endpoint.requests.at(-1)?.body).toMatchObject(last);
    expect(endpoint.offScript).toEqual([]);
  });

  it("puts the rules into the user message for a model without a system role", async () => {
    await using endpoint = await start([{ reply: "ok" }], "llama-cpp");
    const model = modelAt(endpoint);

    const reply = await collect(model);

    expect(reply.text).toBe("ok");
    expect(endpoint.requests.at(-1)?.body).toMatchObject({
      messages: [{ role: "user", content: "Be exact.\n\nWhat is a flow?" }],
      response_format: { type: "json_object" },
    });
    expect(reply.usage).toEqual({ input: 6, output: 1 });
  });

  it("sends Azure its key and version the way Azure wants them", async () => {
    await using endpoint = await start([{ reply: "ok" }], "azure");

    await collect(modelAt(endpoint));

    const request = endpoint.requests[0];
    expect(request?.path).toBe("/openai/deployments/gpt/chat/completions");
    expect(request?.headers["api-key"]).toBe("test-key");
    expect(request?.headers.authorization).toBeUndefined();
  });

  it("reads a server that ignores streaming", async () => {
    await using endpoint = await start([{ whole: "all at once" }], "ollama");

    expect(await collect(modelAt(endpoint))).toMatchObject({
      text: "all at once",
      truncated: false,
      usage: { input: 120, output: 34 },
    });
  });

  it.each([
    ["length", true],
    ["none", true],
    ["stop", false],
  ] as const)("finish %s: truncated is %s", async (finish, truncated) => {
    await using endpoint = await start([{ reply: "x", finish }]);

    expect(await collect(modelAt(endpoint))).toMatchObject({ truncated });
  });

  it("tries again after a failure, and waits as long as it was told to", async () => {
    await using endpoint = await start([
      { status: 500 },
      { status: 429, headers: { "retry-after": "3" } },
      { reply: "back" },
    ]);
    const clock = fakeClock();

    const reply = await collect(modelAt(endpoint, { clock }));

    expect(reply.text).toBe("back");
    expect(clock.waits).toEqual([375, 3000]);
  });

  it("does not wait longer than a person would", async () => {
    await using endpoint = await start([{ status: 429, headers: { "retry-after": "600" } }]);

    const error = await failure(collect(modelAt(endpoint)));

    expect(error.code).toBe("rate-limited");
    expect(endpoint.requests).toHaveLength(1);
  });

  it.each([
    [{ status: 401, body: { error: { message: "bad key" } } }, "unauthorized"],
    [
      { status: 404, body: { error: { message: "The model `x` does not exist" } } },
      "unknown-model",
    ],
    [{ status: 429, body: { error: { message: "quota", code: "insufficient_quota" } } }, "quota"],
    [
      {
        status: 400,
        body: { error: { message: "This model's maximum context length is 8192 tokens" } },
      },
      "too-long",
    ],
    [
      { status: 400, body: { error: { message: "content filter", code: "content_filter" } } },
      "refused",
    ],
    [{ refusal: "I cannot help with that." }, "refused"],
    [{ reply: "x", finish: "content_filter" }, "refused"],
  ] as const)("names the failure: %j is %s", async (step, code) => {
    await using endpoint = await start([step, step, step]);

    const error = await failure(collect(modelAt(endpoint)));

    expect(error.code).toBe(code);
  });

  it("names an endpoint that is not there, without its key", async () => {
    const endpoint = await start([]);
    const model = modelAt(endpoint);
    await endpoint[Symbol.asyncDispose]();

    const error = await failure(collect(model));

    expect(error.code).toBe("unreachable");
    expect(JSON.stringify([error.message, error.facts, error.hint])).not.toContain("test-key");
  });

  it("never repeats a key that the endpoint echoes", async () => {
    await using endpoint = await start([
      { status: 403, body: { error: { message: "key test-key is not allowed" } } },
    ]);

    const error = await failure(collect(modelAt(endpoint)));

    expect(error.facts["detail"]).toBe("key [key] is not allowed");
  });

  it("gives what came before the connection broke, then says so", async () => {
    await using endpoint = await start([{ cutAfter: "half a sent" }]);
    const model = modelAt(endpoint);
    const seen: string[] = [];

    const error = await failure(
      (async () => {
        for await (const event of model.stream(REQUEST)) {
          if (event.kind === "text") seen.push(event.text);
        }
      })(),
    );

    expect(seen).toEqual(["half a sent"]);
    expect(error.code).toBe("cut-off");
  });

  it.each([
    [{ malformed: true }, "bad-reply"],
    [{ failAfter: "some", message: "CUDA out of memory" }, "server-error"],
  ] as const)("fails on %j with %s", async (step, code) => {
    await using endpoint = await start([step, step, step]);

    expect((await failure(collect(modelAt(endpoint)))).code).toBe(code);
  });

  it("gives up an endpoint that falls silent", async () => {
    await using endpoint = await start([{ hangAfter: "and then" }]);

    const error = await failure(collect(modelAt(endpoint, { silenceMs: 60 })));

    expect(error.code).toBe("timeout");
  });

  it("ends at once with the caller's reason, and hangs up", async () => {
    await using endpoint = await start([{ hangAfter: "and then" }]);
    const controller = new AbortController();
    const reason = new Error("the user went away");
    const seen: string[] = [];

    await expect(
      (async () => {
        for await (const event of modelAt(endpoint).stream({
          ...REQUEST,
          signal: controller.signal,
        })) {
          seen.push(event.kind);
          controller.abort(reason);
        }
      })(),
    ).rejects.toBe(reason);
    expect(seen).toEqual(["text"]);
    for (let tries = 0; endpoint.abandoned() === 0 && tries < 100; tries += 1) await delay(5);
    expect(endpoint.abandoned()).toBe(1);
  });

  it("leaves a broken endpoint alone for a while, then tries one call", async () => {
    const fault = { status: 503 } as const;
    await using endpoint = await start([fault, fault, { reply: "well again" }, { reply: "still" }]);
    const clock = fakeClock();
    const model = modelAt(endpoint, {
      clock,
      retries: { attempts: 1, baseMs: 1, maxMs: 1 },
      breaker: { failures: 2, openMs: 10_000 },
    });

    await failure(collect(model));
    await failure(collect(model));
    const refused = await failure(collect(model));
    clock.advance(10_001);
    const back = await collect(model);
    const still = await collect(model);

    expect(refused.code).toBe("circuit-open");
    expect([back.text, still.text]).toEqual(["well again", "still"]);
    expect(endpoint.requests).toHaveLength(4);
  });
});

describe("openCompatibleEmbedding", () => {
  const at = (endpoint: FakeModelEndpoint, batchLimit = 64, silenceMs?: number) =>
    openCompatibleEmbedding({
      ...(silenceMs === undefined ? {} : { silenceMs }),
      baseUrl: endpoint.baseUrl,
      model: "embed",
      clock: fakeClock(),
      random: () => 0,
      batchLimit,
    });

  it("gives unit vectors in order, in batches", async () => {
    await using endpoint = await start([]);
    const model = at(endpoint, 2);

    const vectors = await model.embed(["a", "bb", "ccc"]);

    expect(vectors).toHaveLength(3);
    expect(endpoint.requests).toHaveLength(2);
    expect(endpoint.requests[0]?.body["encoding_format"]).toBe("float");
    expect(model.dimensions).toBe(3);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(vectors[2]?.[0]).toBeGreaterThan(vectors[0]?.[0] ?? 1);
  });

  it("halves batches that the endpoint finds too large", async () => {
    await using endpoint = await startFakeModelEndpoint({ embeddingBatch: 3 });
    const model = at(endpoint, 8);

    const vectors = await model.embed(["a", "b", "c", "d", "e"]);

    expect(vectors).toHaveLength(5);
    expect(model.batchLimit).toBe(2);
  });

  it("halves batches that take the endpoint too long", async () => {
    await using endpoint = await startFakeModelEndpoint({ embeddingsInTime: 3 });
    const model = at(endpoint, 8, 200);

    const vectors = await model.embed(["a", "b", "c", "d", "e"]);

    expect(vectors).toHaveLength(5);
    expect(model.batchLimit).toBe(2);
  });

  it("tries again after a failure", async () => {
    await using endpoint = await start([{ status: 503 }]);

    expect(await at(endpoint).embed(["a"])).toHaveLength(1);
  });

  it("asks nothing for no texts", async () => {
    await using endpoint = await start([]);

    expect(await at(endpoint).embed([])).toEqual([]);
    expect(endpoint.requests).toEqual([]);
  });
});
