import { describe, expect, it } from "vitest";
import { hashToken } from "../../src/documents/tokenize.ts";
import type { WordVectors } from "../../src/documents/word-vectors.ts";
import { Likeness } from "../../src/passages/likeness.ts";
import { makeChunk } from "../support/make-chunk.ts";

/** A few words in the plane. */
const PLACES: ReadonlyMap<number, readonly [number, number]> = new Map(
  (
    [
      ["tug", [1, 0]],
      ["boat", [0.9, 0.1]],
      ["ledger", [0, 1]],
      ["harbour", [0.5, 0.5]],
    ] as const
  ).map(([word, place]) => [hashToken(word), place]),
);
const words: WordVectors = {
  rank: 2,
  addTo(sum, token) {
    for (const [axis, value] of (PLACES.get(token) ?? []).entries()) {
      sum[axis] = (sum[axis] ?? 0) + value;
    }
  },
};

describe("Likeness", () => {
  const text = "A boat is moored. The ledger is kept.";
  const chunk = makeChunk(text, { title: "Untold", headingPath: [] });
  const cut = text.indexOf("The");

  it("compares a question with slices of a chunk", () => {
    const likeness = new Likeness(words, "which tug");

    expect(likeness.of(chunk, [], [{ start: 0, end: cut }])).toBeGreaterThan(0.9);
    expect(likeness.of(chunk, [], [{ start: cut, end: text.length }])).toBeCloseTo(0);
    expect(likeness.of(chunk, [], [{ start: 0, end: text.length }])).toBeCloseTo(0.63, 2);
  });

  it("counts the headings above a slice", () => {
    const likeness = new Likeness(words, "which tug");
    const span = [{ start: cut, end: text.length }];

    expect(likeness.of(chunk, ["Tug"], span)).toBeGreaterThan(likeness.of(chunk, [], span));
  });

  it("is 0 where no word is known", () => {
    expect(new Likeness(words, "nothing known").of(chunk, [], [{ start: 0, end: 5 }])).toBe(0);
    expect(new Likeness(words, "tug").of(chunk, [], [])).toBe(0);
  });
});
