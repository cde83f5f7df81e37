import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConversationStore } from "../../src/conversation/conversation-store.ts";
import { openConversationStore } from "../../src/conversation/sqlite-conversation-store.ts";
import { aChunk, anAnswer, aResolution } from "./samples.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "conversations-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const inMemory = () => openConversationStore({ path: ":memory:" });

async function ask(store: ConversationStore, key: string, over: Record<string, string> = {}) {
  return store.ask({
    conversationId: "thread",
    key,
    author: "U1",
    question: `question ${key}`,
    askedAt: "2026-11-24T09:00:00.000Z",
    ...over,
  });
}

async function answer(store: ConversationStore, key: string, text = `answer ${key}`) {
  const chunk = aChunk(`${text}, says the page.`);
  await store.answer(key, {
    resolution: aResolution("first", `question ${key}`),
    answer: anAnswer([text], [chunk]),
    evidence: [chunk],
    receipt: { text },
  });
}

describe("a turn", () => {
  it("goes from asked over posting to posted and is read back as it was stored", async () => {
    await using store = inMemory();

    const added = await ask(store, "k1");
    const asked = await store.findTurn("k1");
    await answer(store, "k1");
    const posting = await store.findTurn("k1");
    await store.posted("k1", { ts: "1700.1" });
    const turn = await store.findTurn("k1");

    expect(added).toBe(true);
    expect(asked).toMatchObject({ state: "asked", resolution: undefined, answer: undefined });
    expect(posting?.state).toBe("posting");
    expect(turn).toEqual({
      key: "k1",
      author: "U1",
      question: "question k1",
      resolution: aResolution("first", "question k1"),
      answer: anAnswer(["answer k1"], [aChunk("answer k1, says the page.")]),
      evidence: [aChunk("answer k1, says the page.")],
      state: "posted",
      askedAt: "2026-11-24T09:00:00.000Z",
      shown: { ts: "1700.1" },
    });
    expect(await store.receipt("k1")).toEqual({ text: "answer k1" });
  });

  it("is added once for each key", async () => {
    await using store = inMemory();

    await ask(store, "k1");
    const again = await ask(store, "k1", { question: "something else" });

    expect(again).toBe(false);
    expect((await store.findTurn("k1"))?.question).toBe("question k1");
  });

  it("keeps its first answer", async () => {
    await using store = inMemory();
    await ask(store, "k1");

    await answer(store, "k1", "first");
    await answer(store, "k1", "second");

    const turn = await store.findTurn("k1");
    expect(turn?.answer).toMatchObject({ claims: [{ text: "first" }] });
    expect(turn?.evidence).toHaveLength(1);
  });

  it("remembers what was accepted when less than all of it was", async () => {
    await using store = inMemory();
    await ask(store, "k1");
    await answer(store, "k1", "all of it");

    await store.posted("k1", {}, anAnswer(["a part"]));

    expect((await store.findTurn("k1"))?.answer).toMatchObject({ claims: [{ text: "a part" }] });
  });

  it("cannot be answered before it was asked", async () => {
    await using store = inMemory();

    await expect(answer(store, "nobody")).rejects.toThrow("no question with this key");
  });

  it("holds hostile text as data", async () => {
    await using store = inMemory();
    const hostile = `'); DROP TABLE turn; -- \u0000 \u{1F4A5} "${"x".repeat(5000)}"`;

    await ask(store, hostile, { question: hostile, author: hostile, conversationId: hostile });

    const { turns } = await store.read(hostile);
    expect(turns).toHaveLength(1);
    expect(turns[0]?.author).toBe(hostile);
  });
});

describe("text of ours without a record", () => {
  it("becomes a posted turn", async () => {
    await using store = inMemory();

    await store.recordFixed({
      conversationId: "thread",
      key: "f1",
      author: "U2",
      question: "what now?",
      text: "Restart it.",
      askedAt: "2026-11-24T09:00:00.000Z",
    });

    const turn = await store.findTurn("f1");
    expect(turn).toMatchObject({ state: "posted", answer: { text: "Restart it." }, evidence: [] });
  });

  it("takes the place of the answer of a known turn, whose question stays", async () => {
    await using store = inMemory();
    await ask(store, "k1");
    await answer(store, "k1");

    await store.recordFixed({
      conversationId: "thread",
      key: "k1",
      author: "U9",
      question: "ignored",
      text: "Another text.",
      askedAt: "2026-11-25T09:00:00.000Z",
    });

    const turn = await store.findTurn("k1");
    expect(turn).toMatchObject({ question: "question k1", answer: { text: "Another text." } });
    expect(turn?.evidence).toEqual([]);
  });
});

describe("reading a conversation", () => {
  it("gives no turns for one that is unknown", async () => {
    await using store = inMemory();

    expect(await store.read("nowhere")).toEqual({ id: "nowhere", turns: [], others: [] });
  });

  it("keeps the first question and the newest turns of five hundred", async () => {
    await using store = inMemory();
    for (let number = 1; number <= 500; number += 1) await ask(store, `k${number}`);

    const { turns } = await store.read("thread");

    expect(turns).toHaveLength(40);
    expect(turns[0]?.key).toBe("k1");
    expect(turns.at(-1)?.key).toBe("k500");
  });

  it("does not mix conversations", async () => {
    await using store = inMemory();
    await ask(store, "k1");
    await ask(store, "k2", { conversationId: "other" });

    const { turns } = await store.read("thread");

    expect(turns.map(({ key }) => key)).toEqual(["k1"]);
  });
});

describe("forgetting", () => {
  it("deletes a conversation, an author's turns, and what is older than the retention", async () => {
    await using store = inMemory();
    await ask(store, "k1");
    await answer(store, "k1");
    await ask(store, "k2", { author: "U2" });
    await ask(store, "k3", { conversationId: "other" });
    await ask(store, "k4", { conversationId: "other", askedAt: "2026-01-01T00:00:00.000Z" });

    const byAuthor = await store.deleteAuthor("U2");
    const byAge = await store.deleteBefore("2026-06-01T00:00:00.000Z");
    const byThread = await store.deleteConversation("thread");

    expect([byAuthor, byAge, byThread]).toEqual([1, 1, 1]);
    expect(await exported(store)).toEqual(["other/k3"]);
  });

  it("keeps the evidence that another turn still stands on", async () => {
    await using store = inMemory();
    await ask(store, "k1", { author: "U1" });
    await ask(store, "k2", { author: "U2" });
    await answer(store, "k1", "same");
    await answer(store, "k2", "same");

    await store.deleteAuthor("U1");

    expect((await store.findTurn("k2"))?.evidence).toHaveLength(1);
  });
});

describe("export", () => {
  it("gives every turn of all conversations in order of asking, or of one", async () => {
    await using store = inMemory();
    for (let number = 1; number <= 230; number += 1) {
      await ask(store, `k${number}`, { conversationId: number % 2 === 0 ? "even" : "odd" });
    }

    const all = await exported(store);
    const even = await exported(store, "even");

    expect(all).toHaveLength(230);
    expect(all[0]).toBe("odd/k1");
    expect(even).toHaveLength(115);
    expect(even.at(-1)).toBe("even/k230");
  });
});

describe("a file", () => {
  it("survives closing, and closing twice is harmless", async () => {
    const file = path.join(folder, "reopened.sqlite");
    const store = openConversationStore({ path: file });
    await ask(store, "k1");
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
      await ask(store, `k${at}`);
      if (at !== 100) await answer(store, `k${at}`);
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
