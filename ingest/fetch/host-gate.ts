/**
 * How many requests a host gets at a time, and how fast. Starts at the allowed number, halves when the host says it
 * is too much, grows back slowly while it answers well.
 */
import type { Clock } from "../../src/platform/clock.ts";

export type Politeness = {
  readonly maxConcurrent: number;
  /** Least time between the starts of two requests; 0 for none. */
  readonly delayMs: number;
};

/** For sites of others: a documentation page is rarely wanted faster than a person could open many tabs. */
export const POLITE: Politeness = { maxConcurrent: 4, delayMs: 100 };
/** For hosts the operator allowed: their own copy. */
export const UNHURRIED: Politeness = { maxConcurrent: 4, delayMs: 0 };

/** Good answers in a row after which one more request at a time is tried. */
const GROW_AFTER = 20;

export interface HostGate {
  /** Runs `task` when it is its turn. */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** The host answered well. */
  wentWell(): void;
  /** The host asked to slow down: half as many at a time, none for `waitMs`. */
  slowDown(waitMs: number): void;
  /** The site's own wish: one request at a time, this far apart. */
  keepDelay(delayMs: number): void;
  /** Most requests at a time it was made for. */
  readonly maxConcurrent: number;
  /** Requests at a time it lets through now. */
  readonly concurrency: number;
}

export function createHostGate(politeness: Politeness, clock: Clock): HostGate {
  let allowed = politeness.maxConcurrent;
  let most = politeness.maxConcurrent;
  let { delayMs } = politeness;
  let running = 0;
  let wentWellInRow = 0;
  let notBefore = 0;
  const waiting: (() => void)[] = [];

  const wake = () => {
    while (running < Math.floor(allowed) && waiting.length > 0) {
      running += 1;
      waiting.shift()?.();
    }
  };

  return {
    async run(task, signal) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        wake();
      });
      try {
        for (;;) {
          signal?.throwIfAborted();
          const now = clock.elapsed();
          const start = Math.max(now, notBefore);
          if (start <= now) {
            if (delayMs > 0) notBefore = now + delayMs;
            break;
          }
          await clock.sleep(start - now, signal);
        }
        return await task();
      } finally {
        running -= 1;
        wake();
      }
    },
    wentWell() {
      wentWellInRow += 1;
      if (wentWellInRow >= GROW_AFTER && allowed < most) {
        allowed = Math.min(most, allowed + 1);
        wentWellInRow = 0;
        wake();
      }
    },
    slowDown(waitMs) {
      wentWellInRow = 0;
      allowed = Math.max(1, Math.floor(allowed / 2));
      notBefore = Math.max(notBefore, clock.elapsed() + waitMs);
    },
    keepDelay(wished) {
      delayMs = Math.max(delayMs, wished);
      most = 1;
      allowed = 1;
    },
    maxConcurrent: politeness.maxConcurrent,
    get concurrency() {
      return Math.floor(allowed);
    },
  };
}
