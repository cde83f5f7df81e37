/** Runs the ingest of a test's site into an index in memory. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  ingest,
  type IngestDependencies,
  type IngestReport,
  type IngestRequest,
} from "../../ingest/ingest.ts";
import { silentProgress } from "../../ingest/progress.ts";
import { defineSource, type Source } from "../../ingest/sources/source.ts";
import type { Chunk } from "../../src/documents/chunk.ts";
import type { Clock } from "../../src/platform/clock.ts";
import type { ChunkIndex } from "../../src/store/chunk-index.ts";
import { openIndex } from "../../src/store/open-index.ts";

/** Waits are remembered and over at once: time jumps ahead by what was waited. */
export function instantClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  let ahead = 0;
  return {
    waits,
    now: () => Date.now() + ahead,
    elapsed: () => performance.now() + ahead,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      ahead += ms;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    },
  };
}

export const LANTERN_ORIGIN = "https://lantern.example";

export function lanternSource(changes: Partial<Parameters<typeof defineSource>[0]> = {}): Source {
  return defineSource({
    name: "lantern",
    title: "Lantern",
    product: "lantern",
    version: { kind: "fixed", version: "2" },
    origin: LANTERN_ORIGIN,
    seeds: { sitemaps: ["/sitemap.xml"], lists: [], pages: ["/docs"] },
    scope: { include: ["/docs"], exclude: [] },
    generator: "auto",
    pageTypes: [
      { pattern: "/docs/api", type: "api-reference" },
      { pattern: "/docs", type: "guide" },
    ],
    refreshHours: 24,
    maxPages: 1000,
    ...changes,
  });
}

export type IngestRun = AsyncDisposable & {
  readonly index: ChunkIndex;
  readonly folder: string;
  readonly clock: ReturnType<typeof instantClock>;
  /** Ingests `origin` as a copy of the source. */
  run(
    origin: string,
    request?: Partial<Omit<IngestRequest, "from">> & { readonly from?: string | undefined },
    dependencies?: Partial<IngestDependencies>,
  ): Promise<IngestReport>;
  /** Chunks of one page in the live version. */
  chunks(url: string): Promise<readonly Chunk[]>;
};

/** A fresh data folder and index; both are gone afterwards. */
export async function startIngestRun(source: Source = lanternSource()): Promise<IngestRun> {
  const folder = mkdtempSync(path.join(tmpdir(), "ingest-"));
  const index = await openIndex({ folder: path.join(folder, "index") });
  const clock = instantClock();
  return {
    index,
    folder,
    clock,
    run(origin, request = {}, dependencies = {}) {
      const { from, ...rest }: typeof request = { from: origin, ...request };
      return ingest(
        { sources: [source], ...(from === undefined ? {} : { from }), ...rest },
        {
          index,
          dataFolder: folder,
          clock,
          random: () => 0,
          newId: randomUUID,
          progress: silentProgress,
          allowHosts: [],
          httpLimits: { timeoutMs: 2000, maxBytes: 1_000_000, maxUnpackedBytes: 1_000_000 },
          ...dependencies,
        },
      );
    },
    async chunks(url) {
      await using reader = await index.open();
      return (await reader?.readPage(url)) ?? [];
    },
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
