import { describe, expect, it } from "vitest";
import { mergeRetrievals } from "../../src/retrieval/merge-retrievals.ts";
import type { Retrieval } from "../../src/retrieval/retriever.ts";
import { makeChunk, makeEvidence } from "../support/make-chunk.ts";

function retrieval(texts: readonly string[], tokens: readonly string[]): Retrieval {
  return {
    evidence: makeEvidence(texts.map((text) => makeChunk(text))),
    candidates: [],
    terms: tokens.map((token) => ({ token, weight: 1, idf: 1, documentFrequency: 1 })),
    queries: [tokens.join(" ")],
    scope: {},
    productIndexed: true,
    version: {
      id: "1",
      createdAt: "2026-11-24T00:00:00.000Z",
      pipeline: "test",
      sources: [],
      pages: 1,
      chunks: 3,
    },
  };
}

describe("mergeRetrievals", () => {
  it("takes from the second search first, in turn, each chunk once, and counts ranks anew", () => {
    const first = retrieval(["one", "two", "three"], ["run", "pod"]);
    const second = retrieval(["four", "one"], ["pod", "zombie"]);

    const merged = mergeRetrievals(second, first);

    expect(merged.evidence.map(({ chunk, rank }) => [chunk.text, rank])).toEqual([
      ["four", 1],
      ["one", 2],
      ["two", 3],
      ["three", 4],
    ]);
    expect(merged.terms.map(({ token }) => token)).toEqual(["run", "pod", "zombie"]);
    expect(merged.queries).toEqual(["run pod", "pod zombie"]);
  });
});
