/** How many calls of a method were made in the last minute, kept below what Slack grants. */
import type { Clock } from "../platform/clock.ts";

/**
 * Calls a minute the bot allows itself: a tenth below the tiers of https://docs.slack.dev/apis/web-api/rate-limits.
 * Methods that are not listed are only slowed down by Slack's own 429.
 */
export const CALLS_A_MINUTE: Readonly<Record<string, number>> = {
  "chat.startStream": 18,
  "chat.stopStream": 18,
  "chat.appendStream": 90,
  "chat.update": 45,
  "conversations.replies": 45,
};

/** A minute, and what calls may be late by when they arrive. */
const WINDOW_MS = 62_000;

export interface RateBudget {
  /** Takes one call, leaving `reserve` of them; false when there is none. */
  take(method: string, reserve?: number): boolean;
  /** Resolves when a call was taken; rejects with the signal's reason. */
  wait(method: string, signal?: AbortSignal): Promise<void>;
  /** Slack said 429: nothing is granted for so long. */
  pause(method: string, ms: number): void;
}

export function createRateBudget(
  clock: Clock,
  limits: Readonly<Record<string, number>> = CALLS_A_MINUTE,
): RateBudget {
  const made = new Map<string, number[]>();
  const pausedUntil = new Map<string, number>();

  const recent = (method: string, now: number): number[] => {
    const times = (made.get(method) ?? []).filter((at) => now - at < WINDOW_MS);
    made.set(method, times);
    return times;
  };
  const take = (method: string, reserve = 0): boolean => {
    const now = clock.elapsed();
    if (now < (pausedUntil.get(method) ?? 0)) return false;
    const limit = limits[method];
    if (limit === undefined) return true;
    const times = recent(method, now);
    if (times.length >= limit - reserve) return false;
    times.push(now);
    return true;
  };

  return {
    take,
    async wait(method, signal) {
      while (!take(method)) {
        const now = clock.elapsed();
        const pause = (pausedUntil.get(method) ?? 0) - now;
        const oldest = recent(method, now)[0];
        const free = oldest === undefined ? 0 : oldest + WINDOW_MS - now;
        await clock.sleep(Math.min(2000, Math.max(50, pause, pause > 0 ? 0 : free)), signal);
      }
    },
    pause(method, ms) {
      pausedUntil.set(method, clock.elapsed() + ms);
    },
  };
}
