/** What of a chunk the embeddings see. */
import type { Chunk } from "../documents/chunk.ts";
import type { TokenCounts } from "../models/corpus-embedding.ts";
import { type FieldTokens, FIELDS } from "./sparse-vector.ts";

/** How often a word of each field counts for the corpus embedding. */
const COUNT_WEIGHTS = { title: 1, headings: 1, body: 1 } as const;

/** Distinct tokens of a chunk, ascending, and how heavily each occurs. */
export function fieldCounts(fields: FieldTokens): TokenCounts {
  const sums = new Map<number, number>();
  for (const field of FIELDS) {
    const weight = COUNT_WEIGHTS[field];
    for (const token of fields[field]) sums.set(token, (sums.get(token) ?? 0) + weight);
  }
  const tokens = Uint32Array.from(sums.keys()).sort();
  return { tokens, counts: Float32Array.from(tokens, (token) => sums.get(token) ?? 0) };
}

/** What an embedding endpoint is given for a chunk: where it stands, then its text. */
export function embeddingInput(chunk: Chunk): string {
  return `${[chunk.title, ...chunk.headingPath].join(" > ")}\n\n${chunk.text}`;
}
