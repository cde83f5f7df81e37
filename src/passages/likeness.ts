/**
 * How much texts are about the same, by vectors of their words: a text is the sum of its words, and two are compared by the
 * cosine of the angle between them. The words of a chunk are summed once, so that each of its blocks costs two look-ups.
 */
import type { Chunk } from "../documents/chunk.ts";
import { RUN } from "../documents/roots.ts";
import type { Span } from "../documents/text.ts";
import { hashToken, tokenize } from "../documents/tokenize.ts";
import type { WordVectors } from "../documents/word-vectors.ts";

/** Vectors of words by what they were learned in: the same few thousand words make up all chunks. */
const remembered = new WeakMap<WordVectors, Map<string, Float64Array>>();
const MOST_REMEMBERED = 10_000;

export class Likeness {
  readonly #words: WordVectors;
  readonly #known: Map<string, Float64Array>;
  readonly #asked: Float64Array;
  readonly #askedLength: number;
  readonly #chunks = new Map<Chunk, ChunkSums>();

  /** `text`: what the others are compared with. */
  constructor(words: WordVectors, text: string) {
    this.#words = words;
    this.#known = remembered.get(words) ?? new Map<string, Float64Array>();
    remembered.set(words, this.#known);
    this.#asked = this.#sumOf(text);
    this.#askedLength = Math.hypot(...this.#asked);
  }

  /** Cosine of the text and of these slices of a chunk under their headings: -1 to 1, 0 where no word is known. */
  of(chunk: Chunk, headings: readonly string[], spans: readonly Span[]): number {
    const sums = this.#sumsOf(chunk);
    const sum = sums.above(headings, () => this.#sumOf(`${chunk.title}\n${headings.join("\n")}`));
    for (const span of spans) sums.addTo(sum, span);
    let dot = 0;
    let squares = 0;
    for (let axis = 0; axis < sum.length; axis += 1) {
      const value = sum[axis] as number;
      dot += value * (this.#asked[axis] as number);
      squares += value * value;
    }
    const lengths = Math.sqrt(squares) * this.#askedLength;
    return lengths === 0 ? 0 : dot / lengths;
  }

  #sumsOf(chunk: Chunk): ChunkSums {
    const known = this.#chunks.get(chunk);
    if (known !== undefined) return known;
    const runs = [...chunk.text.matchAll(RUN)];
    const { rank } = this.#words;
    const sums = new Float32Array((runs.length + 1) * rank);
    for (const [at, { 0: run }] of runs.entries()) {
      const own = this.#vectorOf(run);
      const base = at * rank;
      for (let axis = 0; axis < rank; axis += 1) {
        sums[base + rank + axis] = (sums[base + axis] as number) + (own[axis] as number);
      }
    }
    const starts = runs.map(({ index }) => index);
    const made = new ChunkSums(starts, sums, rank);
    this.#chunks.set(chunk, made);
    return made;
  }

  #sumOf(text: string): Float64Array {
    const sum = new Float64Array(this.#words.rank);
    for (const [run] of text.matchAll(RUN)) {
      for (const [axis, value] of this.#vectorOf(run).entries()) {
        sum[axis] = (sum[axis] as number) + value;
      }
    }
    return sum;
  }

  #vectorOf(run: string): Float64Array {
    const known = this.#known.get(run);
    if (known !== undefined) return known;
    const vector = new Float64Array(this.#words.rank);
    for (const token of tokenize(run)) this.#words.addTo(vector, hashToken(token));
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
    this.#known.set(run, vector);
    return vector;
  }
}

/** Sums of a chunk's words before each of them, one after the other. */
class ChunkSums {
  readonly #starts: readonly number[];
  readonly #sums: Float32Array;
  readonly #rank: number;
  readonly #above = new Map<readonly string[], Float64Array>();

  constructor(starts: readonly number[], sums: Float32Array, rank: number) {
    this.#starts = starts;
    this.#sums = sums;
    this.#rank = rank;
  }

  /** A copy of what stands above a slice, summed once for each list of headings. */
  above(headings: readonly string[], sum: () => Float64Array): Float64Array {
    const known = this.#above.get(headings) ?? sum();
    this.#above.set(headings, known);
    return known.slice();
  }

  addTo(sum: Float64Array, { start, end }: Span): void {
    const from = this.#placeOf(start) * this.#rank;
    const to = this.#placeOf(end) * this.#rank;
    for (let axis = 0; axis < this.#rank; axis += 1) {
      const own = (this.#sums[to + axis] as number) - (this.#sums[from + axis] as number);
      sum[axis] = (sum[axis] as number) + own;
    }
  }

  /** How many words begin before an offset. */
  #placeOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
