/** A draft in the page's own words as a claim: nothing is left to be judged but that the words stand there. */
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import type { VerifiedClaim } from "../verification/verify-claim.ts";
import type { Draft } from "../writing/writer.ts";

/** Undefined for other words, and when a quote names no place, or other words stand there. */
export function pageClaim(
  { text, words, aspect, quotes }: Draft,
  chunks: ReadonlyMap<ChunkId, Chunk>,
): VerifiedClaim | undefined {
  const placed = quotes.flatMap(({ chunkId, text: quoted, start, end }) =>
    start !== undefined &&
    end !== undefined &&
    quoted !== "" &&
    chunks.get(chunkId)?.text.slice(start, end) === quoted
      ? [{ chunkId, text: quoted, start, end }]
      : [],
  );
  if (words !== "page" || placed.length === 0 || placed.length < quotes.length) return undefined;
  return { text, words, aspect, quotes: placed };
}
