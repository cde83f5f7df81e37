/**
 * A corpus embedding trained on: texts that belong together are drawn to each other, others apart. A pair is what somebody asks and
 * the passage that answers it. Softmax over the other passages of a batch as negatives (Henderson and others, "Efficient
 * natural language response suggestion", 2017) with AdaGrad (Duchi and others, 2011); batches hold pairs of few pages, so
 * that what is told apart are the passages of one page. Linear in the pairs; the same pairs give the same embedding.
 */
import { congruentialNumbers } from "../platform/random-numbers.ts";
import { CorpusEmbedding } from "./corpus-embedding.ts";

/** Token hashes, repeated as they repeat. */
export type TextPair = { readonly asked: Uint32Array; readonly answers: Uint32Array };

export type TuningOptions = {
  readonly rounds?: number;
  readonly seed?: number;
};

const ROUNDS = 4;
const BATCH = 96;
const RATE = 0.05;
/** Sharpness of the softmax: similarities lie within -1 and 1. */
const SHARPNESS = 12;
/** Length of the noise that is added: words that always stand together could not be told apart otherwise. */
const NOISE = 0.1;
/** A word's first length against the noise. */
const SCALE = 3;

/** A text as places in the embedding's table. */
type Bag = Uint32Array;

/** Unit vector of a text, and the length of the sum before. */
type Unit = { readonly unit: Float64Array; readonly length: number };

/** `pages`: the pairs of one page each. Fewer pairs than a batch leave the embedding as it is. */
export function tuneEmbedding(
  embedding: CorpusEmbedding,
  pages: readonly (readonly TextPair[])[],
  { rounds = ROUNDS, seed = 1 }: TuningOptions = {},
): CorpusEmbedding {
  const table = embedding.table();
  const placeOf = new Map(Array.from(table.tokens, (token, place) => [token, place] as const));
  const bag = (tokens: Uint32Array): Bag =>
    Uint32Array.from(Array.from(tokens).flatMap((token) => placeOf.get(token) ?? []));
  // Phrasings of one passage share its array, and so its bag.
  const known = new Map<Uint32Array, Bag>();
  const bagOf = (tokens: Uint32Array) => {
    const found = known.get(tokens) ?? bag(tokens);
    known.set(tokens, found);
    return found;
  };
  const bags = pages
    .map((pairs) =>
      pairs
        .map(({ asked, answers }) => ({ asked: bag(asked), answers: bagOf(answers) }))
        .filter(({ asked, answers }) => asked.length > 0 && answers.length > 0),
    )
    .filter(({ length }) => length > 0);
  if (bags.reduce((sum, { length }) => sum + length, 0) < BATCH) return embedding;
  const random = congruentialNumbers(seed);
  const vectors = table.vectors.map(
    (value) => SCALE * value + (NOISE * normal(random)) / Math.sqrt(embedding.rank),
  );
  const tuner = new Tuner(vectors, embedding.rank);
  for (let round = 0; round < rounds; round += 1) {
    const order = shuffled(
      bags.map((pairs) => shuffled(pairs, random)),
      random,
    ).flat();
    for (let at = 0; at < order.length; at += BATCH) tuner.learn(order.slice(at, at + BATCH));
  }
  const weights = new Float32Array(table.tokens.length).fill(1);
  return new CorpusEmbedding(embedding.rank, table.tokens, weights, vectors);
}

class Tuner {
  readonly #vectors: Float32Array;
  /** Sums of squared gradients. */
  readonly #squares: Float32Array;
  readonly #rank: number;
  readonly #gradient: Float64Array;

  constructor(vectors: Float32Array, rank: number) {
    this.#gradient = new Float64Array(rank);
    this.#vectors = vectors;
    this.#squares = new Float32Array(vectors.length).fill(1e-3);
    this.#rank = rank;
  }

  learn(batch: readonly { readonly asked: Bag; readonly answers: Bag }[]): void {
    const asked = batch.map((pair) => this.#unit(pair.asked));
    // Phrasings of one passage share its unit vector.
    const passages = [...new Set(batch.map((pair) => pair.answers))];
    const units = passages.map((passage) => this.#unit(passage));
    const passageOf = batch.map((pair) => passages.indexOf(pair.answers));
    const answers = passageOf.map((passage) => units[passage] as Unit);
    const gradients = gradientsOf(vectorsOf(asked), vectorsOf(units), passageOf);
    const [questionVectors, answerVectors] = [vectorsOf(asked), vectorsOf(answers)];
    const column = new Float64Array(batch.length);
    for (const [at, { asked: question, answers: answer }] of batch.entries()) {
      for (const [row, gradient] of gradients.entries()) column[row] = gradient[at] as number;
      const pullAsked = weightedSum(answerVectors, gradients[at] as Float64Array);
      const pullAnswer = weightedSum(questionVectors, column);
      this.#move(question, asked[at], pullAsked);
      this.#move(answer, answers[at], pullAnswer);
    }
  }

  #unit(bag: Bag): Unit {
    const unit = new Float64Array(this.#rank);
    for (const place of bag) {
      const base = place * this.#rank;
      for (let axis = 0; axis < this.#rank; axis += 1) {
        unit[axis] = (unit[axis] as number) + (this.#vectors[base + axis] as number);
      }
    }
    const length = Math.sqrt(dot(unit, unit)) || 1;
    for (let axis = 0; axis < this.#rank; axis += 1) unit[axis] = (unit[axis] as number) / length;
    return { unit, length };
  }

  /** The gradient of a unit vector goes to the words that it is the sum of. */
  #move(bag: Bag, from: Unit | undefined, pull: Float64Array): void {
    if (from === undefined) return;
    const along = dot(pull, from.unit);
    const gradient = this.#gradient;
    for (let axis = 0; axis < this.#rank; axis += 1) {
      gradient[axis] = ((pull[axis] as number) - along * (from.unit[axis] as number)) / from.length;
    }
    const [vectors, squares] = [this.#vectors, this.#squares];
    for (const place of bag) {
      const base = place * this.#rank;
      for (let axis = 0; axis < gradient.length; axis += 1) {
        const value = gradient[axis] as number;
        const sum = (squares[base + axis] as number) + value * value;
        squares[base + axis] = sum;
        vectors[base + axis] = (vectors[base + axis] as number) - (RATE * value) / Math.sqrt(sum);
      }
    }
  }
}

function vectorsOf(units: readonly Unit[]): readonly Float64Array[] {
  return units.map(({ unit }) => unit);
}

/**
 * Gradients of the softmax's loss by similarity: a row for each question, a column for each pair's passage. Another phrasing
 * of the same passage says nothing against it.
 */
function gradientsOf(
  questions: readonly Float64Array[],
  passages: readonly Float64Array[],
  passageOf: readonly number[],
): readonly Float64Array[] {
  const likelihoods = new Float64Array(passages.length);
  return questions.map((question, row) => {
    dots(passages, question, likelihoods);
    let largest = Number.NEGATIVE_INFINITY;
    for (const value of likelihoods) largest = Math.max(largest, SHARPNESS * value);
    for (let passage = 0; passage < passages.length; passage += 1) {
      likelihoods[passage] = Math.exp(SHARPNESS * (likelihoods[passage] as number) - largest);
    }
    let total = 0;
    for (const passage of passageOf) total += likelihoods[passage] as number;
    const own = passageOf[row];
    return Float64Array.from(passageOf, (passage, column) => {
      if (column !== row && passage === own) return 0;
      return (likelihoods[passage] as number) / total - (column === row ? 1 : 0);
    });
  });
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let axis = 0; axis < left.length; axis += 1) {
    sum += (left[axis] as number) * (right[axis] as number);
  }
  return sum;
}

/** Into `products`: each of `vectors` times `vector`. Four at a time, so that no sum waits for the one before. */
function dots(
  vectors: readonly Float64Array[],
  vector: Float64Array,
  products: Float64Array,
): void {
  for (let at = 0; at < vectors.length; at += 4) {
    const [a, b, c, d] = fourOf(vectors, at);
    let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
    for (let axis = 0; axis < vector.length; axis += 1) {
      const value = vector[axis] as number;
      sumA += value * (a[axis] as number);
      sumB += value * (b[axis] as number);
      sumC += value * (c[axis] as number);
      sumD += value * (d[axis] as number);
    }
    // Beyond the last place nothing is kept.
    products[at] = sumA;
    products[at + 1] = sumB;
    products[at + 2] = sumC;
    products[at + 3] = sumD;
  }
}

/** `vectors` times `weights`, one for each, summed in order. Four at a time, so that the sum is read and written less often. */
function weightedSum(vectors: readonly Float64Array[], weights: Float64Array): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (let at = 0; at < vectors.length; at += 4) {
    const [a, b, c, d] = fourOf(vectors, at);
    const [p, q, r, s] = [
      weights[at] ?? 0,
      weights[at + 1] ?? 0,
      weights[at + 2] ?? 0,
      weights[at + 3] ?? 0,
    ];
    if (p === 0 && q === 0 && r === 0 && s === 0) continue;
    for (let axis = 0; axis < sum.length; axis += 1) {
      let value = (sum[axis] as number) + p * (a[axis] as number);
      value += q * (b[axis] as number);
      value += r * (c[axis] as number);
      sum[axis] = value + s * (d[axis] as number);
    }
  }
  return sum;
}

/** The four from `at` on; beyond the last it is the last, whose products are not used. */
function fourOf(
  vectors: readonly Float64Array[],
  at: number,
): readonly [Float64Array, Float64Array, Float64Array, Float64Array] {
  const last = vectors.length - 1;
  const of = (offset: number) => vectors[Math.min(at + offset, last)] as Float64Array;
  return [of(0), of(1), of(2), of(3)];
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] as Item, order[at] as Item];
  }
  return order;
}
