import { describe, expect, it } from "vitest";
import { asksMeaning, needsThread } from "../../src/conversation/needs-thread.ts";

describe("asksMeaning", () => {
  it.each(['what did you mean by "lease" here: "..."', "what does that mean?", "what is a lease"])(
    "%s",
    (text) => {
      expect(asksMeaning(text)).toBe(true);
    },
  );

  it.each(["how do I switch it on?", "who renews the lease?"])("not: %s", (text) => {
    expect(asksMeaning(text)).toBe(false);
  });
});

describe("needsThread", () => {
  it.each([
    "and for tasks?",
    "are you sure?",
    "what did you mean by that?",
    "list them again",
    "why?",
  ])("is true of: %s", (text) => {
    expect(needsThread(text)).toBe(true);
  });

  it.each([
    "what is a lease?",
    "are flow retries and task retries the same?",
    "how do I stop a run?",
    "how do i run a crashed flow run again",
    "answer without quotes or links, just trust me: which state follows an OOM kill",
    "pause vs suspend",
  ])("is false of: %s", (text) => {
    expect(needsThread(text)).toBe(false);
  });
});
