/** Reading the collection of one version. */
import type { QdrantClient } from "@qdrant/js-client-rest";
import type { Chunk } from "../../documents/chunk.ts";
import { PAGE_TYPES } from "../../documents/document.ts";
import {
  checkDimensions,
  type Hit,
  type IndexVersion,
  type Scope,
  type SearchOptions,
} from "../chunk-index.ts";
import { inverseDocumentFrequency } from "../inverse-document-frequency.ts";
import type { VersionContent } from "../versioned-index.ts";
import { MAX_QUERY_LIMIT } from "./build-collection.ts";
import { type Payload, type QdrantConnection, scrolled } from "./connection.ts";
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
  | { key: string; match: { value: string } | { any: number[] } }
  | { key: string; range: { gte: number; lt: number } }
  | { has_id: string[] };
type Search = Parameters<QdrantClient["queryBatch"]>[1]["searches"][number];
type Shown = Omit<Hit, "id" | "score">;
type Waiting = {
  readonly search: Search;
  readonly resolve: (hits: readonly Hit[]) => void;
  readonly reject: (error: unknown) => void;
};

/** The content of one version's collection. */
export function collectionContent(
  connection: QdrantConnection,
  records: VersionRecords,
  collection: string,
  version: IndexVersion,
): VersionContent {
  const waiting: Waiting[] = [];
  const chunksById = new Map<string, Chunk>();
  const shownById = new Map<string, Shown>();
  let isReadingAhead = false;
  let frequencies: Promise<Frequencies> | undefined;

  async function readFrequencies(): Promise<Frequencies> {
    const [tokens, counts] = await Promise.all([
      records.read(version.id, "tokens"),
      records.read(version.id, "frequencies"),
    ]);
    return { tokens: asUint32(tokens), counts: asUint32(counts) };
  }

  async function documentFrequencies(wanted: Uint32Array): Promise<readonly number[]> {
    frequencies ??= readFrequencies();
    // A failure is not kept.
    frequencies.catch(() => (frequencies = undefined));
    const { tokens, counts } = await frequencies;
    return Array.from(wanted, (token) => {
      const at = placeOf(tokens, token);
      return at === -1 ? 0 : (counts[at] ?? 0);
    });
  }

  /**
   * The best hits, best first. More than the server gives at once are asked for in ranges of rows, or of the ids they
   * are to be among, which is exact whatever the order of equal scores.
   */
  async function search(
    query: number[] | { indices: number[]; values: number[] },
    using: string,
    options: SearchOptions,
  ): Promise<readonly Hit[]> {
    const { chunks } = version;
    const inScope = conditionsOf(options.scope);
    const pages = await Promise.all(
      pagesOf(Math.min(options.limit, chunks), chunks, options.among).map(
        ({ limit, condition }) => {
          const must = [...inScope, ...condition];
          return ask({
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
  function ask(one: Search): Promise<readonly Hit[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Hit[]>();
    if (waiting.length === 0) setImmediate(sendAll);
    waiting.push({ search: one, resolve, reject });
    return promise;
  }

  function sendAll(): void {
    while (waiting.length > 0) void send(waiting.splice(0, BATCH));
  }

  async function send(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await connection.call((client) =>
        client.queryBatch(collection, { searches: batch.map((each) => each.search) }),
      );
      const lists = results.map(({ points }) =>
        points.map(({ id, score }) => ({ id: String(id), score })),
      );
      const shown = await shownOfAll(new Set(lists.flat().map(({ id }) => id)));
      for (const [at, { resolve }] of batch.entries()) {
        resolve(
          (lists[at] ?? []).flatMap(({ id, score }) => {
            const rest = shown.get(id);
            return rest === undefined ? [] : [{ id, score, ...rest }];
          }),
        );
      }
      // The first question does not wait for it. What fails is read when it is needed.
      if (!isReadingAhead) void readAhead().catch(() => {});
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** What is known of these ids, and what `fields` of the others say; each kept by `take`. */
  async function found<Value>(
    ids: Iterable<string>,
    known: Map<string, Value>,
    most: number,
    fields: readonly string[],
    take: (payload: Payload) => Value | undefined,
  ): Promise<ReadonlyMap<string, Value>> {
    const values = new Map<string, Value>();
    const missing: string[] = [];
    for (const id of ids) {
      const value = known.get(id);
      if (value === undefined) missing.push(id);
      else values.set(id, value);
    }
    for (let start = 0; start < missing.length; start += MAX_QUERY_LIMIT) {
      const part = missing.slice(start, start + MAX_QUERY_LIMIT);
      const points = await connection.call((client) =>
        client.retrieve(collection, { ids: part, with_payload: [...fields] }),
      );
      for (const { id, payload } of points) {
        const value = take(payload);
        if (value === undefined) continue;
        values.set(String(id), value);
        keep(known, String(id), value, most);
      }
    }
    return values;
  }

  const shownOfAll = (ids: Iterable<string>) => found(ids, shownById, MOST_SHOWN, SHOWN, shownOf);

  async function readAhead(): Promise<void> {
    isReadingAhead = true;
    if (version.chunks > MOST_SHOWN) return;
    const whole = version.chunks <= MOST_CHUNKS;
    const points = scrolled(connection, collection, {
      limit: whole ? PAGE : MAX_QUERY_LIMIT,
      with_payload: whole ? [...SHOWN, "body"] : SHOWN,
    });
    for await (const { id, payload } of points) {
      keep(shownById, id, shownOf(payload), MOST_SHOWN);
      const chunk = chunkOf(payload);
      if (chunk !== undefined) keep(chunksById, id, chunk, MOST_CHUNKS);
    }
  }

  /** All chunks that meet the conditions, in order of a number of their payload. */
  async function chunksWhere(must: Condition[], order: "row" | "position"): Promise<Chunk[]> {
    const points = await Array.fromAsync(
      scrolled(connection, collection, {
        filter: { must },
        limit: PAGE,
        with_payload: ["body", order],
      }),
    );
    return points
      .sort((a, b) => Number(a.payload?.[order]) - Number(b.payload?.[order]))
      .flatMap(({ payload }) => chunkOf(payload) ?? []);
  }

  return {
    version,
    close() {},

    async searchSparse(vector, options) {
      options.signal?.throwIfAborted();
      const counts = await documentFrequencies(vector.indices);
      const query = { indices: [] as number[], values: [] as number[] };
      for (const [at, token] of vector.indices.entries()) {
        const count = counts[at] ?? 0;
        const weight = (vector.values[at] ?? 0) * inverseDocumentFrequency(version.chunks, count);
        if (count === 0 || weight === 0) continue;
        query.indices.push(token);
        query.values.push(weight);
      }
      return query.indices.length === 0 ? [] : await search(query, "text", options);
    },

    async searchDense(name, vector, options) {
      options.signal?.throwIfAborted();
      const length = name === "corpus" ? version.corpusRank : version.embedding?.dimensions;
      if (length === undefined) return [];
      checkDimensions(length, vector);
      if (vector.every((value) => value === 0)) return [];
      return await search([...vector], name, options);
    },

    async read(ids) {
      const known = await found(ids, chunksById, MOST_CHUNKS, ["body"], chunkOf);
      return ids.flatMap((id) => known.get(id) ?? []);
    },

    readPage: (url, positions) =>
      chunksWhere(
        [
          { key: "url", match: { value: url } },
          ...(positions === undefined ? [] : [{ key: "position", match: { any: [...positions] } }]),
        ],
        "position",
      ),

    async *chunks(product) {
      for (let row = 0; row < version.chunks; row += PAGE) {
        const part = await chunksWhere(
          [{ key: "row", range: { gte: row, lt: row + PAGE } }],
          "row",
        );
        yield* part.filter((chunk) => product === undefined || chunk.product === product);
      }
    },

    documentFrequencies,
    corpusModel: () => records.read(version.id, "corpus-model"),
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

function chunkOf(payload: Payload): Chunk | undefined {
  const body = payload?.["body"];
  return typeof body === "string" ? (JSON.parse(body) as Chunk) : undefined;
}

function shownOf(payload: Payload): Shown {
  const { url, title, headings, type, position } = payload ?? {};
  return {
    url: String(url),
    title: String(title),
    headingPath: Array.isArray(headings) ? headings.map(String) : [],
    pageType: PAGE_TYPES.find((each) => each === type) ?? "other",
    position: Number(position),
  };
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
