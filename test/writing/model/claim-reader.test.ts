import { describe, expect, it } from "vitest";
import { createClaimReader } from "../../../src/writing/model/claim-reader.ts";
import { renderCheckPrompt } from "../../../src/writing/model/prompt.ts";
import { readPrompt } from "../../../src/compose-models.ts";
import type { LanguageModel } from "../../../src/models/language-model.ts";
import { openCompatibleModel } from "../../../src/models/openai-compatible.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { startFakeModelEndpoint } from "../../support/fake-model-endpoint.ts";
import { oneReplyModel } from "../../support/one-reply-model.ts";

const PROMPT = readPrompt("check.md");
const CLAIM = {
  claim: "A lease is renewed each minute.",
  quotes: [{ text: "A worker renews its lease every minute.", place: ["Workers", "Leases"] }],
};
const LONG = 10_000;

/** A reader over a model that gives one reply; an error is thrown, nothing at all waits for the signal. */
function readerOver(reply: string | Error | undefined) {
  const { model, requests } = oneReplyModel(reply, { input: 700, output: 20 });
  return { reader: over(model), requests };
}

function over(model: LanguageModel) {
  const render = (inputs: Parameters<typeof renderCheckPrompt>[1]) =>
    renderCheckPrompt(PROMPT, inputs);
  return createClaimReader({ model, render, tokenBudget: 12_000 });
}

describe("createClaimReader", () => {
  it("says that a claim is carried, and what the call cost", async () => {
    const { reader, requests } = readerOver('{"wrong": "", "carried": true}');

    expect(await reader.read(CLAIM, { deadlineMs: LONG })).toEqual({
      reading: { kind: "carried" },
      usage: { input: 700, output: 20 },
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.messages.at(-1)?.content).toContain(CLAIM.claim);
  });

  it("says what differs, in one short line without addresses", async () => {
    const wrong = `every minute,\n\u0007not ${"each ".repeat(60)}`;
    const { reader } = readerOver(JSON.stringify({ wrong, carried: false }));
    const { reader: linking } = readerOver(
      '{"wrong": "see https://evil.example", "carried": false}',
    );

    const { reading } = await reader.read(CLAIM, { deadlineMs: LONG });

    expect(reading).toMatchObject({
      wrong: expect.stringMatching(/^every minute, not each [^\n]*…$/u),
    });
    expect(reading.kind === "not-carried" && reading.wrong.length).toBeLessThanOrEqual(120);
    expect(await linking.read(CLAIM, { deadlineMs: LONG })).toMatchObject({
      reading: { kind: "not-carried", wrong: "" },
    });
  });

  it("reads a reply with a fence around it and without a reason", async () => {
    const { reader } = readerOver('Here:\n```json\n{"carried": false}\n```');

    expect(await reader.read(CLAIM, { deadlineMs: LONG })).toMatchObject({
      reading: { kind: "not-carried", wrong: "" },
    });
  });

  it.each([
    ["prose", "Yes, the quote carries it."],
    ["a word for the verdict", '{"carried": "yes"}'],
    ["another object", '{"verdict": true}'],
    ["nothing", " "],
  ])("takes no verdict from %s", async (_, reply) => {
    expect(await readerOver(reply).reader.read(CLAIM, { deadlineMs: LONG })).toMatchObject({
      reading: { kind: "unread", why: "malformed" },
      usage: { input: 700, output: 20 },
    });
  });

  it("is unread when the endpoint fails and when it is late", async () => {
    const failing = readerOver(new Error("503")).reader;
    const hanging = readerOver(undefined).reader;

    expect((await failing.read(CLAIM, { deadlineMs: LONG })).reading).toEqual({
      kind: "unread",
      why: "failed",
    });
    expect((await hanging.read(CLAIM, { deadlineMs: 1 })).reading).toEqual({
      kind: "unread",
      why: "late",
    });
    expect((await hanging.read(CLAIM, { deadlineMs: -5 })).reading).toEqual({
      kind: "unread",
      why: "late",
    });
  });

  it("stops with the reason of the question's own signal", async () => {
    const stop = new AbortController();
    const { reader, requests } = readerOver(undefined);
    const reading = reader.read(CLAIM, { deadlineMs: LONG, signal: stop.signal });
    stop.abort(new Error("the asker left"));

    await expect(reading).rejects.toThrow("the asker left");
    await expect(reader.read(CLAIM, { deadlineMs: LONG, signal: stop.signal })).rejects.toThrow(
      "the asker left",
    );
    expect(requests).toHaveLength(1);
  });

  it("counts what it sends and may be told", () => {
    const { reader } = readerOver("");
    const short = reader.mostTokens(CLAIM);
    const [quote] = CLAIM.quotes;
    const long = reader.mostTokens({
      ...CLAIM,
      quotes: [...CLAIM.quotes, ...(quote ? [quote] : [])],
    });

    expect(short).toBeGreaterThan(500);
    expect(long).toBeGreaterThan(short);
  });

  it("does not count a late check against the endpoint, which writes the next answer too", async () => {
    const opened = Promise.withResolvers<void>();
    async function* onceOpened() {
      await opened.promise;
      yield '{"wrong": "", "carried": true}';
    }
    await using endpoint = await startFakeModelEndpoint({
      flavour: "vllm",
      script: Array.from({ length: 4 }, () => ({ reply: onceOpened() })),
    });
    const reader = over(
      openCompatibleModel({
        baseUrl: endpoint.baseUrl,
        model: "small",
        clock: systemClock,
        random: () => 0,
      }),
    );
    for (const _ of [1, 2, 3]) {
      expect((await reader.read(CLAIM, { deadlineMs: 1 })).reading).toEqual({
        kind: "unread",
        why: "late",
      });
    }

    opened.resolve();
    expect((await reader.read(CLAIM, { deadlineMs: LONG })).reading).toEqual({ kind: "carried" });
  });

  it("is refused at once while the endpoint's breaker is open", async () => {
    await using endpoint = await startFakeModelEndpoint({
      flavour: "vllm",
      script: Array.from({ length: 3 }, () => ({ status: 500 })),
    });
    const reader = over(
      openCompatibleModel({
        baseUrl: endpoint.baseUrl,
        model: "small",
        clock: systemClock,
        random: () => 0,
        retries: { attempts: 1, baseMs: 0, maxMs: 0 },
        breaker: { failures: 3, openMs: 60_000 },
      }),
    );
    for (const _ of [1, 2, 3, 4, 5]) {
      const { reading } = await reader.read(CLAIM, { deadlineMs: LONG });
      expect(reading).toEqual({ kind: "unread", why: "failed" });
    }

    expect(endpoint.requests).toHaveLength(3);
  });
});
