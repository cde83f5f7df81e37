/** What of a chunk the embeddings see. */
import type { Chunk } from "../documents/chunk.ts";
import type { TokenCounts } from "../models/corpus-embedding.ts";
import { type FieldTokens, FIELDS } from "./sparse-vector.ts";
import { TokenSums } from "./token-sums.ts";

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
  sums.clear();
  for (const field of FIELDS) addAll(fields[field], COUNT_WEIGHTS[field]);
  addAll(fields.asked, ASKED_WEIGHT);
  for (const neighbour of neighbours) addAll(neighbour.body, NEIGHBOUR_WEIGHT);
  const tokens = sums.tokens();
  return { tokens, counts: sums.numbers(tokens) };
}

/** One for all chunks: making it takes longer than filling it. */
const sums = new TokenSums();

function addAll(tokens: Uint32Array, weight: number): void {
  for (const token of tokens) sums.add(token, weight);
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
