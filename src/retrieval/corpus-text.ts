/** What of a chunk the embeddings see. */
import type { Chunk } from "../documents/chunk.ts";
import type { TokenCounts } from "../models/corpus-embedding.ts";
import { type FieldTokens, FIELDS } from "./sparse-vector.ts";

/** How often a word of each field counts for the corpus embedding. */
const COUNT_WEIGHTS = { title: 2, headings: 2, body: 1 } as const;
/** How people ask for it: so their words come to lie near the page's. */
const ASKED_WEIGHT = 1;
/** A chunk is also about what stands before and after it on its page. */
const NEIGHBOUR_WEIGHT = 0.5;

/**
 * Distinct tokens of a chunk, ascending, and how heavily each occurs; `neighbours` are the chunks before and after
 * it on its page.
 */
export function windowCounts(fields: FieldTokens, neighbours: readonly FieldTokens[]): TokenCounts {
  const sums = new Map<number, number>();
  const add = (tokens: Uint32Array, weight: number) => {
    for (const token of tokens) sums.set(token, (sums.get(token) ?? 0) + weight);
  };
  for (const field of FIELDS) add(fields[field], COUNT_WEIGHTS[field]);
  add(fields.asked, ASKED_WEIGHT);
  for (const neighbour of neighbours) add(neighbour.body, NEIGHBOUR_WEIGHT);
  const tokens = Uint32Array.from(sums.keys()).sort();
  return { tokens, counts: Float32Array.from(tokens, (token) => sums.get(token) ?? 0) };
}

/** What an embedding endpoint is given for a chunk: where it stands, then its text. */
export function embeddingInput(chunk: Chunk): string {
  return `${[chunk.title, ...chunk.headingPath].join(" > ")}\n\n${chunk.text}`;
}

export type ChunkInPlace = {
  readonly chunk: Chunk;
  readonly fields: FieldTokens;
  /** Fields of the chunks before and after it on its page. */
  readonly neighbours: readonly FieldTokens[];
};

/** Chunks with their neighbours; the chunks of a page come one after the other, as they stand on it. */
export async function* inPlace(
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
  fieldsOf: (chunk: Chunk) => FieldTokens,
): AsyncGenerator<ChunkInPlace> {
  let before: FieldTokens | undefined;
  let current: { readonly chunk: Chunk; readonly fields: FieldTokens } | undefined;
  const emit = (after: FieldTokens | undefined): readonly ChunkInPlace[] =>
    current === undefined
      ? []
      : [{ ...current, neighbours: [before, after].filter((fields) => fields !== undefined) }];
  for await (const chunk of chunks) {
    const fields = fieldsOf(chunk);
    const samePage = current?.chunk.url === chunk.url;
    yield* emit(samePage ? fields : undefined);
    before = samePage ? current?.fields : undefined;
    current = { chunk, fields };
  }
  yield* emit(undefined);
}
