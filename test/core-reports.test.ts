import { expect, it } from "vitest";
import { openConversationStore } from "../src/conversation/stored-conversations.ts";
import { createReporters } from "../src/core-reports.ts";
import type { Answer } from "../src/documents/answer.ts";
import { answerOf, citationOf, receiptOf } from "./support/scripted-application.ts";

/** A Thursday. */
const NOW = Date.parse("2026-11-26T12:00:00.000Z");
const NOTHING: Answer = { ...answerOf([]), kind: "not-found", closest: [citationOf(2)] };

it("counts what was asked since Monday, once in five minutes", async () => {
  await using store = openConversationStore({ path: ":memory:" });
  const put = async (key: string, author: string, askedAt: string, answer: Answer) => {
    await store.ask({ conversationId: key, key, author, question: key, askedAt });
    const receipt = receiptOf({ key, conversationId: key, author, text: key }, answer);
    const { resolution } = receipt;
    await store.answer(key, { resolution, answer, evidence: [], receipt });
  };
  await put("a", "U1", "2026-11-20T12:00:00.000Z", NOTHING);
  await put("b", "U1", "2026-11-24T12:00:00.000Z", NOTHING);
  await put("c", "U2", "2026-11-25T12:00:00.000Z", { ...answerOf(["So."]), kind: "partial" });
  const since: string[] = [];
  let now = NOW;
  const reporters = createReporters({
    index: { versions: async () => [] },
    store,
    feedback: {
      async countSince(time) {
        since.push(time);
        return { helpful: 4, notHelpful: 1 };
      },
    },
    now: () => now,
  });

  const week = await reporters.week();
  await put("d", "U3", "2026-11-26T11:00:00.000Z", NOTHING);

  expect(week).toEqual({
    since: "2026-11-23",
    questions: 2,
    people: 2,
    partly: 1,
    notFound: 1,
    helpful: 4,
    notHelpful: 1,
    gaps: [{ title: "Page 2", url: "https://docs.example.com/v3/page-2", notFound: 1 }],
  });
  expect(since).toEqual(["2026-11-23T00:00:00.000Z"]);
  expect(await reporters.week()).toBe(week);
  now += 301_000;
  expect(await reporters.week()).toMatchObject({ questions: 3, notFound: 2 });
  expect(await reporters.sources()).toEqual([]);
});
