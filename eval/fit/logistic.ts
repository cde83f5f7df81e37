/** [pure] Logistic regression with an L2 penalty, over all examples at once. */
import { descend, type DescentOptions } from "./adam.ts";

export type Example = {
  readonly features: readonly number[];
  /** 0 to 1: how right it is. */
  readonly label: number;
  /** How much the example counts. */
  readonly weight: number;
};

export type Model = { readonly weights: readonly number[]; readonly bias: number };

export type FitOptions = DescentOptions & {
  /** Penalty on the squared weights (not the bias). */
  readonly penalty: number;
};

/** The weights that fit the examples; the same examples give the same weights. */
export function fitLogistic(examples: readonly Example[], options: FitOptions): Model {
  const size = examples[0]?.features.length ?? 0;
  // The last entry is the bias.
  const values = descend(size + 1, (at) => gradientAt(at, examples, options.penalty), options);
  return { weights: Array.from(values.slice(0, size)), bias: values[size] ?? 0 };
}

function gradientAt(
  values: Float64Array,
  examples: readonly Example[],
  penalty: number,
): Float64Array {
  const size = values.length - 1;
  const gradient = new Float64Array(size + 1);
  for (const { features, label, weight } of examples) {
    let sum = values[size] ?? 0;
    for (let at = 0; at < size; at += 1) sum += (values[at] ?? 0) * (features[at] ?? 0);
    const error = (1 / (1 + Math.exp(-sum)) - label) * weight;
    for (let at = 0; at < size; at += 1)
      gradient[at] = (gradient[at] ?? 0) + error * (features[at] ?? 0);
    gradient[size] = (gradient[size] ?? 0) + error;
  }
  for (let at = 0; at < size; at += 1)
    gradient[at] = (gradient[at] ?? 0) + penalty * (values[at] ?? 0);
  return gradient;
}

/** Probability of an example under a model. */
export function probability(model: Model, features: readonly number[]): number {
  let sum = model.bias;
  for (const [at, weight] of model.weights.entries()) sum += weight * (features[at] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}
