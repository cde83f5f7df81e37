/** What every engine's conversation store does. */
import { describe, expect, it } from "vitest";
import type { ConversationStore } from "../../src/conversation/conversation-store.ts";
import { aChunk, anAnswer, answerTurn, aResolution, askTurn } from "../conversation/samples.ts";
import type { OpenState } from "./engine.ts";

export function describeConversations(open: OpenState): void {
  describe("a turn", () => {
    it("goes from asked over posting to posted and is read back as it was stored", async () => {
      await using state = await open();
      const store = state.conversations;

      const added = await askTurn(store, "k1");
      const asked = await store.findTurn("k1");
      await answerTurn(store, "k1");
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
      await using state = await open();
      const store = state.conversations;

      await askTurn(store, "k1");
      const again = await askTurn(store, "k1", { question: "something else" });

      expect(again).toBe(false);
      expect((await store.findTurn("k1"))?.question).toBe("question k1");
    });

    it("keeps its first answer", async () => {
      await using state = await open();
      const store = state.conversations;
      await askTurn(store, "k1");

      await answerTurn(store, "k1", "first");
      await answerTurn(store, "k1", "second");

      const turn = await store.findTurn("k1");
      expect(turn?.answer).toMatchObject({ claims: [{ text: "first" }] });
      expect(turn?.evidence).toHaveLength(1);
    });

    it("remembers what was accepted when less than all of it was", async () => {
      await using state = await open();
      const store = state.conversations;
      await askTurn(store, "k1");
      await answerTurn(store, "k1", "all of it");

      await store.posted("k1", {}, anAnswer(["a part"]));

      expect((await store.findTurn("k1"))?.answer).toMatchObject({ claims: [{ text: "a part" }] });
    });

    it("cannot be answered before it was asked", async () => {
      await using state = await open();
      const store = state.conversations;

      await expect(answerTurn(store, "nobody")).rejects.toThrow("no question with this key");
    });

    it("holds hostile text as data", async () => {
      await using state = await open();
      const store = state.conversations;
      const hostile = `'); DROP TABLE turn; -- \u0000 \u{1F4A5} "${"x".repeat(5000)}"`;

      await askTurn(store, hostile, {
        question: hostile,
        author: hostile,
        conversationId: hostile,
      });

      const { turns } = await store.read(hostile);
      expect(turns).toHaveLength(1);
      // Postgres knows no zero character.
      expect(turns[0]?.author.replaceAll("\0", "\uFFFD")).toBe(hostile.replaceAll("\0", "\uFFFD"));
    });
  });

  describe("text of ours without a record", () => {
    it("becomes a posted turn", async () => {
      await using state = await open();
      const store = state.conversations;

      await store.recordFixed({
        conversationId: "thread",
        key: "f1",
        author: "U2",
        question: "what now?",
        text: "Restart it.",
        askedAt: "2026-11-24T09:00:00.000Z",
      });

      const turn = await store.findTurn("f1");
      expect(turn).toMatchObject({
        state: "posted",
        answer: { text: "Restart it." },
        evidence: [],
      });
    });

    it("takes the place of the answer of a known turn, whose question stays", async () => {
      await using state = await open();
      const store = state.conversations;
      await askTurn(store, "k1");
      await answerTurn(store, "k1");

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
      await using state = await open();
      const store = state.conversations;

      expect(await store.read("nowhere")).toEqual({ id: "nowhere", turns: [], others: [] });
    });

    it("keeps the first question and the newest turns of five hundred", async () => {
      await using state = await open();
      const store = state.conversations;
      for (let number = 1; number <= 500; number += 1) await askTurn(store, `k${number}`);

      const { turns } = await store.read("thread");

      expect(turns).toHaveLength(40);
      expect(turns[0]?.key).toBe("k1");
      expect(turns.at(-1)?.key).toBe("k500");
    });

    it("does not mix conversations", async () => {
      await using state = await open();
      const store = state.conversations;
      await askTurn(store, "k1");
      await askTurn(store, "k2", { conversationId: "other" });

      const { turns } = await store.read("thread");

      expect(turns.map(({ key }) => key)).toEqual(["k1"]);
    });
  });

  describe("forgetting", () => {
    it("deletes a conversation, an author's turns, and what is older than the retention", async () => {
      await using state = await open();
      const store = state.conversations;
      await askTurn(store, "k1");
      await answerTurn(store, "k1");
      await askTurn(store, "k2", { author: "U2" });
      await askTurn(store, "k3", { conversationId: "other" });
      await askTurn(store, "k4", { conversationId: "other", askedAt: "2026-01-01T00:00:00.000Z" });

      const byAuthor = await store.deleteAuthor("U2");
      const byAge = await store.deleteBefore("2026-06-01T00:00:00.000Z");
      const byThread = await store.deleteConversation("thread");

      expect([byAuthor, byAge, byThread]).toEqual([1, 1, 1]);
      expect(await exported(store)).toEqual(["other/k3"]);
    });

    it("keeps the evidence that another turn still stands on", async () => {
      await using state = await open();
      const store = state.conversations;
      await askTurn(store, "k1", { author: "U1" });
      await askTurn(store, "k2", { author: "U2" });
      await answerTurn(store, "k1", "same");
      await answerTurn(store, "k2", "same");

      await store.deleteAuthor("U1");

      expect((await store.findTurn("k2"))?.evidence).toHaveLength(1);
    });
  });

  describe("export", () => {
    it("gives every turn of all conversations in order of asking, or of one", async () => {
      await using state = await open();
      const store = state.conversations;
      for (let number = 1; number <= 230; number += 1) {
        await askTurn(store, `k${number}`, { conversationId: number % 2 === 0 ? "even" : "odd" });
      }

      const all = await exported(store);
      const even = await exported(store, "even");

      expect(all).toHaveLength(230);
      expect(all[0]).toBe("odd/k1");
      expect(even).toHaveLength(115);
      expect(even.at(-1)).toBe("even/k230");
    });
  });
}

export async function exported(store: ConversationStore, conversation?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const turn of store.export(conversation)) {
    keys.push(`${turn.conversationId}/${turn.key}`);
  }
  return keys;
}
