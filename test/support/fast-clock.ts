/** Time that runs faster than the wall clock's, so that waits of seconds take milliseconds. */
import { type Clock, systemClock } from "../../src/platform/clock.ts";
import { TEST_MORNING } from "./slack-bot.ts";

export function fastClock(factor: number): Clock {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) * factor;
  return {
    now: () => TEST_MORNING + Math.floor(elapsed()),
    elapsed,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  };
}
