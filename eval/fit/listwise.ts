/**
 * [pure] A linear ranking learned from lists: of each question's candidates a right one should come first. The
 * likelihood of the right ones under a softmax over the list is maximised with an L2 penalty, over all lists at once:
 * that of each of them (ListNet's top-one loss; Cao and others, 2007), or of any of them, where the right ones overlap
 * and one is enough.
 */
import { descend, type DescentOptions } from "./adam.ts";

export type RankedExample = {
  readonly features: readonly number[];
  /** Whether it is one of the right ones. */
  readonly right: boolean;
};

export type ListwiseOptions = DescentOptions & {
  /** Penalty on the squared weights; a list of them has one for each feature. */
  readonly penalty: number | readonly number[];
  /** Weights that what is not learned stays at, 0 by default: the penalty is on the distance from them. */
  readonly around?: readonly number[];
  /** How much each list counts, as the others do by default. */
  readonly listWeights?: readonly number[];
  /** Which of the right ones should come first; "each" by default. */
  readonly first?: "each" | "any";
};

/** One weight a feature; the same lists give the same weights. Lists without a right candidate teach nothing. */
export function fitListwise(
  lists: readonly (readonly RankedExample[])[],
  options: ListwiseOptions,
): readonly number[] {
  const { penalty, around = [], listWeights = [] } = options;
  const teaching = lists.flatMap((list, at) =>
    list.some(({ right }) => right) ? [{ list, weight: listWeights[at] ?? 1 }] : [],
  );
  const size = teaching[0]?.list[0]?.features.length ?? 0;
  const total = teaching.reduce((sum, { weight }) => sum + weight, 0);
  const packed = teaching.map(({ list, weight }) => pack(list, size, weight / total));
  const start = Float64Array.from({ length: size }, (_, at) => around[at] ?? 0);
  const penaltyOf = (at: number) => (typeof penalty === "number" ? penalty : (penalty[at] ?? 0));
  const penalised = (steps: Float64Array) => {
    const weights = steps.map((step, at) => step + (start[at] ?? 0));
    return slopesAt(weights, packed, options.first ?? "each").map(
      (slope, at) => slope + penaltyOf(at) * (steps[at] ?? 0),
    );
  };
  return Array.from(descend(size, penalised, options), (step, at) => step + (start[at] ?? 0));
}

/** A list as one block of numbers: many steps are taken over the same lists. */
type Packed = {
  readonly values: Float64Array;
  readonly right: Uint8Array;
  readonly rights: number;
  /** Its share of all lists. */
  readonly share: number;
};

function pack(list: readonly RankedExample[], size: number, share: number): Packed {
  const values = new Float64Array(list.length * size);
  for (const [place, { features }] of list.entries()) values.set(features, place * size);
  const right = Uint8Array.from(list, (example) => (example.right ? 1 : 0));
  return { values, right, rights: right.reduce((sum, value) => sum + value, 0), share };
}

/** Slope of the negative log-likelihood of all lists, each by its share. */
function slopesAt(
  weights: Float64Array,
  lists: readonly Packed[],
  first: "each" | "any",
): Float64Array {
  const size = weights.length;
  const slopes = new Float64Array(size);
  for (const { values, right, rights, share: ofAll } of lists) {
    const scores = new Float64Array(right.length);
    let highest = Number.NEGATIVE_INFINITY;
    for (let place = 0; place < right.length; place += 1) {
      let score = 0;
      for (let at = 0; at < size; at += 1) {
        score += (weights[at] as number) * (values[place * size + at] as number);
      }
      scores[place] = score;
      highest = Math.max(highest, score);
    }
    let total = 0;
    let ofRight = 0;
    for (let place = 0; place < right.length; place += 1) {
      const share = Math.exp((scores[place] as number) - highest);
      scores[place] = share;
      total += share;
      if (right[place] === 1) ofRight += share;
    }
    for (let place = 0; place < right.length; place += 1) {
      const share = scores[place] as number;
      const wanted = first === "any" ? share / (ofRight || 1) : 1 / rights;
      const error = ofAll * (share / total - (right[place] === 1 ? wanted : 0));
      for (let at = 0; at < size; at += 1) {
        slopes[at] = (slopes[at] as number) + error * (values[place * size + at] as number);
      }
    }
  }
  return slopes;
}

/** Weighted sum of features. */
export function scoreOf(weights: ArrayLike<number>, features: readonly number[]): number {
  let sum = 0;
  for (const [at, value] of features.entries()) sum += (weights[at] ?? 0) * value;
  return sum;
}
