/**
 * An embedding trained on the corpus itself: latent semantic analysis (Deerwester and others, 1990). The matrix of
 * log-frequency × inverse document frequency of all chunks is cut to its leading directions; a text becomes the
 * sum of its words' places in them. Words that occur in the same surroundings come to lie near each other, so
 * "evicted" finds "crashed" without a list of synonyms and with nothing to download.
 */
import type { WordVectors } from "../documents/word-vectors.ts";
import { truncatedSvd } from "./truncated-svd.ts";

/** Below this the directions would be noise. */
export const MIN_CHUNKS = 200;
export const MAX_RANK = 100;
/** More chunks than this add time, not meaning: a sample chosen by content is trained on, all are embedded. */
export const MAX_TRAINING_CHUNKS = 20_000;

/** A text as distinct token hashes and how often (or how heavily) each occurs. */
export type TokenCounts = {
  readonly tokens: Uint32Array;
  readonly counts: Float32Array;
};

/** Rank for a corpus of this size; 0: too small for an embedding. */
export function corpusRank(chunks: number): number {
  return chunks < MIN_CHUNKS ? 0 : Math.min(MAX_RANK, Math.floor(chunks / 8));
}

export type TrainingOptions = {
  readonly rank: number;
  /** Chunks of the corpus, and in how many of them each token occurs. */
  readonly chunks: number;
  readonly documentFrequency: { get(token: number): number | undefined };
  readonly seed?: number;
};

type Four = readonly [number, number, number, number];

const MAGIC = 0x31_65_73_6c;

export class CorpusEmbedding implements WordVectors {
  readonly rank: number;
  /** Token hashes, ascending. */
  readonly #tokens: Uint32Array;
  /** Inverse document frequency of each token. */
  readonly #weights: Float32Array;
  /** `rank` numbers for each token. */
  readonly #places: Float32Array;

  constructor(rank: number, tokens: Uint32Array, weights: Float32Array, places: Float32Array) {
    this.rank = rank;
    this.#tokens = tokens;
    this.#weights = weights;
    this.#places = places;
  }

  /** Unit vector of a text; undefined when no word of it is known. */
  embed(text: TokenCounts): Float32Array | undefined {
    const sum = new Float64Array(this.rank);
    const known = new Uint32Array(text.tokens.length);
    const factors = new Float64Array(text.tokens.length);
    let count = 0;
    for (let index = 0; index < text.tokens.length; index += 1) {
      const place = this.#placeOf(text.tokens[index] as number);
      if (place === -1) continue;
      known[count] = place * this.rank;
      factors[count] = Math.log1p(text.counts[index] as number) * (this.#weights[place] as number);
      count += 1;
    }
    const whole = count & ~3;
    // Four at a time, so that the sum is read and written less often; in order, so that it stays the same.
    for (let at = 0; at < whole; at += 4) this.#addFour(sum, known, factors, at);
    for (let at = whole; at < count; at += 1) {
      this.#addScaled(sum, known[at] as number, factors[at] as number);
    }
    const length = Math.hypot(...sum);
    return length === 0 ? undefined : Float32Array.from(sum, (value) => value / length);
  }

  /** Its token hashes, ascending, and `rank` numbers for each: what one occurrence adds to a text. */
  table(): { readonly tokens: Uint32Array; readonly vectors: Float32Array } {
    const vectors = this.#places.map(
      (value, at) => value * (this.#weights[Math.floor(at / this.rank)] as number),
    );
    return { tokens: this.#tokens, vectors };
  }

  addTo(sum: Float64Array, token: number): void {
    const place = this.#placeOf(token);
    if (place !== -1) this.#addScaled(sum, place * this.rank, this.#weights[place] as number);
  }

  #addScaled(sum: Float64Array, base: number, factor: number): void {
    for (let axis = 0; axis < this.rank; axis += 1) {
      sum[axis] = (sum[axis] as number) + factor * (this.#places[base + axis] as number);
    }
  }

  #addFour(sum: Float64Array, bases: Uint32Array, factors: Float64Array, at: number): void {
    const places = this.#places;
    const [a, b, c, d] = [bases[at], bases[at + 1], bases[at + 2], bases[at + 3]] as Four;
    const [p, q, r, s] = [factors[at], factors[at + 1], factors[at + 2], factors[at + 3]] as Four;
    for (let axis = 0; axis < sum.length; axis += 1) {
      let value = (sum[axis] as number) + p * (places[a + axis] as number);
      value += q * (places[b + axis] as number);
      value += r * (places[c + axis] as number);
      sum[axis] = value + s * (places[d + axis] as number);
    }
  }

  /** Binary, little-endian: magic, rank, number of tokens, tokens, weights, places. */
  serialise(): Uint8Array {
    const header = Uint32Array.of(MAGIC, this.rank, this.#tokens.length);
    const parts = [header, this.#tokens, this.#weights, this.#places];
    return Buffer.concat(
      parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)),
    );
  }

  /** Throws `RangeError` when the bytes are not what `serialise` gave. */
  static deserialise(bytes: Uint8Array): CorpusEmbedding {
    const whole = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
    const [magic, rank = 0, count = 0] =
      whole.byteLength < 12 ? [] : new Uint32Array(whole.buffer, whole.byteOffset, 3);
    if (magic !== MAGIC || whole.byteLength !== 12 + 4 * count * (2 + rank)) {
      throw new RangeError("The corpus embedding is damaged.");
    }
    const at = (numbers: number) => whole.byteOffset + 12 + 4 * numbers;
    return new CorpusEmbedding(
      rank,
      new Uint32Array(whole.buffer, at(0), count),
      new Float32Array(whole.buffer, at(count), count),
      new Float32Array(whole.buffer, at(2 * count), count * rank),
    );
  }

  #placeOf(token: number): number {
    let low = 0;
    let high = this.#tokens.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#tokens[middle] as number;
      if (found === token) return middle;
      if (found < token) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

/** Trains on `texts`; the same texts in the same order give the same embedding. */
export function trainCorpusEmbedding(
  texts: readonly TokenCounts[],
  options: TrainingOptions,
): CorpusEmbedding {
  const seen = new Map<number, number>();
  for (const text of texts)
    for (const token of text.tokens) seen.set(token, (seen.get(token) ?? 0) + 1);
  // A word of one chunk only lies where that chunk lies: it joins nothing.
  const tokens = Uint32Array.from(
    [...seen].filter(([, count]) => count > 1).map(([token]) => token),
  ).sort();
  const columnOf = new Map(Array.from(tokens, (token, column) => [token, column] as const));
  const weights = Float32Array.from(tokens, (token) =>
    Math.log((options.chunks + 1) / ((options.documentFrequency.get(token) ?? 0) + 0.5)),
  );

  const entries = texts.reduce((sum, text) => sum + text.tokens.length, 0);
  const starts = new Uint32Array(texts.length + 1);
  const columns = new Uint32Array(entries);
  const values = new Float32Array(entries);
  let end = 0;
  for (const [row, text] of texts.entries()) {
    const start = end;
    let squares = 0;
    for (let index = 0; index < text.tokens.length; index += 1) {
      const column = columnOf.get(text.tokens[index] as number);
      if (column === undefined) continue;
      const value = Math.log1p(text.counts[index] as number) * (weights[column] as number);
      columns[end] = column;
      values[end] = value;
      squares += value * value;
      end += 1;
    }
    const length = Math.sqrt(squares);
    for (let at = start; at < end; at += 1) values[at] = (values[at] as number) / length;
    starts[row + 1] = end;
  }

  const { vectors } = truncatedSvd(
    {
      columnCount: tokens.length,
      starts,
      columns: columns.subarray(0, end),
      values: values.subarray(0, end),
    },
    { rank: options.rank, ...(options.seed === undefined ? {} : { seed: options.seed }) },
  );
  const rank = vectors.length;
  const places = new Float32Array(tokens.length * rank);
  for (const [axis, vector] of vectors.entries()) {
    for (let column = 0; column < tokens.length; column += 1) {
      places[column * rank + axis] = vector[column] as number;
    }
  }
  return new CorpusEmbedding(rank, tokens, weights, places);
}
