/** Settings to one index, without loading the engine that is not used. */
import { type Clock, systemClock } from "../platform/clock.ts";
import type { ChunkIndex } from "./chunk-index.ts";

export type EmbeddedIndexOptions = {
  /** Made when the first version is built. */
  readonly folder: string;
  readonly clock?: Clock;
};

export type ServerIndexOptions = {
  readonly qdrant: {
    /** Of the server, or of the nodes of a cluster. */
    readonly url: string | readonly string[];
    readonly apiKey?: string;
    /** Alias of the live collection, and prefix of the versions'. */
    readonly collection: string;
    readonly replicas?: number;
  };
  readonly clock?: Clock;
};

export type IndexOptions = EmbeddedIndexOptions | ServerIndexOptions;

/** Reads nothing yet: a missing folder or alias means that nothing was ever published. */
export async function openIndex(options: IndexOptions): Promise<ChunkIndex> {
  const clock = options.clock ?? systemClock;
  if ("qdrant" in options) {
    const { createQdrantIndex } = await import("./qdrant/qdrant-index.ts");
    const { collection, ...server } = options.qdrant;
    return createQdrantIndex({ ...server, alias: collection, clock, random: Math.random });
  }
  const { createSqliteIndex } = await import("./sqlite/sqlite-index.ts");
  return createSqliteIndex({ folder: options.folder, clock });
}
