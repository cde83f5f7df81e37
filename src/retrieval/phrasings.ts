/**
 * How people ask for a page and for its sections, as two lists of their own beside the text (document expansion: Nogueira et
 * al., "Document expansion by query prediction", 2019). The words are tokens with hashes of their own, those of a page in the
 * vector of its first chunk, those of a section in the vectors of its chunks; so either engine holds them and only a search
 * for phrasings finds them. Pure.
 */
import type { PageType } from "../documents/document.ts";
import { rootHashes, rootOf } from "../documents/roots.ts";
import { hashToken, pairHash } from "../documents/tokenize.ts";
import { inverseDocumentFrequency } from "../store/inverse-document-frequency.ts";
import type { QueryWord } from "./query.ts";

export type PhrasedLevel = "page" | "section";

/** Stands in every chunk that has phrasings of the level, so that their number can be asked for. */
const MARKS: Readonly<Record<PhrasedLevel, number>> = {
  page: hashToken("\u0000phrasings"),
  section: hashToken("\u0000section-phrasings"),
};

/** Pages made by a program: nobody asks for them in words of their own. */
export const GENERATED_PAGES: ReadonlySet<PageType> = new Set<PageType>([
  "api-reference",
  "rest-reference",
  "settings-reference",
  "cli-reference",
  "release-notes",
]);

/** BM25's b and k1: many phrasings are many ways of asking, and hardly repetition. */
const LENGTH_WEIGHT = 0.5;
const SATURATION = 1.2;

function phrasingHash(level: PhrasedLevel, root: string): number {
  return pairHash(MARKS[level], hashToken(root));
}

/** Hashes of the words of all phrasings, repeated as they repeat. */
export function phrasingTokens(level: PhrasedLevel, phrasings: readonly string[]): Uint32Array {
  const mark = MARKS[level];
  return new Uint32Array(phrasings.flatMap(rootHashes).map((root) => pairHash(mark, root)));
}

/** Weights of those tokens by BM25, and the mark; nothing without phrasings. `average`: mean of their number. */
export function phrasingWeights(
  level: PhrasedLevel,
  tokens: Uint32Array,
  average: number,
): readonly (readonly [token: number, weight: number])[] {
  if (tokens.length === 0) return [];
  const counts = new Map<number, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  const length = average === 0 ? 1 : tokens.length / average;
  const normal = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length);
  return [
    [MARKS[level], 1],
    ...[...counts].map(
      ([token, count]) => [token, (count * (SATURATION + 1)) / (count + normal)] as const,
    ),
  ];
}

/**
 * What to search phrasings with. An engine weighs a token by its rarity among all chunks; here it is weighed by its rarity
 * among the chunks that have phrasings, so each weight is corrected by the ratio of the two. Undefined when no chunk has any.
 */
export async function phrasingQuery(
  level: PhrasedLevel,
  words: readonly QueryWord[],
  frequencies: (tokens: Uint32Array) => Promise<readonly number[]>,
  chunks: number,
): Promise<readonly (readonly [token: number, weight: number])[] | undefined> {
  const weights = new Map<number, number>();
  for (const { token, weight } of words) {
    const hash = phrasingHash(level, rootOf(token));
    weights.set(hash, Math.max(weights.get(hash) ?? 0, weight));
  }
  const tokens = [...weights.keys()];
  const [marked = 0, ...found] = await frequencies(Uint32Array.from([MARKS[level], ...tokens]));
  if (marked === 0) return undefined;
  return tokens.flatMap((token, at) => {
    const frequency = found[at] ?? 0;
    if (frequency === 0) return [];
    const among = inverseDocumentFrequency(marked, frequency);
    const overall = inverseDocumentFrequency(chunks, frequency);
    return [[token, ((weights.get(token) ?? 0) * among) / overall] as const];
  });
}
