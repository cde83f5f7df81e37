/** Progress for people: a line a stage, and below it one that redraws itself in a terminal, or a plain one now and then. */
import { type CrawlTick, type Progress } from "./progress.ts";

export type ProgressStream = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
};

const REDRAW_EVERY_MS = 100;
const PLAIN_EVERY_MS = 5000;
const BAR_WIDTH = 24;

/** Writes to `stream` (standard error, so that results can be piped). `now` gives monotonic milliseconds. */
export function terminalProgress(stream: ProgressStream, now: () => number): Progress {
  const drawn = stream.isTTY === true;
  let lastAt = Number.NEGATIVE_INFINITY;
  let line = "";

  const clear = () => {
    if (line !== "") stream.write("\r\u001B[2K");
    line = "";
  };
  const show = (text: string) => {
    const every = drawn ? REDRAW_EVERY_MS : PLAIN_EVERY_MS;
    if (now() - lastAt < every) return;
    lastAt = now();
    if (drawn) {
      const width = Math.max(20, (stream.columns ?? 80) - 1);
      line = text.slice(0, width);
      stream.write(`\r\u001B[2K${line}`);
    } else stream.write(`${text}\n`);
  };

  return {
    stage(text) {
      clear();
      lastAt = Number.NEGATIVE_INFINITY;
      stream.write(`${text}\n`);
    },
    crawl(tick) {
      show(crawlLine(tick, drawn));
    },
    count(done, total, things = "chunks") {
      const share = total === 0 ? 1 : done / total;
      show(`${drawn ? `${bar(share)} ` : ""}${done} of ${total} ${things}`);
    },
    note(text) {
      clear();
      stream.write(`${text}\n`);
    },
    end: clear,
  };
}

/** "[=====     ]  412 of 950 pages, 87 a second, 2 failed, 6 s left" */
export function crawlLine(tick: CrawlTick, withBar: boolean): string {
  const { known, done, failed, elapsedMs } = tick;
  const perSecond = elapsedMs < 500 ? 0 : (done * 1000) / elapsedMs;
  const left = perSecond === 0 ? undefined : Math.ceil((known - done) / perSecond);
  const parts = [
    `${done} of ${known} pages`,
    ...(perSecond === 0
      ? []
      : [`${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} a second`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(left === undefined || left === 0 ? [] : [`${duration(left)} left`]),
  ];
  return `${withBar ? `${bar(known === 0 ? 0 : done / known)} ` : ""}${parts.join(", ")}`;
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, share) * BAR_WIDTH);
  return `[${"=".repeat(full)}${" ".repeat(BAR_WIDTH - full)}]`;
}

/** "6 s", "3 min", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
