import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  QUESTION_LIMIT,
  isWordless,
  looksAddressed,
  mentionsOthers,
  plainQuestion,
} from "../../src/slack/message-text.ts";

describe("plainQuestion", () => {
  it.each([
    ["<@U0BOT> what is a flow?", "what is a flow?"],
    ["hey <@U0BOT|marvin>, why?", "hey , why?"],
    ["a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"],
    ["&amp;lt; stays", "&lt; stays"],
    [
      "see <https://docs.example.com/x|the page> and <https://y.example>",
      "see the page and https://y.example",
    ],
    ["<#C1|general> <#C2> <@U2> <@U3|eve>", "#general #channel @someone @eve"],
    ["<!here> <!subteam^S1|@team> <!date^1^x|Monday>", "@here @team Monday"],
    ["```\nx = a &lt; b\n```", "```\nx = a < b\n```"],
  ])("reads %j as %j", (text, expected) => {
    expect(plainQuestion(text, "U0BOT")).toBe(expected);
  });

  it("keeps beginning and end of what is too long", () => {
    const long = `why? ${"x".repeat(50_000)} because?`;

    const plain = plainQuestion(long, "U0BOT");

    expect(plain.length).toBeLessThanOrEqual(QUESTION_LIMIT);
    expect(plain.startsWith("why? ")).toBe(true);
    expect(plain.endsWith(" because?")).toBe(true);
  });

  it("never cuts a character in two, whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 0, max: 3 }),
        (text, shift) => {
          const long = `${"a".repeat(shift)}${"😀".repeat(9000)}${text}`;
          const plain = plainQuestion(long, "U0BOT");
          expect(plain.length).toBeLessThanOrEqual(QUESTION_LIMIT);
          expect(plain.isWellFormed()).toBe(long.isWellFormed());
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("isWordless", () => {
  it.each(["", "  ", ":eyes:", "👀 :+1: !", "?!"])("is true of %j", (text) => {
    expect(isWordless(text)).toBe(true);
  });

  it.each(["why?", "为什么", "3", ":eyes: why"])("is false of %j", (text) => {
    expect(isWordless(text)).toBe(false);
  });
});

describe("looksAddressed", () => {
  it.each([
    "and for tasks?",
    "what about ECS",
    "are you sure",
    "no, I meant tags",
    "> it is retried\nreally",
    "2",
    "option 3",
  ])("is true of %j", (text) => {
    expect(looksAddressed(text)).toBe(true);
  });

  it.each(["thanks!", "I will try that tomorrow", "lol", "sounds right", ":+1:"])(
    "is false of %j",
    (text) => {
      expect(looksAddressed(text)).toBe(false);
    },
  );
});

describe("mentionsOthers", () => {
  it("sees people and groups, but not the bot, channels or links", () => {
    expect(mentionsOthers("<@U0BOT> hi", "U0BOT")).toBe(false);
    expect(mentionsOthers("<@U0BOB> hi", "U0BOT")).toBe(true);
    expect(mentionsOthers("<!here> hi", "U0BOT")).toBe(true);
    expect(mentionsOthers("<#C1> <https://x.example>", "U0BOT")).toBe(false);
  });
});
