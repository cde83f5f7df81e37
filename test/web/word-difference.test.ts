import { describe, expect, it } from "vitest";
import { wordDifference } from "../../src/web/word-difference.ts";

const shown = (one: string, other: string) =>
  wordDifference(one, other).map((pieces) =>
    pieces.map(({ text, isOwn }) => (isOwn ? `[${text.trim()}]` : text.trim())).join(" "),
  );

describe("wordDifference", () => {
  it("marks the words that the other text lacks in that place", () => {
    expect(shown("A lease lasts 300 seconds.", "A new lease lasts 60 seconds.")).toEqual([
      "A lease lasts [300] seconds.",
      "A [new] lease lasts [60] seconds.",
    ]);
  });

  it("leaves texts whole that have little in common, are empty, or are very long", () => {
    expect(shown("one two three", "four five six")).toEqual(["one two three", "four five six"]);
    expect(shown("", "now there is one")).toEqual(["", "now there is one"]);
    const long = "word ".repeat(50_000);
    expect(wordDifference(long, `${long}more`)[0]).toEqual([{ text: long, isOwn: false }]);
  });

  it("gives both texts back when its pieces are joined", () => {
    const texts = ["  a\n b c  d", "a x c\td e "] as const;
    const joined = wordDifference(...texts).map((pieces) =>
      pieces.map(({ text }) => text).join(""),
    );
    expect(joined).toEqual(texts);
  });
});
