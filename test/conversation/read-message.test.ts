import { describe, expect, it } from "vitest";
import { plainText, readMessage, stripChatter } from "../../src/conversation/read-message.ts";

describe("plainText", () => {
  it.each([
    ["<@U0BOT> hi <!here> in <#C1|ops>", "  hi   in #ops"],
    [
      "see <https://docs.example/a|the page> and <https://docs.example/b>",
      "see the page and https://docs.example/b",
    ],
    ["a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"],
    ["*bold* _soft_ ~gone~ PREFECT_API_URL 2*3*4", "bold soft gone PREFECT_API_URL 2*3*4"],
    ["“typographic” ‘quotes’", "\"typographic\" 'quotes'"],
    ["done :white_check_mark: 🎉 at 10:30:15", "done     at 10:30:15"],
  ])("%s", (raw, expected) => {
    expect(plainText(raw)).toBe(expected);
  });
});

describe("readMessage", () => {
  it("sets quoted passages and block quotes apart, and leaves terms where they are", () => {
    const message = readMessage(
      '> a line of yours\nwhat is "lease" in "the slot comes back once its lease ends"?',
    );

    expect(message.passages).toEqual([
      { text: "a line of yours", by: "block" },
      { text: "lease", by: "quoted" },
      { text: "the slot comes back once its lease ends", by: "quoted" },
    ]);
    expect(message.body).toBe('what is "lease" in?');
  });

  it("takes an apostrophe for no quotation mark", () => {
    expect(readMessage("it doesn't and can't, 'that isn't so' he said").passages).toEqual([
      { text: "that isn't so", by: "quoted" },
    ]);
  });
});

describe("stripChatter", () => {
  it.each([
    ["perfect thx, btw what does it cost", "btw what does it cost"],
    ["ok cool. and for tasks?", "and for tasks?"],
    ["good morning :) how do I start", "how do I start"],
    ["thanks a lot!!", ""],
    ["greatly improved retries?", "greatly improved retries?"],
    ["so what happens then", "what happens then"],
  ])("%s", (text, expected) => {
    expect(stripChatter(text)).toBe(expected);
  });
});
