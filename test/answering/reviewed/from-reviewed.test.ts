import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApplication } from "../../../src/answering/answer-question.ts";
import type { Application } from "../../../src/answering/application.ts";
import type { Answer } from "../../../src/documents/answer.ts";
import { Answer as AnswerSchema } from "../../../src/documents/answer.ts";
import type { ConversationStore } from "../../../src/conversation/conversation-store.ts";
import { resolveFollowUp } from "../../../src/conversation/resolve-follow-up.ts";
import { openConversationStore } from "../../../src/conversation/stored-conversations.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import type { Retriever } from "../../../src/retrieval/retriever.ts";
import { answerMessages } from "../../../src/slack/blocks/answer-blocks.ts";
import {
  openReviewedAnswerStore,
  type ReviewedAnswerStore,
} from "../../../src/state/reviewed-answers.ts";
import { IndexUnavailableError } from "../../../src/store/chunk-index.ts";
import { renderAnswer } from "../../../src/terminal/render.ts";
import { createExtractiveWriter } from "../../../src/writing/extractive/extractive-writer.ts";
import { makeChunk, makeEvidence } from "../../support/make-chunk.ts";

const QUESTION = "who gives access to the staging work pool?";
const PAGE = makeChunk(
  "A work pool hands runs to workers. Access to a work pool is given by an administrator.",
  { url: "https://docs.example/pools", title: "Work pools", anchor: "access" },
);

let store: ConversationStore;
let reviewed: ReviewedAnswerStore;
let searches: string[];
let errors: string[];

beforeEach(async () => {
  store = openConversationStore({ path: ":memory:" });
  reviewed = openReviewedAnswerStore(":memory:");
  searches = [];
  errors = [];
  const start = PAGE.text.indexOf("Access");
  await reviewed.put({
    id: "a1",
    text: "Ask **Grace** in `#platform`.",
    author: "Ada",
    writtenAt: "2026-11-30T09:00:00.000Z",
    wordings: [QUESTION],
    quotes: [{ text: PAGE.text.slice(start), start, end: PAGE.text.length, chunk: PAGE }],
    pages: [],
  });
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await reviewed[Symbol.asyncDispose]();
});

function application(part: {
  readonly fails?: Error;
  readonly list?: ReviewedAnswerStore["list"];
}): Application {
  const retriever: Retriever = {
    async retrieve({ question }) {
      searches.push(question);
      if (part.fails !== undefined) throw part.fails;
      return {
        evidence: makeEvidence([PAGE]),
        candidates: [],
        terms: [],
        queries: [question],
        scope: {},
        productIndexed: true,
        version: {
          id: "1",
          createdAt: "2026-11-24T00:00:00.000Z",
          pipeline: "test",
          sources: [],
          pages: 1,
          chunks: 1,
        },
      };
    },
    findPhrase: async () => [],
    neighbours: async () => [],
  };
  let id = 0;
  return createApplication({
    retriever,
    store,
    reviewed: { list: part.list ?? (() => reviewed.list()) },
    extractiveWriter: createExtractiveWriter(),
    resolve: async (input) => resolveFollowUp(input),
    clock: systemClock,
    logger: { debug() {}, info() {}, warn() {}, error: (event) => void errors.push(event) },
    newId: () => `answer-${(id += 1)}`,
  });
}

async function ask(app: Application, text: string): Promise<Answer> {
  let answer: Answer | undefined;
  const key = `k${(await store.read("c")).turns.length}`;
  for await (const event of app.ask({ key, conversationId: "c", author: "u", text }))
    if (event.kind === "done") answer = event.answer;
  await app.posted(key, {});
  if (answer === undefined) throw new Error("There is no answer.");
  return answer;
}

describe("a question that a person has answered", () => {
  it("gets that answer, labelled, with nothing of ours and without a search", async () => {
    const answer = await ask(application({}), "Who gives access to the staging work pool");

    expect(AnswerSchema.parse(answer)).toMatchObject({
      kind: "answered",
      writer: "reviewed",
      claims: [{ id: "c1", words: "reviewed", text: "Ask **Grace** in `#platform`." }],
      remarks: [{ kind: "reviewed", values: { author: "Ada" } }],
      citations: [{ number: 1, url: "https://docs.example/pools#access" }],
      terms: [],
    });
    expect(searches).toEqual([]);
  });

  it("comes whole, so that the words are never seen without their label", async () => {
    const app = application({});
    const question = { key: "k", conversationId: "c", author: "u", text: QUESTION };

    const events = await Array.fromAsync(app.ask(question));

    expect(events.map(({ kind }) => kind)).toEqual(["step", "done"]);
  });

  it("is shown as theirs in the terminal and in Slack", async () => {
    const answer = await ask(application({}), QUESTION);

    const terminal = renderAnswer(answer, { question: QUESTION });
    const slack = answerMessages(answer, { now: 0, question: QUESTION, askPerson: false });

    for (const text of [terminal, JSON.stringify(slack)]) {
      expect(text).toContain("This is the answer of Ada, of 2026-11-30");
      expect(text).toContain("Grace");
    }
  });

  it("needs no quote, and no index that answers", async () => {
    const [answer] = await reviewed.list();
    if (answer === undefined) throw new Error("There is no reviewed answer.");
    await reviewed.put({ ...answer, quotes: [] });

    const given = await ask(
      application({ fails: new IndexUnavailableError("index-down", "down") }),
      QUESTION,
    );

    expect(AnswerSchema.parse(given)).toMatchObject({ writer: "reviewed", citations: [] });
    expect(renderAnswer(given, { question: QUESTION })).toContain("Grace");
  });

  it("is searched for once it has lapsed", async () => {
    await reviewed.lapse("a1", { at: "2026-12-01", because: "changed" });

    const answer = await ask(application({}), QUESTION);

    expect(answer.writer).toBe("extractive");
    expect(searches).not.toEqual([]);
  });

  it("leaves other questions to the documentation", async () => {
    const answer = await ask(application({}), "what does a work pool hand to workers?");

    expect(answer.writer).toBe("extractive");
  });

  it("does not stand in the way when the store fails", async () => {
    const app = application({ list: () => Promise.reject(new Error("locked")) });

    expect((await ask(app, QUESTION)).writer).toBe("extractive");
    expect(errors).toEqual(["reviewed-answers-failed"]);
  });
});

describe("a follow-up to a person's answer", () => {
  it("that doubts it hears whose words it was, and what the pages say, never the words as ours", async () => {
    const app = application({});
    await ask(app, QUESTION);

    const answer = await ask(app, "are you sure?");

    expect(answer.writer).toBe("extractive");
    expect(answer.remarks).toContainEqual({
      kind: "reviewed",
      values: expect.objectContaining({ author: "Ada", said: "before" }) as unknown,
    });
    expect(answer.claims.map(({ words }) => words)).not.toContain("reviewed");
    expect(JSON.stringify(answer.claims)).not.toContain("Grace");
  });

  it("is answered from the documentation", async () => {
    const app = application({});
    await ask(app, QUESTION);

    const answer = await ask(app, "and what does a work pool hand to workers?");

    expect(answer.writer).toBe("extractive");
  });

  it("gets it again when it is asked whole again", async () => {
    const app = application({});
    await ask(app, QUESTION);

    expect((await ask(app, QUESTION)).writer).toBe("reviewed");
  });
});
