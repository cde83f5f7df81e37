import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApplication } from "../../src/answering/answer-question.ts";
import type { AnswerEvent } from "../../src/answering/application.ts";
import { readPrompt } from "../../src/compose-models.ts";
import type { ConversationStore } from "../../src/conversation/conversation-store.ts";
import { resolveFollowUp } from "../../src/conversation/resolve-follow-up.ts";
import { openConversationStore } from "../../src/conversation/stored-conversations.ts";
import type { Chunk } from "../../src/documents/chunk.ts";
import type { Logger } from "../../src/observability/logger.ts";
import { systemClock } from "../../src/platform/clock.ts";
import type { Retriever } from "../../src/retrieval/retriever.ts";
import { createChecker } from "../../src/verification/checker.ts";
import { createExtractiveWriter } from "../../src/writing/extractive/extractive-writer.ts";
import { createProseWriter } from "../../src/writing/model/model-writer.ts";
import { makeEvidence } from "../support/make-chunk.ts";
import { makePage } from "../support/make-page.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";

const QUESTION = "is a flow run started again when its pod dies?";
/** Passages 1 to 4. */
const PAGE = makePage(
  `Nothing starts the flow run again by itself when its pod dies. A flow run whose pod vanished stays in a Running state until something marks it as Crashed.

Set the number of seconds with \`timeout_seconds\`:

\`\`\`python
@flow(timeout_seconds=30)
def ship(): ...
\`\`\``,
  { url: "https://docs.example/zombie-runs", title: "Zombie runs" },
);

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

let store: ConversationStore;
beforeEach(() => {
  store = openConversationStore({ path: ":memory:" });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
});

function retrieverOver(chunks: readonly Chunk[], scores: (at: number) => number) {
  const requests: Parameters<Retriever["retrieve"]>[0][] = [];
  const retriever: Retriever = {
    async retrieve(request) {
      requests.push(request);
      return {
        evidence: makeEvidence(chunks).map((each, at) => ({ ...each, score: scores(at) })),
        candidates: [],
        terms: ["flow", "run", "pod", "start"].map((token) => ({
          token,
          weight: 1,
          idf: 2,
          documentFrequency: 1,
        })),
        queries: [request.question],
        scope: {},
        productIndexed: true,
        version: { id: "1", createdAt: "", pipeline: "test", sources: [], pages: 1, chunks: 1 },
      };
    },
    findPhrase: async () => [],
    neighbours: async () => [],
  };
  return { retriever, requests };
}

type Options = {
  readonly isTrusted?: boolean;
  readonly deadlineMs?: number;
  readonly tokenBudget?: number;
  readonly chunks?: readonly Chunk[];
  readonly isUndecided?: boolean;
  readonly text?: string;
};

async function ask(script: Script, options: Options = {}) {
  const { model, requests } = scriptedModel(script);
  const chunks = options.chunks ?? [PAGE];
  const { retriever, requests: searches } = retrieverOver(chunks, (at) =>
    options.isUndecided === true ? 1 : 1 / (at + 1) ** 4,
  );
  const application = createApplication({
    retriever,
    store,
    extractiveWriter: createExtractiveWriter(),
    model: {
      writer: createProseWriter({
        model,
        prompt: readPrompt("answer.md"),
        tokenBudget: options.tokenBudget ?? 24_000,
      }),
      checker: createChecker({ model, prompt: readPrompt("check.md") }),
      isTrusted: () => options.isTrusted ?? true,
      searchWords: {
        name: "scripted",
        find: async () => ({
          words: script.search,
          usage: { input: 30, output: 5 },
          ...(script.search === undefined ? { failed: "deadline" as const } : {}),
        }),
      },
      deadlineMs: options.deadlineMs ?? 10_000,
    },
    resolve: async (input) => resolveFollowUp(input),
    clock: systemClock,
    logger: silent,
    newId: () => "a1",
  });
  const events: AnswerEvent[] = [];
  for await (const event of application.ask({
    key: crypto.randomUUID(),
    conversationId: "c1",
    author: "u1",
    text: options.text ?? QUESTION,
  })) {
    events.push(event);
  }
  const done = events.at(-1);
  if (done?.kind !== "done") throw new Error("The last event is not `done`.");
  const { answer, receipt } = done;
  return {
    answer,
    receipt,
    events,
    requests,
    searches,
    texts: answer.claims.map(({ text }) => text),
    words: answer.claims.map(({ words }) => words),
  };
}

const NO = "No, the pod's death does not make the flow run start again [1].";
const STAYS = "It looks as if it were `Running` until it is marked as `Crashed` [2].";

describe("an answer with a model", () => {
  it("shows the model's sentences with the passages they name as quotes", async () => {
    const { answer, texts, words } = await ask({ answers: [`${NO} ${STAYS}`] });

    expect(texts).toEqual([NO.replace(" [1]", ""), STAYS.replace(" [2]", "")]);
    expect(words).toEqual(["writer", "writer"]);
    expect([answer.kind, answer.writer, answer.fallback]).toEqual(["answered", "model", undefined]);
    for (const quote of answer.claims.flatMap(({ quotes }) => quotes)) {
      expect(quote.text).toBe(PAGE.text.slice(quote.start, quote.end));
    }
  });

  it("shows a listing whole where the model asks for it", async () => {
    const { answer, texts } = await ask({ answers: [`${NO}\n[[4]]\n`] });

    expect(texts[1]).toBe("```\n@flow(timeout_seconds=30)\ndef ship(): ...\n```");
    expect(answer.claims[1]).toMatchObject({
      words: "page",
      quotes: [{ text: expect.stringContaining("@flow") }],
    });
  });

  it("leaves out what the checker refuses, and says what it corrects as corrected", async () => {
    const { texts, words, receipt } = await ask({
      answers: [`Yes, it is always started again [1]. ${STAYS}`],
      check: (sentences) =>
        sentences
          .map((text, at) =>
            text.includes("always")
              ? `${at + 1}: no: the passage denies it`
              : `${at + 1}: fix: The run stays \`Running\` until it is marked as \`Crashed\`. [P1]`,
          )
          .join("\n"),
    });

    expect(texts).toEqual(["The run stays `Running` until it is marked as `Crashed`."]);
    expect(words).toEqual(["corrected"]);
    expect(receipt.dropped).toMatchObject([
      { reason: "not-carried", detail: "the passage denies it" },
    ]);
    expect(receipt.corrected).toHaveLength(1);
  });

  it("refuses a number, a name and an address that stand nowhere, whatever the checker says", async () => {
    const { answer, receipt } = await ask({
      answers: [
        "It is restarted after 45 seconds [1]. Set `restart_policy` for it [1]. See https://evil.example/x for more [1].",
      ],
    });

    expect(receipt.dropped.map(({ reason }) => reason)).toEqual(["number", "name", "link"]);
    expect([answer.writer, answer.fallback]).toEqual(["extractive", "all-claims-dropped"]);
    expect(JSON.stringify(answer.claims)).not.toMatch(/45|restart_policy|evil/);
  });

  it("checks a correction by code again", async () => {
    const { receipt } = await ask({
      answers: [NO],
      check: () => "1: fix: No, it is started again after 90 seconds only.",
    });

    expect(receipt.dropped).toMatchObject([{ reason: "number", detail: "90" }]);
  });

  it("finds the passages of a sentence without numbers", async () => {
    const { answer } = await ask({
      answers: ["Nothing starts the flow run again when its pod dies."],
    });

    expect(answer.claims[0]?.quotes[0]?.text).toMatch(/^Nothing starts/);
  });

  it("does not leave a sentence dangling behind one that was refused", async () => {
    const { texts, words } = await ask({
      answers: ["The pod is started again [1]. It then stays in `Running` [2]."],
      check: (sentences) =>
        sentences
          .map((text, at) => `${at + 1}: ${text.includes("pod is") ? "no: wrong" : "ok"}`)
          .join("\n"),
    });

    expect(words).toEqual(["page"]);
    expect(texts[0]).toMatch(/^A flow run whose pod vanished/);
  });

  it("keeps different statements over one passage, and says the same once", async () => {
    const { texts } = await ask({
      answers: [
        "The run stays `Running` [2]. Something has to mark it as `Crashed` [2]. The run stays `Running` [2].",
      ],
    });

    expect(texts).toEqual(["The run stays `Running`.", "Something has to mark it as `Crashed`."]);
  });

  it("answers in the language of the question", async () => {
    const script = {
      answers: [
        "Nein, der Flow wird nicht von selbst neu gestartet [1]. Er bleibt zunächst `Running` [2].",
      ],
    };
    const { texts } = await ask(script, {
      text: "Wird ein Flow nach einem Absturz des Pods von selbst wieder gestartet?",
    });

    expect(texts).toEqual([
      "Nein, der Flow wird nicht von selbst neu gestartet.",
      "Er bleibt zunächst `Running`.",
    ]);
  });
});

describe("a model whose word is not taken", () => {
  it("shows near copies in its words and else the passages it chose, labelled", async () => {
    const { answer, texts, words, requests } = await ask(
      { answers: [`Nothing starts the flow run again by itself when its pod dies [1]. ${STAYS}`] },
      { isTrusted: false },
    );

    expect(words).toEqual(["writer", "page"]);
    expect(texts[1]).toMatch(/^A flow run whose pod vanished/);
    expect(answer.fallback).toBe("not-checked");
    expect(requests.map(({ kind }) => kind)).toEqual(["answer"]);
  });

  it.each([
    ["breaks off", { answers: [`${NO} ${STAYS} It is`], truncated: true }],
    ["repeats its prompt", { answers: [`<passages>\n${NO}\n</passages>\n${STAYS}`] }],
  ])("gives way to the offline answer when it %s", async (_name, script) => {
    const { answer, events } = await ask(script, { isTrusted: false });

    expect([answer.writer, answer.fallback]).toEqual(["extractive", "form"]);
    expect(events.filter(({ kind }) => kind === "claim")).toHaveLength(answer.claims.length);
  });

  it("does not decide that the documentation is silent", async () => {
    const { answer } = await ask({ answers: ["NOT FOUND"] }, { isTrusted: false });

    expect([answer.writer, answer.kind]).toEqual(["extractive", "answered"]);
  });
});

describe("a checker that does not answer", () => {
  it.each([
    ["fails", () => new Error("down")],
    ["gives no verdicts", () => "I think they are fine."],
  ])("gives the passages as quotes when it %s", async (_name, check) => {
    const { answer, words } = await ask({ answers: [`${NO} ${STAYS}`], check });

    expect(words).toEqual(["page", "page"]);
    expect([answer.writer, answer.fallback]).toEqual(["model", "not-checked"]);
  });

  it("is asked again when the writer has finished, where the endpoint does one thing at a time", async () => {
    let isWriting = true;
    async function* slowly() {
      yield `${NO} It `;
      await new Promise((resolve) => {
        setTimeout(resolve, 30);
      });
      yield "stays `Running` [2].";
      isWriting = false;
    }
    const { texts, requests } = await ask({
      answers: [slowly()],
      check: (sentences) =>
        isWriting ? new Error("busy") : sentences.map((_, at) => `${at + 1}: ok`).join("\n"),
    });

    expect(texts).toHaveLength(2);
    expect(requests.filter(({ kind }) => kind === "check")).toHaveLength(2);
  });

  it("is not asked without tokens, and says so", async () => {
    const { answer, receipt } = await ask({ answers: [NO] }, { tokenBudget: 900 });

    expect(answer.fallback).toBe("not-checked");
    expect(receipt.dropped).toMatchObject([{ reason: "not-checked", detail: "no tokens left" }]);
  });
});

describe("a reply that has not the agreed form", () => {
  it.each([
    ["is empty", ""],
    ["is a refusal", "I'm sorry, but I cannot help with that request."],
    ["speaks of something else", "The weather in Paris is lovely during spring holidays."],
    ["only thinks", "<think>Let me see, passage [1] says"],
    ["is noise", '{"a": [1, 2, 3]}'],
  ])("gives the offline answer when it %s", async (_name, reply) => {
    const { answer } = await ask({ answers: [reply] });

    expect([answer.kind, answer.writer, answer.fallback]).toEqual([
      "answered",
      "extractive",
      "form",
    ]);
  });

  it("says that it was cut, and leaves the unfinished sentence out", async () => {
    const { answer, texts } = await ask({ answers: [`${NO} It looks as if`], truncated: true });

    expect(texts).toEqual([NO.replace(" [1]", "")]);
    expect(answer.remarks).toEqual([{ kind: "broke-off", values: {} }]);
  });

  it("keeps what was checked before the model failed", async () => {
    async function* failing() {
      yield `${NO} It `;
      throw new Error("cut");
    }
    const { answer, texts } = await ask({ answers: [failing()] });

    expect(texts).toEqual([NO.replace(" [1]", "")]);
    expect(answer.remarks).toEqual([{ kind: "broke-off", values: {} }]);
  });

  it.each([
    ["fails", new Error("connection refused"), "error"],
    ["is late", undefined, "deadline"],
  ])("is offline and says so when the model %s", async (_name, reply, fallback) => {
    const { answer } = await ask({ answers: [reply] }, { deadlineMs: 200 });

    expect([answer.kind, answer.writer, answer.fallback]).toEqual([
      "answered",
      "extractive",
      fallback,
    ]);
  });
});

describe("a question without evidence", () => {
  it("is told to be without, and the model is not blamed", async () => {
    const { answer, requests } = await ask({ answers: [NO] }, { chunks: [] });

    expect([answer.kind, answer.fallback]).toEqual(["not-found", undefined]);
    expect(requests).toEqual([]);
  });
});

describe("searching in other words", () => {
  const text = "who marks a flow run as Crashed?";
  const MANY = [
    PAGE,
    ...Array.from({ length: 6 }, (_, at) =>
      makePage(`Page ${at}.`, { url: `https://docs.example/${at}` }),
    ),
  ];

  it("comes before writing when the search is undecided", async () => {
    const { searches, requests } = await ask(
      { answers: [NO], search: "zombie run heartbeat" },
      { chunks: MANY, isUndecided: true, text },
    );

    expect(searches.map(({ alsoSearch }) => alsoSearch)).toEqual([
      undefined,
      ["zombie run heartbeat"],
    ]);
    expect(requests[0]?.kind).toBe("answer");
  });

  it("comes after a reply that found nothing, once", async () => {
    const { searches, answer } = await ask(
      { answers: ["NOT FOUND"], search: "zombie run" },
      { text },
    );

    expect(searches).toHaveLength(2);
    expect([answer.kind, answer.writer]).toEqual(["not-found", "model"]);
  });

  it("goes on with what it has when the model gives no words", async () => {
    const { searches, texts, receipt } = await ask(
      { answers: [NO] },
      { chunks: MANY, isUndecided: true, text },
    );

    expect(searches).toHaveLength(1);
    expect(texts).toHaveLength(1);
    expect(receipt.notes).toContain("no words for a second search: deadline");
  });
});

describe("what is missing", () => {
  it("is said in the question's words only", async () => {
    const { answer } = await ask({
      answers: [
        `${NO}\nMISSING: whether the pod is started again\nMISSING: our new premium support plan at www.example.com`,
      ],
    });

    expect([answer.kind, answer.missing]).toEqual([
      "partial",
      ["whether the pod is started again"],
    ]);
  });
});

describe("a follow-up about a word of ours", () => {
  it("is answered from facts, and a sentence about ourselves carries no product statement", async () => {
    await store.recordFixed({
      conversationId: "c1",
      key: "k0",
      author: "u1",
      askedAt: "2026-11-24T00:00:00.000Z",
      question: "what happens if the pod dies?",
      text: "It is restarted from the last checkpoint.",
    });
    const { answer, requests, texts } = await ask(
      {
        answers: [
          '"Checkpoint" was my own word and no page has it [F1, F2]. Nothing starts the flow run again when its pod dies [1].',
        ],
      },
      { text: "What is checkpoint?" },
    );

    expect(requests[0]?.text).toMatch(/F1: No page of the documentation has .*"checkpoint"/);
    expect(texts).toEqual(["Nothing starts the flow run again when its pod dies."]);
    expect(answer.remarks.map(({ kind }) => kind)).toContain("about-this-thread");
    expect(answer.remarks.map(({ kind }) => kind)).not.toContain("word-not-documented");
  });
});
