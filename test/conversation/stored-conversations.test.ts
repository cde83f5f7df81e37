import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConversationStore } from "../../src/conversation/conversation-store.ts";
import { openConversationStore } from "../../src/conversation/stored-conversations.ts";
import { answerTurn, askTurn } from "./samples.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "conversations-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const inMemory = () => openConversationStore({ path: ":memory:" });

describe("a file", () => {
  it("survives closing, and closing twice is harmless", async () => {
    const file = path.join(folder, "reopened.sqlite");
    const store = openConversationStore({ path: file });
    await askTurn(store, "k1");
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();

    await using reopened = openConversationStore({ path: file });

    expect((await reopened.findTurn("k1"))?.question).toBe("question k1");
    await expect(store.findTurn("k1")).rejects.toThrow("closed");
  });

  it("that is no database is refused with its path", () => {
    const file = path.join(folder, "broken.sqlite");
    writeFileSync(file, "this is not a database, and long enough to be read as one".repeat(20));

    expect(() => openConversationStore({ path: file })).toThrow(file);
  });

  it("written by two processes at once loses nothing and keeps one answer a key", async () => {
    const file = path.join(folder, "shared.sqlite");
    const count = 30;

    const codes = await Promise.all(["ann", "ben"].map((name) => runWriter(file, name, count)));

    await using store = openConversationStore({ path: file });
    const keys = await exported(store, "shared");
    expect(codes).toEqual([0, 0]);
    expect(new Set(keys).size).toBe(3 * count);
    expect(keys).toHaveLength(3 * count);
    for (let number = 1; number <= count; number += 1) {
      const turn = await store.findTurn(`both-${number}`);
      const receipt = (await store.receipt(`both-${number}`)) as { by: string };
      expect(turn?.state).toBe("posted");
      expect(turn?.answer).toMatchObject({
        claims: [{ text: `Answer of ${receipt.by} to both-${number}.` }],
      });
    }
  });
});

describe("a long conversation", () => {
  it("is read as its first question and the newest turns, idle ones left out, with their evidence", async () => {
    await using store = inMemory();
    for (let at = 1; at <= 120; at += 1) {
      await askTurn(store, `k${at}`);
      if (at !== 100) await answerTurn(store, `k${at}`);
    }

    const { turns } = await store.read("thread");

    const newest = Array.from({ length: 40 }, (_, place) => `k${81 + place}`);
    expect(turns.map(({ key }) => key)).toEqual(["k1", ...newest.filter((key) => key !== "k100")]);
    expect(turns.map(({ evidence }) => evidence[0]?.text)).toEqual(
      turns.map(({ key }) => `answer ${key}, says the page.`),
    );
  });
});

async function exported(store: ConversationStore, conversation?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const turn of store.export(conversation)) {
    keys.push(`${turn.conversationId}/${turn.key}`);
  }
  return keys;
}

function runWriter(file: string, name: string, count: number): Promise<number | null> {
  const script = path.join(import.meta.dirname, "store-writer.ts");
  const child = spawn(process.execPath, [script, file, name, String(count)], {
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 15_000,
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
}
