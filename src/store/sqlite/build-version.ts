/** Writing the file of one version: rows as they come, postings collected and merged at the end. */
import { DatabaseSync } from "node:sqlite";
import {
  type IndexedChunk,
  IndexError,
  type IndexPlan,
  type IndexVersion,
  type VectorName,
} from "../chunk-index.ts";
import {
  asBytes,
  asUint32,
  FILE_FORMAT,
  packId,
  SCHEMA,
  TYPE_NUMBER,
  VECTOR_BLOCK,
} from "./version-file.ts";

/** Postings held in memory before they go to a temporary table: about 20 MB. */
const MAX_HELD_POSTINGS = 500_000;

type Postings = { readonly rows: number[]; readonly weights: number[] };

type VectorBlock = { readonly length: number; data: Float32Array; block: number; used: boolean };

export class VersionWriter {
  readonly database: DatabaseSync;
  readonly #maxHeldPostings: number;
  readonly #pages = new Map<string, number>();
  readonly #ids: Uint8Array[] = [];
  readonly #pageOf: number[] = [];
  readonly #positions: number[] = [];
  readonly #types: number[] = [];
  readonly #vectors = new Map<VectorName, VectorBlock>();
  #postings = new Map<number, Postings>();
  #held = 0;
  #spilled = 0;

  /** `path` is a new file, or ":memory:". */
  constructor(path: string, maxHeldPostings = MAX_HELD_POSTINGS) {
    this.#maxHeldPostings = maxHeldPostings;
    this.database = new DatabaseSync(path);
    // Nothing reads the file before it is finished, and an unfinished one is thrown away.
    this.database.exec(
      "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE",
    );
    this.database.exec(SCHEMA);
    this.database.exec("BEGIN");
  }

  add(chunks: readonly IndexedChunk[]): void {
    const insert = this.database.prepare(
      "INSERT OR IGNORE INTO chunk (row, id, page, headings, body) VALUES (?, ?, ?, ?, ?)",
    );
    for (const indexed of chunks) {
      const { chunk, sparse } = indexed;
      const row = this.#ids.length;
      const id = packId(chunk.id);
      if (id.length !== 16) {
        throw new IndexError("index-chunk-id", "A chunk's id is not a UUID.", {
          facts: { id: chunk.id },
        });
      }
      const page = this.#pageNumber(indexed);
      // The same chunk given twice counts once.
      const headings = JSON.stringify(chunk.headingPath);
      if (insert.run(row, id, page, headings, JSON.stringify(chunk)).changes === 0) continue;
      this.#ids.push(id);
      this.#pageOf.push(page);
      this.#positions.push(chunk.position);
      this.#types.push(TYPE_NUMBER.get(chunk.pageType) ?? 0);
      for (const [at, token] of sparse.indices.entries()) {
        let postings = this.#postings.get(token);
        if (postings === undefined)
          this.#postings.set(token, (postings = { rows: [], weights: [] }));
        postings.rows.push(row);
        postings.weights.push(sparse.values[at] ?? 0);
      }
      this.#held += sparse.indices.length;
      if (indexed.corpus !== undefined) this.#addVector("corpus", row, indexed.corpus);
      if (indexed.endpoint !== undefined) this.#addVector("endpoint", row, indexed.endpoint);
    }
    if (this.#held > this.#maxHeldPostings) this.#spill();
  }

  /** Completes the content; the database stays open. Throws `IndexError` when the file does not check out. */
  finish(plan: IndexPlan, id: string, createdAt: string): IndexVersion {
    const { corpusModel, ...described } = plan;
    const [pages, chunks] = [this.#pages.size, this.#ids.length];
    const version = { ...described, pages, chunks, id, createdAt };
    this.#writePostings();
    this.#writeColumns();
    for (const [name, vectors] of this.#vectors) this.#writeBlock(name, vectors);
    const meta = this.database.prepare("INSERT INTO meta (name, value) VALUES (?, ?)");
    meta.run("format", FILE_FORMAT);
    meta.run("version", JSON.stringify(version));
    for (const [name, { length }] of this.#vectors) meta.run(`${name}-dimensions`, length);
    if (corpusModel !== undefined) meta.run("corpus-model", corpusModel);
    this.database.exec("COMMIT");
    const check = this.database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
    if (check !== "ok") {
      throw new IndexError("index-build", "The new index file is damaged.", {
        facts: { reason: String(check) },
        hint: "Check the disk and build it again.",
      });
    }
    return version;
  }

  #pageNumber({ chunk }: IndexedChunk): number {
    let page = this.#pages.get(chunk.url);
    if (page === undefined) {
      page = this.#pages.size;
      this.#pages.set(chunk.url, page);
      this.database
        .prepare("INSERT INTO page (row, url, title, product, version) VALUES (?, ?, ?, ?, ?)")
        .run(page, chunk.url, chunk.title, chunk.product, chunk.version);
    }
    return page;
  }

  #addVector(name: VectorName, row: number, vector: Float32Array): void {
    let vectors = this.#vectors.get(name);
    if (vectors === undefined) {
      vectors = { length: vector.length, data: newBlock(vector.length), block: 0, used: false };
      this.#vectors.set(name, vectors);
    }
    if (vector.length !== vectors.length) {
      throw new IndexError("index-dimensions", "A vector has another length than the first one.", {
        facts: { expected: String(vectors.length), found: String(vector.length) },
      });
    }
    const block = Math.floor(row / VECTOR_BLOCK);
    if (block !== vectors.block) {
      this.#writeBlock(name, vectors);
      vectors.data = newBlock(vector.length);
      vectors.block = block;
    }
    const length = Math.hypot(...vector);
    const base = (row % VECTOR_BLOCK) * vector.length;
    for (const [axis, value] of vector.entries()) {
      vectors.data[base + axis] = length === 0 ? 0 : value / length;
    }
    vectors.used = true;
  }

  #writeBlock(name: VectorName, vectors: VectorBlock): void {
    const rows = Math.min(VECTOR_BLOCK, this.#ids.length - vectors.block * VECTOR_BLOCK);
    const used = vectors.data.subarray(0, Math.max(0, rows) * vectors.length);
    this.database
      .prepare("INSERT INTO vector (name, block, data) VALUES (?, ?, ?)")
      .run(name, vectors.block, asBytes(used));
  }

  #spill(): void {
    this.database.exec(
      "CREATE TEMP TABLE IF NOT EXISTS spill (token INTEGER, part INTEGER, postings BLOB, PRIMARY KEY (token, part)) WITHOUT ROWID",
    );
    const insert = this.database.prepare(
      "INSERT INTO spill (token, part, postings) VALUES (?, ?, ?)",
    );
    for (const token of sortedKeys(this.#postings)) {
      const postings = this.#postings.get(token);
      if (postings !== undefined) insert.run(token, this.#spilled, pack([postings]).bytes);
    }
    this.#postings = new Map();
    this.#held = 0;
    this.#spilled += 1;
  }

  #writePostings(): void {
    const insert = this.database.prepare(
      "INSERT INTO term (token, frequency, postings) VALUES (?, ?, ?)",
    );
    const write = (token: number, parts: readonly PostingPart[]) => {
      const { bytes, count } = pack(parts);
      insert.run(token, count, bytes);
    };
    if (this.#spilled === 0) {
      for (const token of sortedKeys(this.#postings)) {
        const postings = this.#postings.get(token);
        if (postings !== undefined) write(token, [postings]);
      }
      this.#postings = new Map();
      return;
    }
    this.#spill();
    let token: number | undefined;
    let parts: { readonly rows: Uint32Array; readonly weights: Float32Array }[] = [];
    const flush = () => {
      if (token !== undefined) write(token, parts);
      parts = [];
    };
    const rows = this.database.prepare("SELECT token, postings FROM spill ORDER BY token, part");
    for (const row of rows.iterate()) {
      if (row["token"] !== token) {
        flush();
        token = Number(row["token"]);
      }
      parts.push(unpackPostings(row["postings"] as Uint8Array));
    }
    flush();
    this.database.exec("DROP TABLE spill");
  }

  #writeColumns(): void {
    const insert = this.database.prepare("INSERT INTO packed (name, data) VALUES (?, ?)");
    insert.run("ids", Buffer.concat(this.#ids));
    insert.run("pages", asBytes(Uint32Array.from(this.#pageOf)));
    insert.run("positions", asBytes(Uint32Array.from(this.#positions)));
    insert.run("types", Uint8Array.from(this.#types));
  }
}

function newBlock(length: number): Float32Array {
  return new Float32Array(VECTOR_BLOCK * length);
}

function sortedKeys(map: ReadonlyMap<number, unknown>): Uint32Array {
  return Uint32Array.from(map.keys()).sort();
}

type PostingPart = { readonly rows: ArrayLike<number>; readonly weights: ArrayLike<number> };

function pack(parts: readonly PostingPart[]): {
  readonly bytes: Uint8Array;
  readonly count: number;
} {
  const total = parts.reduce((sum, part) => sum + part.rows.length, 0);
  const rows = new Uint32Array(total);
  const weights = new Float32Array(total);
  let at = 0;
  for (const part of parts) {
    rows.set(part.rows, at);
    weights.set(part.weights, at);
    at += part.rows.length;
  }
  return { bytes: Buffer.concat([asBytes(rows), asBytes(weights)]), count: total };
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
