import { describe, expect, it } from "vitest";
import {
  Baseline,
  baselineText,
  baselineValues,
  fallText,
  findFalls,
  lostPages,
  missingCases,
  withSuite,
} from "../../eval/gate.ts";
import type { CaseScore, Values } from "../../eval/score.ts";

function scores(figure: string, values: readonly (number | undefined)[]): CaseScore[] {
  return values.map((value, index) => ({
    id: `case-${index}`,
    kind: "k",
    style: "s",
    turns: [],
    values: { [figure]: value },
  }));
}

function before(figure: string, values: readonly number[]): Map<string, Values> {
  return new Map(values.map((value, index) => [`case-${index}`, { [figure]: value }]));
}

const ones = (count: number) => Array.from({ length: count }, () => 1);

describe("findFalls", () => {
  it("lets one case go, and no second", () => {
    const was = before("hit@5", ones(20));

    expect(findFalls(was, scores("hit@5", [0, ...ones(19)]))).toEqual([]);
    const [fall] = findFalls(was, scores("hit@5", [0, 0, ...ones(18)]));
    expect(fall).toMatchObject({
      figure: "hit@5",
      before: 1,
      allowed: 0.05,
      cases: ["case-0", "case-1"],
    });
    expect(fall?.after).toBeCloseTo(0.9);
  });

  it("holds the stated tolerance when a case weighs less", () => {
    const was = before("hit@5", ones(1000));
    const with16 = scores("hit@5", [...ones(984), ...ones(16).map(() => 0)]);
    const with15 = scores("hit@5", [...ones(985), ...ones(15).map(() => 0)]);

    expect(findFalls(was, with15)).toEqual([]);
    expect(findFalls(was, with16)).toHaveLength(1);
  });

  it("tolerates no false quote at all", () => {
    const falls = findFalls(
      before("quotes-true", ones(1000)),
      scores("quotes-true", [0.999, ...ones(999)]),
    );

    expect(falls.map(({ figure }) => figure)).toEqual(["quotes-true"]);
  });

  it("takes a rise of forbidden statements for a fall, and a rise of hits for none", () => {
    const rise = findFalls(before("forbidden", [0, 0, 0, 0]), scores("forbidden", [1, 1, 0, 0]));

    expect(rise.map(fallText)).toEqual([
      "forbidden asserted rose from 0.000 to 0.500; 0.250 is tolerated: case-0, case-1",
    ]);
    expect(findFalls(before("hit@5", [0, 0]), scores("hit@5", [1, 1]))).toEqual([]);
  });

  it("compares the cases that both sides have", () => {
    expect(findFalls(before("hit@5", [1]), scores("hit@5", [1, 0, 0, 0]))).toEqual([]);
    expect(findFalls(before("hit@5", [1]), scores("hit@5", [undefined]))).toEqual([]);
  });

  it("takes a figure that no case has any more for fallen to the bottom", () => {
    const falls = findFalls(
      before("quotes-true", [1, 1]),
      scores("quotes-true", [undefined, undefined]),
    );

    expect(falls).toEqual([
      { figure: "quotes-true", before: 1, after: 0, allowed: 0, cases: ["case-0", "case-1"] },
    ]);
  });
});

describe("lostPages", () => {
  it("names cases whose pages the index had, and has no more", () => {
    const absent = { page: "/v3/a", anchor: "", quote: "" };
    const after = scores("hit@5", [undefined, undefined]).map((score) => ({
      ...score,
      turns: [
        { turn: 0, response: "declined" as const, absent: [absent], forbidden: [], values: {} },
      ],
    }));

    expect(lostPages(before("hit@5", [1]), after)).toEqual([{ id: "case-0", pages: ["/v3/a"] }]);
  });
});

describe("missingCases", () => {
  it("names cases of the baseline that were not run", () => {
    expect(missingCases(before("hit@5", [1, 1, 1]), scores("hit@5", [1, 1]))).toEqual(["case-2"]);
  });
});

describe("the baseline file", () => {
  it("gives back what was put into it, a case a line", () => {
    const some = [
      ...scores("hit@5", [1, 0.333_333]),
      ...scores("mrr", [1]).map((one) => ({ ...one, id: "other" })),
    ];

    const text = baselineText(withSuite({ suites: {} }, "handbook", some));
    const values = baselineValues(Baseline.parse(JSON.parse(text)), "handbook");

    expect(text.split("\n").filter((line) => line.includes('"case-'))).toHaveLength(2);
    expect(values?.get("case-1")).toEqual({ "hit@5": 0.333 });
    expect(values?.get("other")).toEqual({ "hit@5": undefined });
    expect(baselineValues({ suites: {} }, "handbook")).toBeUndefined();
  });
});
