/** 1 when any gold page is among the first `k` pages, else 0. [pure] */
export function hitAtK(pages: readonly string[], gold: ReadonlySet<string>, k: number): number {
  return pages.slice(0, k).some((page) => gold.has(page)) ? 1 : 0;
}
