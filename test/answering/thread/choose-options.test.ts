import { describe, expect, it } from "vitest";
import { chooseOptions } from "../../../src/answering/thread/choose-options.ts";

const options = [
  "restart the worker by hand",
  "an automation with a webhook",
  "a longer timeout",
].map((text) => ({ text, claimId: "T1#s1" }));
const chosen = (question: string) => chooseOptions(question, options).map(({ text }) => text);

describe("chooseOptions", () => {
  it.each([
    ["which of those need no webhook?", ["restart the worker by hand", "a longer timeout"]],
    [
      "which of these work without touching the worker?",
      ["an automation with a webhook", "a longer timeout"],
    ],
    ["which of them use a webhook?", ["an automation with a webhook"]],
    ["which one needs neither a webhook nor a longer timeout?", ["restart the worker by hand"]],
  ])("%s", (question, expected) => {
    expect(chosen(question)).toEqual(expected);
  });

  it.each(["which of those is best?", "which of those needs a license?", "which of them work?"])(
    "does not guess: %s",
    (question) => {
      expect(chosen(question)).toEqual([]);
    },
  );
});
