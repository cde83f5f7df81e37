/**
 * Verdicts on labelled pairs of claim and quote. `round` says when a pair was written: 1 before the rules, each later one
 * after them and first judged by rules that had not seen it (the figures of src/answering/README.md).
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  type ClaimPair,
  crossedPairs,
  judgeApart,
  parsePairs,
  partPairs,
  PRODUCT_HEADING,
} from "../../eval/fit/claim-pairs.ts";
import { judgeClaim } from "../../src/verification/claim-verdict.ts";

const read = (file: string) =>
  parsePairs(readFileSync(path.join(import.meta.dirname, file), "utf8"));
const pairs = read("claim-pairs.jsonl");
/** Never fitted on, and no rule was changed because of it. */
const held = read("claim-pairs-held.jsonl");
const lastRound = Math.max(...pairs.map(({ round }) => round));

const verdictOn = ({ claim, quote }: ClaimPair) =>
  judgeClaim(claim, [quote], { headings: PRODUCT_HEADING }).verdict;

const share = <Item>(of: readonly Item[], test: (item: Item) => boolean) =>
  of.filter(test).length / of.length;

describe("judgeClaim on labelled pairs", () => {
  it("has pairs enough, of every kind of change", () => {
    const kinds = new Set(pairs.filter(({ holds }) => !holds).map(({ kind }) => kind));

    expect(pairs.length).toBeGreaterThanOrEqual(150);
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        "subject",
        "condition",
        "negation",
        "quantifier",
        "number",
        "unit",
        "state",
        "identifier",
        "modality",
        "role-swap",
      ]),
    );
  });

  it("lets at most a tenth of what does not hold pass, and loses at most a tenth of what does", () => {
    const holding = pairs.filter(({ holds }) => holds);
    const wrong = pairs.filter(({ holds }) => !holds);

    expect(share(wrong, (pair) => verdictOn(pair) === "holds")).toBeLessThanOrEqual(0.1);
    expect(share(holding, (pair) => verdictOn(pair) === "refused")).toBeLessThanOrEqual(0.1);
  });

  it("does so on the last round by weights that have not seen it", () => {
    const judged = judgeApart(pairs, ({ round }) => round === lastRound);
    const wrong = judged.filter(({ holds, kind }) => !holds && kind !== "crossed");

    expect(share(wrong, ({ verdict }) => verdict === "holds")).toBeLessThanOrEqual(0.1);
    expect(
      share(
        judged.filter(({ holds }) => holds),
        ({ verdict }) => verdict === "refused",
      ),
    ).toBeLessThanOrEqual(0.1);
  });

  it("keeps its level on a round that taught nothing", () => {
    const wrong = held.filter(({ holds }) => !holds);
    const holding = held.filter(({ holds }) => holds);

    expect(share(wrong, (pair) => verdictOn(pair) === "holds")).toBeLessThanOrEqual(0.26);
    expect(share(holding, (pair) => verdictOn(pair) === "refused")).toBeLessThanOrEqual(0.1);
  });

  it("lets freely worded claims pass over a twisted sentence no more often than twisted ones", () => {
    expect(share(crossedPairs(pairs), (pair) => verdictOn(pair) === "holds")).toBeLessThanOrEqual(
      0.1,
    );
  });

  it("refuses nearly all claims over a sentence on something else", () => {
    const holding = pairs.filter(({ holds, round }) => holds && round === lastRound);
    const foreign = holding.map((pair, at) => ({
      ...pair,
      quote: holding[(at + 1) % holding.length]?.quote ?? "",
    }));

    expect(share(foreign, (pair) => verdictOn(pair) === "holds")).toBe(0);
    expect(share(foreign, (pair) => verdictOn(pair) === "refused")).toBeGreaterThan(0.9);
  });
});

describe("judgeClaim", () => {
  const retries = "A task with retries is attempted again after it raises an exception.";

  it("refuses a checkpoint over a quote on retries", () => {
    expect(judgeClaim("The task restarts from the last checkpoint.", [retries])).toMatchObject({
      verdict: "refused",
      reason: "term",
    });
  });

  it.each([
    "The flow run is terminated when its container is evicted.",
    "Eviction of the container interrupts the run.",
    "The run is killed as soon as the container goes away by eviction.",
  ])("lets it hold that the run is cut off over: %s", (quote) => {
    expect(judgeClaim("The run is cut off.", [quote])).toEqual({ verdict: "holds" });
  });

  it("doubts a claim with another number or state, and refuses one where the quote has none", () => {
    const quote = "A run without a heartbeat is set to `Crashed` after 90 seconds.";
    const verdict = (text: string, over = quote) => judgeClaim(text, [over]).verdict;

    expect(verdict("A run without a heartbeat is set to `Crashed` after 30 seconds.")).toBe(
      "doubtful",
    );
    expect(verdict("A run without a heartbeat is set to `Failed` after 90 seconds.")).toBe(
      "doubtful",
    );
    expect(
      verdict(
        "A run without a heartbeat is stopped after 30 seconds.",
        "A run without a heartbeat is stopped.",
      ),
    ).toBe("refused");
    expect(
      verdict("A run without a heartbeat is `Crashed`.", "A run without a heartbeat is stopped."),
    ).toBe("refused");
  });

  it("leaves claims over listings to the rules", () => {
    const options = { ofListings: true };

    expect(judgeClaim("Pass `retries=3` to `@flow`.", ["@flow(retries=3)"], options).verdict).toBe(
      "holds",
    );
    expect(
      judgeClaim("Pass `retries=4` to `@flow`.", ["@flow(retries=3)"], options).verdict,
    ).not.toBe("holds");
  });
});

describe("pairs that cost nothing to label", () => {
  const pair = { id: "a", round: 9, kind: "paraphrase" };
  const quote = "Runs that wait are late; the server marks them every minute.";
  const holding = { ...pair, holds: true, claim: "The server marks waiting runs.", quote };
  const twisted = { ...pair, holds: false, claim: "The worker marks them every minute.", quote };

  it("puts a holding claim over the twisted sentence of its quote", () => {
    expect(crossedPairs([holding, twisted])).toEqual([
      { ...holding, id: "ax", kind: "crossed", holds: false, quote: twisted.claim },
    ]);
  });

  it("puts the first statement of a quote over the whole", () => {
    expect(partPairs([{ ...holding, quote: "One statement alone, without another." }])).toEqual([]);
    expect(partPairs([holding, twisted])).toMatchObject([
      { holds: true, kind: "part", claim: "Runs that wait are late.", quote },
    ]);
  });
});
