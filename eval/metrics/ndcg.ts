/**
 * nDCG@k with gain 1 for a gold page and 0 for any other, divided by the gain of the best order possible, that
 * with min(k, gold pages) first (Jarvelin and Kekalainen 2002). 0 to 1; `pages` are distinct. [pure]
 */
export function ndcgAtK(pages: readonly string[], gold: ReadonlySet<string>, k: number): number {
  const gain = pages
    .slice(0, k)
    .reduce((sum, page, index) => sum + (gold.has(page) ? discount(index) : 0), 0);
  let ideal = 0;
  for (let index = 0; index < Math.min(k, gold.size); index += 1) ideal += discount(index);
  return gain / ideal;
}

function discount(index: number): number {
  return 1 / Math.log2(index + 2);
}
