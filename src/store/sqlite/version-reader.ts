/** Reading one version: postings and vectors are read when a question needs them, and searched in memory. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Chunk } from "../../documents/chunk.ts";
import { PAGE_TYPES } from "../../documents/document.ts";
import {
  type Hit,
  IndexError,
  type IndexReader,
  type IndexVersion,
  type Scope,
  type SearchOptions,
  type SparseVector,
  type VectorName,
} from "../chunk-index.ts";
import { inverseDocumentFrequency } from "../inverse-document-frequency.ts";
import { TopNumbers } from "../top-hits.ts";
import { DotProducts, likelyHighest } from "./dot-products.ts";
import { unpackPostings } from "./postings.ts";
import {
  asFloat32,
  asUint32,
  guarded,
  packId,
  readMeta,
  readVersion,
  unpackId,
  VECTOR_BLOCK,
} from "./version-file.ts";

/** Heading paths kept of chunks that were hits. */
const MAX_HELD_HEADINGS = 50_000;

/** From so many on, comparing all of them exactly would be most of a search. */
const MANY_VECTORS = 10_000;

/** All vectors of one name, one after the other. */
type Vectors = {
  readonly matrix: Float32Array;
  /** Where there are many: finds those that are worth an exact look. */
  readonly products: DotProducts | undefined;
};

type Columns = {
  readonly ids: Uint8Array;
  readonly pages: Uint32Array;
  readonly positions: Uint32Array;
  readonly types: Uint8Array;
};

type Page = {
  readonly url: string;
  readonly title: string;
  readonly product: string;
  readonly version: string;
};

/** What readers of one version share: the open file and what was read of it. */
export class VersionContent {
  readonly version: IndexVersion;
  readonly #database: DatabaseSync;
  readonly #manyVectors: number;
  readonly #selectTerm: StatementSync;
  readonly #selectById: StatementSync;
  readonly #selectFrequency: StatementSync;
  readonly #selectHeadings: StatementSync;
  readonly #headings = new Map<number, readonly string[]>();
  readonly #vectors = new Map<VectorName, Vectors | undefined>();
  readonly #masks = new Map<string, Uint8Array>();
  #columns: Columns | undefined;
  #pages: readonly Page[] | undefined;
  #scores: Float64Array | undefined;
  #touched: Uint32Array | undefined;

  constructor(database: DatabaseSync, name: string, manyVectors = MANY_VECTORS) {
    this.#database = database;
    this.#manyVectors = manyVectors;
    [
      this.version,
      this.#selectTerm,
      this.#selectFrequency,
      this.#selectById,
      this.#selectHeadings,
    ] = guarded(name, () => [
      readVersion(database),
      database.prepare("SELECT postings FROM term WHERE token = ?"),
      database.prepare("SELECT frequency FROM term WHERE token = ?"),
      database.prepare("SELECT body FROM chunk WHERE id = ?"),
      database.prepare("SELECT headings FROM chunk WHERE row = ?"),
    ]);
  }

  close(): void {
    this.#database.close();
  }

  searchSparse(vector: SparseVector, options: SearchOptions): readonly Hit[] {
    return guarded(this.version.id, () => {
      const { pages } = this.#loadColumns();
      const count = pages.length;
      const scores = (this.#scores ??= new Float64Array(count));
      const touched = (this.#touched ??= new Uint32Array(count));
      let touchedCount = 0;
      for (const [at, token] of vector.indices.entries()) {
        const { rows, weights } = this.#postings(token);
        const weight = (vector.values[at] ?? 0) * inverseDocumentFrequency(count, rows.length);
        if (weight === 0) continue;
        for (let index = 0; index < rows.length; index += 1) {
          const row = rows[index] as number;
          const before = scores[row] as number;
          if (before === 0) {
            touched[touchedCount] = row;
            touchedCount += 1;
          }
          scores[row] = before + weight * (weights[index] as number);
        }
      }
      const seen = touched.subarray(0, touchedCount);
      const hits = this.#best(seen, scores, options);
      for (const row of seen) scores[row] = 0;
      return hits;
    });
  }

  searchDense(name: VectorName, vector: Float32Array, options: SearchOptions): readonly Hit[] {
    return guarded(this.version.id, () => {
      const vectors = this.#loadVectors(name);
      const { pages } = this.#loadColumns();
      if (vectors === undefined || pages.length === 0) return [];
      const { matrix, products } = vectors;
      const dimensions = matrix.length / pages.length;
      if (dimensions !== vector.length) {
        throw new IndexError("index-dimensions", "The question's vector has another length.", {
          facts: { index: String(dimensions), question: String(vector.length) },
          hint: "Build the index again with the embedding model that is configured now.",
        });
      }
      const length = Math.hypot(...vector);
      if (length === 0) return [];
      const question = Float64Array.from(vector, (value) => value / length);
      const rows =
        products === undefined || options.among !== undefined
          ? Uint32Array.from(pages.keys())
          : this.#nearestBy(products, question, options);
      const scores = (this.#scores ??= new Float64Array(pages.length));
      for (const row of rows) scores[row] = dotAt(matrix, row * dimensions, question);
      const hits = this.#best(rows, scores, options);
      for (const row of rows) scores[row] = 0;
      return hits;
    });
  }

  read(ids: readonly string[]): readonly Chunk[] {
    return guarded(this.version.id, () =>
      ids.flatMap((id) => {
        const body = this.#selectById.get(packId(id))?.["body"];
        return typeof body === "string" ? [JSON.parse(body) as Chunk] : [];
      }),
    );
  }

  readPage(url: string, positions: readonly number[] | undefined): readonly Chunk[] {
    return guarded(this.version.id, () => {
      const page = this.#loadPages().findIndex((candidate) => candidate.url === url);
      if (page === -1) return [];
      const columns = this.#loadColumns();
      const select = this.#database.prepare("SELECT body FROM chunk WHERE row = ?");
      const chunks: Chunk[] = [];
      for (
        let row = columns.pages.indexOf(page);
        row !== -1;
        row = columns.pages.indexOf(page, row + 1)
      ) {
        if (positions !== undefined && !positions.includes(columns.positions[row] ?? -1)) continue;
        chunks.push(JSON.parse(String(select.get(row)?.["body"])) as Chunk);
      }
      return chunks.sort((a, b) => a.position - b.position);
    });
  }

  *chunks(product: string | undefined): Generator<Chunk> {
    const rows = this.#database
      .prepare(
        "SELECT body FROM chunk JOIN page ON page.row = chunk.page WHERE ?1 IS NULL OR product = ?1 ORDER BY chunk.row",
      )
      .iterate(product ?? null);
    for (const row of rows) yield JSON.parse(String(row["body"])) as Chunk;
  }

  documentFrequencies(tokens: Uint32Array): readonly number[] {
    return guarded(this.version.id, () =>
      Array.from(tokens, (token) => Number(this.#selectFrequency.get(token)?.["frequency"] ?? 0)),
    );
  }

  corpusModel(): Uint8Array | undefined {
    return guarded(this.version.id, () => {
      const bytes = readMeta(this.#database, "corpus-model");
      return bytes instanceof Uint8Array ? bytes : undefined;
    });
  }

  #postings(token: number): ReturnType<typeof unpackPostings> {
    const bytes = this.#selectTerm.get(token)?.["postings"];
    return unpackPostings(bytes instanceof Uint8Array ? bytes : new Uint8Array());
  }

  /** Rows that have the nearest vectors among them. */
  #nearestBy(products: DotProducts, question: Float64Array, options: SearchOptions): Uint32Array {
    const { pages } = this.#loadColumns();
    const mask = this.#maskOf(options.scope);
    return likelyHighest(
      products.with(question),
      options.limit,
      products.error,
      mask === undefined ? undefined : (row) => mask[pages[row] as number] !== 0,
    );
  }

  #best(rows: Uint32Array, scores: Float64Array, options: SearchOptions): readonly Hit[] {
    const { pages, positions, types, ids } = this.#loadColumns();
    const urls = this.#loadPages();
    const mask = this.#maskOf(options.scope);
    const idOf = (row: number) => unpackId(ids, row);
    const top = new TopNumbers(options.limit, (a, b) => {
      const difference = (scores[a] as number) - (scores[b] as number);
      return difference === 0 ? idOf(a) < idOf(b) : difference > 0;
    });
    const among = options.among === undefined ? undefined : new Set(options.among);
    // Most rows end here, by one comparison of numbers.
    let least = Number.MIN_VALUE;
    for (const row of rows) {
      if ((scores[row] as number) < least) continue;
      if (among !== undefined && !among.has(idOf(row))) continue;
      if (mask !== undefined && mask[pages[row] as number] === 0) continue;
      top.offer(row);
      if (top.worst !== undefined) least = scores[top.worst] as number;
    }
    return top.sorted().map((row) => ({
      id: idOf(row),
      score: scores[row] as number,
      url: urls[pages[row] ?? 0]?.url ?? "",
      title: urls[pages[row] ?? 0]?.title ?? "",
      headingPath: this.#headingsOf(row),
      pageType: PAGE_TYPES[types[row] ?? 0] ?? "other",
      position: positions[row] ?? 0,
    }));
  }

  #headingsOf(row: number): readonly string[] {
    let headings = this.#headings.get(row);
    if (headings === undefined) {
      headings = JSON.parse(String(this.#selectHeadings.get(row)?.["headings"])) as string[];
      if (this.#headings.size >= MAX_HELD_HEADINGS) this.#headings.clear();
      this.#headings.set(row, headings);
    }
    return headings;
  }

  /** 1 for each page within `scope`; undefined when everything is. */
  #maskOf(scope: Scope | undefined): Uint8Array | undefined {
    if (scope?.product === undefined && scope?.version === undefined) return undefined;
    const key = JSON.stringify([scope.product, scope.version]);
    let mask = this.#masks.get(key);
    if (mask === undefined) {
      mask = Uint8Array.from(this.#loadPages(), (page) =>
        (scope.product === undefined || page.product === scope.product) &&
        (scope.version === undefined || page.version === scope.version)
          ? 1
          : 0,
      );
      if (this.#masks.size >= 64) this.#masks.clear();
      this.#masks.set(key, mask);
    }
    return mask;
  }

  #loadPages(): readonly Page[] {
    return (this.#pages ??= this.#database
      .prepare("SELECT url, title, product, version FROM page ORDER BY row")
      .all() as Page[]);
  }

  #loadColumns(): Columns {
    if (this.#columns !== undefined) return this.#columns;
    const select = this.#database.prepare("SELECT data FROM packed WHERE name = ?");
    const column = (name: string) => select.get(name)?.["data"] as Uint8Array;
    this.#columns = {
      ids: column("ids"),
      pages: asUint32(column("pages")),
      positions: asUint32(column("positions")),
      types: column("types"),
    };
    return this.#columns;
  }

  #loadVectors(name: VectorName): Vectors | undefined {
    if (this.#vectors.has(name)) return this.#vectors.get(name);
    const dimensions = readMeta(this.#database, `${name}-dimensions`);
    let vectors: Vectors | undefined;
    if (typeof dimensions === "number") {
      const count = this.#loadColumns().pages.length;
      const products =
        count < this.#manyVectors ? undefined : DotProducts.create(count, dimensions);
      const matrix = products?.matrix ?? new Float32Array(count * dimensions);
      vectors = { matrix, products };
      const blocks = this.#database.prepare(
        "SELECT block, data FROM vector WHERE name = ? ORDER BY block",
      );
      for (const row of blocks.iterate(name)) {
        matrix.set(
          asFloat32(row["data"] as Uint8Array),
          Number(row["block"]) * VECTOR_BLOCK * dimensions,
        );
      }
    }
    this.#vectors.set(name, vectors);
    return vectors;
  }
}

/** `vector` times the numbers of `matrix` from `base` on; four sums, so that none waits for the one before. */
function dotAt(matrix: Float32Array, base: number, vector: Float64Array): number {
  const whole = vector.length & ~3;
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let axis = 0; axis < whole; axis += 4) {
    const at = base + axis;
    a += (matrix[at] as number) * (vector[axis] as number);
    b += (matrix[at + 1] as number) * (vector[axis + 1] as number);
    c += (matrix[at + 2] as number) * (vector[axis + 2] as number);
    d += (matrix[at + 3] as number) * (vector[axis + 3] as number);
  }
  for (let axis = whole; axis < vector.length; axis += 1) {
    a += (matrix[base + axis] as number) * (vector[axis] as number);
  }
  return a + b + c + d;
}

/** A reader of shared content; `release` runs once, when the reader is disposed of. */
export function createReader(content: VersionContent, release: () => void): IndexReader {
  let released = false;
  return {
    version: content.version,
    async searchSparse(vector, options) {
      options.signal?.throwIfAborted();
      return content.searchSparse(vector, options);
    },
    async searchDense(name, vector, options) {
      options.signal?.throwIfAborted();
      return content.searchDense(name, vector, options);
    },
    async read(ids) {
      return content.read(ids);
    },
    async readPage(url, positions) {
      return content.readPage(url, positions);
    },
    async *chunks(product) {
      yield* content.chunks(product);
    },
    async documentFrequencies(tokens) {
      return content.documentFrequencies(tokens);
    },
    async corpusModel() {
      return content.corpusModel();
    },
    async [Symbol.asyncDispose]() {
      if (released) return;
      released = true;
      release();
    },
  };
}
