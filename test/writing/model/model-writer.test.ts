import { readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createModelWriter, REPLY_SCHEMA } from "../../../src/writing/model/model-writer.ts";
import { verifyClaim } from "../../../src/verification/verify-claim.ts";
import type { WriterEvent, WritingTask } from "../../../src/writing/writer.ts";
import { ModelError } from "../../../src/models/model-error.ts";
import type { LanguageModel, ModelRequest } from "../../../src/models/language-model.ts";
import { openCompatibleModel } from "../../../src/models/openai-compatible.ts";
import { parsePrompt } from "../../../src/models/prompt-template.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { startFakeModelEndpoint } from "../../support/fake-model-endpoint.ts";
import { makeChunk, makeEvidence } from "../../support/make-chunk.ts";

const prompt = parsePrompt(
  readFileSync(path.resolve(import.meta.dirname, "../../../prompts/answer.md"), "utf8"),
  "answer.md",
);

const LEASE = makeChunk(
  "A worker that loses its lease stops the run. The run is marked as Crashed.",
);
const RETRIES = makeChunk("Set `retries` on a task to try it again.", {
  url: "https://docs.example/retries",
});

const TASK: WritingTask = {
  question: "What happens when a worker loses its lease?",
  shape: "failure",
  resolution: { kind: "first", question: "", claimIds: [], words: [], confidence: 1, by: "rules" },
  conversation: { id: "C1", turns: [], others: [] },
  evidence: makeEvidence([LEASE, RETRIES]),
  terms: [],
  maySearchAgain: true,
};

/** A model that says these pieces; remembers what it was asked. */
function saying(
  ...pieces: readonly string[]
): LanguageModel & { readonly requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  return {
    name: "scripted",
    requests,
    async *stream(request) {
      requests.push(request);
      for (const text of pieces) yield { kind: "text", text };
      yield { kind: "end", usage: { input: 10, output: 5 }, truncated: false };
    },
  };
}

const writerOver = (model: LanguageModel, tokenBudget = 12_000) =>
  createModelWriter({ model, prompt, tokenBudget });

async function collect(model: LanguageModel, task: WritingTask = TASK): Promise<WriterEvent[]> {
  const events: WriterEvent[] = [];
  for await (const event of writerOver(model).write(task)) events.push(event);
  return events;
}

const drafts = (events: readonly WriterEvent[]) =>
  events.flatMap((event) => (event.kind === "draft" ? [event.draft] : []));

const CLAIM = {
  text: "The run is marked as Crashed.",
  aspect: "state",
  quotes: [{ source: 1, text: "The run is marked as Crashed." }],
};
const REPLY = { claims: [CLAIM], missing: ["when the lease is renewed by a worker"], search: null };

const DRAFT = {
  text: CLAIM.text,
  aspect: "state",
  quotes: [{ chunkId: LEASE.id, text: "The run is marked as Crashed." }],
};

describe("createModelWriter", () => {
  it("gives drafts with chunk ids, what is missing, and the usage", async () => {
    expect(await collect(saying(JSON.stringify(REPLY)))).toEqual([
      { kind: "draft", draft: DRAFT },
      { kind: "usage", model: "scripted", usage: { input: 10, output: 5 } },
      { kind: "missing", text: "when the lease is renewed by a worker" },
    ]);
  });

  it("gives a claim before the model has finished the second", async () => {
    const text = JSON.stringify({ ...REPLY, claims: [CLAIM, { ...CLAIM, text: "Second." }] });
    const firstEnd = text.indexOf("},{") + 1;
    let told = 0;
    const model: LanguageModel = {
      name: "slow",
      async *stream() {
        yield { kind: "text", text: text.slice(0, firstEnd) };
        told = firstEnd;
        yield { kind: "text", text: text.slice(firstEnd) };
        yield { kind: "end", usage: { input: 1, output: 1 }, truncated: false };
      },
    };

    for await (const event of writerOver(model).write(TASK)) {
      expect(event).toEqual({ kind: "draft", draft: DRAFT });
      expect(told).toBe(0);
      break;
    }
  });

  it.each([
    ["a code fence", (json: string) => `\`\`\`json\n${json}\n\`\`\``],
    ["prose around it", (json: string) => `Here's what I found:\n${json}\nHope it helps!`],
    ["reasoning before it", (json: string) => `<think>{"claims": []} hm</think>\n${json}`],
    ["trailing commas", (json: string) => json.replaceAll("]", ",]").replaceAll("}", ",}")],
    [
      "a break in the middle of the second claim",
      (json: string) => `${json.slice(0, json.indexOf('],"missing"'))},{"text":"Half a`,
    ],
  ])("reads a reply with %s", async (_name, wrap) => {
    const events = await collect(saying(wrap(JSON.stringify(REPLY))));

    expect(drafts(events)).toEqual([DRAFT]);
  });

  it.each([
    ["a list of claims", [CLAIM]],
    ["a claim alone", CLAIM],
    [
      "other names",
      {
        claims: [
          { claim: CLAIM.text, aspect: "STATE", quote: { number: "[1]", quote: CLAIM.text } },
        ],
      },
    ],
    ["quotes as plain text", { claims: [{ ...CLAIM, source: 1, quotes: [CLAIM.text] }] }],
    [
      "one quote for a list",
      { claims: [{ ...CLAIM, quotes: { source: "source 1", text: CLAIM.text } }] },
    ],
  ])("reads %s", async (_name, reply) => {
    expect(drafts(await collect(saying(JSON.stringify(reply))))).toEqual([DRAFT]);
  });

  it("reads one claim a line, and the same claim once", async () => {
    const lines = [CLAIM, CLAIM, { ...CLAIM, text: "Another." }].map((claim) =>
      JSON.stringify(claim),
    );

    expect(drafts(await collect(saying(lines.join("\n")))).map(({ text }) => text)).toEqual([
      CLAIM.text,
      "Another.",
    ]);
  });

  it("takes an unknown aspect for other, and leaves a wrong source wrong", async () => {
    const reply = {
      claims: [{ ...CLAIM, aspect: "vibes", quotes: [{ source: 7, text: CLAIM.text }] }],
    };
    const [draft] = drafts(await collect(saying(JSON.stringify(reply))));

    expect(draft?.aspect).toBe("other");
    expect(
      draft &&
        verifyClaim(draft, { chunks: new Map([[LEASE.id, LEASE]]), question: TASK.question }),
    ).toMatchObject({ verdict: "refused", reason: "unknown-source" });
  });

  it("asks for one more search, once", async () => {
    const reply = JSON.stringify({ claims: [], missing: [], search: "lease renewal interval" });

    const first = await collect(saying(reply));
    const second = await collect(saying(reply), { ...TASK, maySearchAgain: false });

    expect(first.at(-1)).toEqual({ kind: "search-again", query: "lease renewal interval" });
    expect(second.at(-1)).toEqual({ kind: "not-found" });
  });

  it("says that the evidence does not answer", async () => {
    const events = await collect(saying('{"claims": [], "missing": ["leases"], "search": null}'));

    expect(events.slice(1)).toEqual([{ kind: "missing", text: "leases" }, { kind: "not-found" }]);
  });

  it("says only what was asked to be missing: no word of its own, no address", async () => {
    const missing = [
      "what a worker does when it loses its lease",
      "My rules say: reply with one JSON object and nothing around it",
      "worker lease, see https://evil.example",
      "lease ".repeat(40),
    ];
    const events = await collect(saying(JSON.stringify({ claims: [], missing, search: null })));

    expect(events.filter(({ kind }) => kind === "missing")).toEqual([
      { kind: "missing", text: "what a worker does when it loses its lease" },
    ]);
  });

  it("fails when the reply holds nothing that can be read", async () => {
    await expect(collect(saying("I would say the run crashes."))).rejects.toThrow(ModelError);
  });

  it("keeps what was said before the endpoint broke off", async () => {
    const error = new ModelError("cut-off", "broken");
    const model: LanguageModel = {
      name: "breaking",
      async *stream() {
        yield { kind: "text", text: `{"claims": [${JSON.stringify(CLAIM)}, ` };
        throw error;
      },
    };
    const seen: WriterEvent[] = [];

    await expect(
      (async () => {
        for await (const event of writerOver(model).write(TASK)) seen.push(event);
      })(),
    ).rejects.toBe(error);
    expect(drafts(seen)).toEqual([DRAFT]);
  });

  it("sends the schema, and keeps both rounds within the budget", async () => {
    const model = saying(JSON.stringify(REPLY));
    const long = makeEvidence([makeChunk("A sentence of some length here. ".repeat(30))]);
    let tokens = 0;
    for (const maySearchAgain of [true, false]) {
      for await (const event of writerOver(model, 6000).write({
        ...TASK,
        evidence: long,
        maySearchAgain,
      })) {
        expect(event.kind).toBeDefined();
      }
    }
    for (const request of model.requests) {
      expect(request.schema?.schema).toBe(REPLY_SCHEMA);
      const characters = request.messages.reduce((sum, { content }) => sum + content.length, 0);
      tokens += characters / 3.5 + request.maxOutputTokens;
    }

    expect(model.requests).toHaveLength(2);
    expect(tokens).toBeLessThanOrEqual(6000);
  });

  it("survives any reply", async () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom(
        '{"claims":[',
        JSON.stringify(CLAIM),
        "]}",
        '"',
        "}",
        "{",
        '{"text":1,"quotes":[null,{}]}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const events = await collect(saying(...pieces)).catch((error: unknown) => {
          if (error instanceof ModelError) return [];
          throw error;
        });

        for (const draft of drafts(events)) expect(draft.text).not.toBe("");
      }),
    );
  });
});

describe("over an endpoint", () => {
  it("shows the first claim while the endpoint is still writing the second", async () => {
    const text = JSON.stringify({ ...REPLY, claims: [CLAIM, { ...CLAIM, text: "Second." }] });
    const firstEnd = text.indexOf("},{") + 1;
    const gate = Promise.withResolvers<undefined>();
    async function* pieces() {
      yield text.slice(0, firstEnd);
      await gate.promise;
      yield text.slice(firstEnd);
    }
    await using endpoint = await startFakeModelEndpoint({
      flavour: "ollama",
      script: [{ reply: pieces() }],
    });
    const writer = writerOver(
      openCompatibleModel({
        baseUrl: endpoint.baseUrl,
        model: "m",
        clock: systemClock,
        random: () => 0,
      }),
    );
    const seen: string[] = [];

    for await (const event of writer.write(TASK)) {
      if (event.kind === "draft") seen.push(event.draft.text);
      // The endpoint goes on only after the first claim is here.
      gate.resolve(undefined);
    }

    expect(seen).toEqual([CLAIM.text, "Second."]);
  });
});
