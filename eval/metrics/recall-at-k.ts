/** Share of the gold pages that are among the first `k` pages, 0 to 1; `gold` is not empty. [pure] */
export function recallAtK(pages: readonly string[], gold: ReadonlySet<string>, k: number): number {
  const found = new Set(pages.slice(0, k).filter((page) => gold.has(page)));
  return found.size / gold.size;
}
