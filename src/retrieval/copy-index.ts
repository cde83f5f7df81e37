/** The live version of one index, built anew in another: from files to a server, or back, without crawling. */
import type { EmbeddingModel } from "../models/embedding-model.ts";
import type { Clock } from "../platform/clock.ts";
import type { ChunkIndex, IndexVersion } from "../store/chunk-index.ts";
import { type EmbeddingCache, indexChunks, type IndexProgress } from "./index-chunks.ts";
import { NoIndexError } from "./retriever.ts";

export type CopyIndexOptions = {
  readonly from: ChunkIndex;
  readonly to: ChunkIndex;
  /** With the cache of the ingest that built `from`, nothing is sent to the endpoint. */
  readonly embeddingModel?: EmbeddingModel;
  readonly embeddingCache?: EmbeddingCache;
  readonly clock: Clock;
  readonly onProgress?: (progress: IndexProgress) => void;
  readonly signal?: AbortSignal;
};

/**
 * Makes the copy live in `to`. Vectors are computed again rather than copied: the same chunks give the same ones, and
 * an older version is brought to today's pipeline. Throws `NoIndexError` when `from` has nothing.
 */
export async function copyIndex(options: CopyIndexOptions): Promise<IndexVersion> {
  const { from, to, ...building } = options;
  await using reader = await from.open();
  if (reader === undefined) {
    throw new NoIndexError("no-index", "There is no index to copy.", {
      hint: "Build it with `npm run ingest`.",
    });
  }
  const { builder } = await indexChunks({
    ...building,
    index: to,
    chunks: () => reader.chunks(),
    sources: reader.version.sources,
  });
  await using finished = builder;
  return await finished.publish();
}
