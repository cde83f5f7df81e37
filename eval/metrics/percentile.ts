/** The value below which a share `p` (0 to 1) of the values lies, nearest rank; undefined without values. [pure] */
export function percentile(values: readonly number[], p: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
}
