/**
 * [pure] Labelled pairs of claim and quote -> examples for the weights that tell holding claims from doubtful ones.
 *
 * Whoever writes pairs words what holds freely and twists what does not close to the quote, so that closeness alone
 * would give the label away. Two kinds of pairs that cost nothing to label set that right: a freely worded claim over
 * the twisted sentence (*crossed*: it does not hold), and the first statement of a quote over the whole (*part*: it does).
 */
import { z } from "zod";
import { checkSupport } from "../../src/verification/claim-support.ts";
import { certaintyOf, judgeClaim, type Verdict } from "../../src/verification/claim-verdict.ts";
import { CLOSENESS, closenessOf } from "../../src/verification/closeness.ts";
import { type Example, fitLogistic } from "./logistic.ts";

export const ClaimPair = z.strictObject({
  id: z.string(),
  /** When it was written; each round was first judged by rules that had not seen it. */
  round: z.int(),
  holds: z.boolean(),
  kind: z.string(),
  claim: z.string(),
  quote: z.string(),
});
export type ClaimPair = Readonly<z.infer<typeof ClaimPair>>;

export function parsePairs(lines: string): readonly ClaimPair[] {
  return lines
    .trim()
    .split("\n")
    .map((line) => ClaimPair.parse(JSON.parse(line)));
}

/** What a page's sentences stand under, whatever they are about. */
export const PRODUCT_HEADING = ["Prefect"];

/** Freely worded claims over the twisted sentence of the same quote. */
export function crossedPairs(pairs: readonly ClaimPair[]): readonly ClaimPair[] {
  return [...Map.groupBy(pairs, ({ quote }) => quote).values()].flatMap((group) => {
    const twisted = group.find(({ holds }) => !holds);
    if (twisted === undefined) return [];
    return group
      .filter(({ holds }) => holds)
      .map((pair) => ({
        ...pair,
        id: `${pair.id}x`,
        holds: false,
        kind: "crossed",
        quote: twisted.claim,
      }));
  });
}

const LEAST_PART_WORDS = 5;

/** The first statement of each quote that has several, over the whole quote. */
export function partPairs(pairs: readonly ClaimPair[]): readonly ClaimPair[] {
  const quotes = new Map(pairs.map(({ quote, round }) => [quote, round]));
  return [...quotes].flatMap(([quote, round]) => {
    const [first = "", ...others] = quote.split(/(?<=\.)\s+|;\s+/u);
    if (others.length === 0 || first.split(" ").length < LEAST_PART_WORDS) return [];
    const claim = `${first.replace(/\.$/u, "")}.`;
    return [{ id: `part of ${quote}`, round, holds: true, kind: "part", claim, quote }];
  });
}

/** Pairs of these rounds and later are as dense as documentation is; those before teach closeness to simple sentences. */
const FIRST_DENSE_ROUND = 5;
/** What a crossed pair counts: not each twist touches what the claim says. */
const CROSSED_WEIGHT = 0.5;

/** What pairs teach; both classes weigh the same. A crossed pair that a rule refuses teaches nothing. */
export function verdictExamples(pairs: readonly ClaimPair[]): readonly Example[] {
  const dense = pairs.filter(({ round }) => round >= FIRST_DENSE_ROUND);
  const passing = crossedPairs(dense).filter(
    ({ claim, quote }) => checkSupport(claim, [quote], { headings: PRODUCT_HEADING }).ok,
  );
  const taught = [...dense, ...passing, ...partPairs(dense)];
  const weightOf = ({ kind }: ClaimPair) => (kind === "crossed" ? CROSSED_WEIGHT : 1);
  const total = (holds: boolean) =>
    taught.filter((pair) => pair.holds === holds).reduce((sum, pair) => sum + weightOf(pair), 0);
  const both = total(true) + total(false);
  return taught.map((pair) => {
    const closeness = closenessOf(pair.claim, [pair.quote], PRODUCT_HEADING);
    return {
      features: CLOSENESS.map((name) => closeness[name]),
      label: pair.holds ? 1 : 0,
      weight: (weightOf(pair) * both) / 2 / total(pair.holds),
    };
  });
}

/** Penalty, steps and rate of the fit; penalties of 0.3 to 8 differ by less than pairs of another round do. */
const FIT = { penalty: 1, steps: 400, rate: 0.05 };
/** A claim holds from even odds on; both classes weigh the same, so that is how sure a claim has to be and not how many are. */
const HOLDS_FROM = 0;

/** The last round whose misses were looked at to mend the rules: later ones show rules and weights what neither has seen. */
export const LAST_MENDED_ROUND = 10;

export type VerdictWeights = {
  readonly bias: number;
  readonly holdsFrom: number;
  readonly weights: Readonly<Record<string, number>>;
};

export function fitVerdict(pairs: readonly ClaimPair[]): VerdictWeights {
  const { weights, bias } = fitLogistic(verdictExamples(pairs), FIT);
  return {
    bias,
    holdsFrom: HOLDS_FROM,
    weights: Object.fromEntries(CLOSENESS.map((name, at) => [name, weights[at] ?? 0])),
  };
}

export type JudgedPair = ClaimPair & {
  readonly passesRules: boolean;
  readonly certainty: number;
  readonly verdict: Verdict["verdict"];
};

/** The pairs that `isApart` picks, and those crossed from them, judged by weights fitted on the others. */
export function judgeApart(
  pairs: readonly ClaimPair[],
  isApart: (pair: ClaimPair) => boolean,
): readonly JudgedPair[] {
  const weights = fitVerdict(pairs.filter((pair) => !isApart(pair)));
  const apart = pairs.filter(isApart);
  return [...apart, ...crossedPairs(apart)].map((pair) => ({
    ...pair,
    passesRules: checkSupport(pair.claim, [pair.quote], { headings: PRODUCT_HEADING }).ok,
    certainty: certaintyOf(closenessOf(pair.claim, [pair.quote], PRODUCT_HEADING), weights),
    verdict: judgeClaim(pair.claim, [pair.quote], { headings: PRODUCT_HEADING }, weights).verdict,
  }));
}
