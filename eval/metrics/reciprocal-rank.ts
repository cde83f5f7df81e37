/** 1 / rank of the first gold page; 0 when it is not among the first ten. Its mean is the MRR. [pure] */
export function reciprocalRank(pages: readonly string[], gold: ReadonlySet<string>): number {
  const place = pages.slice(0, 10).findIndex((page) => gold.has(page));
  return place === -1 ? 0 : 1 / (place + 1);
}
