import { describe, expect, it } from "vitest";
import { casesOfQuestions, replay, type Replayable } from "../../eval/replay.ts";
import type { IndexReader } from "../../src/store/chunk-index.ts";
import { makeChunk } from "../support/make-chunk.ts";
import { makeAnswer, makeCase, scriptedApplication } from "./support/make.ts";

/** An index whose pages are those given, and an application that finds them all and answers as told. */
function version(
  paths: readonly string[],
  kind: "answered" | "not-found" = "answered",
): Replayable {
  const chunks = paths.map((path, position) =>
    makeChunk("Some text.", { id: path, url: `https://docs.example.com${path}`, position }),
  );
  const reader = {
    read: async () => [],
    async *chunks() {
      yield* chunks;
    },
    async [Symbol.asyncDispose]() {},
  };
  return {
    application: scriptedApplication(() => ({
      answer: makeAnswer({ kind }),
      evidence: chunks.map((chunk, index) => ({ chunk, rank: index + 1, score: 1, why: "" })),
    })),
    // Scoring reads chunks only.
    index: { open: async () => reader as unknown as IndexReader },
    async [Symbol.asyncDispose]() {},
  };
}

const cases = ["a", "b", "c"].map((id) =>
  makeCase({ id, gold: [{ path: "/v3/a", anchor: "", quote: "" }] }),
);
const clock = { elapsed: () => 0 };

function compare(live: Replayable, candidate: Replayable) {
  return replay({
    cases,
    openLive: async () => live,
    openCandidate: async () => candidate,
    clock,
    newId: () => "id",
  });
}

describe("replay", () => {
  it("passes a version that answers alike", async () => {
    const report = await compare(version(["/v3/a"]), version(["/v3/a", "/v3/b"]));

    expect(report).toMatchObject({
      passes: true,
      falls: [],
      changed: [],
      lostPages: [],
      cases: 3,
      objections: [],
    });
  });

  it("refuses a version that lost a gold page, which would otherwise go unscored", async () => {
    const report = await compare(version(["/v3/a"]), version(["/v3/b"]));

    expect(report.passes).toBe(false);
    expect(report.lostPages.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("refuses a version that stops answering, and says which cases changed", async () => {
    const report = await compare(version(["/v3/a"]), version(["/v3/a"], "not-found"));

    expect(report.passes).toBe(false);
    expect(report.falls.map(({ figure }) => figure)).toContain("answered");
    expect(report.lines).toContain("a was answered, would be declined");
    expect(report.objections).toContain("3 of 3 cases are answered no more");
  });
});

describe("casesOfQuestions", () => {
  it("makes a case of each distinct question", () => {
    expect(casesOfQuestions(["How?", " How? ", "", "Why?"]).map(({ turns }) => turns)).toEqual([
      [{ user: "How?" }],
      [{ user: "Why?" }],
    ]);
    expect(casesOfQuestions([])).toEqual([]);
  });
});
