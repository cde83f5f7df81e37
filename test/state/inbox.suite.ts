/** What every engine's inbox does. */
import { describe, expect, it } from "vitest";
import type { QuestionEvent } from "../../src/slack/events.ts";
import type { OpenState } from "./engine.ts";

export function question(ts: string, overrides: Partial<QuestionEvent> = {}): QuestionEvent {
  return {
    kind: "question",
    team: "T1",
    channel: "C1",
    ts,
    threadTs: ts,
    inThread: false,
    user: "U1",
    userTeam: undefined,
    text: "what?",
    surface: "mention",
    mentionsOthers: false,
    files: [],
    edited: false,
    ...overrides,
  };
}

export const key = (ts: string) => `T1:C1:${ts}`;
export const LEASE_MS = 1000;

export function describeInbox(open: OpenState): void {
  describe("Inbox", () => {
    it("takes a question once", async () => {
      await using state = await open();
      const { inbox } = state;

      const taken = await Promise.all([1, 2, 3].map(() => inbox.admit(question("1.1"), 5)));

      expect(taken).toEqual([true, false, false]);
      expect(await inbox.depth()).toEqual({ open: 1, oldestReceivedAt: 5 });
    });

    it("gives a question to one claim at a time, and to the next when its lease ran out", async () => {
      await using state = await open();
      const { inbox } = state;
      await inbox.admit(question("1.1"), 0);

      const first = await inbox.claim("a", 0, LEASE_MS);
      const meanwhile = await inbox.claim("b", LEASE_MS - 1, LEASE_MS);
      const second = await inbox.claim("b", LEASE_MS, LEASE_MS);

      expect(first).toMatchObject({ state: "working", attempts: 1 });
      expect(meanwhile).toBeUndefined();
      expect(second).toMatchObject({ key: key("1.1"), state: "working", attempts: 2 });
    });

    it("lets nobody act for a claim that was lost", async () => {
      await using state = await open();
      const { inbox } = state;
      await inbox.admit(question("1.1"), 0);
      await inbox.claim("a", 0, LEASE_MS);
      await inbox.claim("b", LEASE_MS, LEASE_MS);

      expect(await inbox.posting(key("1.1"), "a", 9000)).toBe(false);
      expect(await inbox.renew(key("1.1"), "a", 9000)).toBe(false);
      expect(await inbox.close(key("1.1"), "a", "answered")).toBe(false);
      expect(await inbox.posting(key("1.1"), "b", 9000)).toBe(true);
    });

    it("keeps a question while its message is being made", async () => {
      await using state = await open();
      const { inbox } = state;
      await inbox.admit(question("1.1"), 0);
      await inbox.claim("a", 0, LEASE_MS);
      await inbox.posting(key("1.1"), "a", 5000);

      expect(await inbox.claim("b", 4999, LEASE_MS)).toBeUndefined();
      expect(await inbox.claim("b", 5000, LEASE_MS)).toMatchObject({ state: "posting" });
    });

    it("keeps a thread in order, and lets other threads pass", async () => {
      await using state = await open();
      const { inbox } = state;
      await inbox.admit(question("1.1"), 0);
      await inbox.admit(question("1.2", { threadTs: "1.1", inThread: true }), 0);
      await inbox.admit(question("2.1"), 0);

      const claimed = [
        await inbox.claim("a", 0, LEASE_MS),
        await inbox.claim("b", 0, LEASE_MS),
        await inbox.claim("c", 0, LEASE_MS),
      ];
      await inbox.close(key("1.1"), "a", "answered", "answer-1");
      const next = await inbox.claim("c", 0, LEASE_MS);

      expect(claimed.map((question) => question?.ts)).toEqual(["1.1", "2.1", undefined]);
      expect(next?.ts).toBe("1.2");
    });

    it("changes a text only while nothing was said", async () => {
      await using state = await open();
      const { inbox } = state;
      await inbox.admit(question("1.1"), 0);
      await inbox.claim("a", 0, LEASE_MS);

      const early = await inbox.edit(key("1.1"), "what else?");
      const same = await inbox.edit(key("1.1"), "what else?");
      const again = await inbox.claim("b", 0, LEASE_MS);
      await inbox.posting(key("1.1"), "b", 0);
      const late = await inbox.edit(key("1.1"), "too late?");

      expect([early, same, late]).toEqual([true, false, false]);
      expect(again).toMatchObject({ text: "what else?", revision: 1 });
      expect(await inbox.edit(key("9.9"), "unknown")).toBe(false);
    });

    it("changes a text in posting where what was posted says nothing, and whoever goes on knows of it", async () => {
      await using state = await open();
      const { inbox } = state;
      await inbox.admit(question("1.1"), 0);
      await inbox.claim("a", 0, LEASE_MS);
      await inbox.posting(key("1.1"), "a", LEASE_MS);
      await inbox.shown(key("1.1"), "a", "5.5");

      const changed = await inbox.edit(key("1.1"), "what else?", true);
      const next = await inbox.claim("b", 0, LEASE_MS);
      await inbox.close(key("1.1"), "b", "answered", "answer-1");

      expect(changed).toBe(true);
      expect(next).toMatchObject({ text: "what else?", state: "posting", messageTs: ["5.5"] });
      expect(await inbox.renew(key("1.1"), "a", 9)).toBe(false);
      expect(await inbox.edit(key("1.1"), "too late?", true)).toBe(false);
    });

    it("finds questions by their messages and answers, and forgets closed ones", async () => {
      await using state = await open();
      const { inbox } = state;
      await inbox.admit(question("1.1"), 10);
      await inbox.admit(question("2.1"), 10);
      await inbox.claim("a", 0, LEASE_MS);
      await inbox.shown(key("1.1"), "a", "1.5");
      await inbox.shown(key("1.1"), "a", "1.6");
      await inbox.shown(key("1.1"), "a", "1.5");
      await inbox.close(key("1.1"), "a", "answered", "answer-1");

      expect((await inbox.findByMessage("C1", "1.6"))?.messageTs).toEqual(["1.5", "1.6"]);
      expect((await inbox.findByAnswer("answer-1"))?.key).toBe(key("1.1"));
      expect(await inbox.purge(10)).toBe(0);
      expect(await inbox.purge(11)).toBe(1);
      expect(await inbox.findByMessage("C1", "1.6")).toBeUndefined();
      expect(await inbox.find(key("2.1"))).toBeDefined();
    });

    it("forgets a person's questions and markers, and the text of a deleted one at once", async () => {
      await using state = await open();
      const { inbox } = state;
      await inbox.admit(question("1.1"), 0);
      await inbox.admit(question("2.1"), 0);
      await inbox.admit(question("3.1", { user: "U2" }), 0);

      await inbox.cancel(key("1.1"));
      await inbox.cancel(key("3.1"));
      const deleted = await inbox.find(key("1.1"));

      expect(deleted).toMatchObject({ outcome: "cancelled", text: "" });
      await inbox.once("refused:C1:U1", 0);
      await inbox.once("prompts:U1:2026-11-24", 0);
      await inbox.once("refused:C1:U12", 0);
      expect((await inbox.ofUser("U1")).map(({ ts }) => ts)).toEqual(["1.1", "2.1"]);
      expect(await inbox.forgetUser("U1")).toBe(2);
      expect(await inbox.find(key("2.1"))).toBeUndefined();
      expect(await inbox.find(key("3.1"))).toBeDefined();
      expect(await inbox.once("refused:C1:U1", 1)).toBe(true);
      expect(await inbox.once("prompts:U1:2026-11-24", 1)).toBe(true);
      expect(await inbox.once("refused:C1:U12", 1)).toBe(false);
    });

    it("forgets thousands a few at a time, and lets others have their turn", async () => {
      await using state = await open();
      const { inbox } = state;
      await Promise.all(
        Array.from({ length: 1000 }, (_, at) => inbox.admit(question(`${at}.1`), 5)),
      );
      for (let at = 0; at < 1000; at += 1) await inbox.cancel(key(`${at}.1`));
      let turns = 0;
      const ticking = setInterval(() => (turns += 1), 0);

      const gone = await inbox.purge(6);
      clearInterval(ticking);

      expect(gone).toBe(1000);
      expect(turns).toBeGreaterThan(1);
    });

    it("takes questions up one after the other, so that no budget is exceeded", async () => {
      await using state = await open();
      await using other = await state.again();
      const times = { hour: 0, day: 0, now: 10 };
      await Promise.all(
        Array.from({ length: 12 }, (_, at) => state.inbox.admit(question(`${at}.1`), 1)),
      );

      const waits = await Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          (at % 2 === 0 ? state : other).inbox.takeUnless(
            { key: key(`${at}.1`), user: "U1", channel: "C1" },
            times,
            ({ user, channel, all }) =>
              Math.min(user.length, channel.length, all.length) >= 5 ? "wait" : undefined,
          ),
        ),
      );

      expect(waits.filter((wait) => wait === undefined)).toHaveLength(5);
    });

    it("notes commands one after the other as well, and questions of threads count with them", async () => {
      await using state = await open();
      await using other = await state.again();
      const times = { hour: 0, day: 0, now: 10 };
      await state.inbox.admit(question("1.1"), 1);
      await state.inbox.take(key("1.1"), 5);

      const waits = await Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          (at % 2 === 0 ? state : other).inbox.noteUnless(
            { ...question(`${at}.2`), key: `command:${at}` },
            times,
            ({ user, channel, all }) =>
              Math.min(user.length, channel.length, all.length) >= 5 ? "wait" : undefined,
          ),
        ),
      );

      expect(waits.filter((wait) => wait === undefined)).toHaveLength(4);
      const noted = await other.inbox.ofUser("U1");
      expect(noted.filter(({ surface }) => surface === "command")).toHaveLength(4);
    });

    it("empties the text of a closed question, and leaves an open one its words", async () => {
      await using state = await open();
      const { inbox } = state;
      await inbox.admit(question("1.1"), 1);
      const { text } = question("1.1");

      expect((await inbox.blank(key("1.1")))?.state).toBe("queued");
      expect((await inbox.find(key("1.1")))?.text).toBe(text);
      await inbox.claim("a", 100, 1000);
      await inbox.close(key("1.1"), "a", "answered");
      expect((await inbox.blank(key("1.1")))?.text).toBe(text);
      expect((await inbox.find(key("1.1")))?.text).toBe("");
    });

    it("gives the questions that people solved, and counts who was asked", async () => {
      await using state = await open();
      const { inbox } = state;
      for (const [at, ts] of ["1.1", "2.1", "3.1", "4.1"].entries()) {
        await inbox.admit(question(ts), 1);
        await inbox.askHelp(key(ts), at * 10);
        if (ts !== "2.1") await inbox.moveHelp(key(ts), ["asked"], "solved", "U0BOB");
      }
      await inbox.dismissHelp(key("3.1"), 99);
      let claimed = await inbox.claim("a", 100, 1000);
      for (; claimed !== undefined; claimed = await inbox.claim("a", 100, 1000))
        await inbox.close(claimed.key, "a", "answered");
      await inbox.blank(key("4.1"));

      expect(await inbox.solvedHelp(9)).toMatchObject([
        { question: { key: key("1.1") }, person: "U0BOB" },
      ]);
      expect(await inbox.countHelp(10)).toEqual({ asked: 3, solved: 2 });
      expect(await inbox.countHelp(100)).toEqual({ asked: 0, solved: 0 });
    });

    it("counts the bots that said lately that they are running", async () => {
      await using state = await open();
      const { inbox } = state;
      await inbox.mark("bot:a", 5);
      await inbox.mark("bot:b", 20);
      await inbox.mark("bot:c", 20);
      await inbox.mark("bot_d", 20);
      await inbox.unmark("bot:c");

      expect(await inbox.countMarked("bot:", 10)).toBe(1);
      expect(await inbox.countMarked("bot:", 5)).toBe(2);
    });

    it("tells which questions were passed on to people, and how far they came", async () => {
      await using state = await open();
      const { inbox } = state;
      for (const ts of ["1.1", "2.1", "3.1"]) {
        await inbox.admit(question(ts), 0);
        await inbox.askHelp(key(ts), Number.parseInt(ts, 10));
      }
      await inbox.edit(key("2.1"), "what then?");
      await inbox.moveHelp(key("3.1"), ["asked"], "solved", "U2");

      expect(await inbox.helpSince(2)).toEqual([
        { key: key("2.1"), revision: 1, state: "asked" },
        { key: key("3.1"), revision: 0, state: "solved" },
      ]);
    });

    it("sets a marker once", async () => {
      await using state = await open();
      const { inbox } = state;

      expect([
        await inbox.once("m", 0),
        await inbox.once("m", 1),
        await inbox.once("n", 1),
      ]).toEqual([true, false, true]);
    });
  });
}
