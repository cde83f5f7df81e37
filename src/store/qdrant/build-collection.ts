/** Filling the collection of one version. */
import type { Clock } from "../../platform/clock.ts";
import {
  type IndexedChunk,
  IndexError,
  type IndexPlan,
  type IndexVersion,
} from "../chunk-index.ts";
import type { QdrantConnection } from "./connection.ts";
import type { VersionRecords } from "./version-records.ts";

/** Points of one request: about 2 MB. */
const BATCH = 128;
/** How long an index may take to settle before it is used as it is: searches work meanwhile, only slower. */
const SETTLE_MS = 60_000;

/** Fields a search filters or pages by; indexed before loading, because the graph is built with them. */
const PAYLOAD_INDEXES = [
  ["product", "keyword"],
  ["version", "keyword"],
  ["type", "keyword"],
  ["url", "keyword"],
  ["position", "integer"],
  ["row", "integer"],
] as const;

/** Hits that the server gives to one query; readers ask for more in ranges of rows. */
export const MAX_QUERY_LIMIT = 1000;

/**
 * What this program asks for stays far below; a request beyond is a mistake that would slow the server for everybody.
 * https://qdrant.tech/documentation/guides/administration/#strict-mode
 */
const STRICT_MODE = {
  enabled: true,
  max_query_limit: MAX_QUERY_LIMIT,
  max_timeout: 60,
  unindexed_filtering_retrieve: false,
  unindexed_filtering_update: false,
} as const;

export type CollectionOptions = {
  readonly connection: QdrantConnection;
  readonly records: VersionRecords;
  readonly collection: string;
  readonly replicas: number;
  readonly clock: Clock;
};

export class CollectionWriter {
  readonly #options: CollectionOptions;
  readonly #plan: IndexPlan;
  readonly #frequencies = new Map<number, number>();
  readonly #ids = new Set<string>();
  readonly #pages = new Set<string>();

  constructor(options: CollectionOptions, plan: IndexPlan) {
    this.#options = options;
    this.#plan = plan;
  }

  async create(): Promise<void> {
    const { connection, collection, replicas } = this.#options;
    const { embedding, corpusRank } = this.#plan;
    await connection.call((client) =>
      client.createCollection(collection, {
        vectors: {
          ...(corpusRank === undefined ? {} : { corpus: { size: corpusRank, distance: "Cosine" } }),
          ...(embedding === undefined
            ? {}
            : { endpoint: { size: embedding.dimensions, distance: "Cosine" } }),
        },
        // No modifier: the inverse document frequency is ours, so it is the same with any number of shards.
        sparse_vectors: { text: { index: { datatype: "float32" } } },
        shard_number: 1,
        replication_factor: replicas,
        write_consistency_factor: Math.min(replicas, 2),
        strict_mode_config: STRICT_MODE,
      }),
    );
    for (const [field_name, field_schema] of PAYLOAD_INDEXES) {
      await connection.call((client) =>
        client.createPayloadIndex(collection, { field_name, field_schema, wait: true }),
      );
    }
  }

  async add(chunks: readonly IndexedChunk[]): Promise<void> {
    const { connection, collection } = this.#options;
    const points = chunks.flatMap(({ chunk, sparse, corpus, endpoint }) => {
      // The same chunk given twice counts once.
      if (this.#ids.has(chunk.id)) return [];
      const row = this.#ids.size;
      this.#ids.add(chunk.id);
      this.#pages.add(chunk.url);
      for (const token of sparse.indices) {
        this.#frequencies.set(token, (this.#frequencies.get(token) ?? 0) + 1);
      }
      this.#checkLength("corpus", corpus, this.#plan.corpusRank);
      this.#checkLength("endpoint", endpoint, this.#plan.embedding?.dimensions);
      return [
        {
          id: chunk.id,
          vector: {
            text: { indices: [...sparse.indices], values: [...sparse.values] },
            ...(corpus === undefined ? {} : { corpus: [...corpus] }),
            ...(endpoint === undefined ? {} : { endpoint: [...endpoint] }),
          },
          payload: {
            product: chunk.product,
            version: chunk.version,
            type: chunk.pageType,
            url: chunk.url,
            position: chunk.position,
            row,
            title: chunk.title,
            headings: chunk.headingPath,
            body: JSON.stringify(chunk),
          },
        },
      ];
    });
    for (let start = 0; start < points.length; start += BATCH) {
      const part = points.slice(start, start + BATCH);
      await connection.call((client) => client.upsert(collection, { wait: true, points: part }));
    }
  }

  /** Checks what arrived and writes the version's records. Throws `IndexError` when chunks are missing. */
  async finish(id: string, createdAt: string): Promise<IndexVersion> {
    const { connection, collection, records } = this.#options;
    const { count } = await connection.call((client) => client.count(collection, { exact: true }));
    if (count !== this.#ids.size) {
      throw new IndexError("index-build", "The Qdrant server has not all chunks.", {
        facts: { sent: String(this.#ids.size), found: String(count) },
      });
    }
    await this.#settle();
    const { corpusModel, ...described } = this.#plan;
    const version: IndexVersion = {
      ...described,
      pages: this.#pages.size,
      chunks: this.#ids.size,
      id,
      createdAt,
    };
    const tokens = Uint32Array.from(this.#frequencies.keys()).sort();
    const counts = Uint32Array.from(tokens, (token) => this.#frequencies.get(token) ?? 0);
    await records.writeBytes(id, "tokens", bytesOf(tokens));
    await records.writeBytes(id, "frequencies", bytesOf(counts));
    if (corpusModel !== undefined) await records.writeBytes(id, "corpus-model", corpusModel);
    // Last, because what has a version record counts as finished.
    await records.writeVersion(version);
    return version;
  }

  /** Waits until the server has built its own indexes. */
  async #settle(): Promise<void> {
    const { connection, collection, clock } = this.#options;
    const end = clock.elapsed() + SETTLE_MS;
    while (clock.elapsed() < end) {
      const { status } = await connection.call((client) => client.getCollection(collection));
      if (status === "green") return;
      await clock.sleep(250);
    }
  }

  #checkLength(name: string, vector: Float32Array | undefined, expected: number | undefined): void {
    if (vector === undefined || vector.length === expected) return;
    throw new IndexError("index-dimensions", "A vector has another length than planned.", {
      facts: { vector: name, expected: String(expected), found: String(vector.length) },
    });
  }
}

function bytesOf(array: Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
