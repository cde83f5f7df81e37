/** Searches one index version. Calls are synchronous inside: an index version is a file on this machine. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Chunk, ChunkId } from "../../documents/chunk.ts";
import type { PageType } from "../../documents/document.ts";
import {
  type Hit,
  IndexError,
  type IndexReader,
  IndexUnavailableError,
  type IndexVersion,
  type Scope,
  type SearchOptions,
  type SparseVector,
  type VectorName,
} from "../chunk-index.ts";
import { asFloat32, asUint32, FORMAT, openVersionFile, type PageEntry } from "./version-file.ts";

/** What is read whole when a version is opened, shared by all readers of it. */
export class SqliteVersion {
  readonly version: IndexVersion;
  readonly #database: DatabaseSync;
  readonly #pages: readonly PageEntry[];
  readonly #pageOfChunk: Uint32Array;
  readonly #positionOfChunk: Uint32Array;
  readonly #term: StatementSync;
  readonly #frequency: StatementSync;
  readonly #body: StatementSync;
  readonly #ordinal: StatementSync;
  readonly #idOf: StatementSync;
  readonly #vectors = new Map<VectorName, { data: Float32Array; dimensions: number }>();
  #scores: Float64Array;

  /** Throws `IndexUnavailableError` when the file is damaged, or was made by another pipeline. */
  constructor(path: string, pipeline: string | undefined) {
    const { database, meta } = openMeta(path);
    this.#database = database;
    const json = (name: string): unknown => JSON.parse(new TextDecoder().decode(meta(name)));
    try {
      const format = json("format");
      // Written by our own builder and checked by format and pipeline.
      this.version = json("version") as IndexVersion;
      if (format !== FORMAT || (pipeline !== undefined && this.version.pipeline !== pipeline)) {
        throw new IndexUnavailableError(
          "other-pipeline",
          "The index was made by another version of ask-marvin.",
          {
            facts: {
              found: `${String(format)}, ${this.version.pipeline}`,
              needed: `${FORMAT}, ${pipeline ?? "any"}`,
            },
            hint: "Run `npm run ingest` to build it anew; nothing has to be fetched again.",
          },
        );
      }
      this.#pages = json("pages") as PageEntry[];
      this.#pageOfChunk = asUint32(meta("page-of-chunk"));
      this.#positionOfChunk = asUint32(meta("position-of-chunk"));
      this.#term = database.prepare("SELECT postings FROM term WHERE hash = ?");
      this.#frequency = database.prepare("SELECT df FROM term WHERE hash = ?");
      this.#body = database.prepare("SELECT body FROM chunk WHERE ordinal = ?");
      this.#ordinal = database.prepare("SELECT ordinal FROM chunk WHERE id = ?");
      this.#idOf = database.prepare("SELECT id FROM chunk WHERE ordinal = ?");
    } catch (error) {
      database.close();
      throw damaged(path, error);
    }
    this.#scores = new Float64Array(this.#pageOfChunk.length);
  }

  close(): void {
    this.#database.close();
  }

  searchSparse(vector: SparseVector, options: SearchOptions): Hit[] {
    const scores = this.#scores.fill(0);
    const chunks = scores.length;
    for (let i = 0; i < vector.indices.length; i += 1) {
      const row = this.#run(() => this.#term.get(vector.indices[i] ?? 0));
      if (row === undefined) continue;
      const blob = row["postings"] as Uint8Array;
      const ordinals = asUint32(blob);
      const weights = new Float32Array(ordinals.buffer, ordinals.byteOffset, ordinals.length);
      const df = ordinals.length / 2;
      const idf = Math.log(1 + (chunks - df + 0.5) / (df + 0.5));
      const weight = (vector.values[i] ?? 0) * idf;
      for (let p = 0; p < ordinals.length; p += 2) {
        const ordinal = ordinals[p] ?? 0;
        scores[ordinal] = (scores[ordinal] ?? 0) + weight * (weights[p + 1] ?? 0);
      }
    }
    return this.#best(scores, options, 0);
  }

  searchDense(name: VectorName, vector: Float32Array, options: SearchOptions): Hit[] {
    const { data, dimensions } = this.#dense(name);
    if (dimensions === 0) return [];
    if (dimensions !== vector.length) {
      throw new IndexError(
        "vector-length",
        `The ${name} vectors of the index have another length.`,
        {
          facts: { index: String(dimensions), question: String(vector.length) },
          hint: "Run `npm run ingest` to embed the pages with the model that is configured now.",
        },
      );
    }
    const scores = this.#scores;
    for (let ordinal = 0; ordinal < scores.length; ordinal += 1) {
      const start = ordinal * dimensions;
      let sum = 0;
      for (let i = 0; i < dimensions; i += 1) sum += (data[start + i] ?? 0) * (vector[i] ?? 0);
      scores[ordinal] = sum;
    }
    return this.#best(scores, options, -Infinity);
  }

  read(ids: readonly ChunkId[]): Chunk[] {
    return ids.flatMap((id) => {
      const ordinal = this.#run(() => this.#ordinal.get(id))?.["ordinal"];
      return ordinal === undefined ? [] : this.#readOrdinal(Number(ordinal));
    });
  }

  readPage(url: string, positions: readonly number[] | undefined): Chunk[] {
    const page = this.#pages.findIndex((entry) => entry.url === url);
    if (page < 0) return [];
    const found: number[] = [];
    for (let ordinal = 0; ordinal < this.#pageOfChunk.length; ordinal += 1) {
      if (this.#pageOfChunk[ordinal] !== page) continue;
      if (positions === undefined || positions.includes(this.#positionOfChunk[ordinal] ?? -1))
        found.push(ordinal);
    }
    found.sort((a, b) => (this.#positionOfChunk[a] ?? 0) - (this.#positionOfChunk[b] ?? 0));
    return found.flatMap((ordinal) => this.#readOrdinal(ordinal));
  }

  documentFrequencies(tokens: Uint32Array): number[] {
    return Array.from(tokens, (hash) =>
      Number(this.#run(() => this.#frequency.get(hash))?.["df"] ?? 0),
    );
  }

  corpusModel(): Uint8Array | undefined {
    const row = this.#run(() =>
      this.#database.prepare("SELECT value FROM meta WHERE name = 'corpus-model'").get(),
    );
    return row?.["value"] as Uint8Array | undefined;
  }

  #readOrdinal(ordinal: number): Chunk[] {
    const row = this.#run(() => this.#body.get(ordinal));
    return row === undefined ? [] : [JSON.parse(String(row["body"])) as Chunk];
  }

  #run<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw damaged(this.version.id, error);
    }
  }

  #dense(name: VectorName): { data: Float32Array; dimensions: number } {
    const known = this.#vectors.get(name);
    if (known !== undefined) return known;
    const rows = this.#run(() =>
      this.#database
        .prepare("SELECT first, data FROM vectors WHERE name = ? ORDER BY first")
        .all(name),
    );
    const chunks = this.#scores.length;
    // All chunks of a version have a vector of a name or none has, so the first block tells the length.
    const dimensions =
      name === "corpus"
        ? (this.version.corpusRank ?? 0)
        : (this.version.embedding?.dimensions ?? 0);
    const data = new Float32Array(dimensions === 0 ? 0 : chunks * dimensions);
    if (dimensions > 0) {
      for (const row of rows)
        data.set(asFloat32(row["data"] as Uint8Array), Number(row["first"]) * dimensions);
    }
    const loaded = { data, dimensions };
    this.#vectors.set(name, loaded);
    return loaded;
  }

  /** The `limit` best ordinals above `floor` inside the scope, by score, ties by id. */
  #best(scores: Float64Array, { limit, scope }: SearchOptions, floor: number): Hit[] {
    const inScope =
      scope === undefined ? undefined : this.#pages.map((page) => matches(page, scope));
    // A heap would do; for the sizes here one pass that keeps a sorted short list is as fast and simpler.
    const kept: number[] = [];
    let worst = floor;
    for (let ordinal = 0; ordinal < scores.length; ordinal += 1) {
      const score = scores[ordinal] ?? 0;
      if (score <= floor || (kept.length >= limit * 2 && score < worst)) continue;
      if (inScope !== undefined && inScope[this.#pageOfChunk[ordinal] ?? 0] !== true) continue;
      kept.push(ordinal);
      if (kept.length >= limit * 4) {
        kept.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
        kept.length = limit * 2;
        worst = scores[kept.at(-1) ?? 0] ?? floor;
      }
    }
    const hits = kept
      .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
      .slice(0, limit * 2)
      .map((ordinal) => this.#hit(ordinal, scores[ordinal] ?? 0));
    return hits.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, limit);
  }

  #hit(ordinal: number, score: number): Hit {
    const page = this.#pages[this.#pageOfChunk[ordinal] ?? 0];
    const id = String(this.#run(() => this.#idOf.get(ordinal))?.["id"]);
    return {
      id,
      score,
      url: page?.url ?? "",
      // Written from a Chunk's own page type.
      pageType: (page?.pageType ?? "other") as PageType,
      position: this.#positionOfChunk[ordinal] ?? 0,
    };
  }
}

function matches(page: PageEntry, scope: Scope): boolean {
  return (
    (scope.product === undefined || scope.product === page.product) &&
    (scope.version === undefined || page.version === "" || scope.version === page.version)
  );
}

function openMeta(path: string): { database: DatabaseSync; meta: (name: string) => Uint8Array } {
  let database: DatabaseSync;
  try {
    database = openVersionFile(path);
  } catch (error) {
    throw damaged(path, error);
  }
  const meta = (name: string): Uint8Array => {
    const row = database.prepare("SELECT value FROM meta WHERE name = ?").get(name);
    if (row === undefined) throw new Error(`"${name}" is missing`);
    return row["value"] as Uint8Array;
  };
  return { database, meta };
}

function damaged(path: string, cause: unknown): IndexUnavailableError {
  if (cause instanceof IndexUnavailableError) return cause;
  return new IndexUnavailableError("index-damaged", "The index file cannot be read.", {
    facts: { file: path, reason: cause instanceof Error ? cause.message : String(cause) },
    hint: "Run `npm run ingest -- rollback` for the version before it, or `npm run ingest` to build it anew.",
    cause,
  });
}

/** The asynchronous face of a version, and one use of it. */
export class SqliteIndexReader implements IndexReader {
  readonly #version: SqliteVersion;
  readonly #release: () => void;
  #released = false;

  constructor(version: SqliteVersion, release: () => void) {
    this.#version = version;
    this.#release = release;
  }

  get version(): IndexVersion {
    return this.#version.version;
  }

  async searchSparse(vector: SparseVector, options: SearchOptions): Promise<readonly Hit[]> {
    return this.#version.searchSparse(vector, options);
  }

  async searchDense(
    name: VectorName,
    vector: Float32Array,
    options: SearchOptions,
  ): Promise<readonly Hit[]> {
    return this.#version.searchDense(name, vector, options);
  }

  async read(ids: readonly ChunkId[]): Promise<readonly Chunk[]> {
    return this.#version.read(ids);
  }

  async readPage(url: string, positions?: readonly number[]): Promise<readonly Chunk[]> {
    return this.#version.readPage(url, positions);
  }

  async documentFrequencies(tokens: Uint32Array): Promise<readonly number[]> {
    return this.#version.documentFrequencies(tokens);
  }

  async corpusModel(): Promise<Uint8Array | undefined> {
    return this.#version.corpusModel();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    this.#release();
  }
}
