/** The index that the settings name: a Qdrant server, or files in the data folder. */
import path from "node:path";
import type { Config } from "./config/schema.ts";
import type { ChunkIndex } from "./store/chunk-index.ts";
import { openIndex } from "./store/open-index.ts";

/** Folder of the embedded index inside a data folder. */
export function indexFolder(dataFolder: string): string {
  return path.join(dataFolder, "index");
}

/** Reads nothing yet: a missing folder or alias means that nothing was ever published. */
export function openConfiguredIndex(config: Config, dataFolder: string): Promise<ChunkIndex> {
  if (config.QDRANT_URL === undefined) return openIndex({ folder: indexFolder(dataFolder) });
  return openIndex({
    qdrant: {
      url: config.QDRANT_URL,
      collection: config.QDRANT_COLLECTION,
      replicas: config.QDRANT_REPLICAS,
      ...(config.QDRANT_API_KEY === undefined ? {} : { apiKey: config.QDRANT_API_KEY }),
    },
  });
}
