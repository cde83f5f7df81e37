/** [pure] Logistic regression with an L2 penalty, by Adam (Kingma and Ba, 2015) over all examples at once. */

export type Example = {
  readonly features: readonly number[];
  /** 0 to 1: how right it is. */
  readonly label: number;
  /** How much the example counts. */
  readonly weight: number;
};

export type Model = { readonly weights: readonly number[]; readonly bias: number };

export type FitOptions = {
  /** Penalty on the squared weights (not the bias). */
  readonly penalty: number;
  readonly steps: number;
  readonly rate: number;
};

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;

/** The weights that fit the examples; the same examples give the same weights. */
export function fitLogistic(examples: readonly Example[], options: FitOptions): Model {
  const size = examples[0]?.features.length ?? 0;
  // The last entry is the bias.
  const values = new Float64Array(size + 1);
  const first = new Float64Array(size + 1);
  const second = new Float64Array(size + 1);
  for (let step = 1; step <= options.steps; step += 1) {
    const gradient = gradientAt(values, examples, options.penalty);
    for (let at = 0; at <= size; at += 1) {
      const slope = gradient[at] ?? 0;
      const mean = FIRST_DECAY * (first[at] ?? 0) + (1 - FIRST_DECAY) * slope;
      const square = SECOND_DECAY * (second[at] ?? 0) + (1 - SECOND_DECAY) * slope * slope;
      first[at] = mean;
      second[at] = square;
      const corrected = mean / (1 - FIRST_DECAY ** step);
      const scale = Math.sqrt(square / (1 - SECOND_DECAY ** step)) + 1e-8;
      values[at] = (values[at] ?? 0) - (options.rate * corrected) / scale;
    }
  }
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
