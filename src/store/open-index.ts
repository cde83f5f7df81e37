/** Settings to one index, without loading the engine that is not used. */
import { type Clock, systemClock } from "../platform/clock.ts";
import type { ChunkIndex } from "./chunk-index.ts";

export type IndexOptions =
  /** Files in `folder`; undefined keeps everything in memory. */
  { readonly folder: string | undefined; readonly clock?: Clock };

/** Opens nothing yet: a missing folder means that nothing was ever published. */
export async function openIndex(options: IndexOptions): Promise<ChunkIndex> {
  const { createSqliteIndex } = await import("./sqlite/sqlite-index.ts");
  return createSqliteIndex({ folder: options.folder, clock: options.clock ?? systemClock });
}
