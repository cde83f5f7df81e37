/** Up to how many chunks an index in files is measured and good: docs/scale.md has the figures. */
export const MOST_EMBEDDED_CHUNKS = 200_000;

/** What to do about an index in files of `chunks` chunks; undefined while it is within what was measured. [pure] */
export function adviceForEmbedded(chunks: number): string | undefined {
  return chunks < MOST_EMBEDDED_CHUNKS
    ? undefined
    : `An index in files is measured up to ${MOST_EMBEDDED_CHUNKS.toLocaleString("en")} chunks, and every search reads more with each: set QDRANT_URL, then npm run ingest -- copy-index.`;
}
