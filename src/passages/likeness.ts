/**
 * How much texts are about the same, by vectors of their words: a text is the sum of its words, and two are compared by the
 * cosine of the angle between them. The words of a chunk are summed once, so that each of its blocks costs two look-ups.
 */
import type { Chunk } from "../documents/chunk.ts";
import { RUN } from "../documents/roots.ts";
import type { Span } from "../documents/text.ts";
import { hashToken, tokenize } from "../documents/tokenize.ts";
import type { WordVectors } from "../documents/word-vectors.ts";

export class Likeness {
  readonly #words: WordVectors;
  readonly #asked: Float64Array;
  readonly #askedLength: number;
  readonly #runs = new Map<string, Float64Array>();
  readonly #chunks = new Map<Chunk, ChunkSums>();

  /** `text`: what the others are compared with. */
  constructor(words: WordVectors, text: string) {
    this.#words = words;
    this.#asked = this.#sumOf(text);
    this.#askedLength = Math.hypot(...this.#asked);
  }

  /** Cosine of the text and of these slices of a chunk under their headings: -1 to 1, 0 where no word is known. */
  of(chunk: Chunk, headings: readonly string[], spans: readonly Span[]): number {
    const sums = this.#sumsOf(chunk);
    const sum = this.#sumOf(`${chunk.title}\n${headings.join("\n")}`);
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
    const starts: number[] = [];
    const sums: Float64Array[] = [new Float64Array(this.#words.rank)];
    let sum = sums[0] as Float64Array;
    for (const { 0: run, index } of chunk.text.matchAll(RUN)) {
      starts.push(index);
      const own = this.#vectorOf(run);
      sum = sum.map((value, axis) => value + (own[axis] as number));
      sums.push(sum);
    }
    const made = new ChunkSums(starts, sums);
    this.#chunks.set(chunk, made);
    return made;
  }

  #sumOf(text: string): Float64Array {
    const sum = new Float64Array(this.#words.rank);
    for (const [run] of text.matchAll(RUN)) add(sum, this.#vectorOf(run), 1);
    return sum;
  }

  #vectorOf(run: string): Float64Array {
    const known = this.#runs.get(run);
    if (known !== undefined) return known;
    const vector = new Float64Array(this.#words.rank);
    for (const token of tokenize(run)) this.#words.addTo(vector, hashToken(token));
    this.#runs.set(run, vector);
    return vector;
  }
}

/** Sums of a chunk's words before each of them. */
class ChunkSums {
  readonly #starts: readonly number[];
  readonly #sums: readonly Float64Array[];

  constructor(starts: readonly number[], sums: readonly Float64Array[]) {
    this.#starts = starts;
    this.#sums = sums;
  }

  addTo(sum: Float64Array, { start, end }: Span): void {
    add(sum, this.#before(end), 1);
    add(sum, this.#before(start), -1);
  }

  #before(offset: number): Float64Array | undefined {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return this.#sums[low];
  }
}

function add(sum: Float64Array, vector: Float64Array | undefined, factor: number): void {
  if (vector === undefined) return;
  for (let axis = 0; axis < sum.length; axis += 1) {
    sum[axis] = (sum[axis] as number) + factor * (vector[axis] as number);
  }
}
