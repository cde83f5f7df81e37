/**
 * Keeps a broken endpoint from costing every question its deadline: after a few failures in a row calls are refused
 * at once for a while, then one is let through to see.
 */
import type { Clock } from "../platform/clock.ts";

export type BreakerOptions = {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open before one call may try. */
  readonly openMs: number;
};

export const DEFAULT_BREAKER: BreakerOptions = { failures: 3, openMs: 30_000 };

export interface CircuitBreaker {
  /** Milliseconds until a call may be made; 0 lets this call through (and, after a break, only this one). */
  admit(): number;
  succeeded(): void;
  failed(): void;
}

export function createCircuitBreaker(
  clock: Clock,
  options: BreakerOptions = DEFAULT_BREAKER,
): CircuitBreaker {
  let failures = 0;
  let openUntil = 0;
  return {
    admit() {
      const now = clock.elapsed();
      if (failures < options.failures) return 0;
      if (now < openUntil) return openUntil - now;
      // One trial; others wait for its outcome, or for as long as the break was.
      openUntil = now + options.openMs;
      return 0;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures += 1;
      if (failures >= options.failures) openUntil = clock.elapsed() + options.openMs;
    },
  };
}
