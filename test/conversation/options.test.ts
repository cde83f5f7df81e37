import { describe, expect, it } from "vitest";
import { comparedIn, listedIn } from "../../src/conversation/options.ts";

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
