import { describe, expect, it } from "vitest";
import { EvalRecord } from "../../eval/record.ts";
import { type CaseResult, runCases, type RunOptions } from "../../eval/run.ts";
import { makeChunk } from "../support/make-chunk.ts";
import { retrieved } from "../../eval/record-of-turn.ts";
import { makeAnswer, makeCase, makeReceipt, scriptedApplication } from "./support/make.ts";

async function run(
  options: Partial<RunOptions> & Pick<RunOptions, "application" | "cases">,
): Promise<CaseResult[]> {
  let time = 0;
  const clock = { elapsed: () => (time += 5) };
  return Array.fromAsync(runCases({ clock, runId: "r", concurrency: 1, ...options }));
}

describe("runCases", () => {
  it("asks the turns of a case in order, in a conversation of its own, and says what was shown", async () => {
    const application = scriptedApplication(() => ({}));
    const cases = [
      makeCase({ id: "a", turns: [{ user: "one" }, { user: "two" }] }),
      makeCase({ id: "b", turns: [{ user: "three" }] }),
    ];

    await run({ application, cases });

    expect(application.asked.map(({ conversationId, text }) => [conversationId, text])).toEqual([
      ["eval-r-a", "one"],
      ["eval-r-a", "two"],
      ["eval-r-b", "three"],
    ]);
    expect(application.postedKeys).toEqual(["eval-r-a-0", "eval-r-a-1", "eval-r-b-0"]);
  });

  it("puts a fixed earlier answer into the history once", async () => {
    const application = scriptedApplication(() => ({}));
    const fixed = "It goes on from the last checkpoint.";
    const cases = [
      makeCase({
        id: "a",
        turns: [
          { user: "what happens?" },
          { user: "what is a checkpoint?", assistant_previous: fixed },
          { user: "and here?", assistant_previous: fixed },
        ],
      }),
    ];

    await run({ application, cases });

    expect(application.asked.map(({ history }) => history)).toEqual([
      undefined,
      [{ author: "bot", text: fixed, ours: true }],
      undefined,
    ]);
  });

  it("writes the record that other tools read", async () => {
    const chunk = makeChunk("Some text.", {
      id: "k",
      headingPath: ["Top", "Inner"],
      anchor: "inner",
    });
    const application = scriptedApplication(() => ({
      answer: makeAnswer({ kind: "not-found", reason: "silent", writer: "model" }),
      evidence: [{ chunk, rank: 1, score: 0.5, why: "text 1" }],
      receipt: makeReceipt({
        models: ["small"],
        tokens: { input: 7, output: 3 },
        ms: { resolve: 1, retrieve: 2.04 },
      }),
    }));

    const [result] = await run({ application, cases: [makeCase({ id: "a", kind: "howto" })] });

    const record = result?.kind === "done" ? result.records[0] : undefined;
    expect(EvalRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
    expect(record).toMatchObject({
      id: "a",
      turn: 0,
      kind: "howto",
      question: "question of a",
      retrieved: [{ chunkId: "k", section: "Inner", anchor: "inner", title: "Page", score: 0.5 }],
      model: "small",
      tokens: { input: 7, output: 3 },
      ms: { total: 5, resolve: 1, retrieve: 2, answer: 2 },
    });
    expect(record?.rendered).toMatch(/documentation/);
  });

  it("goes on after a case that throws and says which it was", async () => {
    const application = scriptedApplication(({ text }) => {
      if (text === "question of a") throw new Error("broken");
      return {};
    });

    const results = await run({
      application,
      cases: [makeCase({ id: "a" }), makeCase({ id: "b" })],
    });

    expect(results.map(({ kind, case: { id } }) => [id, kind])).toEqual([
      ["a", "failed"],
      ["b", "done"],
    ]);
  });

  it("asks no more cases at a time than allowed", async () => {
    let now = 0;
    let most = 0;
    const application = scriptedApplication(() => ({}));
    const counted = {
      ...application,
      async *ask(question: Parameters<typeof application.ask>[0]) {
        now += 1;
        most = Math.max(most, now);
        await Promise.resolve();
        yield* application.ask(question);
        now -= 1;
      },
    };
    const cases = ["a", "b", "c", "d", "e"].map((id) => makeCase({ id }));

    const results = await run({ application: counted, cases, concurrency: 2 });

    expect(results).toHaveLength(5);
    expect(most).toBe(2);
  });

  it("stops with the signal's reason", async () => {
    const controller = new AbortController();
    const application = scriptedApplication(() => {
      controller.abort(new Error("stopped"));
      return {};
    });

    const running = run({ application, cases: [makeCase({ id: "a" })], signal: controller.signal });

    await expect(running).rejects.toThrow("stopped");
  });
});

describe("an interruption from outside", () => {
  it("is heard between cases although nothing in them waits", async () => {
    const controller = new AbortController();
    const application = scriptedApplication(() => ({}));
    const cases = ["a", "b", "c", "d"].map((id) => makeCase({ id }));
    setImmediate(() => controller.abort(new Error("stopped")));

    const running = run({ application, cases, signal: controller.signal });

    await expect(running).rejects.toThrow("stopped");
    expect(application.asked.length).toBeLessThan(4);
  });
});

describe("retrieved", () => {
  it("ends when ten pages are reached", () => {
    const evidence = Array.from({ length: 30 }, (_, index) => ({
      chunk: makeChunk("Some text.", {
        id: `k${index}`,
        url: `https://x.example/p${Math.floor(index / 2)}`,
      }),
      rank: index + 1,
      score: 1,
      why: "",
    }));

    const kept = retrieved(evidence);

    expect(new Set(kept.map(({ url }) => url)).size).toBe(10);
    expect(kept).toHaveLength(19);
  });

  it("ends at forty chunks", () => {
    const evidence = Array.from({ length: 60 }, (_, index) => ({
      chunk: makeChunk("Some text.", { id: `k${index}` }),
      rank: index + 1,
      score: 1,
      why: "",
    }));

    expect(retrieved(evidence)).toHaveLength(40);
  });
});
