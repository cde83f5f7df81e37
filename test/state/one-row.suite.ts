/** Inbox, conversations and votes on one store: a question is one row from its receipt to its answer, and goes as one. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aChunk, aResolution, anAnswer } from "../conversation/samples.ts";
import type { OpenedState, OpenState } from "./engine.ts";

export function describeOneRow(open: OpenState): void {
  let stores: OpenedState;
  const count = (table: string) => stores.count(table);

  beforeEach(async () => {
    stores = await open();
  });
  afterEach(async () => {
    await stores[Symbol.asyncDispose]();
  });

  const KEY = "T1:C1:5.1";
  const AT = "2026-11-24T09:00:00.000Z";

  async function admit(text = "what is a flow?"): Promise<void> {
    await stores.inbox.admit(
      {
        kind: "question",
        team: "T1",
        channel: "C1",
        ts: "5.1",
        threadTs: "5.1",
        inThread: false,
        user: "U1",
        text,
        surface: "mention",
        userTeam: undefined,
        mentionsOthers: false,
        files: [],
        edited: false,
      },
      Date.parse(AT),
    );
  }

  async function ask(key = KEY, question = "what is a flow?"): Promise<void> {
    await stores.conversations.ask({
      conversationId: KEY,
      key,
      author: "U1",
      question,
      askedAt: AT,
    });
  }

  async function answer(key = KEY): Promise<void> {
    const chunk = aChunk("A flow is a function.");
    await stores.conversations.answer(key, {
      resolution: aResolution("first", "what is a flow?"),
      answer: { ...anAnswer(["A flow is a function."], [chunk]), id: "a1" },
      evidence: [chunk],
      receipt: {},
    });
  }

  async function vote(): Promise<void> {
    const turn = await stores.conversations.findTurn(KEY);
    await stores.feedback.vote(
      { answerId: "a1", user: "U2", vote: "helpful", reason: undefined, votedAt: AT },
      {
        answerId: "a1",
        key: KEY,
        conversationId: KEY,
        question: turn?.question ?? "",
        answer: turn?.answer,
        receipt: {},
      },
    );
  }

  async function wholeWay(): Promise<void> {
    await admit();
    await stores.inbox.claim("w", 1, 10);
    await ask();
    await answer();
    await stores.inbox.shown(KEY, "w", "6.1");
    await stores.conversations.posted(KEY, { messages: "6.1" });
    await stores.inbox.close(KEY, "w", "answered", "a1");
    await vote();
  }

  describe("a question", () => {
    it("is one row from its receipt to its votes", async () => {
      await wholeWay();

      expect(await count("question")).toBe(1);
      expect((await stores.inbox.findByAnswer("a1"))?.key).toBe(KEY);
      expect((await stores.conversations.findTurn(KEY))?.state).toBe("posted");
      expect(await stores.feedback.find("a1")).toMatchObject({
        key: KEY,
        question: "what is a flow?",
        answer: { id: "a1" },
      });
    });

    it("goes as one when its time is over, from whichever part", async () => {
      await wholeWay();

      expect(await stores.inbox.purge(Date.parse(AT) + 1)).toBe(1);

      const left = await Promise.all(
        ["question", "message", "evidence", "chunk", "rated", "vote"].map(count),
      );
      expect(left).toEqual([0, 0, 0, 0, 0, 0]);
      expect(await stores.conversations.deleteBefore("2027-01-01T00:00:00.000Z")).toBe(0);
    });

    it("that Slack still waits for stays in the inbox when its conversation is deleted", async () => {
      await admit();
      await ask();

      expect(await stores.conversations.deleteConversation(KEY)).toBe(1);

      expect(await stores.conversations.findTurn(KEY)).toBeUndefined();
      expect((await stores.inbox.claim("w", 1, 10))?.text).toBe("what is a flow?");
    });

    it("whose text is changed is asked anew in the same row", async () => {
      await admit();
      await ask();
      await answer();

      await stores.inbox.edit(KEY, "what is a task?");
      const between = await stores.conversations.findTurn(KEY);
      await ask(`${KEY}:1`, "what is a task?");
      await answer(`${KEY}:1`);

      expect(between).toBeUndefined();
      expect(await count("question")).toBe(1);
      expect(await count("evidence")).toBe(1);
      expect((await stores.conversations.read(KEY)).turns.map(({ key }) => key)).toEqual([
        `${KEY}:1`,
      ]);
      expect(await stores.inbox.find(KEY)).toMatchObject({ text: "what is a task?", revision: 1 });
    });

    it("comes after what was read from its thread, though it was received before", async () => {
      await admit();
      await stores.conversations.recordFixed({
        conversationId: KEY,
        key: `${KEY}/history-1`,
        author: "U3",
        question: "before?",
        text: "Before.",
        askedAt: AT,
      });
      await ask();

      const { turns } = await stores.conversations.read(KEY);
      expect(turns.map(({ question }) => question)).toEqual(["before?", "what is a flow?"]);
    });

    it("of a command is asked of the core in the row in which it was noted", async () => {
      const key = "command:T1:1.2";
      const place = { key, team: "T1", channel: "C1", ts: "", threadTs: "" };
      const times = { hour: 0, day: 0, now: 5 };
      const noted = { ...place, user: "U1", text: "what is a flow?" };
      await stores.inbox.noteUnless(noted, times, () => undefined);
      await stores.inbox.noteUnless(noted, { ...times, now: 6 }, () => undefined);
      await ask(key);
      await answer(key);
      await stores.inbox.noteAnswer(key, "a1");

      expect(await count("question")).toBe(1);
      expect(await stores.inbox.findByAnswer("a1")).toMatchObject({
        surface: "command",
        outcome: "answered",
        takenAt: 5,
      });
      expect((await stores.conversations.findTurn(key))?.state).toBe("posting");
    });

    it("whose answer is removed keeps its place in the inbox, and no vote", async () => {
      await wholeWay();

      await stores.conversations.deleteTurn(KEY);
      await stores.feedback.deleteAnswers([KEY]);

      expect(await stores.inbox.find(KEY)).toMatchObject({ state: "closed" });
      expect(await stores.conversations.findTurn(KEY)).toBeUndefined();
      expect(await stores.feedback.find("a1")).toBeUndefined();
      expect(await count("chunk")).toBe(0);
    });
  });
}
