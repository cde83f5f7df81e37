/** How much may be asked: at the same time, and in an hour. */
import { AppError } from "../platform/errors.ts";
import type { Clock } from "../platform/clock.ts";

export class AskedTooMuchError extends AppError {}

export interface CallBudget {
  /** Throws `AskedTooMuchError` when there is no room; disposing of the result makes room again. */
  enter(): Disposable;
}

const MS_AN_HOUR = 3_600_000;

/** `hourly`: 0 means no limit. */
export function createCallBudget(options: {
  readonly clock: Clock;
  readonly hourly: number;
  readonly atOnce: number;
}): CallBudget {
  const { clock, hourly, atOnce } = options;
  let entered: number[] = [];
  let inside = 0;
  return {
    enter() {
      const now = clock.elapsed();
      if (inside >= atOnce)
        throw new AskedTooMuchError(
          "busy",
          `${atOnce} questions are being answered. Ask again in a moment.`,
        );
      if (hourly > 0) {
        entered = entered.filter((at) => now - at < MS_AN_HOUR);
        if (entered.length >= hourly)
          throw new AskedTooMuchError(
            "hourly",
            `${hourly} questions were asked in the last hour, which is the limit. search_docs and read_section go on working.`,
          );
        entered.push(now);
      }
      inside += 1;
      let left = false;
      return {
        [Symbol.dispose]() {
          if (!left) inside -= 1;
          left = true;
        },
      };
    },
  };
}
