import { describe, expect, it } from "vitest";
import type { CaseScore, Values } from "../../eval/score.ts";
import { absentPages, latency, summarise } from "../../eval/summarise.ts";

function score(id: string, kind: string, style: string, values: Values): CaseScore {
  return {
    id,
    kind,
    style,
    values,
    turns: [{ turn: 0, response: "answered", absent: [], forbidden: [], values }],
  };
}

describe("summarise", () => {
  const scores = [
    score("a", "howto", "plain", { "hit@5": 1, ms: 10 }),
    score("b", "howto", "slack", { "hit@5": 0, ms: 20 }),
    score("c", "concept", "slack", { "hit@5": 1, mrr: 0.5, ms: 90 }),
  ];

  it("averages over cases for all, by kind and by style, with the number of cases beside each", () => {
    const groups = summarise(scores);

    expect(
      groups.map(({ name, cases, cells }) => [
        name,
        cases,
        cells.find(({ figure }) => figure === "hit@5")?.value,
      ]),
    ).toEqual([
      ["all", 3, 2 / 3],
      ["kind howto", 2, 0.5],
      ["kind concept", 1, 1],
      ["style plain", 1, 1],
      ["style slack", 2, 0.5],
    ]);
    const mrr = groups[0]?.cells.find(({ figure }) => figure === "mrr");
    expect(mrr).toMatchObject({ value: 0.5, count: 1 });
  });

  it("compares with the baseline over the cases that both have", () => {
    const baseline = new Map<string, Values>([
      ["a", { "hit@5": 0 }],
      ["b", { "hit@5": 0 }],
      ["z", { "hit@5": 1 }],
    ]);

    const hit = summarise(scores, baseline)[0]?.cells.find(({ figure }) => figure === "hit@5");

    expect(hit?.change).toMatchObject({ difference: 0.5, pairs: 2, low: 0, high: 1 });
  });

  it("names the cases of small groups only", () => {
    const many = Array.from({ length: 11 }, (_, index) => score(`h${index}`, "howto", "plain", {}));

    const groups = summarise([...many, score("c", "concept", "plain", {})]);

    expect(groups.map(({ ids }) => ids)).toEqual([[], [], ["c"]]);
  });

  it("gives no figures for no cases", () => {
    expect(summarise([])).toEqual([{ name: "all", cases: 0, ids: [], cells: [] }]);
  });
});

describe("latency", () => {
  it("is taken over turns", () => {
    const scores = [10, 20, 30].map((ms) => score(String(ms), "k", "s", { ms }));

    expect(latency(scores)).toEqual({ p50Ms: 20, p95Ms: 30, maxMs: 30 });
    expect(latency([])).toBeUndefined();
  });
});

describe("absentPages", () => {
  it("names each page of a case once", () => {
    const absent = { page: "/a", anchor: "", quote: "" };
    const one = score("a", "k", "s", {});
    const turn = one.turns[0];
    if (turn === undefined) throw new Error("no turn");

    expect(absentPages([{ ...one, turns: [{ ...turn, absent: [absent, absent] }] }])).toEqual([
      { id: "a", pages: ["/a"] },
    ]);
  });
});
