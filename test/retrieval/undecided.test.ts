import { describe, expect, it } from "vitest";
import { isUndecided } from "../../src/retrieval/undecided.ts";
import { makeChunk, makeEvidence } from "../support/make-chunk.ts";

/** Evidence with a page for each score. */
const scored = (...scores: readonly number[]) =>
  makeEvidence(
    scores.map((_, at) => makeChunk(`Page ${at}.`, { url: `https://docs.example/${at}` })),
  ).map((item, at) => ({ ...item, score: scores[at] ?? 0 }));

describe("isUndecided", () => {
  it("is true when the fifth page fits nearly as well as the first", () => {
    expect(isUndecided(scored(1, 0.9, 0.8, 0.7, 0.6))).toBe(true);
  });

  it("is false when the first page is far ahead", () => {
    expect(isUndecided(scored(1, 0.9, 0.3, 0.2, 0.1))).toBe(false);
  });

  it("is false when few pages have the words at all", () => {
    expect(isUndecided(scored(1, 0.9))).toBe(false);
  });

  it("is true when nothing was found", () => {
    expect(isUndecided([])).toBe(true);
  });

  it("counts pages, not chunks", () => {
    const [first] = scored(1);
    const same = Array.from({ length: 4 }, () => ({ ...first!, score: 0.9 }));

    expect(isUndecided([...scored(1), ...same, ...scored(1, 0.3, 0.2).slice(1)])).toBe(false);
  });
});
