/** The evaluation's other commands, as they are run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseCases } from "../../eval/case.ts";
import { openConversationStore } from "../../src/conversation/sqlite-conversation-store.ts";
import { openSqliteFeedbackStore } from "../../src/feedback/sqlite-feedback-store.ts";
import { makeAnswer, makeResolution } from "./support/make.ts";
import { type CommandResult, runCommand } from "../support/run-command.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "eval-commands-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(entry: string, ...args: readonly string[]): Promise<CommandResult> {
  return runCommand(`eval/bin/${entry}.ts`, args, { folder, settings: { DATA_DIR: folder } });
}

async function storeThread(): Promise<void> {
  const key = "C1-1";
  const question = "does <@U0BOB> know why the pod died?";
  await using store = openConversationStore({ path: path.join(folder, "conversations.sqlite") });
  await store.ask({
    conversationId: "C1",
    key,
    author: "U0ANNA",
    question,
    askedAt: "2026-01-01T00:00:00Z",
  });
  const resolution = makeResolution(question);
  await store.answer(key, { resolution, answer: makeAnswer(), evidence: [], receipt: {} });
  await using feedback = openSqliteFeedbackStore(path.join(folder, "feedback.sqlite"));
  await feedback.vote(
    {
      answerId: "answer",
      user: "U0BOB",
      vote: "not-helpful",
      reason: "wrong pod",
      votedAt: "2026-01-01T00:01:00Z",
    },
    { answerId: "answer", key, conversationId: "C1", question, answer: {}, receipt: {} },
  );
}

describe("npm run eval:from-thread", () => {
  it("lists threads with a bad vote, and makes a case of one", async () => {
    await storeThread();

    const list = await run("from-thread");
    const made = await run("from-thread", "C1");

    expect(list).toMatchObject({ code: 0, out: expect.stringMatching(/^C1 {2}does /) });
    expect(made.code).toBe(0);
    const [one] = parseCases(made.out);
    expect(one?.turns[0]?.user).toBe("does <@someone> know why the pod died?");
    expect(one?.notes).toContain("wrong pod");
  });

  it("says when there is no such thread", async () => {
    const result = await run("from-thread", "C9");

    expect(result.code).toBe(1);
    expect(result.err).toMatch(/no stored thread C9/);
  });
});

describe("npm run eval:calibrate", () => {
  it("reports the checks by words and says that no judge was compared", async () => {
    const result = await run("calibrate");

    expect(result.code).toBe(0);
    expect(result.out).toMatch(/fact +20 +agrees/);
    expect(result.out).toMatch(/No model is configured/);
  });
});

describe("npm run eval:gate", () => {
  it("calls a missing documentation copy wrong use", async () => {
    const result = await run("gate", "--docs-cases", "nowhere.jsonl");

    expect(result.code).toBe(2);
    expect(result.err).toMatch(/nowhere\.jsonl does not exist/);
  });
});

describe("fit-verification", () => {
  it("prints figures by round and in folds, and leaves the weights alone", async () => {
    const weights = "src/verification/verdict-weights.ts";
    const before = readFileSync(weights, "utf8");
    const pairs = readFileSync("test/verification/claim-pairs.jsonl", "utf8");
    const some = pairs.split("\n").filter((line) => /"round": (?:7|11)\b/.test(line));
    const file = path.join(folder, "pairs.jsonl");
    writeFileSync(file, some.join("\n"));

    const result = await run("fit-verification", "--pairs", file);

    expect(result.code).toBe(0);
    expect(result.out).toMatch(/^round 7 +40 \|.*\nround 11 +100 \|.*\nall +140 \|/m);
    expect(result.out).toMatch(/^five folds +140 \|/m);
    expect(result.out).toMatch(/where +10 % pass: of what holds +\d+ %, crossed/);
    expect(readFileSync(weights, "utf8")).toBe(before);
  });

  it("says which option is missing", async () => {
    const result = await run("fit-verification");

    expect(result.code).toBe(2);
    expect(result.err).toMatch(/--pairs is needed/);
  });
});
