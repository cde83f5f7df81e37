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

  constructor(vectors: Float32Array, rank: number) {
    this.#vectors = vectors;
    this.#squares = new Float32Array(vectors.length).fill(1e-3);
    this.#rank = rank;
  }

  learn(batch: readonly { readonly asked: Bag; readonly answers: Bag }[]): void {
    const asked = batch.map((pair) => this.#unit(pair.asked));
    const answers = batch.map((pair) => this.#unit(pair.answers));
    const pullAsked = batch.map(() => new Float64Array(this.#rank));
    const pullAnswers = batch.map(() => new Float64Array(this.#rank));
    const likelihoods = new Float64Array(batch.length);
    for (const [row, question] of asked.entries()) {
      let largest = Number.NEGATIVE_INFINITY;
      for (const [column, answer] of answers.entries()) {
        const value = SHARPNESS * dot(question.unit, answer.unit);
        likelihoods[column] = value;
        if (value > largest) largest = value;
      }
      let total = 0;
      for (let column = 0; column < batch.length; column += 1) {
        const value = Math.exp((likelihoods[column] as number) - largest);
        likelihoods[column] = value;
        total += value;
      }
      for (const [column, answer] of answers.entries()) {
        // Another phrasing of the same passage says nothing against it.
        if (column !== row && batch[column]?.answers === batch[row]?.answers) continue;
        const gradient = (likelihoods[column] as number) / total - (column === row ? 1 : 0);
        addTo(pullAsked[row], answer.unit, gradient);
        addTo(pullAnswers[column], question.unit, gradient);
      }
    }
    for (const [at, { asked: question, answers: answer }] of batch.entries()) {
      this.#move(question, asked[at], pullAsked[at]);
      this.#move(answer, answers[at], pullAnswers[at]);
    }
  }

  #unit(bag: Bag): { readonly unit: Float64Array; readonly length: number } {
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
  #move(
    bag: Bag,
    from: { readonly unit: Float64Array; readonly length: number } | undefined,
    pull: Float64Array | undefined,
  ): void {
    if (from === undefined || pull === undefined) return;
    const along = dot(pull, from.unit);
    for (const place of bag) {
      const base = place * this.#rank;
      for (let axis = 0; axis < this.#rank; axis += 1) {
        const gradient =
          ((pull[axis] as number) - along * (from.unit[axis] as number)) / from.length;
        const at = base + axis;
        const squares = (this.#squares[at] as number) + gradient * gradient;
        this.#squares[at] = squares;
        this.#vectors[at] = (this.#vectors[at] as number) - (RATE * gradient) / Math.sqrt(squares);
      }
    }
  }
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let axis = 0; axis < left.length; axis += 1) {
    sum += (left[axis] as number) * (right[axis] as number);
  }
  return sum;
}

function addTo(sum: Float64Array | undefined, vector: Float64Array, factor: number): void {
  if (sum === undefined) return;
  for (let axis = 0; axis < vector.length; axis += 1) {
    sum[axis] = (sum[axis] as number) + factor * (vector[axis] as number);
  }
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
