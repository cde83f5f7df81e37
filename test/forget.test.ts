import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ErasableStores, openStores } from "../src/forget.ts";
import { STATE_FILE, openState } from "../src/state/schema.ts";
import { prepareDataFolder } from "../src/platform/data-folder.ts";
import { aChunk, aResolution, anAnswer } from "./conversation/samples.ts";
import { runCommand } from "./support/run-command.ts";

let folder = "";
const data = () => path.join(folder, "data");

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "forget-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const forget = (...args: string[]) =>
  runCommand("src/cli.ts", ["forget", ...args], { folder, settings: { DATA_DIR: data() } });

async function openAll(): Promise<ErasableStores & AsyncDisposable> {
  openState(path.join(prepareDataFolder(data()), STATE_FILE)).close();
  return openStores(data());
}

/** One answered question of `user`, with a vote of `voter`. */
async function answered(
  stores: ErasableStores,
  user: string,
  ts: string,
  voter: string,
): Promise<void> {
  const key = `T1:C1:${ts}`;
  const question = `marmalade of ${user}?`;
  const place = { team: "T1", channel: "C1", ts, threadTs: ts, inThread: false, user };
  await stores.inbox.admit(
    {
      ...place,
      kind: "question",
      text: question,
      surface: "mention",
      userTeam: undefined,
      mentionsOthers: false,
      files: [],
      edited: false,
    },
    1,
  );
  await stores.inbox.claim("w", 2, 10);
  await stores.inbox.shown(key, "w", `${ts}9`);
  await stores.inbox.close(key, "w", "answered", `a-${ts}`);
  await stores.conversations.ask({
    conversationId: key,
    key,
    author: user,
    question,
    askedAt: "2026-11-24T09:00:00.000Z",
  });
  const chunk = aChunk("The page.");
  const answer = anAnswer(["The page."], [chunk]);
  await stores.conversations.answer(key, {
    resolution: aResolution("first", question),
    answer,
    evidence: [chunk],
    receipt: { queries: [question] },
  });
  await stores.feedback.vote(
    {
      answerId: `a-${ts}`,
      user: voter,
      vote: "not-helpful",
      reason: `because ${voter}`,
      votedAt: "2026-11-24T10:00:00.000Z",
    },
    { answerId: `a-${ts}`, key, conversationId: key, question, answer, receipt: {} },
  );
}

describe("forget", () => {
  it("removes a person from every store and nobody else, and says how much", async () => {
    {
      await using stores = await openAll();
      await answered(stores, "U1", "1.1", "U2");
      await answered(stores, "U2", "2.1", "U1");
      await answered(stores, "U3", "3.1", "U3");
    }

    const dry = await forget("--user", "U1", "--dry-run", "--json");
    const first = await forget("--user", "U1", "--json");
    const second = await forget("--user", "U1");

    const figures = { user: "U1", questions: 1, open: 0, turns: 1, votes: 1, ratedAnswers: 1 };
    expect(JSON.parse(dry.out)).toEqual({ ...figures, done: false });
    expect(JSON.parse(first.out)).toEqual({ ...figures, done: true });
    expect(second).toMatchObject({ code: 0, out: "Nothing is stored of U1.\n", err: "" });
    const leftovers = readdirSync(data()).filter((name) => {
      const bytes = readFileSync(path.join(data(), name));
      return bytes.includes("marmalade of U1") || bytes.includes("because U1");
    });
    expect(leftovers).toEqual([]);
    await using stores = await openAll();
    expect((await stores.inbox.ofUser("U2")).map(({ text }) => text)).toEqual(["marmalade of U2?"]);
    expect(await stores.conversations.keysOf("U3")).toEqual(["T1:C1:3.1"]);
    expect((await stores.feedback.find("a-3.1"))?.votes).toHaveLength(1);
  });

  it("says in words what it found, and that nothing was removed by a dry run", async () => {
    {
      await using stores = await openAll();
      await answered(stores, "U1", "1.1", "U2");
    }

    const { code, out } = await forget("--user", "U1", "--dry-run");

    expect(code).toBe(0);
    expect(out).toContain("Stored of U1; nothing was removed:");
    expect(out).toContain("1 turn of conversations");
    await using stores = await openAll();
    expect(await stores.inbox.ofUser("U1")).toHaveLength(1);
  });

  it("makes no store where there is none", async () => {
    const { code, out } = await forget("--user", "U1");

    expect({ code, out }).toEqual({ code: 0, out: "Nothing is stored of U1.\n" });
    expect(readdirSync(data())).toEqual([]);
  });

  it.each([[[]], [["--user", ""]], [["--user", "U1; DROP"]], [["--user", "U1", "extra"]]])(
    "refuses %j in one line",
    async (args) => {
      const { code, err } = await forget(...args);

      expect(code).toBe(2);
      expect(err.trim().split("\n")).toHaveLength(1);
    },
  );

  it("explains itself", async () => {
    const { code, out } = await forget("--help");

    expect(code).toBe(0);
    expect(out).toContain("--dry-run");
  });
});

describe("stores", () => {
  it.skipIf(process.platform === "win32")("are readable by their owner only", async () => {
    await using stores = await openAll();
    await answered(stores, "U1", "1.1", "U2");

    const modes = readdirSync(data()).map((name) =>
      (statSync(path.join(data(), name)).mode & 0o777).toString(8),
    );

    expect(modes.length).toBeGreaterThanOrEqual(1);
    expect(new Set(modes)).toEqual(new Set(["600"]));
  });
});
