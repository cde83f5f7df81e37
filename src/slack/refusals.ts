/** What a workspace refused lately, and is not asked for again for a while. */
import type { Clock } from "../platform/clock.ts";

const REFUSED_MS = 10 * 60_000;

export interface Refusals {
  has(what: string): boolean;
  add(what: string): void;
}

export function createRefusals(clock: Pick<Clock, "elapsed">): Refusals {
  const refusedAt = new Map<string, number>();
  return {
    has(what) {
      const at = refusedAt.get(what);
      return at !== undefined && clock.elapsed() - at < REFUSED_MS;
    },
    add(what) {
      refusedAt.set(what, clock.elapsed());
    },
  };
}
