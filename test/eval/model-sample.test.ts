import { describe, expect, it } from "vitest";
import { countSentences, drawCases, renderCounts, sumCounts } from "../../eval/model-sample.ts";
import type { Claim } from "../../src/documents/answer.ts";
import { makeAnswer, makeReceipt, makeRecord } from "./support/make.ts";

const cases = Array.from({ length: 30 }, (_, at) => ({ id: `case-${at}` }));

describe("drawCases", () => {
  it("draws the same for the same seed, whatever the order of the file", () => {
    const drawn = drawCases(cases, 5, 7);

    expect(drawCases(cases.toReversed(), 5, 7)).toEqual(drawn);
    expect(drawCases(cases, 5, 8)).not.toEqual(drawn);
    expect(new Set(drawn.map(({ id }) => id)).size).toBe(5);
  });
});

describe("countSentences", () => {
  const claim = (id: string, words: Claim["words"]): Claim => ({
    id,
    text: "It waits.",
    ...(words === undefined ? {} : { words }),
    aspect: "other",
    quotes: [{ citation: 1, chunkId: "c", text: "It waits.", start: 0, end: 9 }],
    conditions: [],
  });
  const dropped = (reason: string) => ({ text: "x", reason, detail: "" });

  it("tells what became of each sentence", () => {
    const answer = makeAnswer({
      writer: "model",
      claims: [claim("c1", "writer"), claim("c2", "corrected"), claim("c3", "page")],
    });
    const receipt = makeReceipt({
      dropped: [dropped("number"), dropped("not-carried"), dropped("not-checked")],
    });

    const counts = countSentences(makeRecord({ id: "a", answer }), receipt);

    expect(counts).toEqual({
      answers: 1,
      offline: 0,
      written: 5,
      asWritten: 1,
      corrected: 1,
      asPassages: 1,
      refusedByCode: 1,
      refusedByChecker: 1,
      firstShown: 1,
    });
    expect(renderCounts(sumCounts([counts, counts]))).toContain(
      "sentences written               10",
    );
  });
});
