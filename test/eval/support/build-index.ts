import path from "node:path";
import { indexFolder } from "../../../src/configured-index.ts";
import type { Chunk } from "../../../src/documents/chunk.ts";
import { prepareDataFolder } from "../../../src/platform/data-folder.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { indexChunks } from "../../../src/retrieval/index-chunks.ts";
import { openIndex } from "../../../src/store/open-index.ts";

/** Publishes an index version of these chunks in the data folder, as an ingest would. */
export async function buildIndex(dataFolder: string, chunks: readonly Chunk[]): Promise<void> {
  prepareDataFolder(path.dirname(indexFolder(dataFolder)));
  await using index = await openIndex({ folder: indexFolder(dataFolder) });
  const pages = new Set(chunks.map((chunk) => chunk.url)).size;
  const { builder } = await indexChunks({
    index,
    chunks: () => chunks,
    sources: [
      {
        name: "prefect",
        product: "prefect",
        version: "3",
        pages,
        stalePages: 0,
        chunks: chunks.length,
        crawledAt: "2026-11-24T00:00:00Z",
      },
    ],
    clock: systemClock,
  });
  await builder.publish();
  await builder[Symbol.asyncDispose]();
}
