/** [pure] Multinomial logistic regression with an L2 penalty, on examples with few features each. */
import { descend, type DescentOptions } from "./adam.ts";

export type LabelledExample = {
  /** Features that are not named are 0. */
  readonly features: ReadonlyMap<string, number>;
  /** Place of the right class. */
  readonly label: number;
};

export type SoftmaxOptions = DescentOptions & {
  readonly classes: number;
  readonly penalty: number;
  /** Features of fewer examples are left out. */
  readonly leastExamples: number;
  /** Name of the feature that every example has; it is not penalised. */
  readonly bias: string;
};

/** For each feature its weight in each class. */
export type SoftmaxWeights = ReadonlyMap<string, readonly number[]>;

/** The weights that fit the examples; the same examples give the same weights. */
export function fitSoftmax(
  examples: readonly LabelledExample[],
  options: SoftmaxOptions,
): SoftmaxWeights {
  const { classes, penalty, bias } = options;
  const names = [bias, ...frequent(examples, options.leastExamples)];
  const places = new Map(names.map((name, at) => [name, at]));
  const rows = examples.map(({ features, label }) => ({
    label,
    entries: [[bias, 1] as const, ...features].flatMap(([name, value]) => {
      const at = places.get(name);
      return at === undefined ? [] : [[at, value] as const];
    }),
  }));
  const slopesAt = (values: Float64Array) => {
    const slopes = new Float64Array(values.length);
    for (const { label, entries } of rows) {
      const shares = sharesOf(values, entries, classes);
      for (let one = 0; one < classes; one += 1) {
        const error = (shares[one] ?? 0) - (one === label ? 1 : 0);
        for (const [at, value] of entries) {
          const place = at * classes + one;
          slopes[place] = (slopes[place] ?? 0) + error * value;
        }
      }
    }
    for (let at = classes; at < slopes.length; at += 1) {
      slopes[at] = (slopes[at] ?? 0) + penalty * (values[at] ?? 0);
    }
    return slopes;
  };
  const fitted = descend(names.length * classes, slopesAt, options);
  return new Map(
    names.map((name, at) => [name, Array.from(fitted.slice(at * classes, (at + 1) * classes))]),
  );
}

function frequent(examples: readonly LabelledExample[], least: number): string[] {
  const counts = new Map<string, number>();
  for (const { features } of examples) {
    for (const name of features.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= least)
    .map(([name]) => name)
    .toSorted();
}

function sharesOf(
  values: Float64Array,
  entries: readonly (readonly [number, number])[],
  classes: number,
): number[] {
  const sums = Array.from({ length: classes }, (_, one) =>
    entries.reduce((sum, [at, value]) => sum + (values[at * classes + one] ?? 0) * value, 0),
  );
  const most = Math.max(...sums);
  const odds = sums.map((sum) => Math.exp(sum - most));
  const total = odds.reduce((left, right) => left + right, 0);
  return odds.map((odd) => odd / total);
}

/** Place of the likeliest class. */
export function likeliest(
  weights: SoftmaxWeights,
  features: ReadonlyMap<string, number>,
  bias: string,
): number {
  const sums = [...(weights.get(bias) ?? [])];
  for (const [name, value] of features) {
    for (const [one, weight] of (weights.get(name) ?? []).entries()) {
      sums[one] = (sums[one] ?? 0) + weight * value;
    }
  }
  return sums.indexOf(Math.max(...sums));
}
