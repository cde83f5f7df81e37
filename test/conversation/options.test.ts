import { describe, expect, it } from "vitest";
import { comparedIn, listedIn, optionsOf } from "../../src/conversation/options.ts";
import type { Past } from "../../src/conversation/past.ts";

describe("comparedIn", () => {
  it.each([
    ["pause vs suspend, one line pls", ["pause", "suspend"]],
    ["what is the difference between a flow and a task?", ["flow", "task"]],
    ["is polling or pushing faster?", ["polling", "pushing faster"]],
    ["how do I pause a flow?", []],
  ])("%s", (question, expected) => {
    expect(comparedIn(question)).toEqual(expected);
  });
});

describe("listedIn", () => {
  it.each([
    ["There are three: a webhook, the CLI, or the REST API.", ["webhook", "CLI", "REST API"]],
    ["Two ways: restart it or wait.", ["restart it", "wait"]],
    ["Set retries, then wait, and look again.", []],
    ["It is off by default.", []],
  ])("%s", (text, expected) => {
    expect(listedIn(text)).toEqual(expected);
  });
});

describe("optionsOf", () => {
  const past = (question: string, ...texts: readonly string[]) =>
    ({
      question,
      statements: texts.map((text, at) => ({ id: `T1#c${at + 1}`, text })),
    }) as unknown as Past;
  const texts = (of: Past) => optionsOf(of).map(({ text }) => text);

  it("counts what a statement lists when the question compares nothing", () => {
    expect(texts(past("how do I start it?", "Two ways: restart it or wait."))).toEqual([
      "restart it",
      "wait",
    ]);
  });

  it("takes no part of a listing for something listed", () => {
    const listing = "Pause it by hand:\n```\nprint(f'Hi, {user}!', end: 1)\n```";

    expect(texts(past("how do I pause it?", listing, "Then wait."))).toEqual([
      listing,
      "Then wait.",
    ]);
  });
});
