import { describe, expect, it } from "vitest";
import { askBack } from "../../src/answering/ask-back.ts";
import type { Conversation } from "../../src/conversation/conversation.ts";
import { resolveFollowUp } from "../../src/conversation/resolve-follow-up.ts";
import type { Retrieval } from "../../src/retrieval/retriever.ts";
import { aConversation, anAnswer, aTurn, type Said } from "../conversation/samples.ts";
import { makeChunk } from "../support/make-chunk.ts";

type Page = { readonly title: string; readonly product?: string; readonly score: number };

function found(pages: readonly Page[], scope: Retrieval["scope"] = {}) {
  const products = [...new Set(pages.map(({ product }) => product ?? "prefect"))];
  return {
    scope,
    evidence: pages.map(({ title, product = "prefect", score }, index) => ({
      chunk: makeChunk(`About ${title}.`, { title, product, url: `https://docs.example/${index}` }),
      rank: index + 1,
      score,
      why: "text",
    })),
    // As much of a version as is looked at.
    version: {
      pages: 500,
      sources: products.map((product) => ({ product, version: "" })),
    } as unknown as Retrieval["version"],
  };
}

function ask(
  text: string,
  retrieval: ReturnType<typeof found>,
  said: readonly Said[] | Conversation = [],
) {
  const conversation = "turns" in said ? said : aConversation(said);
  const resolution = resolveFollowUp({ text, conversation });
  return askBack({ text, resolution, conversation, retrieval });
}

const TWO = found([
  { title: "Retries", product: "prefect", score: 1 },
  { title: "Retrying", product: "argo-workflows", score: 0.8 },
]);
const SPLIT = found(
  ["Schedules", "Cron", "Work pools", "Automations", "Events"].map((title, index) => ({
    title,
    score: 1 - 0.05 * index,
  })),
);

describe("two products", () => {
  it("that compete are asked about, by name", () => {
    expect(ask("how do I retry a failed step?", TWO)).toEqual({
      kind: "options",
      options: [
        {
          label: "Prefect",
          question: "how do I retry a failed step?",
          scope: { product: "prefect" },
        },
        {
          label: "Argo Workflows",
          question: "how do I retry a failed step?",
          scope: { product: "argo-workflows" },
        },
      ],
    });
  });

  it("of which one is far ahead need no asking: the answer is about that one", () => {
    const ahead = found([
      { title: "Retries", product: "prefect", score: 1 },
      { title: "Retrying", product: "argo-workflows", score: 0.1 },
    ]);

    expect(ask("how do I retry?", ahead)).toEqual({ kind: "product", product: "prefect" });
  });

  it.each(["does Prefect retry like Argo Workflows?", "retries in prefect"])(
    "that are named are not asked about: %s",
    (text) => {
      expect(ask(text, TWO)).toBeUndefined();
    },
  );

  it("are settled by a scope that is fixed, and by what the thread is about", () => {
    expect(ask("how do I retry?", { ...TWO, scope: { product: "prefect" } })).toBeUndefined();
    const cited = {
      ...anAnswer(["A template has steps."]),
      citations: [{ product: "argo-workflows" }],
    } as unknown as ReturnType<typeof anAnswer>;
    const turn = { ...aTurn("0", { question: "what is a template?", answer: [] }), answer: cited };

    expect(ask("and how is it retried?", TWO, { id: "c", turns: [turn], others: [] })).toEqual({
      kind: "product",
      product: "argo-workflows",
    });
  });
});

describe("too few words", () => {
  it("for one reading are asked back, with the pages that fit", () => {
    expect(ask("triggers?", SPLIT)).toEqual({
      kind: "options",
      options: ["Schedules", "Cron", "Work pools", "Automations"].map((title) => ({
        label: title,
        question: `triggers (${title})?`,
      })),
    });
  });

  it.each(["what is a trigger?", "how do I trigger a deployment when a file arrives in a bucket?"])(
    "are not: %s",
    (text) => {
      expect(ask(text, SPLIT)).toBeUndefined();
    },
  );

  it("are answered where one page stands out", () => {
    const one = found(
      ["Triggers", "Cron", "Pools", "Blocks", "Events"].map((title, index) => ({
        title,
        score: index === 0 ? 1 : 0.2,
      })),
    );

    expect(ask("triggers?", one)).toBeUndefined();
  });
});

it("never asks twice in a row", () => {
  const asked = ask("triggers?", SPLIT);
  const options = asked?.kind === "options" ? asked.options : [];
  const answer = { ...anAnswer([]), kind: "asked-back" as const, options };
  const turn = { ...aTurn("0", { question: "triggers?", answer: [] }), answer };

  expect(ask("events?", SPLIT, { id: "c", turns: [turn], others: [] })).toBeUndefined();
});
