/**
 * A question's vector against every vector of a large index, four numbers at a time: what JavaScript cannot say and
 * WebAssembly can. Sums are of 32 bits, so the products are near and not exact; the best of them are computed again.
 */

/** The part of the standard that is used here; the types of Node lack it. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** Most that a product of unit vectors is wrong by, for each dimension: rounding of 32 bit numbers. */
const ROUNDING = 2 ** -23;
const PAGE = 65_536;
const LARGEST = 2 ** 32 - PAGE;

/** Addresses of the first row, of the end of the rows, of the question, of its end, of the products; bytes of a row. */
type Multiply = (
  row: number,
  rowsEnd: number,
  question: number,
  questionEnd: number,
  products: number,
  rowBytes: number,
) => void;

export class DotProducts {
  /** Rows of `dimensions` numbers, to be filled. */
  readonly matrix: Float32Array;
  readonly #question: Float32Array;
  readonly #products: Float32Array;
  readonly #multiply: () => void;
  /** Most that a product of unit vectors is wrong by. */
  readonly error: number;

  /** Undefined where this processor, these dimensions or the memory do not allow it. */
  static create(rows: number, dimensions: number): DotProducts | undefined {
    // Rows are taken two at a time.
    const even = rows + (rows % 2);
    const bytes = 4 * (even * dimensions + dimensions + even);
    if (rows === 0 || dimensions === 0 || dimensions % 4 !== 0 || bytes > LARGEST) return undefined;
    try {
      if (!WebAssembly.validate(MODULE)) return undefined;
      const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
      return new DotProducts(memory, rows, dimensions);
    } catch (error) {
      // No room for the memory, which takes far more addresses than bytes.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  private constructor(memory: { readonly buffer: ArrayBuffer }, rows: number, dimensions: number) {
    const even = rows + (rows % 2);
    const rowsEnd = 4 * even * dimensions;
    const questionEnd = rowsEnd + 4 * dimensions;
    this.matrix = new Float32Array(memory.buffer, 0, rows * dimensions);
    this.#question = new Float32Array(memory.buffer, rowsEnd, dimensions);
    this.#products = new Float32Array(memory.buffer, questionEnd, rows);
    this.error = (dimensions + 2) * ROUNDING;
    const module = new WebAssembly.Module(MODULE);
    const { exports } = new WebAssembly.Instance(module, { host: { memory } });
    const multiply = exports["multiply"] as Multiply;
    this.#multiply = () => multiply(0, rowsEnd, rowsEnd, questionEnd, questionEnd, 4 * dimensions);
  }

  /** One for each row; the next call overwrites them. */
  with(question: ArrayLike<number>): Float32Array {
    this.#question.set(question);
    this.#multiply();
    return this.#products;
  }
}

/** Buckets between -1 and 1. */
const BUCKETS = 4096;

/**
 * Rows that surely have the `count` highest scores among them, ascending. Scores lie between -1 and 1, and each may be wrong by
 * `error`. `isWanted`: whether a row counts; all do without.
 */
export function likelyHighest(
  scores: Float32Array,
  count: number,
  error: number,
  isWanted?: (row: number) => boolean,
): Uint32Array {
  // One more below and two above, for scores that lie outside by their error.
  const counts = new Uint32Array(BUCKETS + 3);
  for (let row = 0; row < scores.length; row += 1) {
    if (isWanted !== undefined && !isWanted(row)) continue;
    const bucket = (((scores[row] as number) + 1) * (BUCKETS / 2) + 1) | 0;
    counts[bucket] = (counts[bucket] as number) + 1;
  }
  let bucket = counts.length - 1;
  let found = counts[bucket] as number;
  while (bucket > 0 && found < count) {
    bucket -= 1;
    found += counts[bucket] as number;
  }
  // `count` rows are at least as high as this bucket, less the error; one of the highest seems no lower than twice that.
  const least = (bucket - 1) / (BUCKETS / 2) - 1 - 2 * error;
  const rows: number[] = [];
  for (let row = 0; row < scores.length; row += 1) {
    if ((scores[row] as number) < least) continue;
    if (isWanted === undefined || isWanted(row)) rows.push(row);
  }
  return Uint32Array.from(rows);
}

/** WebAssembly's binary form, as far as it is needed here: https://webassembly.github.io/spec/core/binary/. */
const MODULE = assemble();

type Code = readonly number[];

function assemble(): Uint8Array {
  const number = (value: number): Code =>
    value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)];
  const list = (...items: readonly Code[]): Code => [...number(items.length), ...items.flat()];
  const sized = (...parts: readonly Code[]): Code => [
    ...number(parts.flat().length),
    ...parts.flat(),
  ];
  const section = (id: number, content: Code): Code => [id, ...sized(content)];
  const name = (text: string): Code => sized([...Buffer.from(text)]);

  const [I32, V128] = [0x7f, 0x7b];
  const get = (local: number): Code => [0x20, local];
  const set = (local: number): Code => [0x21, local];
  const tee = (local: number): Code => [0x22, local];
  const add: Code = [0x6a];
  const vector = (operation: number, ...rest: Code): Code => [0xfd, ...number(operation), ...rest];
  const load = vector(0x00, 2, 0);
  const zeros = vector(0x0c, ...Array.from({ length: 16 }, () => 0));
  const multiplyAll = vector(0xe6);
  const addAll = vector(0xe4);
  const sumOf = (local: number): Code =>
    [
      ...[0, 1, 2, 3].flatMap((lane) => [get(local), vector(0x1f, lane)]),
      [0x92, 0x92, 0x92],
    ].flat();
  const store = (offset: number): Code => [0x38, 2, offset];
  const loop = (...body: readonly Code[]): Code => [0x03, 0x40, ...body.flat(), 0x0b];
  const againUnlessEqual: Code = [0x47, 0x0d, 0];
  const advanced = (local: number, bytes: number): Code => [...get(local), 0x41, bytes, ...add];

  const [row, rowsEnd, question, questionEnd, products, rowBytes] = [0, 1, 2, 3, 4, 5];
  // A second row, the place in the question; four sums of each row, four numbers of the question.
  const [second, place, sums, secondSums, four] = [6, 7, 8, 9, 10];
  const nextFour = [row, second].map((local) => [advanced(local, 16), set(local)].flat());
  const body = loop(
    [get(row), get(rowBytes), add, set(second)].flat(),
    [zeros, tee(sums), set(secondSums), get(question), set(place)].flat(),
    loop(
      [get(sums), get(row), load, get(place), load, tee(four), multiplyAll, addAll].flat(),
      set(sums),
      [get(secondSums), get(second), load, get(four), multiplyAll, addAll].flat(),
      set(secondSums),
      ...nextFour,
      [advanced(place, 16), tee(place), get(questionEnd), againUnlessEqual].flat(),
    ),
    [get(products), sumOf(sums), store(0)].flat(),
    [get(products), sumOf(secondSums), store(4)].flat(),
    [advanced(products, 8), set(products)].flat(),
    [get(second), tee(row), get(rowsEnd), againUnlessEqual].flat(),
  );
  const parameters = list(...Array.from({ length: 6 }, () => [I32]));
  return Uint8Array.from(
    [
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, list([0x60, ...parameters, 0])),
      section(2, list([...name("host"), ...name("memory"), 2, 0, 1])),
      section(3, list([0])),
      section(7, list([...name("multiply"), 0, 0])),
      section(10, list(sized(list([2, I32], [3, V128]), body, [0x0b]))),
    ].flat(),
  );
}
