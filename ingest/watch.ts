/** Keeps sources fresh: each is crawled when its interval has passed since its last crawl. */
import type { Clock } from "../src/platform/clock.ts";
import { describeError } from "../src/platform/errors.ts";
import type { IngestReport } from "./ingest.ts";
import type { Source } from "./sources/source.ts";

export type WatchOptions = {
  readonly clock: Clock;
  /** Ends the watch; a crawl under way is stopped too. */
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
};

/** Sooner than its interval a source that failed is tried again after this long. */
const RETRY_AFTER_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;

/**
 * Runs `run` for all sources now, then for those that are due, until the signal ends it. A run that throws is noted
 * and tried again later: a watch outlives a bad night of a site.
 */
export async function watchSources(
  sources: readonly Source[],
  run: (due: readonly Source[]) => Promise<IngestReport>,
  options: WatchOptions,
): Promise<void> {
  const { clock, signal, note } = options;
  const dueAt = new Map(sources.map(({ name }) => [name, clock.now()]));
  while (!signal.aborted) {
    const now = clock.now();
    const due = sources.filter(({ name }) => (dueAt.get(name) ?? 0) <= now);
    const worked = due.length === 0 ? new Set<string>() : await runOnce(due, run, options);
    for (const { name, refreshHours } of due) {
      const wait = refreshHours * HOUR_MS;
      dueAt.set(name, clock.now() + (worked.has(name) ? wait : Math.min(wait, RETRY_AFTER_MS)));
    }
    const next = Math.min(...dueAt.values());
    if (due.length > 0) note(`Next crawl at ${new Date(next).toISOString()}.`);
    try {
      // Long timers are cut into hours, so that a machine that slept notices soon.
      await clock.sleep(Math.min(HOUR_MS, Math.max(0, next - clock.now())), signal);
    } catch {
      return;
    }
  }
}

/** Names of the sources whose crawl worked. */
async function runOnce(
  due: readonly Source[],
  run: (due: readonly Source[]) => Promise<IngestReport>,
  options: WatchOptions,
): Promise<ReadonlySet<string>> {
  try {
    const report = await run(due);
    const worked = report.sources.filter(({ state }) => state !== "failed" && state !== "refused");
    return new Set(worked.map(({ source }) => source));
  } catch (error) {
    if (!options.signal.aborted) options.note(describeError(error));
    return new Set();
  }
}
