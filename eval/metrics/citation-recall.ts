/** Share of the gold pages that the answer cites, 0 to 1; `gold` is not empty. [pure] */
export function citationRecall(cited: readonly string[], gold: ReadonlySet<string>): number {
  return new Set(cited.filter((page) => gold.has(page))).size / gold.size;
}
