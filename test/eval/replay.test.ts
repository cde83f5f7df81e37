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

describe("replay in a limited time", () => {
  const many = Array.from({ length: 200 }, (_, n) =>
    makeCase({ id: `case-${n}`, gold: [{ path: "/v3/a", anchor: "", quote: "" }] }),
  );
  /** A clock that counts a second for each case asked. */
  const timed = () => {
    let ms = 0;
    const slow = (replayable: Replayable): Replayable => ({
      ...replayable,
      application: {
        ...replayable.application,
        ask(question) {
          ms += 1000;
          return replayable.application.ask(question);
        },
      },
    });
    return { clock: { elapsed: () => ms }, slow, asked: () => ms / 1000 };
  };

  it("asks as many cases as fit, the same on both versions", async () => {
    const time = timed();
    const plans: (readonly number[])[] = [];

    const report = await replay({
      cases: many,
      openLive: async () => time.slow(version(["/v3/a"])),
      openCandidate: async () => time.slow(version(["/v3/a"])),
      clock: time.clock,
      newId: () => "id",
      budgetMs: 150_000,
      onPlan: (count, of) => plans.push([count, of]),
    });

    expect(time.asked()).toBeLessThanOrEqual(150);
    expect(report.cases).toBeGreaterThan(40);
    expect(plans).toEqual([[report.cases, 200]]);
  });

  it("asks a few whatever they cost", async () => {
    const time = timed();

    const report = await replay({
      cases: many,
      openLive: async () => time.slow(version(["/v3/a"])),
      openCandidate: async () => time.slow(version(["/v3/a"])),
      clock: time.clock,
      newId: () => "id",
      budgetMs: 1000,
    });

    expect(report.cases).toBe(24);
  });

  it("judges each group by itself, and one whose pages are the same more gently", async () => {
    const report = (slack: number) =>
      replay({
        cases: many,
        openLive: async () => version(["/v3/a"]),
        openCandidate: async () => ({
          ...version(["/v3/a"]),
          application: scriptedApplication(({ text }) => ({
            answer: makeAnswer({ kind: /case-1?[0-4]$/.test(text) ? "not-found" : "answered" }),
            evidence: [],
          })),
        }),
        groupOf: (id) => ({ name: id === "case-199" ? "other" : "lantern", slack }),
        tolerances: { answered: 0.03 },
        clock,
        newId: () => "id",
      });

    expect((await report(1)).falls).toMatchObject([{ figure: "answered", allowed: 0.03 }]);
    expect((await report(3)).falls).toEqual([]);
  });

  it("asks each case about the product that it is of, on either version", async () => {
    const scopes: unknown[] = [];
    const listening = (replayable: Replayable): Replayable => ({
      ...replayable,
      application: {
        ...replayable.application,
        ask(question) {
          scopes.push(question.scope);
          return replayable.application.ask(question);
        },
      },
    });

    await replay({
      cases: cases.slice(0, 2),
      openLive: async () => listening(version(["/v3/a"])),
      openCandidate: async () => listening(version(["/v3/a"])),
      scopeOf: ({ id }, which) => (id === "a" ? { product: which } : undefined),
      clock,
      newId: () => "id",
    });

    expect(scopes).toEqual([{ product: "live" }, undefined, { product: "candidate" }, undefined]);
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
