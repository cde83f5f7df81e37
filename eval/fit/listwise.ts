/**
 * [pure] A linear ranking learned from lists: of each question's candidates the right ones should come first. The
 * likelihood of the right ones under a softmax over the list is maximised (ListNet's top-one loss; Cao and others,
 * 2007) with an L2 penalty, over all lists at once.
 */
import { descend, type DescentOptions } from "./adam.ts";

export type RankedExample = {
  readonly features: readonly number[];
  /** Whether it is one of the right ones. */
  readonly right: boolean;
};

export type ListwiseOptions = DescentOptions & {
  /** Penalty on the squared weights. */
  readonly penalty: number;
};

/** One weight a feature; the same lists give the same weights. Lists without a right candidate teach nothing. */
export function fitListwise(
  lists: readonly (readonly RankedExample[])[],
  options: ListwiseOptions,
): readonly number[] {
  const teaching = lists.filter((list) => list.some(({ right }) => right));
  const size = teaching[0]?.[0]?.features.length ?? 0;
  const penalised = (weights: Float64Array) =>
    slopesAt(weights, teaching).map(
      (slope, at) => slope / teaching.length + options.penalty * (weights[at] ?? 0),
    );
  return Array.from(descend(size, penalised, options));
}

/** Slope of the negative log-likelihood of all lists, summed. */
function slopesAt(
  weights: Float64Array,
  lists: readonly (readonly RankedExample[])[],
): Float64Array {
  const slopes = new Float64Array(weights.length);
  for (const list of lists) {
    const scores = list.map(({ features }) => scoreOf(weights, features));
    const highest = Math.max(...scores);
    const exponents = scores.map((score) => Math.exp(score - highest));
    const total = exponents.reduce((sum, value) => sum + value, 0);
    const rights = list.filter(({ right }) => right).length;
    for (const [place, { features, right }] of list.entries()) {
      const error = (exponents[place] ?? 0) / total - (right ? 1 / rights : 0);
      for (let at = 0; at < slopes.length; at += 1) {
        slopes[at] = (slopes[at] ?? 0) + error * (features[at] ?? 0);
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
