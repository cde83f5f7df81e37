import { describe, expect, it } from "vitest";
import { createCiter, textFragmentUrl } from "../../src/answering/cite.ts";
import type { VerifiedClaim } from "../../src/verification/verify-claim.ts";
import { Citation, Claim } from "../../src/documents/answer.ts";
import type { Chunk } from "../../src/documents/chunk.ts";
import { makeChunk } from "../support/make-chunk.ts";

const first = makeChunk("Alpha beta gamma delta.", { anchor: "one", headingPath: ["A", "One"] });
const sameSection = makeChunk("More of it.", { anchor: "one", headingPath: ["A", "One"] });
const top = makeChunk("Introduction.", { anchor: "", headingPath: [], title: "The page" });

const all = new Map([first, sameSection, top].map((chunk) => [chunk.id, chunk]));

const claimOver = (...chunks: readonly Chunk[]): VerifiedClaim => ({
  text: "A statement.",
  words: "writer",
  aspect: "other",
  quotes: chunks.map((chunk) => ({
    chunkId: chunk.id,
    text: chunk.text,
    start: 0,
    end: chunk.text.length,
  })),
});

describe("createCiter", () => {
  it("numbers sections from 1 in order of first use, one number a section", () => {
    const citer = createCiter();

    const one = citer.cite("c1", claimOver(top), all);
    const two = citer.cite("c2", claimOver(first, sameSection, top), all);

    expect(one.claim.quotes.map(({ citation }) => citation)).toEqual([1]);
    expect(two.claim.quotes.map(({ citation }) => citation)).toEqual([2, 2, 1]);
    expect(two.citations.map(({ number }) => number)).toEqual([2]);
    expect(citer.citations().map(({ number, section }) => [number, section])).toEqual([
      [1, "The page"],
      [2, "One"],
    ]);
  });

  it("gives claims and citations that fit the contract", () => {
    const { claim, citations } = createCiter().cite("c1", claimOver(first, first), all);

    expect(Claim.parse(claim).quotes).toHaveLength(1);
    expect(Citation.parse(citations[0])).toMatchObject({
      url: "https://docs.example/page#one",
      anchor: "one",
      section: "One",
    });
  });

  it("describes a section without remembering it", () => {
    const citer = createCiter();

    expect(citer.describe(first, 7).number).toBe(7);
    expect(citer.citations()).toEqual([]);
    expect(citer.citation(first).number).toBe(1);
  });

  it("refuses a quote of a chunk it was not given", () => {
    expect(() => createCiter().cite("c1", claimOver(first), new Map())).toThrow(first.id);
  });
});

describe("textFragmentUrl", () => {
  const url = "https://docs.example/page#one";

  it("writes a short quote out, encoding what a directive reserves", () => {
    expect(textFragmentUrl(url, "re-tried, up & running 50%")).toBe(
      `${url}:~:text=re%2Dtried%2C%20up%20%26%20running%2050%25`,
    );
  });

  it("names a long quote by its first and last words", () => {
    const quote = "one two three four five six seven eight nine ten eleven";

    expect(textFragmentUrl("https://docs.example/page", quote)).toBe(
      "https://docs.example/page#:~:text=one%20two%20three%20four%20five,seven%20eight%20nine%20ten%20eleven",
    );
  });

  it("marks the longest cell or line, and tells its row by the cell beside it", () => {
    expect(textFragmentUrl(url, "retries | 0 | how often it is tried again")).toBe(
      `${url}:~:text=0-,how%20often%20it%20is%20tried%20again`,
    );
    expect(textFragmentUrl(url, "LANTERN_SLOTS | how many | ✅")).toBe(
      `${url}:~:text=LANTERN_SLOTS,-how%20many`,
    );
    expect(textFragmentUrl(url, "from x import y\n\nrun()")).toBe(
      `${url}:~:text=from%20x%20import%20y`,
    );
  });

  it("leaves out the name before a description, which the page shows without a colon", () => {
    expect(textFragmentUrl(url, "--slots (integer): How many jobs run.")).toBe(
      `${url}:~:text=How%20many%20jobs%20run.`,
    );
    expect(textFragmentUrl(url, "It says: wait")).toBe(`${url}:~:text=It%20says%3A%20wait`);
  });

  it("links the section when nothing can be marked", () => {
    expect(textFragmentUrl(url, " \n ")).toBe(url);
  });
});
