/** [pure] Intervals by resampling items (Efron 1979): how far a mean, or a difference of means, may be luck. */
import { uniformNumbers } from "../../src/platform/random-numbers.ts";

export type Interval = { readonly low: number; readonly high: number };

export type BootstrapOptions = {
  /** The same seed gives the same interval. */
  readonly seed: number;
  readonly resamples?: number;
  /** Share of the resampled means inside the interval. */
  readonly confidence?: number;
};

/** Interval of the mean of `values`; undefined without values. */
export function bootstrapMean(
  values: readonly number[],
  options: BootstrapOptions,
): Interval | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const random = uniformNumbers(options.seed);
  const resamples = options.resamples ?? 2000;
  const means = new Float64Array(resamples);
  for (let round = 0; round < resamples; round += 1) {
    let sum = 0;
    for (let draw = 0; draw < count; draw += 1) sum += values[Math.floor(random() * count)] ?? 0;
    means[round] = sum / count;
  }
  means.sort();
  const outside = (1 - (options.confidence ?? 0.95)) / 2;
  const at = (share: number) =>
    means[Math.min(resamples - 1, Math.max(0, Math.floor(share * resamples)))] ?? 0;
  return { low: at(outside), high: at(1 - outside) };
}

/**
 * Interval of the mean difference `after - before` over paired items; items that only one side has are the
 * caller's to leave out. Undefined without pairs.
 */
export function bootstrapDifference(
  pairs: readonly { readonly before: number; readonly after: number }[],
  options: BootstrapOptions,
): (Interval & { readonly difference: number }) | undefined {
  const differences = pairs.map((pair) => pair.after - pair.before);
  const interval = bootstrapMean(differences, options);
  if (interval === undefined) return undefined;
  return { ...interval, difference: differences.reduce((sum, one) => sum + one, 0) / pairs.length };
}
