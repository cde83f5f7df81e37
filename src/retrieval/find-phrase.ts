/** Where a word or a few stand next to each other in the documentation. */
import type { Chunk } from "../documents/chunk.ts";
import { hashToken, words } from "../documents/tokenize.ts";
import type { IndexReader, Scope, SearchOptions } from "../store/chunk-index.ts";
import { queryWords } from "./query.ts";
import { sparseVectorOf } from "./sparse-vector.ts";

export type PhraseRequest = {
  readonly phrase: string;
  readonly context?: string;
  readonly limit?: number;
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
};

const MAX_PHRASE_WORDS = 12;
const READ_AT_ONCE = 40;

/** See `Retriever.findPhrase`. Exact: every chunk that has all words is looked at until enough are found. */
export async function findPhrase(
  reader: IndexReader,
  request: PhraseRequest,
): Promise<readonly Chunk[]> {
  const phrase = wholeAndParts(request.phrase.slice(0, 1000));
  if (phrase.parts.length === 0 || phrase.parts.length > MAX_PHRASE_WORDS) return [];
  const search: Omit<SearchOptions, "limit"> = {
    ...(request.scope === undefined ? {} : { scope: request.scope }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
  const ids = await chunksWithAll(
    reader,
    [...new Set(phrase.parts)],
    search,
    request.context ?? "",
  );
  const found: Chunk[] = [];
  const limit = request.limit ?? 10;
  for (let start = 0; start < ids.length && found.length < limit; start += READ_AT_ONCE) {
    request.signal?.throwIfAborted();
    for (const chunk of await reader.read(ids.slice(start, start + READ_AT_ONCE))) {
      if (found.length < limit && hasPhrase(chunk, phrase)) found.push(chunk);
    }
  }
  return found;
}

/**
 * Ids of the chunks that have every token, the best for `context` first. Those with the rarest token are looked up whole,
 * the others only among them, in one go.
 */
async function chunksWithAll(
  reader: IndexReader,
  tokens: readonly string[],
  search: Omit<SearchOptions, "limit">,
  context: string,
): Promise<readonly string[]> {
  const hashes = tokens.map((token) => hashToken(token));
  const frequencies = await reader.documentFrequencies(Uint32Array.from(hashes));
  const rarest = hashes.toSorted(
    (a, b) => (frequencies[hashes.indexOf(a)] ?? 0) - (frequencies[hashes.indexOf(b)] ?? 0),
  );
  const [first, ...others] = rarest;
  const limit = Math.min(...frequencies);
  if (first === undefined || limit === 0) return [];
  const having = (hash: number, more: SearchOptions) =>
    reader.searchSparse(sparseVectorOf([[hash, 1]]), more);
  const hits = await having(first, { ...search, limit });
  if (hits.length === 0) return [];
  const ids = hits.map(({ id }) => id);
  const among: SearchOptions = {
    ...search,
    limit: ids.length,
    // What a list of ids saves is lost when it is most of the index.
    ...(ids.length * 2 < reader.version.chunks ? { among: ids } : {}),
  };
  const contextTokens = queryWords(context).filter(({ token }) => !tokens.includes(token));
  const [ofContext, ...ofOthers] = await Promise.all([
    contextTokens.length === 0
      ? []
      : reader.searchSparse(
          sparseVectorOf(contextTokens.map(({ token, weight }) => [hashToken(token), weight])),
          among,
        ),
    ...others.map((hash) => having(hash, among)),
  ]);
  const scores = new Map(hits.map(({ id, score }) => [id, score]));
  for (const found of ofOthers) {
    const has = new Map(found.map(({ id, score }) => [id, score]));
    for (const [id, score] of scores) {
      const more = has.get(id);
      if (more === undefined) scores.delete(id);
      else scores.set(id, score + more);
    }
  }
  for (const { id, score } of ofContext) {
    const before = scores.get(id);
    if (before !== undefined) scores.set(id, before + score);
  }
  return [...scores]
    .sort(([a, scoreOfA], [b, scoreOfB]) => scoreOfB - scoreOfA || (a < b ? -1 : 1))
    .map(([id]) => id);
}

type WordRow = { readonly wholes: readonly string[]; readonly parts: readonly string[] };

/** Words as written, and the same with names taken apart: "work-pool" is "work-pool" and "work", "pool". */
function wholeAndParts(text: string): WordRow {
  const wholes: string[] = [];
  const parts: string[] = [];
  for (const { forms } of words(text)) {
    wholes.push(forms[0] ?? "");
    parts.push(...(forms.length === 1 ? forms : forms.slice(1)));
  }
  return { wholes, parts };
}

function hasPhrase(chunk: Chunk, phrase: WordRow): boolean {
  for (const text of [chunk.text, chunk.title, ...chunk.headingPath]) {
    const row = wholeAndParts(text);
    if (contains(row.parts, phrase.parts) || contains(row.wholes, phrase.wholes)) return true;
  }
  return false;
}

function contains(row: readonly string[], wanted: readonly string[]): boolean {
  const first = wanted[0] ?? "";
  for (let at = row.indexOf(first); at !== -1; at = row.indexOf(first, at + 1)) {
    if (wanted.every((word, offset) => row[at + offset] === word)) return true;
  }
  return false;
}
