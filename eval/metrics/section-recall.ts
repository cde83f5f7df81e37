/** Which gold places are among the first `k` chunks. [pure] */
import { holdsPassage } from "../comparable.ts";

/** A gold place; `page` is the canonical path, `quote` as `passageKey` makes it. */
export type Place = { readonly page: string; readonly anchor: string; readonly quote: string };

/** A chunk of a ranking; `page` is the canonical path, `text` as `passageKey` makes it. */
export type RankedChunk = { readonly page: string; readonly anchor: string; readonly text: string };

/**
 * Share of the gold places of which one of the first `k` chunks lies on the page and either carries the anchor or
 * contains the quote. 0 to 1; `gold` is not empty.
 */
export function sectionRecallAtK(
  chunks: readonly RankedChunk[],
  gold: readonly Place[],
  k: number,
): number {
  const first = chunks.slice(0, k);
  const found = gold.filter((place) =>
    first.some(
      (chunk) =>
        chunk.page === place.page &&
        (chunk.anchor === place.anchor || holdsPassage(chunk.text, place.quote)),
    ),
  );
  return found.length / gold.length;
}
