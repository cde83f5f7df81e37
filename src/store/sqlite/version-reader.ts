/** Reading one version: postings and vectors are read when a question needs them, and searched in memory. */
import type { DatabaseSync } from "node:sqlite";
import type { Chunk } from "../../documents/chunk.ts";
import { PAGE_TYPES } from "../../documents/document.ts";
import {
  checkDimensions,
  type Hit,
  type Scope,
  type SearchOptions,
  type VectorName,
} from "../chunk-index.ts";
import { once } from "../../platform/once.ts";
import { inverseDocumentFrequency } from "../inverse-document-frequency.ts";
import { TopNumbers } from "../top-hits.ts";
import type { VersionContent } from "../versioned-index.ts";
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

/** The content of an open file; `close` closes it. Throws `IndexUnavailableError` where it is damaged, then and later. */
export function versionContent(
  database: DatabaseSync,
  name: string,
  manyVectors = MANY_VECTORS,
): VersionContent {
  const [version, selectTerm, selectFrequency, selectById, selectHeadings] = guarded(name, () => [
    readVersion(database),
    database.prepare("SELECT postings FROM term WHERE token = ?"),
    database.prepare("SELECT frequency FROM term WHERE token = ?"),
    database.prepare("SELECT body FROM chunk WHERE id = ?"),
    database.prepare("SELECT headings FROM chunk WHERE row = ?"),
  ]);
  const headings = new Map<number, readonly string[]>();
  const vectors = new Map<VectorName, Vectors | undefined>();
  const masks = new Map<string, Uint8Array>();

  const loadPages = once(
    () =>
      database
        .prepare("SELECT url, title, product, version FROM page ORDER BY row")
        .all() as Page[],
  );

  const loadColumns = once((): Columns => {
    const select = database.prepare("SELECT data FROM packed WHERE name = ?");
    const column = (of: string) => select.get(of)?.["data"] as Uint8Array;
    return {
      ids: column("ids"),
      pages: asUint32(column("pages")),
      positions: asUint32(column("positions")),
      types: column("types"),
    };
  });

  /** Scores by row, all 0 between two searches, and room for the rows a sparse one touches. */
  const loadSums = once(() => {
    const count = loadColumns().pages.length;
    return { scores: new Float64Array(count), touched: new Uint32Array(count) };
  });

  function loadVectors(of: VectorName): Vectors | undefined {
    if (vectors.has(of)) return vectors.get(of);
    const dimensions = readMeta(database, `${of}-dimensions`);
    let loaded: Vectors | undefined;
    if (typeof dimensions === "number") {
      const count = loadColumns().pages.length;
      const products = count < manyVectors ? undefined : DotProducts.create(count, dimensions);
      const matrix = products?.matrix ?? new Float32Array(count * dimensions);
      loaded = { matrix, products };
      const blocks = database.prepare(
        "SELECT block, data FROM vector WHERE name = ? ORDER BY block",
      );
      for (const row of blocks.iterate(of)) {
        matrix.set(
          asFloat32(row["data"] as Uint8Array),
          Number(row["block"]) * VECTOR_BLOCK * dimensions,
        );
      }
    }
    vectors.set(of, loaded);
    return loaded;
  }

  function headingsOf(row: number): readonly string[] {
    let known = headings.get(row);
    if (known === undefined) {
      known = JSON.parse(String(selectHeadings.get(row)?.["headings"])) as string[];
      if (headings.size >= MAX_HELD_HEADINGS) headings.clear();
      headings.set(row, known);
    }
    return known;
  }

  /** 1 for each page within `scope`; undefined when everything is. */
  function maskOf(scope: Scope | undefined): Uint8Array | undefined {
    if (scope?.product === undefined && scope?.version === undefined) return undefined;
    const key = JSON.stringify([scope.product, scope.version]);
    let mask = masks.get(key);
    if (mask === undefined) {
      mask = Uint8Array.from(loadPages(), (page) =>
        (scope.product === undefined || page.product === scope.product) &&
        (scope.version === undefined || page.version === scope.version)
          ? 1
          : 0,
      );
      if (masks.size >= 64) masks.clear();
      masks.set(key, mask);
    }
    return mask;
  }

  /** Rows that have the nearest vectors among them. */
  function nearestBy(
    products: DotProducts,
    question: Float64Array,
    { limit, scope }: SearchOptions,
  ): Uint32Array {
    const { pages } = loadColumns();
    const mask = maskOf(scope);
    const isWanted = mask === undefined ? undefined : (row: number) => mask[pages[row] ?? 0] !== 0;
    return likelyHighest(products.with(question), limit, products.error, isWanted);
  }

  function best(rows: Uint32Array, scores: Float64Array, options: SearchOptions): readonly Hit[] {
    const { pages, positions, types, ids } = loadColumns();
    const urls = loadPages();
    const mask = maskOf(options.scope);
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
      headingPath: headingsOf(row),
      pageType: PAGE_TYPES[types[row] ?? 0] ?? "other",
      position: positions[row] ?? 0,
    }));
  }

  return {
    version,
    close: () => database.close(),

    async searchSparse(vector, options) {
      options.signal?.throwIfAborted();
      return guarded(name, () => {
        const { scores, touched } = loadSums();
        let touchedCount = 0;
        for (const [at, token] of vector.indices.entries()) {
          const bytes = selectTerm.get(token)?.["postings"];
          if (!(bytes instanceof Uint8Array)) continue;
          const { rows, weights } = unpackPostings(bytes);
          const idf = inverseDocumentFrequency(scores.length, rows.length);
          const weight = (vector.values[at] ?? 0) * idf;
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
        const hits = best(seen, scores, options);
        for (const row of seen) scores[row] = 0;
        return hits;
      });
    },

    async searchDense(of, vector, options) {
      options.signal?.throwIfAborted();
      return guarded(name, () => {
        const held = loadVectors(of);
        const { scores } = loadSums();
        const count = scores.length;
        if (held === undefined || count === 0) return [];
        const { matrix, products } = held;
        const dimensions = matrix.length / count;
        checkDimensions(dimensions, vector);
        const length = Math.hypot(...vector);
        if (length === 0) return [];
        const question = Float64Array.from(vector, (value) => value / length);
        const rows =
          products === undefined || options.among !== undefined
            ? Uint32Array.from(scores.keys())
            : nearestBy(products, question, options);
        for (const row of rows) scores[row] = dotAt(matrix, row * dimensions, question);
        const hits = best(rows, scores, options);
        for (const row of rows) scores[row] = 0;
        return hits;
      });
    },

    read: async (ids) =>
      guarded(name, () =>
        ids.flatMap((id) => {
          const body = selectById.get(packId(id))?.["body"];
          return typeof body === "string" ? [JSON.parse(body) as Chunk] : [];
        }),
      ),

    readPage: async (url, positions) =>
      guarded(name, () => {
        const page = loadPages().findIndex((candidate) => candidate.url === url);
        const { pages, positions: places } = loadColumns();
        const select = database.prepare("SELECT body FROM chunk WHERE row = ?");
        const chunks: Chunk[] = [];
        for (let row = pages.indexOf(page); row !== -1; row = pages.indexOf(page, row + 1)) {
          if (positions !== undefined && !positions.includes(places[row] ?? -1)) continue;
          chunks.push(JSON.parse(String(select.get(row)?.["body"])) as Chunk);
        }
        return chunks.sort((a, b) => a.position - b.position);
      }),

    async *chunks(product) {
      const rows = database
        .prepare(
          "SELECT body FROM chunk JOIN page ON page.row = chunk.page WHERE ?1 IS NULL OR product = ?1 ORDER BY chunk.row",
        )
        .iterate(product ?? null);
      for (const row of rows) yield JSON.parse(String(row["body"])) as Chunk;
    },

    documentFrequencies: async (tokens) =>
      guarded(name, () =>
        Array.from(tokens, (token) => Number(selectFrequency.get(token)?.["frequency"] ?? 0)),
      ),

    corpusModel: async () =>
      guarded(name, () => {
        const bytes = readMeta(database, "corpus-model");
        return bytes instanceof Uint8Array ? bytes : undefined;
      }),
  };
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
