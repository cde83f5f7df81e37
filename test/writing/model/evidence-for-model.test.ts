import { describe, expect, it } from "vitest";
import { evidenceForModel } from "../../../src/writing/model/evidence-for-model.ts";
import { makeChunk, makeEvidence } from "../../support/make-chunk.ts";

const chunk = (name: string, isNotes: boolean) =>
  makeChunk(`About ${name}.`, { title: name, pageType: isNotes ? "release-notes" : "guide" });
const EVIDENCE = makeEvidence([
  chunk("notes one", true),
  chunk("guide one", false),
  chunk("guide two", false),
  chunk("notes two", true),
  chunk("guide three", false),
]);
const titles = (question: string) =>
  evidenceForModel(EVIDENCE, question).map((each) => each.chunk.title);

describe("evidenceForModel", () => {
  it("puts release notes that are not among the best behind the rest", () => {
    expect(titles("how do I retry a task?")).toEqual([
      "notes one",
      "guide one",
      "guide two",
      "guide three",
      "notes two",
    ]);
  });

  it.each(["since when is it there?", "what changed?", "is it in 3.6.22?"])(
    "leaves the order where releases are asked for: %s",
    (question) => {
      expect(titles(question)[3]).toBe("notes two");
    },
  );
});
