import { describe, expect, it } from "vitest";
import { pageClaim } from "../../src/answering/page-claim.ts";
import { makeChunk } from "../support/make-chunk.ts";

const chunk = makeChunk("Tugs wait for the tide. Barges do not.");
const chunks = new Map([[chunk.id, chunk]]);
const quote = { chunkId: chunk.id, text: "Tugs wait for the tide.", start: 0, end: 23 };
const draft = {
  text: "Tugs wait for the tide.",
  words: "page",
  aspect: "other",
  quotes: [quote],
} as const;

describe("pageClaim", () => {
  it("is a claim when each quote stands where it says", () => {
    expect(pageClaim(draft, chunks)).toMatchObject({ text: draft.text, quotes: [quote] });
  });

  it("is none when other words stand there, or no place is named", () => {
    const moved = { ...quote, start: 1, end: 24 };
    const placeless = { chunkId: chunk.id, text: quote.text };

    expect(pageClaim({ ...draft, quotes: [moved] }, chunks)).toBe(undefined);
    expect(pageClaim({ ...draft, quotes: [quote, placeless] }, chunks)).toBe(undefined);
    expect(pageClaim({ ...draft, quotes: [] }, chunks)).toBe(undefined);
    expect(pageClaim(draft, new Map())).toBe(undefined);
  });
});
