import { describe, expect, it } from "vitest";
import { parseCases } from "../../../eval/case.ts";
import { drawCases } from "../../../eval/reading/draw.ts";
import { tallyText } from "../../../eval/reading/tally.ts";
import { agreement, majority, type Verdict, wilson } from "../../../eval/reading/verdict.ts";

const cases = (kinds: readonly string[]) =>
  parseCases(
    kinds
      .map((kind, index) => JSON.stringify({ id: `c${index}`, kind, turns: [{ user: "why?" }] }))
      .join("\n"),
  );

const verdicts = (...given: readonly Verdict["verdict"][]): readonly Verdict[] =>
  given.map((verdict, index) => ({ id: `c${index}`, turn: 0, verdict, fault: "" }));

describe("drawCases", () => {
  it("draws each kind its share, and a rare kind at least once", () => {
    const all = cases([...Array.from({ length: 18 }, () => "failure"), "version", "howto"]);

    const kinds = drawCases(all, 11, "a").map(({ kind }) => kind);

    expect(kinds).toHaveLength(11);
    expect(kinds).toContain("version");
    expect(kinds).toContain("howto");
  });

  it("draws the same whatever the order of the file, and another by another seed", () => {
    const all = cases(Array.from({ length: 30 }, () => "failure"));
    const ids = (seed: string, some = all) => drawCases(some, 10, seed).map(({ id }) => id);

    expect(ids("a", all.toReversed())).toEqual(ids("a"));
    expect(ids("b")).not.toEqual(ids("a"));
  });

  it("draws all when fewer are there than asked for", () => {
    expect(drawCases(cases(["failure", "howto"]), 60, "a")).toHaveLength(2);
  });
});

describe("wilson", () => {
  it("gives the interval of Wilson's paper", () => {
    const { from, to } = wilson(16, 45);

    expect([from.toFixed(3), to.toFixed(3)]).toEqual(["0.232", "0.502"]);
  });
});

describe("agreement", () => {
  it("is above chance only by kappa", () => {
    const left = verdicts("useful", "useful", "partial", "off-topic");
    const right = verdicts("useful", "useful", "partial", "partial");

    expect(agreement(left, right)).toEqual({ of: 4, share: 0.75, kappa: 0.6 });
  });
});

describe("majority", () => {
  it("takes what most say, and of equals the worse", () => {
    expect(
      majority([verdicts("useful"), verdicts("useful"), verdicts("misleading")])[0]?.verdict,
    ).toBe("useful");
    expect(majority([verdicts("useful"), verdicts("partial")])[0]?.verdict).toBe("partial");
  });
});

describe("tallyText", () => {
  it("counts items, turns and agreement", () => {
    const text = tallyText([verdicts("useful", "partial"), verdicts("useful", "useful")]);

    expect(text).toContain("1 of 2");
    expect(text).toContain("readers 1 and 2 agree on 50 % of 2 turns");
  });
});
