/** How many calls of a method were made lately, kept below what Slack grants. */
import type { Clock } from "../platform/clock.ts";

/**
 * Calls a minute in the whole workspace that the bot allows itself: a tenth below the tiers of
 * https://docs.slack.dev/apis/web-api/rate-limits. Methods that are not listed are only slowed down by Slack's own 429.
 */
export const CALLS_A_MINUTE: Readonly<Record<string, number>> = {
  "chat.startStream": 18,
  "chat.stopStream": 18,
  "chat.appendStream": 90,
  "chat.update": 45,
  "conversations.replies": 45,
  "conversations.history": 45,
};

/** Slack takes about one post a second in a channel, and a few at once: so many in `CHANNEL_WINDOW_MS`. */
export const POSTS_A_CHANNEL = 5;
const POSTING = "chat.postMessage";
const CHANNEL_WINDOW_MS = 5500;

/** A minute, and what calls may be late by when they arrive. */
const WINDOW_MS = 62_000;
/** Channels whose last posts are remembered at most. */
const MOST_KEYS = 2000;

/**
 * Methods with a tier are granted to the workspace; a 429 of any other (posting, a status line) is about one channel,
 * and leaves the others alone. So callers name the channel.
 */
export interface RateBudget {
  /** Takes one call, leaving `reserve` of them; false when there is none. */
  take(method: string, reserve?: number, channel?: string): boolean;
  /** Resolves when a call was taken; rejects with the signal's reason. */
  wait(method: string, signal?: AbortSignal, channel?: string): Promise<void>;
  /** What is granted to the workspace is divided by the bots that are running in it; 1 at first. */
  share(bots: number): void;
  /** Slack said 429: nothing is granted for so long. */
  pause(method: string, ms: number, channel?: string): void;
}

export function createRateBudget(
  clock: Clock,
  limits: Readonly<Record<string, number>> = CALLS_A_MINUTE,
): RateBudget {
  let sharing = 1;
  const made = new Map<string, number[]>();
  const pausedUntil = new Map<string, number>();

  const keyOf = (method: string, channel: string | undefined): string =>
    limits[method] === undefined && channel !== undefined ? `${method} ${channel}` : method;
  const windowOf = (method: string): number =>
    method === POSTING && limits[method] === undefined ? CHANNEL_WINDOW_MS : WINDOW_MS;
  const granted = (method: string): number | undefined => {
    const limit = limits[method];
    return limit === undefined ? undefined : Math.max(1, Math.floor(limit / sharing));
  };
  const limitOf = (method: string, channel: string | undefined): number | undefined =>
    granted(method) ?? (method === POSTING && channel !== undefined ? POSTS_A_CHANNEL : undefined);

  const recent = (key: string, windowMs: number, now: number): number[] => {
    const times = (made.get(key) ?? []).filter((at) => now - at < windowMs);
    made.set(key, times);
    return times;
  };
  const forgetQuiet = (now: number) => {
    if (made.size + pausedUntil.size < MOST_KEYS) return;
    for (const [key, times] of made) if (now - (times.at(-1) ?? 0) > WINDOW_MS) made.delete(key);
    for (const [key, until] of pausedUntil) if (until < now) pausedUntil.delete(key);
  };
  const take = (method: string, reserve = 0, channel?: string): boolean => {
    const now = clock.elapsed();
    const key = keyOf(method, channel);
    if (now < (pausedUntil.get(key) ?? 0)) return false;
    const limit = limitOf(method, channel);
    if (limit === undefined) return true;
    forgetQuiet(now);
    const times = recent(key, windowOf(method), now);
    if (times.length >= limit - reserve) return false;
    times.push(now);
    return true;
  };

  return {
    take,
    async wait(method, signal, channel) {
      const key = keyOf(method, channel);
      const windowMs = windowOf(method);
      while (!take(method, 0, channel)) {
        const now = clock.elapsed();
        const pause = (pausedUntil.get(key) ?? 0) - now;
        const oldest = recent(key, windowMs, now)[0];
        const free = oldest === undefined ? 0 : oldest + windowMs - now;
        await clock.sleep(Math.min(2000, Math.max(50, pause, pause > 0 ? 0 : free)), signal);
      }
    },
    share(bots) {
      sharing = Math.max(1, bots);
    },
    pause(method, ms, channel) {
      pausedUntil.set(keyOf(method, channel), clock.elapsed() + ms);
    },
  };
}
