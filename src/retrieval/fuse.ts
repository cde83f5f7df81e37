/** Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009): lists whose scores cannot be compared. */
import type { Hit } from "../store/chunk-index.ts";

export type ListName = "text" | "corpus" | "endpoint";

export type RankedList = {
  readonly name: ListName;
  readonly weight: number;
  /** Best first. */
  readonly hits: readonly Hit[];
};

export type FusedHit = {
  readonly hit: Hit;
  readonly score: number;
  /** Rank in each list it came from, from 1. */
  readonly ranks: { readonly [name in ListName]?: number };
};

export const RANK_CONSTANT = 60;

/** Σ weight / (60 + rank) over the lists; best first, ties by chunk id. */
export function fuse(
  lists: readonly RankedList[],
  rankConstant = RANK_CONSTANT,
): readonly FusedHit[] {
  const fused = new Map<
    string,
    { hit: Hit; score: number; ranks: { [name in ListName]?: number } }
  >();
  for (const { name, weight, hits } of lists) {
    for (const [place, hit] of hits.entries()) {
      let entry = fused.get(hit.id);
      if (entry === undefined) fused.set(hit.id, (entry = { hit, score: 0, ranks: {} }));
      entry.score += weight / (rankConstant + place + 1);
      entry.ranks[name] ??= place + 1;
    }
  }
  return [...fused.values()].sort((a, b) => b.score - a.score || (a.hit.id < b.hit.id ? -1 : 1));
}
