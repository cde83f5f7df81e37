/** Writes one index version beside the live one. */
import { rm } from "node:fs/promises";
import { renameSync, openSync, fsyncSync, closeSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import {
  type IndexBuilder,
  type IndexedChunk,
  IndexError,
  type IndexPlan,
  type IndexVersion,
  type VectorName,
} from "../chunk-index.ts";
import {
  asBytes,
  createVersionFile,
  FORMAT,
  type PageEntry,
  VECTORS_PER_BLOCK,
} from "./version-file.ts";

/** Postings held in memory before they are written out: 4 million take about 64 MB. */
const POSTINGS_IN_MEMORY = 4_000_000;

type Postings = { ordinals: number[]; weights: number[] };

type VectorBlock = { data: Float32Array; length: number; first: number; count: number };

export type BuilderOptions = {
  readonly id: string;
  readonly createdAt: string;
  readonly plan: IndexPlan;
  /** Where the file grows, and where it goes once it is complete. */
  readonly buildingPath: string;
  readonly finishedPath: string;
  readonly makeLive: (id: string) => Promise<void>;
};

export class SqliteIndexBuilder implements IndexBuilder {
  readonly id: string;
  readonly #options: BuilderOptions;
  readonly #database: DatabaseSync;
  #terms = new Map<number, Postings>();
  #held = 0;
  #segments = 0;
  #chunks = 0;
  readonly #pages: PageEntry[] = [];
  readonly #pageNumbers = new Map<string, number>();
  readonly #pageOfChunk: number[] = [];
  readonly #positionOfChunk: number[] = [];
  readonly #vectors = new Map<VectorName, VectorBlock>();
  #finished: IndexVersion | undefined;
  #published = false;
  #closed = false;

  constructor(options: BuilderOptions) {
    this.id = options.id;
    this.#options = options;
    this.#database = createVersionFile(options.buildingPath);
    this.#database.exec("BEGIN");
  }

  async add(chunks: readonly IndexedChunk[]): Promise<void> {
    const insert = this.#database.prepare("INSERT INTO chunk (ordinal, id, body) VALUES (?, ?, ?)");
    for (const { chunk, sparse, corpus, endpoint } of chunks) {
      const ordinal = this.#chunks;
      this.#chunks += 1;
      insert.run(ordinal, chunk.id, JSON.stringify(chunk));
      this.#pageOfChunk.push(this.#pageNumber(chunk));
      this.#positionOfChunk.push(chunk.position);
      for (let i = 0; i < sparse.indices.length; i += 1) {
        const hash = sparse.indices[i] ?? 0;
        let postings = this.#terms.get(hash);
        if (postings === undefined)
          this.#terms.set(hash, (postings = { ordinals: [], weights: [] }));
        postings.ordinals.push(ordinal);
        postings.weights.push(sparse.values[i] ?? 0);
      }
      this.#held += sparse.indices.length;
      if (corpus !== undefined) this.#addVector("corpus", ordinal, corpus);
      if (endpoint !== undefined) this.#addVector("endpoint", ordinal, endpoint);
      if (this.#held >= POSTINGS_IN_MEMORY) this.#spill();
    }
  }

  async finish(): Promise<IndexVersion> {
    if (this.#finished !== undefined) return this.#finished;
    this.#writeTerms();
    for (const name of this.#vectors.keys()) this.#flushVectors(name);
    const { corpusModel, ...plan } = this.#options.plan;
    const version: IndexVersion = {
      ...plan,
      id: this.id,
      createdAt: this.#options.createdAt,
      chunks: this.#chunks,
      pages: this.#pages.length,
    };
    const meta = this.#database.prepare("INSERT INTO meta (name, value) VALUES (?, ?)");
    const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    meta.run("format", encode(FORMAT));
    meta.run("version", encode(version));
    meta.run("pages", encode(this.#pages));
    meta.run("page-of-chunk", asBytes(Uint32Array.from(this.#pageOfChunk)));
    meta.run("position-of-chunk", asBytes(Uint32Array.from(this.#positionOfChunk)));
    if (corpusModel !== undefined) meta.run("corpus-model", corpusModel);
    this.#database.exec(
      "CREATE UNIQUE INDEX chunk_by_id ON chunk (id); DROP TABLE segment; COMMIT",
    );
    this.#close();
    const file = openSync(this.#options.buildingPath, "r+");
    fsyncSync(file);
    closeSync(file);
    renameSync(this.#options.buildingPath, this.#options.finishedPath);
    this.#finished = version;
    return version;
  }

  async publish(): Promise<IndexVersion> {
    const version = await this.finish();
    await this.#options.makeLive(version.id);
    this.#published = true;
    return version;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    if (this.#published) return;
    await rm(this.#options.buildingPath, { force: true });
    if (this.#finished !== undefined) await rm(this.#options.finishedPath, { force: true });
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#database.close();
  }

  #pageNumber(chunk: IndexedChunk["chunk"]): number {
    const { url, pageType, product, version } = chunk;
    const known = this.#pageNumbers.get(url);
    if (known !== undefined) return known;
    const number = this.#pages.length;
    this.#pages.push({ url, pageType, product, version });
    this.#pageNumbers.set(url, number);
    return number;
  }

  #addVector(name: VectorName, ordinal: number, vector: Float32Array): void {
    let block = this.#vectors.get(name);
    if (block !== undefined && ordinal >= block.first + VECTORS_PER_BLOCK) {
      this.#flushVectors(name);
      block = undefined;
    }
    if (block === undefined) {
      const first = ordinal - (ordinal % VECTORS_PER_BLOCK);
      block = {
        data: new Float32Array(VECTORS_PER_BLOCK * vector.length),
        length: vector.length,
        first,
        count: 0,
      };
      this.#vectors.set(name, block);
    }
    if (vector.length !== block.length) {
      throw new IndexError("vector-length", "A vector has another length than those before it.", {
        facts: { expected: String(block.length), received: String(vector.length) },
      });
    }
    block.data.set(vector, (ordinal - block.first) * block.length);
    block.count = Math.max(block.count, ordinal - block.first + 1);
  }

  #flushVectors(name: VectorName): void {
    const block = this.#vectors.get(name);
    if (block === undefined || block.count === 0) return;
    this.#database
      .prepare("INSERT INTO vectors (name, first, data) VALUES (?, ?, ?)")
      .run(name, block.first, asBytes(block.data.subarray(0, block.count * block.length)));
    block.count = 0;
  }

  /** Writes the postings gathered so far as one segment a term. */
  #spill(): void {
    const insert = this.#database.prepare(
      "INSERT INTO segment (hash, number, postings) VALUES (?, ?, ?)",
    );
    for (const [hash, postings] of this.#terms) insert.run(hash, this.#segments, pack(postings));
    this.#terms = new Map();
    this.#held = 0;
    this.#segments += 1;
  }

  #writeTerms(): void {
    const insert = this.#database.prepare("INSERT INTO term (hash, df, postings) VALUES (?, ?, ?)");
    if (this.#segments === 0) {
      for (const hash of [...this.#terms.keys()].sort((a, b) => a - b)) {
        const postings = this.#terms.get(hash);
        if (postings !== undefined) insert.run(hash, postings.ordinals.length, pack(postings));
      }
    } else {
      this.#spill();
      this.#database.exec("CREATE INDEX segment_by_hash ON segment (hash, number)");
      const rows = this.#database
        .prepare("SELECT hash, postings FROM segment ORDER BY hash, number")
        .iterate() as Iterable<{ hash: number; postings: Uint8Array }>;
      let hash: number | undefined;
      let parts: Uint8Array[] = [];
      const write = () => {
        if (hash === undefined) return;
        const postings = Buffer.concat(parts);
        insert.run(hash, postings.length / 8, postings);
      };
      for (const row of rows) {
        if (row.hash !== hash) {
          write();
          hash = row.hash;
          parts = [];
        }
        parts.push(row.postings);
      }
      write();
    }
    this.#terms = new Map();
  }
}

function pack({ ordinals, weights }: Postings): Uint8Array {
  const bytes = new ArrayBuffer(ordinals.length * 8);
  const whole = new Uint32Array(bytes);
  const real = new Float32Array(bytes);
  for (let i = 0; i < ordinals.length; i += 1) {
    whole[2 * i] = ordinals[i] ?? 0;
    real[2 * i + 1] = weights[i] ?? 0;
  }
  return new Uint8Array(bytes);
}
