/**
 * Postings by token, as one packed blob each. They come chunk by chunk and are sorted outside of memory: what is held is
 * parted by the first bits of the token into a temporary table, and at the end one part after the other is sorted.
 */
import type { DatabaseSync } from "node:sqlite";
import type { SparseVector } from "../chunk-index.ts";
import { asBytes, asUint32 } from "./version-file.ts";

/** Postings held before they go to the temporary table: 12 bytes each. */
const MOST_HELD = 500_000;
/** A part is what shares the first 7 of 32 bits. Hashes have 31, so there are 64 parts; each is sorted in memory. */
const PART_SHIFT = 25;
/** Bits that one pass of a sort looks at. */
const PASS_BITS = 11;

type Postings = {
  readonly tokens: Uint32Array;
  /** Ascending for each token. */
  readonly rows: Uint32Array;
  readonly weights: Float32Array;
};

export class PostingsWriter {
  readonly #database: DatabaseSync;
  readonly #held: Postings;
  #count = 0;
  #spilled = false;

  constructor(database: DatabaseSync, mostHeld = MOST_HELD) {
    this.#database = database;
    this.#held = newPostings(mostHeld);
  }

  /** Rows come in ascending order. */
  add(row: number, { indices, values }: SparseVector): void {
    const { tokens, rows, weights } = this.#held;
    for (let at = 0; at < indices.length; at += 1) {
      if (this.#count === tokens.length) this.#spill();
      tokens[this.#count] = indices[at] as number;
      rows[this.#count] = row;
      weights[this.#count] = values[at] as number;
      this.#count += 1;
    }
  }

  /** Fills the table `term`. */
  finish(): void {
    const insert = this.#database.prepare(
      "INSERT INTO term (token, frequency, postings) VALUES (?, ?, ?)",
    );
    for (const part of this.#parts()) {
      let order: Uint32Array = Uint32Array.from(part.tokens.keys());
      for (let shift = 0; shift < 32; shift += PASS_BITS) {
        order = sortedBy(part.tokens, order, shift, PASS_BITS);
      }
      const sorted = inOrder(part, order);
      const { tokens } = sorted;
      for (let start = 0, end = 1; start < tokens.length; start = end, end += 1) {
        while (end < tokens.length && tokens[end] === tokens[start]) end += 1;
        insert.run(tokens[start] as number, end - start, pack(sorted, start, end));
      }
    }
    if (this.#spilled) this.#database.exec("DROP TABLE spill");
  }

  #spill(): void {
    if (!this.#spilled) {
      this.#database.exec("CREATE TEMP TABLE spill (part INTEGER, tokens BLOB, postings BLOB)");
    }
    this.#spilled = true;
    const insert = this.#database.prepare("INSERT INTO spill VALUES (?, ?, ?)");
    const held = slice(this.#held, 0, this.#count);
    const all = Uint32Array.from(held.tokens.keys());
    const sorted = inOrder(held, sortedBy(held.tokens, all, PART_SHIFT, 32 - PART_SHIFT));
    const partOf = (at: number) => (sorted.tokens[at] as number) >>> PART_SHIFT;
    for (let start = 0, end = 1; start < this.#count; start = end, end += 1) {
      while (end < this.#count && partOf(end) === partOf(start)) end += 1;
      const tokens = asBytes(sorted.tokens.subarray(start, end));
      insert.run(partOf(start), tokens, pack(sorted, start, end));
    }
    this.#count = 0;
  }

  /** What belongs together, by ascending tokens. */
  *#parts(): Generator<Postings> {
    if (!this.#spilled) {
      yield slice(this.#held, 0, this.#count);
      return;
    }
    this.#spill();
    this.#database.exec("CREATE INDEX temp.spill_part ON spill (part)");
    const sizes = this.#database
      .prepare(
        "SELECT part, SUM(LENGTH(tokens)) / 4 AS count FROM spill GROUP BY part ORDER BY part",
      )
      .all();
    const select = this.#database.prepare(
      "SELECT tokens, postings FROM spill WHERE part = ? ORDER BY rowid",
    );
    for (const { part = null, count } of sizes) {
      const all = newPostings(Number(count));
      let end = 0;
      for (const spilled of select.iterate(part)) {
        const tokens = asUint32(spilled["tokens"] as Uint8Array);
        const { rows, weights } = unpackPostings(spilled["postings"] as Uint8Array);
        all.tokens.set(tokens, end);
        all.rows.set(rows, end);
        all.weights.set(weights, end);
        end += tokens.length;
      }
      yield all;
    }
  }
}

export function unpackPostings(bytes: Uint8Array): {
  readonly rows: Uint32Array;
  readonly weights: Float32Array;
} {
  const words = asUint32(bytes);
  const count = words.length >> 1;
  return {
    rows: words.subarray(0, count),
    weights: new Float32Array(words.buffer, words.byteOffset + 4 * count, count),
  };
}

function pack({ rows, weights }: Postings, start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(8 * (end - start));
  bytes.set(asBytes(rows.subarray(start, end)));
  bytes.set(asBytes(weights.subarray(start, end)), 4 * (end - start));
  return bytes;
}

function newPostings(length: number): Postings {
  return {
    tokens: new Uint32Array(length),
    rows: new Uint32Array(length),
    weights: new Float32Array(length),
  };
}

function slice({ tokens, rows, weights }: Postings, start: number, end: number): Postings {
  return {
    tokens: tokens.subarray(start, end),
    rows: rows.subarray(start, end),
    weights: weights.subarray(start, end),
  };
}

function inOrder({ tokens, rows, weights }: Postings, order: Uint32Array): Postings {
  const sorted = newPostings(order.length);
  for (let at = 0; at < order.length; at += 1) {
    const from = order[at] as number;
    sorted.tokens[at] = tokens[from] as number;
    sorted.rows[at] = rows[from] as number;
    sorted.weights[at] = weights[from] as number;
  }
  return sorted;
}

/** `order` sorted by `bits` bits of the keys from `shift` on; what is equal stays in order (a pass of a radix sort). */
function sortedBy(keys: Uint32Array, order: Uint32Array, shift: number, bits: number): Uint32Array {
  const mask = 2 ** bits - 1;
  const starts = new Uint32Array(mask + 2);
  for (const key of keys) {
    const digit = (key >>> shift) & mask;
    starts[digit + 1] = (starts[digit + 1] as number) + 1;
  }
  for (let digit = 0; digit < mask; digit += 1) {
    starts[digit + 1] = (starts[digit + 1] as number) + (starts[digit] as number);
  }
  const sorted = new Uint32Array(order.length);
  for (const at of order) {
    const digit = ((keys[at] as number) >>> shift) & mask;
    const place = starts[digit] as number;
    sorted[place] = at;
    starts[digit] = place + 1;
  }
  return sorted;
}
