/** Reading the collection of one version. */
import type { QdrantClient } from "@qdrant/js-client-rest";
import type { Chunk } from "../../documents/chunk.ts";
import { PAGE_TYPES } from "../../documents/document.ts";
import {
  type Hit,
  IndexError,
  type IndexReader,
  type IndexVersion,
  type Scope,
  type SearchOptions,
} from "../chunk-index.ts";
import { inverseDocumentFrequency } from "../inverse-document-frequency.ts";
import { MAX_QUERY_LIMIT } from "./build-collection.ts";
import type { QdrantConnection } from "./connection.ts";
import type { VersionRecords } from "./version-records.ts";

/** Up to here dense search compares with every chunk, so that it is exact. */
const EXACT_UP_TO = 20_000;
const PAGE = 256;
/** Queries of one request. */
const BATCH = 16;
const SHOWN = ["url", "title", "headings", "type", "position"];
/**
 * A version never changes, so what was read of it is kept: chunks (some 3 KB each), and of many more what a hit shows
 * (some 300 bytes). What fits is read ahead, so that a question of a small version is one request and not three.
 */
const MOST_CHUNKS = 5000;
const MOST_SHOWN = 50_000;

type Frequencies = { readonly tokens: Uint32Array; readonly counts: Uint32Array };

type Condition =
  | { key: string; match: { value: string } }
  | { key: string; range: { gte: number; lt: number } }
  | { has_id: string[] };
type Search = Parameters<QdrantClient["queryBatch"]>[1]["searches"][number];
/** Where the next page of a scroll begins; undefined after the last. */
type Offset = string | number | undefined;
type Shown = Omit<Hit, "id" | "score">;
type Waiting = {
  readonly search: Search;
  readonly resolve: (hits: readonly Hit[]) => void;
  readonly reject: (error: unknown) => void;
};

/** What readers of one version share. */
export class CollectionContent {
  readonly version: IndexVersion;
  readonly #connection: QdrantConnection;
  readonly #records: VersionRecords;
  readonly #collection: string;
  #frequencies: Promise<Frequencies> | undefined;
  readonly #waiting: Waiting[] = [];
  readonly #chunks = new Map<string, Chunk>();
  readonly #shown = new Map<string, Shown>();
  #readingAhead = false;

  constructor(
    connection: QdrantConnection,
    records: VersionRecords,
    collection: string,
    version: IndexVersion,
  ) {
    this.version = version;
    this.#connection = connection;
    this.#records = records;
    this.#collection = collection;
  }

  /** Chunks in the order of `ids`; unknown ids are left out. */
  async retrieve(ids: readonly string[]): Promise<readonly Chunk[]> {
    const found = new Map(ids.map((id) => [id, this.#chunks.get(id)]));
    const missing = [...found].flatMap(([id, chunk]) => (chunk === undefined ? [id] : []));
    if (missing.length > 0) {
      const points = await this.#connection.call((client) =>
        client.retrieve(this.#collection, { ids: missing, with_payload: ["body"] }),
      );
      for (const { id, payload } of points) {
        for (const chunk of chunkOf(payload)) {
          found.set(String(id), chunk);
          keep(this.#chunks, String(id), chunk, MOST_CHUNKS);
        }
      }
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  corpusModel(): Promise<Uint8Array | undefined> {
    return this.#records.read(this.version.id, "corpus-model");
  }

  async documentFrequencies(wanted: Uint32Array): Promise<readonly number[]> {
    this.#frequencies ??= this.#readFrequencies();
    let known: Frequencies;
    try {
      known = await this.#frequencies;
    } catch (error) {
      this.#frequencies = undefined;
      throw error;
    }
    return Array.from(wanted, (token) => {
      const at = placeOf(known.tokens, token);
      return at === -1 ? 0 : (known.counts[at] ?? 0);
    });
  }

  async #readFrequencies(): Promise<Frequencies> {
    const [tokens, counts] = await Promise.all([
      this.#records.read(this.version.id, "tokens"),
      this.#records.read(this.version.id, "frequencies"),
    ]);
    return { tokens: asUint32(tokens), counts: asUint32(counts) };
  }

  /**
   * The best hits, best first. More than the server gives at once are asked for in ranges of rows, or of the ids they
   * are to be among, which is exact whatever the order of equal scores.
   */
  async search(
    query: number[] | { indices: number[]; values: number[] },
    using: string,
    options: SearchOptions,
  ): Promise<readonly Hit[]> {
    const { chunks } = this.version;
    const inScope = conditionsOf(options.scope);
    const pages = await Promise.all(
      pagesOf(Math.min(options.limit, chunks), chunks, options.among).map(
        ({ limit, condition }) => {
          const must = [...inScope, ...condition];
          return this.#query({
            query,
            using,
            limit,
            with_payload: false,
            ...(must.length === 0 ? {} : { filter: { must } }),
            ...(using !== "text" && chunks <= EXACT_UP_TO ? { params: { exact: true } } : {}),
          });
        },
      ),
    );
    options.signal?.throwIfAborted();
    return pages
      .flat()
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
      .slice(0, options.limit);
  }

  /** One query of the next request: those that are asked for in one turn of the event loop go together. */
  #query(search: Search): Promise<readonly Hit[]> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#send());
      this.#waiting.push({ search, resolve, reject });
    });
  }

  async #send(): Promise<void> {
    const waiting = this.#waiting.splice(0);
    const batches = Array.from({ length: Math.ceil(waiting.length / BATCH) }, (_, at) =>
      waiting.slice(at * BATCH, (at + 1) * BATCH),
    );
    await Promise.all(
      batches.map(async (batch) => {
        try {
          const results = await this.#connection.call((client) =>
            client.queryBatch(this.#collection, { searches: batch.map(({ search }) => search) }),
          );
          const lists = results.map(({ points }) =>
            points.map(({ id, score }) => ({ id: String(id), score })),
          );
          const shown = await this.#shownOf(new Set(lists.flat().map(({ id }) => id)));
          for (const [at, { resolve }] of batch.entries())
            resolve(
              (lists[at] ?? []).flatMap(({ id, score }) => {
                const rest = shown.get(id);
                return rest === undefined ? [] : [{ id, score, ...rest }];
              }),
            );
          // The first question does not wait for it. What fails is read when it is needed.
          if (!this.#readingAhead) void this.#readAhead().catch(() => {});
        } catch (error) {
          for (const { reject } of batch) reject(error);
        }
      }),
    );
  }

  /** What the hits show; only what was not seen before is asked for. */
  async #shownOf(ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Shown>> {
    const found = new Map<string, Shown>();
    const missing: string[] = [];
    for (const id of ids) {
      const known = this.#shown.get(id);
      if (known === undefined) missing.push(id);
      else found.set(id, known);
    }
    for (let start = 0; start < missing.length; start += MAX_QUERY_LIMIT) {
      const part = missing.slice(start, start + MAX_QUERY_LIMIT);
      const points = await this.#connection.call((client) =>
        client.retrieve(this.#collection, { ids: part, with_payload: SHOWN }),
      );
      for (const { id, payload } of points) {
        const shown = shownOf(payload ?? {});
        found.set(String(id), shown);
        keep(this.#shown, String(id), shown, MOST_SHOWN);
      }
    }
    return found;
  }

  async #readAhead(): Promise<void> {
    this.#readingAhead = true;
    const { chunks } = this.version;
    if (chunks > MOST_SHOWN) return;
    const whole = chunks <= MOST_CHUNKS;
    let offset: Offset;
    do {
      const from = offset === undefined ? {} : { offset };
      const page = await this.#connection.call((client) =>
        client.scroll(this.#collection, {
          limit: whole ? PAGE : MAX_QUERY_LIMIT,
          with_payload: whole ? [...SHOWN, "body"] : SHOWN,
          ...from,
        }),
      );
      for (const { id, payload } of page.points) {
        keep(this.#shown, String(id), shownOf(payload ?? {}), MOST_SHOWN);
        for (const chunk of chunkOf(payload)) keep(this.#chunks, String(id), chunk, MOST_CHUNKS);
      }
      offset = nextOf(page.next_page_offset);
    } while (offset !== undefined);
  }

  async scroll(
    must: (
      | { key: string; match: { value: string } | { any: number[] } }
      | {
          key: string;
          range: { gte: number; lt: number };
        }
    )[],
    byRow = false,
  ): Promise<Chunk[]> {
    const found: { readonly row: number; readonly chunk: Chunk }[] = [];
    let offset: Offset;
    do {
      const from = offset === undefined ? {} : { offset };
      const page = await this.#connection.call((client) =>
        client.scroll(this.#collection, {
          filter: { must },
          limit: PAGE,
          with_payload: ["body", "row"],
          ...from,
        }),
      );
      for (const { payload } of page.points) {
        for (const chunk of chunkOf(payload)) found.push({ row: Number(payload?.["row"]), chunk });
      }
      offset = nextOf(page.next_page_offset);
    } while (offset !== undefined);
    if (byRow) found.sort((a, b) => a.row - b.row);
    return found.map(({ chunk }) => chunk);
  }
}

/** A reader of shared content; `release` runs once, when the reader is disposed of. */
export function createCollectionReader(
  content: CollectionContent,
  release: () => void,
): IndexReader {
  const { chunks } = content.version;
  let released = false;
  return {
    version: content.version,
    async searchSparse(vector, options) {
      options.signal?.throwIfAborted();
      const frequencies = await content.documentFrequencies(vector.indices);
      const query = { indices: [] as number[], values: [] as number[] };
      for (const [at, token] of vector.indices.entries()) {
        const frequency = frequencies[at] ?? 0;
        const weight = (vector.values[at] ?? 0) * inverseDocumentFrequency(chunks, frequency);
        if (frequency === 0 || weight === 0) continue;
        query.indices.push(token);
        query.values.push(weight);
      }
      if (query.indices.length === 0) return [];
      return await content.search(query, "text", options);
    },
    async searchDense(name, vector, options) {
      options.signal?.throwIfAborted();
      const length =
        name === "corpus" ? content.version.corpusRank : content.version.embedding?.dimensions;
      if (length === undefined) return [];
      if (length !== vector.length) {
        throw new IndexError("index-dimensions", "The question's vector has another length.", {
          facts: { index: String(length), question: String(vector.length) },
          hint: "Build the index again with the embedding model that is configured now.",
        });
      }
      if (vector.every((value) => value === 0)) return [];
      return await content.search([...vector], name, options);
    },
    async read(ids) {
      if (ids.length === 0) return [];
      return await content.retrieve(ids);
    },
    async readPage(url, positions) {
      const found = await content.scroll([
        { key: "url", match: { value: url } },
        ...(positions === undefined ? [] : [{ key: "position", match: { any: [...positions] } }]),
      ]);
      return found.sort((a, b) => a.position - b.position);
    },
    async *chunks(product) {
      for (let row = 0; row < chunks; row += PAGE) {
        const part = await content.scroll(
          [{ key: "row", range: { gte: row, lt: row + PAGE } }],
          true,
        );
        yield* part.filter((chunk) => product === undefined || chunk.product === product);
      }
    },
    documentFrequencies: (tokens) => content.documentFrequencies(tokens),
    corpusModel: () => content.corpusModel(),
    async [Symbol.asyncDispose]() {
      if (released) return;
      released = true;
      release();
    },
  };
}

/** What to ask for, so that no query wants more than the server gives. */
function pagesOf(
  limit: number,
  chunks: number,
  among: readonly string[] | undefined,
): readonly { readonly limit: number; readonly condition: readonly Condition[] }[] {
  const page = MAX_QUERY_LIMIT;
  if (among !== undefined) {
    const size = limit <= page ? Math.max(1, among.length) : page;
    return Array.from({ length: Math.max(1, Math.ceil(among.length / size)) }, (_, at) => ({
      limit: Math.min(limit, page),
      condition: [{ has_id: among.slice(at * size, (at + 1) * size) }],
    }));
  }
  if (limit <= page) return [{ limit, condition: [] }];
  return Array.from({ length: Math.ceil(chunks / page) }, (_, at) => ({
    limit: page,
    condition: [{ key: "row", range: { gte: at * page, lt: (at + 1) * page } }],
  }));
}

function conditionsOf(scope: Scope | undefined): Condition[] {
  return (["product", "version"] as const).flatMap((key) => {
    const value = scope?.[key];
    return value === undefined ? [] : [{ key, match: { value } }];
  });
}

type Payload = Readonly<Record<string, unknown>> | null | undefined;

function chunkOf(payload: Payload): readonly Chunk[] {
  const body = payload?.["body"];
  return typeof body === "string" ? [JSON.parse(body) as Chunk] : [];
}

function shownOf(payload: Readonly<Record<string, unknown>>): Shown {
  const headings = payload["headings"];
  return {
    url: String(payload["url"]),
    title: String(payload["title"]),
    headingPath: Array.isArray(headings) ? headings.map(String) : [],
    pageType: PAGE_TYPES.find((type) => type === payload["type"]) ?? "other",
    position: Number(payload["position"]),
  };
}

function nextOf(offset: unknown): Offset {
  return typeof offset === "string" || typeof offset === "number" ? offset : undefined;
}

/** Puts a value into a map that begins anew when it is full. */
function keep<Value>(held: Map<string, Value>, id: string, value: Value, most: number): void {
  if (held.size >= most) held.clear();
  held.set(id, value);
}

function asUint32(bytes: Uint8Array | undefined): Uint32Array {
  if (bytes === undefined) return new Uint32Array();
  const own = Uint8Array.from(bytes);
  return new Uint32Array(own.buffer, 0, own.byteLength >> 2);
}

function placeOf(sorted: Uint32Array, wanted: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle] as number;
    if (found === wanted) return middle;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
