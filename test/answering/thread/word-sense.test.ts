import { describe, expect, it } from "vitest";
import { textOfBlock } from "../../../src/passages/block.ts";
import { definitionOf, judgeSense, readHits } from "../../../src/answering/thread/word-sense.ts";
import type { Chunk } from "../../../src/documents/chunk.ts";
import type { QueryTerm } from "../../../src/documents/evidence.ts";
import { makeChunk, makeEvidence } from "../../support/make-chunk.ts";

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

  it("takes a heading for documented, and use on several guides for use", () => {
    const heading = chunk("The concurrency slot is released when it ends.", {
      headingPath: ["Leases"],
    });
    const guides = ["a", "b", "c"].map((name) =>
      chunk(`Concurrency slot ${name} waits for the lease before its release.`, {
        url: `https://docs.example/${name}`,
      }),
    );

    expect(judgeSense("lease", read("lease", heading)).sense).toBe("documented");
    expect(judgeSense("lease", read("lease", ...guides)).sense).toBe("used");
  });

  it("tells mere use near our subject from an explanation", () => {
    const mention = chunk("Lease your concurrency slot and release it with limits.");

    expect(judgeSense("lease", read("lease", mention)).sense).toBe("used");
  });

  it("takes a word that many guides have and one explains for the documentation's own, whatever we spoke of", () => {
    const far = (name: string, text: string) =>
      chunk(text, { url: `https://docs.example/${name}` });
    const hits = read(
      "worker",
      far("workers", "Workers are small services that poll for work."),
      far("pools", "A pool is polled by a worker."),
      far("docker", "Start a worker in a container."),
      far("health", "Ask the worker how it is."),
    );

    expect(judgeSense("worker", hits).sense).toBe("documented");
  });

  it.each(["backoffLimit", "retry_delay_seconds", "work pool"])(
    "knows one sense only of %s, wherever it stands",
    (word) => {
      const far = chunk(`Evictions look at the ${word} first.`, { pageType: "release-notes" });

      expect(judgeSense(word, read(word, far)).sense).toBe("used");
    },
  );

  it("does not take a verb for the name of a state", () => {
    const verb = chunk("Running a concurrency slot release is easy, and running two is too.");
    const other = chunk("The concurrency slot is held while it is running.");

    expect(read("Running", other)[0]?.passages).toEqual([]);
    expect(judgeSense("Running", read("Running", verb)).sense).toBe("used");
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

describe("definitionOf", () => {
  it("prefers the definition, with its paragraph, over a mention", () => {
    const mention = chunk("If the lease is lost, the concurrency slot goes to its release.");
    const definition = chunk(
      "A countdown begins with each concurrency slot. Its length is known as the lease. It is renewed before release.",
      { url: "https://docs.example/definition" },
    );

    const first = definitionOf("lease", read("lease", mention, definition));

    expect(first && textOfBlock(first.passage)).toBe(definition.text);
  });

  it("does not take what is said about a thing for what it is", () => {
    const status = chunk(
      "A lease is considered stale after a concurrency slot release was missed.",
    );
    const definition = chunk("A lease is the right to a concurrency slot until its release.", {
      url: "https://docs.example/definition",
    });

    const first = definitionOf("lease", read("lease", status, definition));

    expect(first?.passage.chunk.url).toBe("https://docs.example/definition");
  });

  it("takes the row that explains a name, not the one that lists it", () => {
    const row = (text: string, header: string) => {
      const start = header.length + 1;
      return chunk(`${header}\n${text}`, {
        url: `https://docs.example/${header.length}`,
        blocks: [
          { kind: "table-row", header: true, start: 0, end: header.length },
          { kind: "table-row", start, end: start + text.length },
        ],
      });
    };
    const listed = row("Late | worker status, pool and queue", "State | Look first at");
    const explained = row("Late | Nobody has taken the run in time.", "State | Meaning");

    expect(definitionOf("Late", read("Late", listed, explained))?.passage.chunk.text).toContain(
      "Meaning",
    );
  });

  it("lets the opening of the page that has the word for its title speak for it", () => {
    const mention = chunk("An automation is not a concurrency slot.", {
      url: "https://docs.example/x",
    });
    const page = chunk("Automations run actions when their trigger fires.", {
      url: "https://docs.example/automations",
      title: "Automations",
    });

    expect(definitionOf("automation", read("automation", mention, page))?.passage.chunk.title).toBe(
      "Automations",
    );
  });
});
