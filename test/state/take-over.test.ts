import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStores } from "../../src/forget.ts";
import { STATE_FILE } from "../../src/state/schema.ts";
import { prepareState } from "../../src/state/take-over.ts";

/** Files as the version before wrote them, with questions in every state. */
const BEFORE = path.join(import.meta.dirname, "../fixtures/state/before-one-store");
const OLD_FILES = ["conversations.sqlite", "feedback.sqlite", "slack.sqlite"];
const THREAD = "T1:C1:1700000000.000001";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "take-over-"));
  cpSync(BEFORE, folder, { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function start(): ReturnType<typeof spawn> {
  const script = path.join(import.meta.dirname, "take-over-process.ts");
  return spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
}

/** Adds `count` answered questions to the old files. */
function addMany(count: number): void {
  const turns = new DatabaseSync(path.join(folder, "conversations.sqlite"));
  turns.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO turn (key, conversation, author, question, resolution, answer, receipt, state, asked_at)
    SELECT 'T1:C7:' || i || '.1', 'many', 'U7', 'number ' || i, resolution, answer, receipt, state, asked_at
    FROM n, (SELECT * FROM turn WHERE key = '${THREAD}');
    INSERT INTO evidence (turn, place, hash)
    SELECT id, 0, (SELECT hash FROM chunk LIMIT 1) FROM turn WHERE author = 'U7'`);
  turns.close();
  const inbox = new DatabaseSync(path.join(folder, "slack.sqlite"));
  inbox.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO slack_questions
      (key, team, channel, ts, thread_ts, in_thread, user, text, surface, files, raw, state, received_at)
    SELECT 'T1:C7:' || i || '.1', 'T1', 'C7', i || '.1', i || '.1', 0, 'U7', 'number ' || i, 'mention', 0, '', 'closed', i FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO slack_messages (channel, ts, key) SELECT 'C7', i || '.2', 'T1:C7:' || i || '.1' FROM n`);
  inbox.close();
}

function rowsSoFar(): number {
  const file = path.join(folder, STATE_FILE);
  if (!existsSync(file)) return 0;
  const state = new DatabaseSync(file, { timeout: 5000 });
  try {
    return Number(state.prepare("SELECT COUNT(*) AS n FROM question").get()?.["n"]);
  } catch {
    return 0;
  } finally {
    state.close();
  }
}

async function figures(): Promise<Record<string, number>> {
  const state = new DatabaseSync(await prepareState(folder));
  const count = (from: string) =>
    Number(state.prepare(`SELECT COUNT(*) AS n FROM ${from}`).get()?.["n"]);
  const found = {
    rows: count("question"),
    turns: count("question WHERE turn IS NOT NULL"),
    inbox: count("question WHERE key IS NOT NULL"),
    messages: count("message"),
    evidence: count("evidence"),
    votes: count("vote"),
    markers: count("marker"),
  };
  state.close();
  return found;
}

describe("what earlier versions stored", () => {
  it("is read from the one store as it was, each question in one row", async () => {
    await using stores = await openStores(folder);
    const { conversations, inbox, feedback } = stores;

    const { turns } = await conversations.read(THREAD);
    const asked = await inbox.find(THREAD);
    const edited = await inbox.find("T1:C1:1700000000.000002");

    expect(turns.map(({ key, question, state }) => [key, question, state])).toEqual([
      [`${THREAD}/history-1`, "what was before?", "posted"],
      [THREAD, "why is PGPASSWORD=[masked: password] refused?", "posted"],
      ["T1:C1:1700000000.000002", "first text", "asked"],
      ["T1:C1:1700000000.000002:1", "second text", "posting"],
    ]);
    expect(turns[1]).toMatchObject({
      resolution: { kind: "first" },
      answer: { id: "a1", claims: [{ text: "The page says so." }] },
      evidence: [{ text: "The page says so." }],
      shown: { messages: "1700000000.000009" },
    });
    const receipt = (await conversations.receipt(THREAD)) as { candidates: { kept: boolean }[] };
    expect(receipt.candidates).toHaveLength(41);
    expect(receipt.candidates.filter(({ kept }) => kept)).toHaveLength(3);
    expect(asked).toMatchObject({
      state: "closed",
      outcome: "answered",
      messageTs: ["1700000000.000009"],
      takenAt: 1700000000001,
    });
    expect(edited).toMatchObject({ text: "second text", revision: 1, answerId: "a2" });
    expect((await inbox.findByAnswer("a3"))?.surface).toBe("command");
    expect((await conversations.findTurn("command:T1:123.456"))?.question).toBe("what is a flow?");
    expect(await conversations.keysOf("you")).toHaveLength(1);
    expect(await feedback.find("a1")).toMatchObject({
      key: THREAD,
      conversationId: THREAD,
      answer: { id: "a1" },
      votes: [{ user: "U2", vote: "not-helpful", reason: "the token is [masked: token]" }],
    });
    expect(await feedback.find("a9")).toMatchObject({
      question: "long gone?",
      votes: [{ user: "U1", vote: "helpful", reason: "good" }],
    });
    expect(await inbox.once(`ask-person:${THREAD}`, 0)).toBe(false);
    expect(await figures()).toEqual({
      rows: 10,
      turns: 6,
      inbox: 6,
      messages: 2,
      evidence: 4,
      votes: 2,
      markers: 1,
    });
  });

  it("is claimed in the order in which it came", async () => {
    await using stores = await openStores(folder);
    const now = 1800000000000;

    const first = await stores.inbox.claim("w", now, 1000);
    await stores.inbox.close(first?.key ?? "", "w", "answered");
    const second = await stores.inbox.claim("w", now, 1000);

    expect([first?.text, second?.text]).toEqual(["and this one?", "and after it?"]);
    expect(await stores.inbox.claim("w", now, 1000)).toBeUndefined();
  });

  it("leaves no secret and no old file behind", async () => {
    await prepareState(folder);

    const files = readdirSync(folder);
    expect(files.filter((name) => !name.startsWith(STATE_FILE))).toEqual([]);
    expect(
      files.filter((name) =>
        /hunter2|abc-12345/.test(readFileSync(path.join(folder, name), "latin1")),
      ),
    ).toEqual([]);
    expect(statSync(path.join(folder, STATE_FILE)).mode & 0o077).toBe(0);
  });

  it("is taken over whole, and once, by a process that is killed again and again", async () => {
    addMany(1500);
    for (const rows of [1, 700, 1400]) {
      const child = start();
      const gone = once(child, "exit");
      while (child.exitCode === null && rowsSoFar() < rows) await nextTurn();
      child.kill("SIGKILL");
      await gone;
      expect(OLD_FILES.every((name) => existsSync(path.join(folder, name)))).toBe(true);
    }

    const whole = await figures();

    expect(whole).toEqual({
      rows: 1510,
      turns: 1506,
      inbox: 1506,
      messages: 1502,
      evidence: 1504,
      votes: 2,
      markers: 1,
    });
    expect(OLD_FILES.filter((name) => existsSync(path.join(folder, name)))).toEqual([]);
  });

  it("is taken over once by two processes at the same time", async () => {
    addMany(600);

    const codes = await Promise.all(
      [start(), start()].map(async (child) => (await once(child, "exit"))[0] as number),
    );

    expect(codes).toEqual([0, 0]);
    expect(await figures()).toMatchObject({ rows: 610, turns: 606, inbox: 606, evidence: 604 });
  });

  it("stays where it is when it cannot be read", async () => {
    const file = path.join(folder, "slack.sqlite");
    writeFileSync(file, "no database at all, but long enough to be taken for one. ".repeat(50));

    await expect(prepareState(folder)).rejects.toMatchObject({ code: "database" });

    expect(OLD_FILES.every((name) => existsSync(path.join(folder, name)))).toBe(true);
  });

  it("is nothing where nothing was stored", async () => {
    rmSync(folder, { recursive: true });
    folder = mkdtempSync(path.join(tmpdir(), "take-over-"));

    expect(await prepareState(folder)).toBe(path.join(folder, STATE_FILE));
    expect(readdirSync(folder)).toEqual([]);
  });
});
