/** The evaluation's other commands, as they are run. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseCases } from "../../eval/case.ts";
import { openConversationStore } from "../../src/conversation/stored-conversations.ts";
import { openSqliteFeedbackStore } from "../../src/feedback/stored-feedback.ts";
import { questionKey } from "../../src/slack/events.ts";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
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
  await using store = openConversationStore({ path: path.join(folder, "state.sqlite") });
  await store.ask({
    conversationId: "C1",
    key,
    author: "U0ANNA",
    question,
    askedAt: "2026-01-01T00:00:00Z",
  });
  const resolution = makeResolution(question);
  await store.answer(key, { resolution, answer: makeAnswer(), evidence: [], receipt: {} });
  await using feedback = openSqliteFeedbackStore(path.join(folder, "state.sqlite"));
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

/** A question in Slack that a person solved. */
async function storeSolved(): Promise<void> {
  await using inbox = openSqliteInbox(path.join(folder, "state.sqlite"));
  const place = { team: "T1", channel: "C2", ts: "5.1", threadTs: "5.1" };
  await inbox.admit(
    {
      ...place,
      kind: "question",
      inThread: false,
      user: "U0ANNA",
      userTeam: undefined,
      text: "who restarts it?",
      surface: "mention",
      mentionsOthers: false,
      files: [],
      edited: false,
    },
    1,
  );
  await inbox.askHelp(questionKey(place), 1);
  await inbox.moveHelp(questionKey(place), ["asked"], "solved", "U0BOB");
}

describe("npm run figures", () => {
  it.each([
    [["--mtrag", "nowhere"], "The folder nowhere does not exist."],
    [["--mtrag", "."], "questions.jsonl cannot be read"],
    [["--redirects", "docs.json"], "--redirects needs --index."],
    [["--to", "."], "README.md lacks the two markers"],
  ] as const)("refuses %j before anything is measured", async (args, message) => {
    writeFileSync(path.join(folder, "README.md"), "# A README without a table\n");

    const { code, err } = await run("figures", ...args);

    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(readdirSync(folder)).toEqual(["README.md"]);
  });

  it("names the line of a question that is none", async () => {
    writeFileSync(path.join(folder, "questions.jsonl"), '{"id": "m1"}\n');

    const { code, err } = await run("figures", "--mtrag", folder);

    expect(code).toBe(1);
    expect(err).toContain("line 1");
  });
});

describe("npm run eval:from-thread", () => {
  it("lists threads with a bad vote or that people solved, and makes a case of one", async () => {
    await storeThread();
    await storeSolved();

    const list = await run("from-thread");
    const made = await run("from-thread", "C1");

    expect(list).toMatchObject({ code: 0, out: expect.stringMatching(/^C1 {2}does /) });
    expect(list.out).toContain("T1:C2:5.1  who restarts it?\n");
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

describe("npm run eval:checker", () => {
  it("prints what the checks by code refuse, by round", async () => {
    const result = await run(
      "checker",
      "--pairs",
      path.resolve("eval/pairs/claim-pairs.jsonl"),
      "--round",
      "11",
    );

    expect(result.code).toBe(0);
    expect(result.out).toMatch(/^round 11 right +50 .*\nround 11 wrong +50 /m);
    expect(result.out).toMatch(/^all wrong +50 /m);
  });

  it("says which option is missing", async () => {
    const result = await run("checker");

    expect(result.code).toBe(2);
    expect(result.err).toMatch(/--pairs is needed/);
  });
});
