import { describe, expect, it } from "vitest";
import { rootHashes, rootOf, rootsIn, rootsOf, rootsOfChunk } from "../../src/documents/roots.ts";
import { hashToken } from "../../src/documents/tokenize.ts";
import { makeChunk } from "../support/make-chunk.ts";

describe("rootOf", () => {
  it.each([
    ["cancelled", "cancelling"],
    ["persist", "persistence"],
    ["retried", "retries"],
    ["configured", "configuration"],
  ])("gives %s and %s one root", (left, right) => {
    expect(rootOf(left)).toBe(rootOf(right));
  });

  it.each(["flow", "task", "api_url", "v3.6"])("leaves %s alone", (word) => {
    expect(rootOf(word)).toBe(word);
  });

  it("keeps apart what only begins alike", () => {
    expect(rootOf("worker")).not.toBe(rootOf("workspace"));
  });
});

describe("rootsIn", () => {
  it("gives the words of a slice as reading the slice does", () => {
    const chunk = makeChunk("Workers poll. The run_name “fails” at 3.6.22 — twice. Then it stops.");
    const words = rootsOfChunk(chunk);
    const start = chunk.text.indexOf("The");
    const end = chunk.text.indexOf("Then");

    expect(rootsIn(words, { start, end })).toEqual(rootsOf(chunk.text.slice(start, end)));
    expect(words.held.has(rootOf("worker"))).toBe(true);
  });
});

describe("rootHashes", () => {
  it("are of the roots, in order", () => {
    const text = "Cancelled runs: the run_name “fails” again, and cancelled runs’ names too.";

    expect(rootHashes(text)).toEqual(rootsOf(text).map(hashToken));
  });
});
