import { describe, expect, it } from "vitest";
import { contrastMembers, inContrast } from "../../src/conversation/language/contrasts.ts";
import { spellOut } from "../../src/conversation/language/hurried.ts";
import { nounPhrases } from "../../src/conversation/language/noun-phrases.ts";
import { contentStems, stem, wordsOf } from "../../src/conversation/language/words.ts";

describe("wordsOf", () => {
  it("keeps identifiers, versions and paths whole, and knows where clauses open", () => {
    const words = wordsOf("set `persist_result=True` in 3.6.22, see /api/health - that's it");

    expect(words.map(({ text }) => text)).toEqual([
      "set",
      "persist_result=True",
      "in",
      "3.6.22",
      "see",
      "/api/health",
      "that's",
      "it",
    ]);
    expect(words.filter(({ opensClause }) => opensClause).map(({ text }) => text)).toEqual([
      "set",
      "see",
      "that's",
    ]);
  });
});

describe("stem", () => {
  it.each([
    ["retries", "retry"],
    ["retried", "retry"],
    ["leases", "leas"],
    ["lease", "leas"],
    ["running", "run"],
    ["status", "status"],
    ["process", "process"],
  ])("%s meets %s", (word, expected) => {
    expect(stem(word)).toBe(expected);
  });
});

describe("contentStems", () => {
  it("leaves out what carries no content, and says each once", () => {
    expect(contentStems("how do I retry the failed runs, and can I retry it?")).toEqual([
      "retry",
      "fail",
      "run",
    ]);
  });
});

describe("nounPhrases", () => {
  const phrases = (text: string) => nounPhrases(text).map((phrase) => phrase.text);

  it.each([
    ["how do i limit a deployment to one run at a time", ["deployment", "run"]],
    ["can I pause the work pool for maintenance", ["work pool", "maintenance"]],
    ["what happens if the pod running the workflow fails", ["pod", "workflow"]],
    ["the failed flow run keeps its original ID", ["failed flow run", "original ID"]],
    [
      "whats this 'unresponsive run detection' thing in cloud",
      ["unresponsive run detection", "cloud"],
    ],
    ["set retry_delay_seconds on tasks", ["retry_delay_seconds", "tasks"]],
    ["why is it so", []],
  ])("%s", (text, expected) => {
    expect(phrases(text)).toEqual(expected);
  });
});

describe("contrasts", () => {
  it("knows what can replace what, whatever the number", () => {
    const [flows] = contrastMembers("concurrent flows");
    const [task] = contrastMembers("a task");
    const [slack] = contrastMembers("slack");

    expect(flows !== undefined && task !== undefined && inContrast(flows, task)).toBe(true);
    expect(flows !== undefined && slack !== undefined && inContrast(flows, slack)).toBe(false);
  });
});

describe("spellOut", () => {
  it.each([
    ["wdym by global", "what do you mean by global"],
    ["waht is teh limit", "what is the limit"],
    ["wich page, shoud i", "which page, should i"],
    ["whats the diff anyway", "what's the difference anyway"],
    ["diff versions of u", "different versions of you"],
    ["next q: its not a task", "next question: it's not a task"],
  ])("%s", (typed, spelled) => {
    expect(spellOut(typed)).toBe(spelled);
  });

  it.each([
    "submit a form to the cloud host",
    "its default is 5",
    '`dont` and "whats" are quoted',
    "R and U are letters",
    "noob q",
    "set wont_fix=true in cant.py",
    "which option, which options",
    "a cold start, a dose of thanks to the tank",
    "the gateway lets nothing through",
  ])("leaves alone: %s", (text) => {
    expect(spellOut(text)).toBe(text);
  });
});
