/**
 * What crawls took and came to, for /metrics. A crawl is a process of its own that ends, so its counters are kept in the
 * data folder and gone on with by the next one; whoever serves /metrics from that folder tells them, too.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { createMetrics, type MetricDefinition, type Metrics } from "./observability/metrics.ts";

const FILE = "ingest-metrics.json";

const INGEST_METRICS = {
  marvin_ingest_seconds: {
    kind: "histogram",
    help: "Time of a run of npm run ingest, publishing included.",
    buckets: [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600],
  },
  marvin_ingest_sources_total: {
    kind: "counter",
    help: "Sources that were read, by what became of them.",
  },
  marvin_ingest_last_run_timestamp_seconds: {
    kind: "gauge",
    help: "When a run last ended.",
  },
  marvin_ingest_last_published_timestamp_seconds: {
    kind: "gauge",
    help: "When a run last put a new version of the index live.",
  },
  marvin_ingest_pages: { kind: "gauge", help: "Pages of a source at its last run." },
  marvin_ingest_stale_pages: {
    kind: "gauge",
    help: "Pages of a source that could not be reached at its last run.",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

const Saved = z.array(
  z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()),
    value: z.number(),
    counts: z.array(z.number()),
  }),
);

export type IngestRun = {
  readonly elapsedMs: number;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  readonly published: boolean;
  readonly sources: readonly {
    readonly source: string;
    readonly state: string;
    readonly pages: number;
    readonly stalePages: readonly string[];
  }[];
};

/** Adds a run to what is kept, in one step. Only one run at a time has the lease of a data folder. */
export function recordIngest(dataFolder: string, run: IngestRun): void {
  const metrics = read(dataFolder);
  metrics.observe("marvin_ingest_seconds", run.elapsedMs / 1000);
  metrics.set("marvin_ingest_last_run_timestamp_seconds", run.endedAt / 1000);
  if (run.published)
    metrics.set("marvin_ingest_last_published_timestamp_seconds", run.endedAt / 1000);
  for (const { source, state, pages, stalePages } of run.sources) {
    metrics.count("marvin_ingest_sources_total", 1, { source, state });
    metrics.set("marvin_ingest_pages", pages, { source });
    metrics.set("marvin_ingest_stale_pages", stalePages.length, { source });
  }
  const file = path.join(dataFolder, FILE);
  writeFileSync(`${file}.next`, JSON.stringify(metrics.save()), { mode: 0o600 });
  renameSync(`${file}.next`, file);
}

/** In Prometheus' text format; "" where no run was recorded. */
export function ingestMetricsText(dataFolder: string): string {
  return read(dataFolder).render();
}

/** A file that is not there or damaged begins anew: to Prometheus that is a restart. */
function read(dataFolder: string): Metrics {
  try {
    const saved = Saved.parse(JSON.parse(readFileSync(path.join(dataFolder, FILE), "utf8")));
    return createMetrics(INGEST_METRICS, saved);
  } catch {
    return createMetrics(INGEST_METRICS);
  }
}
