import { describe, expect, it } from "vitest";
import { passageKey } from "../../../eval/comparable.ts";
import {
  abstentionPrecision,
  abstentionRecall,
  falseAbstention,
  responseOf,
} from "../../../eval/metrics/abstention.ts";
import { citationPrecision } from "../../../eval/metrics/citation-precision.ts";
import { citationRecall } from "../../../eval/metrics/citation-recall.ts";
import { costUsd } from "../../../eval/metrics/cost.ts";
import { factWords } from "../../../eval/metrics/fact-words.ts";
import { forbiddenStatements } from "../../../eval/metrics/forbidden-statements.ts";
import { quotesTrue } from "../../../eval/metrics/quotes-true.ts";
import { resolutionAccuracy } from "../../../eval/metrics/resolution-accuracy.ts";

const quote = (chunkId: string, text: string, start: number) => ({
  citation: 1,
  chunkId,
  text,
  start,
  end: start + text.length,
});

describe("quotesTrue", () => {
  const texts = new Map([["k", "Retries are off by default."]]);
  const textOf = (id: string) => texts.get(id);

  it("is the share of quotes that stand where they say", () => {
    const claims = [
      { quotes: [quote("k", "off by default", 12), quote("k", "Off by default", 12)] },
      { quotes: [quote("k", "Retries", 1), quote("k", "Retries", 0)] },
    ];

    expect(quotesTrue(claims, textOf)).toBe(0.5);
  });

  it("holds a quote from an unknown chunk to be false", () => {
    expect(quotesTrue([{ quotes: [quote("gone", "Retries", 0)] }], textOf)).toBe(0);
  });

  it("is undefined without quotes", () => {
    expect(quotesTrue([], textOf)).toBeUndefined();
  });
});

describe("citationPrecision", () => {
  const gold = [{ page: "/a", anchor: "", quote: passageKey("heartbeats stop for good") }];

  it("accepts a gold page, and another page that says the gold words", () => {
    const sources = [
      { page: "/a", quotes: [] },
      { page: "/b", quotes: [passageKey("When heartbeats stop for good, it is marked.")] },
      { page: "/c", quotes: [passageKey("heartbeats stop")] },
    ];

    expect(citationPrecision(sources, gold)).toBeCloseTo(2 / 3);
  });

  it("is undefined without sources", () => {
    expect(citationPrecision([], gold)).toBeUndefined();
  });
});

describe("citationRecall", () => {
  it("counts each gold page once", () => {
    expect(citationRecall(["/a", "/a", "/x"], new Set(["/a", "/b"]))).toBe(0.5);
  });
});

describe("abstention", () => {
  it("takes a refusal and an honest not-found for declining, an outage for neither", () => {
    expect(responseOf("not-found")).toBe("declined");
    expect(responseOf("declined")).toBe("declined");
    expect(responseOf("partial")).toBe("answered");
    expect(responseOf("unavailable")).toBe("neither");
  });

  it("is scored on the turns that each figure is about", () => {
    expect(abstentionRecall("answered", false)).toBe(0);
    expect(abstentionRecall("declined", false)).toBe(1);
    expect(abstentionRecall("declined", true)).toBeUndefined();
    expect(abstentionPrecision("declined", true)).toBe(0);
    expect(abstentionPrecision("answered", true)).toBeUndefined();
    expect(falseAbstention("declined", true)).toBe(1);
    expect(falseAbstention("neither", true)).toBe(0);
    expect(falseAbstention("declined", false)).toBeUndefined();
  });
});

describe("forbiddenStatements", () => {
  const forbidden = ["Prefect automatically restarts the run from the last checkpoint."];

  it("sees the statement in other inflections", () => {
    const said = ["The run is automatically restarted by Prefect from its last checkpoints."];

    expect(forbiddenStatements(said, forbidden)).toEqual(forbidden);
  });

  it("lets a denial pass", () => {
    const said = ["Prefect does not automatically restart the run from the last checkpoint."];

    expect(forbiddenStatements(said, forbidden)).toEqual([]);
  });

  it("does not add up the words of several sentences or list items", () => {
    const said = [
      "Prefect automatically retries. A run restarts.\nThe last checkpoint is old.",
      "From the run:\n- automatically restarts\n- last checkpoint of Prefect",
    ];

    expect(forbiddenStatements(said, forbidden)).toEqual([]);
  });

  it("does not take what holds under a condition for what holds", () => {
    const said = ["If persistence is on, results are persisted by default."];

    expect(forbiddenStatements(said, ["Results are persisted by default."])).toEqual([]);
  });
});

describe("factWords", () => {
  it("averages the share of each fact's content words that the answer has", () => {
    const answer = "The run ends as Crashed. Retries need a delay.";

    expect(
      factWords(answer, ["The run is Crashed.", "Caching needs a delay setting."]),
    ).toBeCloseTo((1 + 2 / 4) / 2);
  });

  it("is undefined without facts", () => {
    expect(factWords("x", [])).toBeUndefined();
  });
});

describe("resolutionAccuracy", () => {
  it("accepts any labelled kind", () => {
    expect(resolutionAccuracy("word", ["quote", "word"])).toBe(1);
    expect(resolutionAccuracy("first", ["word"])).toBe(0);
    expect(resolutionAccuracy("first", undefined)).toBeUndefined();
  });
});

describe("costUsd", () => {
  it("prices a million tokens", () => {
    expect(
      costUsd({ input: 2_000_000, output: 500_000 }, { input: 0.15, output: 0.6 }),
    ).toBeCloseTo(0.6);
  });
});
