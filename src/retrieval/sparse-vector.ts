/**
 * A chunk as weighted tokens: BM25F (Robertson and Zaragoza, "The probabilistic relevance framework", 2009) over
 * title, heading path and text, times the prior of its page type. Pairs of neighbouring words are tokens too, with
 * hashes of their own; only a question's pairs ask for them. The inverse document frequency is not in here: the
 * engine multiplies the query by it.
 */
import type { Chunk } from "../documents/chunk.ts";
import { hashToken, pairHash, STOP_WORDS, tokenHashes } from "../documents/tokenize.ts";
import type { SparseVector } from "../store/chunk-index.ts";
import { PAGE_PRIOR } from "./page-prior.ts";
import { phrasingTokens, phrasingWeights } from "./phrasings.ts";
import { TokenSums } from "./token-sums.ts";

export const FIELDS = ["title", "headings", "body"] as const;
export type Field = (typeof FIELDS)[number];

const FIELD_WEIGHTS: Readonly<Record<Field, number>> = { title: 3, headings: 2, body: 1 };
/** How much a field's length counts (BM25's b), and how fast repetition saturates (k1). */
const LENGTH_WEIGHT = 0.75;
const SATURATION = 2;

const STOP_HASHES: ReadonlySet<number> = new Set([...STOP_WORDS].map(hashToken));

/** Token hashes of each field of a chunk, in order, repeated as they repeat. */
export type FieldTokens = Readonly<Record<Field, Uint32Array>> & {
  /** Words of all its phrasings, as words of the page are. */
  readonly asked: Uint32Array;
  /** Of the page's phrasings; empty on all but its first chunk. */
  readonly phrasings: Uint32Array;
  /** Of the phrasings of its sections. */
  readonly sectionPhrasings: Uint32Array;
};

/** Frozen for each index version, so that a chunk's weights do not depend on when it was added. */
export type FieldLengths = Readonly<Record<Field, number>> & {
  /** Over the chunks that have phrasings. */
  readonly phrasings: number;
  readonly sectionPhrasings: number;
};

export function fieldTokens(
  chunk: Pick<Chunk, "title" | "headingPath" | "text" | "phrasings" | "sectionPhrasings">,
): FieldTokens {
  const ofPage = chunk.phrasings ?? [];
  const ofSections = (chunk.sectionPhrasings ?? []).flatMap(({ asked }) => asked);
  return {
    title: tokenHashes(chunk.title),
    headings: tokenHashes(chunk.headingPath.join("\n")),
    body: tokenHashes(chunk.text),
    asked: tokenHashes([...ofPage, ...ofSections].join("\n")),
    phrasings: phrasingTokens("page", ofPage),
    sectionPhrasings: phrasingTokens("section", ofSections),
  };
}

/** `averages`: mean number of tokens of each field over the corpus. */
export function sparseVector(
  fields: FieldTokens,
  averages: FieldLengths,
  pageType: Chunk["pageType"],
): SparseVector {
  sums.clear();
  for (const field of FIELDS) {
    const tokens = fields[field];
    const length = averages[field] === 0 ? 1 : tokens.length / averages[field];
    const weight = FIELD_WEIGHTS[field] / (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length);
    let before: number | undefined;
    for (const token of tokens) {
      sums.add(token, weight);
      const isStop = STOP_HASHES.has(token);
      if (before !== undefined && !isStop) sums.add(pairHash(before, token), weight);
      before = isStop ? undefined : token;
    }
  }
  sums.change((weight) => (weight * (SATURATION + 1)) / (SATURATION + weight));
  for (const [token, weight] of [
    ...phrasingWeights("page", fields.phrasings, averages.phrasings),
    ...phrasingWeights("section", fields.sectionPhrasings, averages.sectionPhrasings),
  ]) {
    sums.raise(token, weight);
  }
  const prior = PAGE_PRIOR[pageType];
  const indices = sums.tokens();
  return { indices, values: sums.numbers(indices).map((value) => prior * value) };
}

/** One for all chunks: making it takes longer than filling it. */
const sums = new TokenSums();

/** A sparse vector of these weights by token hash; of weights of the same hash the largest. */
export function sparseVectorOf(
  weights: Iterable<readonly [token: number, weight: number]>,
): SparseVector {
  const largest = new Map<number, number>();
  for (const [token, weight] of weights) {
    largest.set(token, Math.max(largest.get(token) ?? 0, weight));
  }
  const indices = Uint32Array.from(largest.keys()).sort();
  return { indices, values: Float32Array.from(indices, (token) => largest.get(token) ?? 0) };
}
