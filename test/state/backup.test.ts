import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openConversationStore } from "../../src/conversation/stored-conversations.ts";
import { backUp, restore } from "../../src/state/backup.ts";
import { STATE_FILE } from "../../src/state/schema.ts";
import { prepareState } from "../../src/state/take-over.ts";
import { runCommand } from "../support/run-command.ts";

const BEFORE = path.join(import.meta.dirname, "../fixtures/state/before-one-store");
const NOW = Date.parse("2026-11-24T09:00:00.000Z");

let folder = "";
const data = () => path.join(folder, "data");
const copy = () => path.join(folder, "copy.sqlite");

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "backup-"));
  cpSync(BEFORE, data(), { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function exported(dataFolder: string): Promise<unknown[]> {
  await using store = openConversationStore({ path: await prepareState(dataFolder) });
  return await Array.fromAsync(store.export());
}

const run = (...args: string[]) =>
  runCommand("src/cli.ts", args, { folder, settings: { DATA_DIR: data() } });

describe("a backup", () => {
  it("gives back what was stored, in another folder", async () => {
    const before = await exported(data());

    const made = await backUp(data(), copy());
    mkdirSync(path.join(folder, "new"));
    const restored = await restore(path.join(folder, "new"), copy(), { replace: false, now: NOW });

    expect(made).toMatchObject({ questions: 10, turns: 6, votes: 2 });
    expect(restored).toMatchObject({ questions: 10, turns: 6, votes: 2, kept: undefined });
    expect(await exported(path.join(folder, "new"))).toEqual(before);
    expect(statSync(copy()).mode & 0o077).toBe(0);
    expect(readdirSync(path.join(folder, "new"))).toEqual([STATE_FILE]);
  });

  it("is made while others write, and holds one state of theirs", async () => {
    await using store = openConversationStore({ path: await prepareState(data()) });
    let asked = 0;
    const ask = () =>
      store.ask({
        conversationId: "c",
        key: `while-${(asked += 1)}`,
        author: "U8",
        question: "now?",
        askedAt: "2026-11-24T09:00:00.000Z",
      });
    await ask();

    const [made] = await Promise.all([backUp(data(), copy()), ask(), ask()]);
    await ask();

    expect(made.questions).toBeGreaterThanOrEqual(11);
    expect(made.questions).toBeLessThanOrEqual(13);
    expect(await store.keysOf("U8")).toHaveLength(4);
  });

  it("is never written over, and leaves nothing behind when it cannot be made", async () => {
    writeFileSync(copy(), "mine");

    await expect(backUp(data(), copy())).rejects.toMatchObject({ code: "backup-exists" });
    await expect(backUp(data(), path.join(folder, "no", "x"))).rejects.toMatchObject({
      code: "backup-folder",
    });
    await expect(backUp(path.join(folder, "empty"), `${copy()}2`)).rejects.toMatchObject({
      code: "nothing-stored",
    });

    expect(readFileSync(copy(), "utf8")).toBe("mine");
    expect(readdirSync(folder).sort()).toEqual(["copy.sqlite", "data"]);
  });
});

describe("a restore", () => {
  it("asks before it replaces, and keeps what was there", async () => {
    await backUp(data(), copy());
    await using store = openConversationStore({ path: await prepareState(data()) });
    await store.deleteAuthor("U1");
    await store[Symbol.asyncDispose]();

    await expect(restore(data(), copy(), { replace: false, now: NOW })).rejects.toMatchObject({
      code: "store-exists",
    });
    const { kept, turns } = await restore(data(), copy(), { replace: true, now: NOW });

    expect(turns).toBe(6);
    expect(await exported(data())).toHaveLength(6);
    expect(kept === undefined ? 0 : statSync(kept).size).toBeGreaterThan(0);
  });

  it("does nothing while the store is in use", async () => {
    await backUp(data(), copy());
    await using store = openConversationStore({ path: await prepareState(data()) });

    await expect(restore(data(), copy(), { replace: true, now: NOW })).rejects.toMatchObject({
      code: "store-in-use",
    });

    expect(await store.keysOf("U1")).not.toEqual([]);
    expect(readdirSync(data()).filter((name) => name.includes("restoring"))).toEqual([]);
  });

  it.each([
    ["is cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ["is no database", () => Buffer.from("no database ".repeat(500))],
  ])("refuses a copy that %s", async (_what, damage) => {
    await backUp(data(), copy());
    writeFileSync(copy(), damage(readFileSync(copy())));
    const target = path.join(folder, "new");
    mkdirSync(target);

    await expect(restore(target, copy(), { replace: false, now: NOW })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:database|backup-damaged)$/),
    });

    expect(readdirSync(target)).toEqual([]);
  });

  it("refuses a copy in which a value is damaged", async () => {
    await backUp(data(), copy());
    const damaged = new DatabaseSync(copy());
    damaged.exec("UPDATE question SET answer = x'00ff00' WHERE answer IS NOT NULL");
    damaged.close();

    await expect(
      restore(path.join(folder, "data"), copy(), { replace: true, now: NOW }),
    ).rejects.toMatchObject({ code: "backup-damaged" });
  });
});

describe("the commands", () => {
  it("say what they did, and what they need", async () => {
    const made = await run("backup", "--to", copy());
    const again = await run("restore", "--from", copy());
    const replaced = await run("restore", "--from", copy(), "--replace", "--json");
    const missing = [await run("backup"), await run("restore")];

    expect(made).toMatchObject({ code: 0, err: "" });
    expect(made.out).toContain("10 questions and 2 votes copied");
    expect(again.code).toBe(1);
    expect(again.err).toContain("--replace");
    expect(JSON.parse(replaced.out)).toMatchObject({ questions: 10, votes: 2 });
    expect(missing.map(({ code }) => code)).toEqual([2, 2]);
    expect(existsSync(path.join(data(), STATE_FILE))).toBe(true);
  });
});
