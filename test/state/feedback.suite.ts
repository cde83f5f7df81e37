/** What every engine's votes do. */
import { describe, expect, it } from "vitest";
import type { Vote, VotedAnswer } from "../../src/feedback/feedback.ts";
import type { OpenState } from "./engine.ts";

const on: VotedAnswer = {
  answerId: "a1",
  key: "k1",
  conversationId: "v1",
  question: "what is a flow?",
  answer: { id: "a1", claims: [] },
  receipt: { answerId: "a1" },
};

function vote(overrides: Partial<Vote> = {}): Vote {
  return {
    answerId: "a1",
    user: "U0ANN",
    vote: "helpful",
    reason: undefined,
    votedAt: "2026-11-24T09:00:00.000Z",
    ...overrides,
  };
}

export function describeFeedback(open: OpenState): void {
  describe("FeedbackStore", () => {
    it("keeps what was voted on beside the vote", async () => {
      await using state = await open();
      const store = state.feedback;

      await store.vote(vote(), on);

      expect(await store.find("a1")).toEqual({ ...on, votes: [vote()] });
      expect(await store.find("a2")).toBeUndefined();
    });

    it("holds one vote a person, the last one", async () => {
      await using state = await open();
      const store = state.feedback;

      await store.vote(vote(), on);
      await store.vote(vote({ vote: "not-helpful" }), on);
      await store.vote(vote({ user: "U0BOB" }), on);

      expect((await store.find("a1"))?.votes.map(({ user, vote }) => `${user} ${vote}`)).toEqual([
        "U0ANN not-helpful",
        "U0BOB helpful",
      ]);
    });

    it("counts the votes since a time", async () => {
      await using state = await open();
      const store = state.feedback;
      await store.vote(vote({ votedAt: "2026-11-20T09:00:00.000Z" }), on);
      await store.vote(vote({ user: "U0BOB", vote: "not-helpful" }), on);
      await store.vote(vote({ user: "U0CAT" }), on);

      expect(await store.countSince("2026-11-23T00:00:00.000Z")).toEqual({
        helpful: 1,
        notHelpful: 1,
      });
    });

    it("keeps a reason through the same vote, and drops it with another", async () => {
      await using state = await open();
      const store = state.feedback;

      await store.vote(vote({ vote: "not-helpful" }), on);
      const added = await store.reason("a1", "U0ANN", "wrong version", "2026-11-24T09:01:00.000Z");
      await store.vote(vote({ vote: "not-helpful" }), on);
      const kept = (await store.find("a1"))?.votes[0]?.reason;
      await store.vote(vote({ vote: "helpful" }), on);

      expect(added).toBe(true);
      expect(kept).toBe("wrong version");
      expect((await store.find("a1"))?.votes[0]?.reason).toBeUndefined();
    });

    it("takes no reason from somebody who did not vote", async () => {
      await using state = await open();
      const store = state.feedback;
      await store.vote(vote(), on);

      expect(await store.reason("a1", "U0BOB", "so", "2026-11-24T09:01:00.000Z")).toBe(false);
    });

    it("keeps the first record of an answer though it is forgotten elsewhere", async () => {
      await using state = await open();
      const store = state.feedback;
      await store.vote(vote(), on);

      await store.vote(vote({ user: "U0BOB" }), { ...on, answer: undefined, receipt: undefined });

      expect((await store.find("a1"))?.answer).toEqual(on.answer);
    });

    it("gives all records in order, and forgets people and old answers", async () => {
      await using state = await open();
      const store = state.feedback;
      await store.vote(vote({ answerId: "a2", votedAt: "2026-11-24T10:00:00.000Z" }), {
        ...on,
        answerId: "a2",
      });
      await store.vote(vote({ answerId: "a1" }), on);
      await store.vote(vote({ answerId: "a1", user: "U0BOB" }), on);

      const ids: string[] = [];
      for await (const record of store.all()) ids.push(record.answerId);
      const gone = await store.deleteUser("U0ANN");
      const left = await store.find("a2");
      const old = await store.deleteBefore("2026-11-25T00:00:00.000Z");

      expect(ids).toEqual(["a1", "a2"]);
      expect(gone).toBe(2);
      expect(left).toBeUndefined();
      expect(old).toBe(1);
    });

    it("forgets old answers among many, and none with a newer vote", async () => {
      await using state = await open();
      const store = state.feedback;
      for (let at = 0; at < 250; at += 1) {
        const votedAt = at % 5 === 0 ? "2026-11-26T10:00:00.000Z" : "2026-11-24T10:00:00.000Z";
        const answerId = `a${at}`;
        await store.vote(vote({ answerId, votedAt }), { ...on, answerId, key: `key-${at}` });
      }
      const newer = vote({ answerId: "a1", user: "U0BOB", votedAt: "2026-11-26T10:00:00.000Z" });
      await store.vote(newer, { ...on, answerId: "a1", key: "key-1" });

      const gone = await store.deleteBefore("2026-11-25T00:00:00.000Z");

      const left: string[] = [];
      for await (const record of store.all()) left.push(record.answerId);
      expect(gone).toBe(199);
      expect(left).toHaveLength(51);
      expect(left).toContain("a1");
      expect(left).not.toContain("a2");
    });
  });
}
