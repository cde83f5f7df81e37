/** Options -> one index. */
import { randomBytes } from "node:crypto";
import type { ChunkIndex } from "./chunk-index.ts";
import { SqliteIndex } from "./sqlite/sqlite-index.ts";

export type IndexOptions = {
  /** Folder of the embedded index; made when the first version is built. */
  readonly folder: string;
  /** Name of the pipeline that readers understand (`PIPELINE` of retrieval); versions of others are refused. */
  readonly pipeline?: string;
};

export async function openIndex(options: IndexOptions): Promise<ChunkIndex> {
  return new SqliteIndex({
    ...options,
    now: () => Date.now(),
    newId: () => randomBytes(3).toString("hex"),
  });
}
