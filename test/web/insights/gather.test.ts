import { describe, expect, it } from "vitest";
import { openConversationStore } from "../../../src/conversation/stored-conversations.ts";
import type { Answer } from "../../../src/documents/answer.ts";
import { openSqliteFeedbackStore } from "../../../src/feedback/stored-feedback.ts";
import { insightsFile, drawInsights } from "../../../src/web/insights/draw-insights.ts";
import { gatherInsights, insightsCsv } from "../../../src/web/insights/gather.ts";
import { answerOf, citationOf, receiptOf } from "../../support/scripted-application.ts";
import { openWeb, askOn, request } from "../../support/web-server.ts";

/** A Thursday. */
const NOW = Date.parse("2026-11-26T12:00:00.000Z");
const DAY = 86_400_000;

type Stored = {
  readonly question: string;
  readonly daysAgo: number;
  readonly answer: Answer;
  readonly unknownWords?: readonly string[];
  readonly dropped?: number;
  readonly author?: string;
};

async function storeOf(turns: readonly Stored[]) {
  const store = openConversationStore({ path: ":memory:" });
  for (const [
    at,
    { question, daysAgo, answer, unknownWords = [], dropped = 0, author },
  ] of turns.entries()) {
    const key = `k${at}`;
    await store.ask({
      conversationId: `c${at}`,
      key,
      author: author ?? "U1",
      question,
      askedAt: new Date(NOW - daysAgo * DAY).toISOString(),
    });
    const asked = { key, conversationId: `c${at}`, author: "U1", text: question };
    const receipt = receiptOf(asked, answer);
    await store.answer(key, {
      resolution: receipt.resolution,
      answer: { ...answer, id: `a${at}` },
      evidence: [],
      receipt: {
        ...receipt,
        terms: unknownWords.map((token) => ({ token, idf: 9, documentFrequency: 0 })),
        dropped: Array.from({ length: dropped }, () => ({ text: "x", reason: "y", detail: "z" })),
      },
    });
  }
  return store;
}

const ABOUT_PODS = answerOf(["A pod dies."]);
const ABOUT_RETRIES = answerOf([{ text: "A task is retried.", citation: 2 }]);
const NOTHING: Answer = {
  ...answerOf([]),
  kind: "not-found",
  reason: "silent",
  closest: [citationOf(2)],
};
const TALK: Answer = { ...answerOf([]), kind: "small-talk" };

describe("gatherInsights", () => {
  it("groups by the page that answers or comes closest, week by week", async () => {
    await using store = await storeOf([
      { question: "too old", daysAgo: 100, answer: ABOUT_PODS },
      { question: "pods?", daysAgo: 9, answer: ABOUT_PODS, author: "U2" },
      { question: "retries?", daysAgo: 1, answer: ABOUT_RETRIES, dropped: 1 },
      { question: "retries of zyx?", daysAgo: 1, answer: NOTHING, unknownWords: ["zyx"] },
      { question: "more zyx?", daysAgo: 0, answer: NOTHING, unknownWords: ["zyx", "abc"] },
      { question: "thanks", daysAgo: 0, answer: TALK },
    ]);
    await using feedback = openSqliteFeedbackStore(":memory:");
    const on = {
      key: "k2",
      conversationId: "c2",
      question: "",
      answer: undefined,
      receipt: undefined,
    };
    for (const [user, vote] of [
      ["U1", "not-helpful"],
      ["U2", "helpful"],
    ] as const)
      await feedback.vote(
        { answerId: "a2", user, vote, reason: undefined, votedAt: "2026-11-25T00:00:00.000Z" },
        { answerId: "a2", ...on },
      );

    const insights = await gatherInsights({
      store,
      feedback,
      pages: undefined,
      now: NOW,
      weeks: 2,
    });

    expect(insights.weeks).toEqual(["2026-11-16", "2026-11-23"]);
    expect(insights).toMatchObject({
      questions: 5,
      people: 2,
      helpful: 1,
      notHelpful: 1,
      kinds: { answered: 2, "not-found": 2, "small-talk": 1 },
      words: [
        { name: "zyx", count: 2 },
        { name: "abc", count: 1 },
      ],
    });
    expect(insights.groups).toMatchObject([
      {
        title: "Page 2",
        weeks: [0, 3],
        questions: 3,
        notFound: 2,
        helpful: 1,
        notHelpful: 1,
        refused: 1,
      },
      { title: "Page 1", weeks: [1, 0], questions: 1, notFound: 0 },
    ]);
    expect(insights.groups[0]?.examples.map(({ question }) => question)).toEqual([
      "more zyx?",
      "retries of zyx?",
      "retries?",
    ]);
  });

  it("tells what a person had to complete, and what people's own answers are worth", async () => {
    const own: Answer = {
      ...answerOf([]),
      writer: "reviewed",
      remarks: [{ kind: "reviewed", values: { id: "r1", author: "Ada", date: "2026-11-01" } }],
    };
    await using store = await storeOf([
      { question: "pods?", daysAgo: 1, answer: ABOUT_PODS },
      { question: "retries of zyx?", daysAgo: 1, answer: NOTHING },
      { question: "who restarts it?", daysAgo: 0, answer: own },
    ]);
    await using feedback = openSqliteFeedbackStore(":memory:");
    const wrote = { author: "Ada", text: "t", writtenAt: "", quotes: [], pages: [] };
    const lapsed = { at: "2026-11-25T00:00:00.000Z", because: "a page has changed" };

    const insights = await gatherInsights({
      store,
      feedback,
      pages: undefined,
      now: NOW,
      weeks: 1,
      helpSince: async () => [
        { key: "k0", solved: false },
        { key: "k1", solved: true },
      ],
      reviewed: {
        list: async () => [
          { ...wrote, id: "r1", wordings: ["who restarts it?"] },
          { ...wrote, id: "r2", wordings: ["who pays?"], lapsed },
        ],
      },
    });
    const drawn = drawInsights(insights, { threads: true }).toString();

    expect(insights.help).toEqual({ asked: 2, solved: 1 });
    expect(insights.completed.map(({ question, solved }) => [question, solved])).toEqual([
      ["retries of zyx?", true],
      ["pods?", false],
    ]);
    expect(insights.reviewed.map(({ id, given }) => [id, given])).toEqual([
      ["r2", 0],
      ["r1", 1],
    ]);
    expect(insights.groups.map(({ url, askedPerson }) => [url, askedPerson])).toEqual([
      ["https://docs.example.com/v3/page-1", 1],
      ["https://docs.example.com/v3/page-2", 1],
      ["reviewed:", 0],
    ]);
    expect(drawn).toContain("offered no more: a page has changed");
    // A column that says nothing of any page is left out.
    expect(drawn).toContain(">Asked a person<");
    expect(drawn).not.toContain(">Declined<");
  });

  it("names the pages that nothing found", async () => {
    await using store = await storeOf([{ question: "pods?", daysAgo: 1, answer: ABOUT_PODS }]);
    await using feedback = openSqliteFeedbackStore(":memory:");
    const page = (url: string) => ({
      url,
      title: url,
      product: "p",
      version: "1",
      pageType: "guide" as const,
      chunks: 1,
      crawledAt: "2026-11-20T00:00:00.000Z",
      stale: false,
    });
    const pages = [
      page("https://docs.example.com/v3/page-1"),
      page("https://docs.example.com/v3/page-9"),
    ];

    const { neverFound } = await gatherInsights({ store, feedback, pages, now: NOW, weeks: 2 });

    expect(neverFound?.map(({ url }) => url)).toEqual(["https://docs.example.com/v3/page-9"]);
  });

  it("takes an empty store, texts without a record, and receipts that cannot be read", async () => {
    await using store = await storeOf([]);
    await using feedback = openSqliteFeedbackStore(":memory:");
    await store.recordFixed({
      conversationId: "c",
      key: "k",
      author: "",
      question: "q",
      text: "An answer of before.",
      askedAt: new Date(NOW).toISOString(),
    });

    const insights = await gatherInsights({
      store,
      feedback,
      pages: undefined,
      now: NOW,
      weeks: 8,
    });

    expect(insights.questions).toBe(0);
    expect(drawInsights(insights, { threads: false }).toString()).toContain("Nobody has asked");
    expect(insightsCsv(insights).split("\r\n")).toHaveLength(2);
  });

  it("stops when it is told to", async () => {
    await using store = await storeOf([{ question: "pods?", daysAgo: 1, answer: ABOUT_PODS }]);
    await using feedback = openSqliteFeedbackStore(":memory:");

    const gathered = gatherInsights({
      store,
      feedback,
      pages: undefined,
      now: NOW,
      weeks: 1,
      signal: AbortSignal.abort(new Error("enough")),
    });

    await expect(gathered).rejects.toThrow("enough");
  });
});

describe("what is written", () => {
  const BAD = `=1+1"><script>alert(1)</script>`;

  it("holds hostile text as text, and runs no script but its own", async () => {
    const hostile = { ...ABOUT_PODS, citations: [citationOf(1, { title: BAD, section: BAD })] };
    await using store = await storeOf([
      { question: BAD, daysAgo: 0, answer: hostile, unknownWords: [BAD] },
    ]);
    await using feedback = openSqliteFeedbackStore(":memory:");
    const insights = await gatherInsights({
      store,
      feedback,
      pages: undefined,
      now: NOW,
      weeks: 1,
    });

    const file = insightsFile(insights, { style: "", script: "let own;", madeAt: "2026-11-26" });
    const csv = insightsCsv(insights);

    expect(file.match(/<script/g)).toHaveLength(1);
    expect(file).toContain("&lt;script&gt;alert(1)");
    expect(file).toMatch(/script-src &#39;sha256-[A-Za-z0-9+/=]+&#39;/);
    // A spreadsheet would calculate what begins with "=".
    expect(csv).toContain(`"'=1+1"">`);
    expect(csv).not.toMatch(/(?:^|,)=/m);
  });

  it("stands in the web page, with the threads behind its examples", async () => {
    await using web = await openWeb();
    await askOn(web, "what happens when the pod of a flow run is evicted?");

    const page = await request(web, "/insights");
    const csv = await request(web, "/insights.csv");

    expect(page.text).toContain("When a pod dies");
    expect(page.text).toMatch(/href="\/thread\/web-/);
    expect(page.text).not.toMatch(/<script(?![^>]* src=)| style="/);
    expect(csv.headers["content-type"]).toContain("text/csv");
    expect(csv.text).toContain("When a pod dies");
  });
});
