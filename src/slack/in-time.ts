import type { Clock } from "../platform/clock.ts";

/** What comes within `ms`; undefined when it does not, and then nobody waits for it any more. */
export async function inTime<T>(
  clock: Clock,
  ms: number,
  coming: Promise<T>,
): Promise<{ readonly value: T } | undefined> {
  const waiting = new AbortController();
  const late = clock.sleep(ms, waiting.signal).catch(() => undefined);
  try {
    return await Promise.race([coming.then((value) => ({ value })), late.then(() => undefined)]);
  } finally {
    waiting.abort();
  }
}
