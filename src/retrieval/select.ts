/** From fused chunks to evidence: pages in order, the best chunks of each, nothing twice. */
import type { FusedHit } from "./fuse.ts";

export type SelectionLimits = {
  readonly pages: number;
  readonly chunks: number;
  readonly chunksOfPage: number;
};

export const SELECTION_LIMITS: SelectionLimits = { pages: 10, chunks: 40, chunksOfPage: 3 };

/** How much the second and third best chunk of a page add to the page. */
const NEXT_CHUNKS = [1, 0.1, 0.01];

export type RankedHit = FusedHit & { readonly pageScore: number };

/**
 * Hits with the score of their page (best + 0.1 second + 0.01 third); a page's best chunk has the page's score, its
 * others the same share of it as of the best. Best first.
 */
export function rankByPage(hits: readonly FusedHit[]): readonly RankedHit[] {
  const pages = new Map<string, FusedHit[]>();
  for (const hit of hits) {
    const page = pages.get(hit.hit.url);
    if (page === undefined) pages.set(hit.hit.url, [hit]);
    else page.push(hit);
  }
  const ranked: RankedHit[] = [];
  for (const page of pages.values()) {
    const sorted = page.toSorted(byScore);
    const best = sorted[0]?.score ?? 0;
    const pageScore = NEXT_CHUNKS.reduce(
      (sum, weight, place) => sum + weight * (sorted[place]?.score ?? 0),
      0,
    );
    for (const hit of sorted) {
      ranked.push({ ...hit, score: best === 0 ? 0 : (pageScore * hit.score) / best, pageScore });
    }
  }
  return ranked.sort(byScore);
}

function byScore(a: FusedHit, b: FusedHit): number {
  return b.score - a.score || (a.hit.id < b.hit.id ? -1 : 1);
}
