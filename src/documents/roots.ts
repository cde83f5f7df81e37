/**
 * Words compared by their root, so that "cancelled" in a question meets "cancelling" in a sentence. Coarser than the
 * tokens of the index on purpose: passages of a few retrieved chunks are compared, not a corpus.
 */
import { WordMemory } from "./word-memory.ts";
import type { Chunk } from "./chunk.ts";
import type { Span } from "./text.ts";
import { hashToken, tokenize } from "./tokenize.ts";

const SUFFIX =
  /(?:isation|ization|ations?|itions?|ences?|ances?|ments?|ities|ity|ables?|ibles?|ings?|edly|ions?|ers?|ors?|ed|es|ly|al|s|e|y)$/u;

/** The part of a word that its relatives share: "cancel" of cancelled, "persist" of persistence. Names from code stay. */
export function rootOf(token: string): string {
  if (token.length < 5 || /[^a-z]/u.test(token)) return token;
  const cut = token.replace(SUFFIX, "");
  const root = cut.length >= 3 ? cut : token;
  const doubled = root.length > 3 && root.at(-1) === root.at(-2) && !/[sz]$/u.test(root);
  return doubled ? root.slice(0, -1) : root;
}

/** Roots of a text's tokens, in order. */
export function rootsOf(text: string): readonly string[] {
  const roots: string[] = [];
  for (const run of text.match(RUN) ?? []) roots.push(...rootsOfRun.get(run));
  return roots;
}

/** A word with all that is joined to it. */
export const RUN = /[\p{L}\p{M}\p{N}]+(?:[_.'’-]+[\p{L}\p{M}\p{N}]+)*/gu;

/** Hashes of those roots. */
export function rootHashes(text: string): readonly number[] {
  const hashes: number[] = [];
  for (const run of text.match(RUN) ?? [])
    for (const hash of hashesOfRun.get(run)) hashes.push(hash);
  return hashes;
}

/** The same few thousand words make up all chunks: what they come to is remembered. */
const rootsOfRun = new WordMemory((run): readonly string[] => tokenize(run).map(rootOf));
const hashesOfRun = new WordMemory((run): readonly number[] => rootsOfRun.get(run).map(hashToken));

/** The words of a chunk by their roots, and where each begins. */
export type ChunkRoots = {
  readonly starts: readonly number[];
  readonly roots: readonly (readonly string[])[];
  readonly held: ReadonlySet<string>;
};

const ofChunk = new WeakMap<Chunk, ChunkRoots>();

/** Read once a chunk: passages are slices of it. */
export function rootsOfChunk(chunk: Chunk): ChunkRoots {
  const known = ofChunk.get(chunk);
  if (known !== undefined) return known;
  const starts: number[] = [];
  const roots: (readonly string[])[] = [];
  for (const match of chunk.text.matchAll(RUN)) {
    starts.push(match.index);
    roots.push(rootsOfRun.get(match[0]));
  }
  const words = { starts, roots, held: new Set(roots.flat()) };
  ofChunk.set(chunk, words);
  return words;
}

/** Roots of the words that begin within a span of the chunk's text. */
export function rootsIn(words: ChunkRoots, span: Span): readonly string[] {
  const found: string[] = [];
  for (let at = firstFrom(words.starts, span.start); at < words.starts.length; at += 1) {
    if ((words.starts[at] ?? 0) >= span.end) break;
    found.push(...(words.roots[at] ?? []));
  }
  return found;
}

function firstFrom(starts: readonly number[], place: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
