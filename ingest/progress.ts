/** What a run tells while it works; `terminal-progress.ts` shows it to people. */

export type CrawlTick = {
  /** Addresses known so far. */
  readonly known: number;
  readonly done: number;
  readonly failed: number;
  /** Milliseconds since the crawl began. */
  readonly elapsedMs: number;
};

export interface Progress {
  /** A stage begins: "prefect: reading the site", "building the index". */
  stage(text: string): void;
  crawl(tick: CrawlTick): void;
  /** Things of a known number; chunks when nothing else is said. */
  count(done: number, total: number, things?: string): void;
  /** Something worth a line that stays. */
  note(text: string): void;
  /** No more will come; what was drawn is cleared. */
  end(): void;
}

export const silentProgress: Progress = {
  stage: () => undefined,
  crawl: () => undefined,
  count: () => undefined,
  note: () => undefined,
  end: () => undefined,
};
