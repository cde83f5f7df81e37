/** [pure] Adam (Kingma and Ba, 2015): descent along slopes whose step sizes settle by themselves. */

export type DescentOptions = {
  readonly steps: number;
  readonly rate: number;
};

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;

/** Values that make small what `slopesAt` gives the slopes of, from zero; the same slopes give the same values. */
export function descend(
  size: number,
  slopesAt: (values: Float64Array) => ArrayLike<number>,
  { steps, rate }: DescentOptions,
): Float64Array {
  const values = new Float64Array(size);
  const first = new Float64Array(size);
  const second = new Float64Array(size);
  for (let step = 1; step <= steps; step += 1) {
    const slopes = slopesAt(values);
    for (let at = 0; at < size; at += 1) {
      const slope = slopes[at] ?? 0;
      const mean = FIRST_DECAY * (first[at] ?? 0) + (1 - FIRST_DECAY) * slope;
      const square = SECOND_DECAY * (second[at] ?? 0) + (1 - SECOND_DECAY) * slope * slope;
      first[at] = mean;
      second[at] = square;
      const corrected = mean / (1 - FIRST_DECAY ** step);
      const scale = Math.sqrt(square / (1 - SECOND_DECAY ** step)) + 1e-8;
      values[at] = (values[at] ?? 0) - (rate * corrected) / scale;
    }
  }
  return values;
}
