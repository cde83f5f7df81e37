/** When to try again: a schedule (pure) and the loop that follows it. */
import type { Clock } from "./clock.ts";

export type RetrySchedule = {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Wait before the second try; doubles with each further one. */
  readonly baseMs: number;
  readonly maxMs: number;
};

/**
 * Milliseconds to wait before try number `attempt` (2 for the first repetition): exponential with full jitter above
 * half, so that clients that failed together do not come back together. `random` is in [0, 1).
 */
export function retryDelayMs(attempt: number, schedule: RetrySchedule, random: number): number {
  const full = Math.min(schedule.maxMs, schedule.baseMs * 2 ** Math.max(0, attempt - 2));
  return Math.round(full / 2 + (full / 2) * random);
}

/**
 * Milliseconds a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date), undefined when there is none
 * or it cannot be read. Never negative.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

export type TryResult<T> =
  | { readonly kind: "done"; readonly value: T }
  /** Worth another try; `waitMs` when the other side said how long to wait. */
  | { readonly kind: "again"; readonly value: T; readonly waitMs?: number };

/**
 * Calls `attempt` until it is done or the schedule is used up, and gives the last value either way. Waits on `clock`;
 * a wait the other side asked for replaces the schedule's, and ends the loop when it is longer than `maxMs`.
 * Throws what `attempt` throws, and the signal's reason when aborted.
 */
export async function withRetries<T>(
  schedule: RetrySchedule,
  clock: Clock,
  random: () => number,
  attempt: (number: number) => Promise<TryResult<T>>,
  signal?: AbortSignal,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    signal?.throwIfAborted();
    const result = await attempt(number);
    if (result.kind === "done" || number >= schedule.attempts) return result.value;
    const { waitMs } = result;
    if (waitMs !== undefined && waitMs > schedule.maxMs) return result.value;
    await clock.sleep(waitMs ?? retryDelayMs(number + 1, schedule, random()), signal);
  }
}
