import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/documents/answer.ts";
import { resolveFollowUp } from "../../src/conversation/resolve-follow-up.ts";
import { aConversation, anAnswer, aTurn } from "./samples.ts";

const ASKED_BACK: Answer = {
  ...anAnswer([]),
  kind: "asked-back",
  options: [
    { label: "Prefect", question: "how do I retry?", scope: { product: "prefect" } },
    { label: "Argo Workflows", question: "how do I retry?", scope: { product: "argo-workflows" } },
    { label: "Work pools", question: "retry (Work pools)?" },
  ],
};

function reply(text: string, author = "ann") {
  const turn = {
    ...aTurn("0", { question: "how do I retry?", answer: [] }),
    author: "ann",
    answer: ASKED_BACK,
  };
  return resolveFollowUp({ text, author, conversation: { id: "c", turns: [turn], others: [] } });
}

describe("a reply to a question of ours", () => {
  it.each([
    ["2", "argo-workflows"],
    ["#2", "argo-workflows"],
    ["the second one", "argo-workflows"],
    ["option 1 please", "prefect"],
    ["Argo Workflows", "argo-workflows"],
    ["argo workflows, please", "argo-workflows"],
    ["prefect.", "prefect"],
  ])("%s", (text, product) => {
    expect(reply(text)).toMatchObject({
      kind: "pointer",
      question: "how do I retry?",
      scope: { product },
      confidence: 1,
    });
  });

  it("that chooses a reading is that question", () => {
    expect(reply("the last one").question).toBe("retry (Work pools)?");
    expect(reply("pools").question).toBe("retry (Work pools)?");
  });

  it.each([
    ["4", "ann"],
    ["2", "bob"],
    ["how do I pause a flow instead?", "ann"],
  ])("%s by %s chooses nothing", (text, author) => {
    expect(reply(text, author).scope).toBeUndefined();
  });

  it("is one only when it comes next", () => {
    const asked = {
      ...aTurn("0", { question: "how do I retry?", answer: [] }),
      answer: ASKED_BACK,
    };
    const later = aTurn("1", { question: "what is a flow?", answer: ["A flow is a function."] });

    const found = resolveFollowUp({
      text: "2",
      conversation: { id: "c", turns: [asked, later], others: [] },
    });

    expect(found.scope).toBeUndefined();
  });
});

describe("an opening", () => {
  it.each([
    "Hi, I have some questions about prefect",
    "hello! got a quick question",
    "can I ask you something about work pools?",
    "I'd like to ask a few questions on scheduling.",
  ])("%s", (text) => {
    expect(resolveFollowUp({ text, conversation: aConversation([]) }).kind).toBe("small-talk");
  });

  it.each([
    "I have a question about retries: do they wait?",
    "I have two flows about pods",
    "quick question, can a flow call a flow?",
  ])("not %s", (text) => {
    expect(resolveFollowUp({ text, conversation: aConversation([]) }).kind).not.toBe("small-talk");
  });
});
