import { holdsPassage } from "../comparable.ts";
import type { Place, RankedChunk } from "./section-recall.ts";

/**
 * Share of the gold quotes that one of the first `k` chunks of their page contains: the one figure that does not
 * depend on how pages are cut. Undefined when no place has a quote. [pure]
 */
export function quoteRecallAtK(
  chunks: readonly RankedChunk[],
  gold: readonly Place[],
  k: number,
): number | undefined {
  const quoted = gold.filter((place) => place.quote !== "");
  if (quoted.length === 0) return undefined;
  const first = chunks.slice(0, k);
  const found = quoted.filter((place) =>
    first.some((chunk) => chunk.page === place.page && holdsPassage(chunk.text, place.quote)),
  );
  return found.length / quoted.length;
}
