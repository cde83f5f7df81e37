import { describe, expect, it } from "vitest";
import { definitionsOf, judgeSense, readHits } from "../../src/answering/word-sense.ts";
import type { Chunk } from "../../src/documents/chunk.ts";
import type { QueryTerm } from "../../src/documents/evidence.ts";
import { makeChunk, makeEvidence } from "../support/make-chunk.ts";

const term = (token: string): QueryTerm => ({ token, weight: 1, idf: 3, documentFrequency: 2 });
/** What a search for our statement on slots found. */
const about = {
  terms: ["slot", "concurrency", "release"].map(term),
  evidence: makeEvidence([
    makeChunk("Every slot is released in the end.", { url: "https://docs.example/slots" }),
  ]),
};

const chunk = (text: string, over: Partial<Chunk> = {}) =>
  makeChunk(text, { url: "https://docs.example/other", headingPath: [], title: "Other", ...over });
const read = (word: string, ...chunks: readonly Chunk[]) => readHits(word, chunks, about, false);

describe("judgeSense", () => {
  it("finds nothing in no chunks", () => {
    expect(judgeSense("lease", []).sense).toBe("nowhere");
  });

  it.each([
    "A lease is the time for which a concurrency slot is held before its release.",
    "The countdown to the release of a concurrency slot is known as the slot's lease.",
    "The lease of a concurrency slot is the time until its release.",
    "lease: the time for which a concurrency slot is held until release.",
  ])("takes a definition near our subject for documented: %s", (text) => {
    expect(judgeSense("lease", read("lease", chunk(text))).sense).toBe("documented");
  });

  it("takes a heading, or use on several guides, for documented", () => {
    const heading = chunk("The concurrency slot is released when it ends.", {
      headingPath: ["Leases"],
    });
    const guides = ["a", "b", "c"].map((name) =>
      chunk(`Concurrency slot ${name} waits for the lease before its release.`, {
        url: `https://docs.example/${name}`,
      }),
    );

    expect(judgeSense("lease", read("lease", heading)).sense).toBe("documented");
    expect(judgeSense("lease", read("lease", ...guides)).sense).toBe("documented");
  });

  it("takes one mention near our subject for another name", () => {
    const mention = chunk("Lease your concurrency slot and release it with limits.");

    expect(judgeSense("lease", read("lease", mention)).sense).toBe("another-name");
  });

  it("takes what is far from our subject for another sense, however well defined", () => {
    const flat = chunk("A lease is a contract for renting office space by the month.");

    expect(judgeSense("lease", read("lease", flat)).sense).toBe("another-sense");
  });

  it("reads plural and hyphen as the same word", () => {
    const text = "Dead letter queues are where a concurrency slot release goes that failed.";

    expect(judgeSense("dead-letter queue", read("dead-letter queue", chunk(text))).sense).toBe(
      "documented",
    );
  });

  it("does not stumble over words with signs of patterns", () => {
    expect(() => read("c++ (fast) [x] $1.", chunk("text"))).not.toThrow();
  });
});

describe("definitionsOf", () => {
  it("prefers the definition, with its paragraph, over a mention", () => {
    const mention = chunk("If the lease is lost, the concurrency slot goes to its release.");
    const definition = chunk(
      "A countdown begins with each concurrency slot. Its length is known as the lease. It is renewed before release.",
      { url: "https://docs.example/definition" },
    );

    const [first] = definitionsOf("lease", read("lease", mention, definition));

    expect(first?.text).toBe(definition.text);
  });

  it("does not take what is said about a thing for what it is", () => {
    const status = chunk(
      "A lease is considered stale after a concurrency slot release was missed.",
    );
    const definition = chunk("A lease is the right to a concurrency slot until its release.", {
      url: "https://docs.example/definition",
    });

    const [first] = definitionsOf("lease", read("lease", status, definition));

    expect(first?.chunk.url).toBe("https://docs.example/definition");
  });
});
