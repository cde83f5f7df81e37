import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPrompt } from "../../../src/compose-models.ts";
import type { LanguageModel } from "../../../src/models/language-model.ts";
import { ModelError } from "../../../src/models/model-error.ts";
import {
  createProseWriter,
  type ProseTask,
  type ProseWriterEvent,
} from "../../../src/writing/model/model-writer.ts";
import { makeEvidence } from "../../support/make-chunk.ts";
import { makePage } from "../../support/make-page.ts";
import { scriptedModel } from "../../support/scripted-model.ts";

/** Passages 1 to 4: a sentence, two rows, a listing. */
const PAGE = makePage(`A worker renews its lease every minute.
|= Name | Default
| retries | 0
| timeout | 30
\`\`\`
@job(max_attempts=4)
def ship(): ...
\`\`\``);

const TASK: ProseTask = {
  message: "who renews the lease?",
  question: "who renews the lease?",
  shape: "other",
  conversation: { id: "c1", turns: [], others: [] },
  facts: ["The word lock was your own."],
  evidence: makeEvidence([PAGE]),
  tokens: 8000,
};

async function write(reply: string, task: Partial<ProseTask> = {}): Promise<ProseWriterEvent[]> {
  const { model } = scriptedModel({ answers: [reply] });
  const writer = createProseWriter({ model, prompt: readPrompt("answer.md"), tokenBudget: 8000 });
  return Array.fromAsync(writer.write({ ...TASK, ...task }));
}

const placesOf = (event: ProseWriterEvent | undefined) => {
  if (event?.kind === "sentence") return event.sentence.passages.map(({ place }) => place);
  return event?.kind === "whole" ? event.passages.map(({ place }) => place) : undefined;
};

describe("createProseWriter", () => {
  it("gives sentences with the passages they name, and the usage", async () => {
    const events = await write("The worker does, every minute [1]. It was my word [F1].");

    expect(events.map(({ kind }) => kind)).toEqual(["sentence", "sentence", "usage"]);
    expect(placesOf(events[0])).toEqual([0]);
    expect(events[1]).toMatchObject({ sentence: { facts: ["The word lock was your own."] } });
  });

  it("finds the passages of a sentence that names none or only such as do not exist", async () => {
    const [named, wrong, foreign] = await write(
      "A worker renews the lease each minute. Workers renew their lease every minute [99]. Ferries leave at noon on Sundays.",
    );

    expect(placesOf(named)).toEqual([0]);
    expect(named).toMatchObject({ sentence: { attributed: true } });
    expect(placesOf(wrong)).toEqual([0]);
    expect(foreign).toEqual({ kind: "unfounded", text: "Ferries leave at noon on Sundays." });
  });

  it("gives all rows of a table for one, and a page's listing for the model's own", async () => {
    const events = await write(
      "Here [1].\n[[2]]\n```\n@job(max_attempts=4)\ndef ship(): pass\n```\n",
    );

    expect(placesOf(events[1])).toEqual([1, 2]);
    expect(placesOf(events[2])).toEqual([3]);
  });

  it("says when the reply broke off", async () => {
    const { model } = scriptedModel({ answers: ["The worker does [1]. And th"], truncated: true });
    const writer = createProseWriter({ model, prompt: readPrompt("answer.md"), tokenBudget: 8000 });
    const events = await Array.fromAsync(writer.write(TASK));

    expect(events.map(({ kind }) => kind)).toEqual(["sentence", "broke-off", "usage"]);
  });

  it("keeps prompt and reply within its tokens", async () => {
    const long = makePage(
      Array.from(
        { length: 900 },
        (_, at) => `Sentence number ${at} says something of its own here.`,
      ).join("\n"),
    );
    const { model, requests } = scriptedModel({ answers: ["It does [1]."] });
    const writer = createProseWriter({ model, prompt: readPrompt("answer.md"), tokenBudget: 8000 });
    await Array.fromAsync(writer.write({ ...TASK, evidence: makeEvidence([long]) }));
    const [request] = requests;

    expect(
      Math.ceil((request?.text.length ?? 0) / 3.5) + (request?.maxOutputTokens ?? 0),
    ).toBeLessThanOrEqual(8000);
  });

  it("sends less when the endpoint says that the prompt is too long, and remembers it", async () => {
    const lengths: number[] = [];
    const model: LanguageModel = {
      name: "small",
      async *stream({ messages }) {
        const length = messages.reduce((sum, { content }) => sum + content.length, 0);
        lengths.push(length);
        if (length > 12_000) throw new ModelError("too-long", "The prompt does not fit.");
        yield { kind: "text", text: "It does [1]." };
        yield { kind: "end", usage: { input: 1, output: 1 }, truncated: false };
      },
    };
    const long = makePage(
      Array.from(
        { length: 900 },
        (_, at) => `Sentence number ${at} says something of its own here.`,
      ).join("\n"),
    );
    const writer = createProseWriter({ model, prompt: readPrompt("answer.md"), tokenBudget: 8000 });
    const task = { ...TASK, evidence: makeEvidence([long]) };
    await Array.fromAsync(writer.write(task));
    await Array.fromAsync(writer.write(task));

    expect(lengths).toHaveLength(3);
  });

  it("notices a server that reads only a part of a long prompt", async () => {
    const model: LanguageModel = {
      name: "short",
      async *stream() {
        yield { kind: "text", text: "It does [1]." };
        yield { kind: "end", usage: { input: 1900, output: 1 }, truncated: false };
      },
    };
    const long = makePage(
      Array.from(
        { length: 900 },
        (_, at) => `Sentence number ${at} says something of its own here.`,
      ).join("\n"),
    );
    const writer = createProseWriter({ model, prompt: readPrompt("answer.md"), tokenBudget: 8000 });
    const task = { ...TASK, evidence: makeEvidence([long]) };
    const events = await Array.fromAsync(writer.write(task));

    expect(events).toContainEqual({
      kind: "prompt-cut",
      read: 1900,
      sent: expect.any(Number) as number,
    });
  });

  it("survives any reply", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200, unit: "grapheme" }), async (reply) => {
        const events = await write(reply);
        expect(events.at(-1)?.kind).toBe("usage");
      }),
      { numRuns: 60 },
    );
  });
});
