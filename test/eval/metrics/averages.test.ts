import { array, assert, double, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { bootstrapDifference, bootstrapMean } from "../../../eval/metrics/bootstrap.ts";
import { mean } from "../../../eval/metrics/mean.ts";
import { uniformNumbers } from "../../../src/platform/random-numbers.ts";
import { percentile } from "../../../eval/metrics/percentile.ts";

describe("mean", () => {
  it("leaves out what has no value", () => {
    expect(mean([1, undefined, 0])).toBe(0.5);
    expect(mean([undefined])).toBeUndefined();
  });
});

describe("percentile", () => {
  it("takes the nearest rank", () => {
    const values = [40, 10, 30, 20];

    expect([0.5, 0.95, 1, 0].map((p) => percentile(values, p))).toEqual([20, 40, 40, 10]);
    expect(percentile([], 0.5)).toBeUndefined();
  });
});

describe("bootstrapMean", () => {
  it("is the same for the same seed and holds the mean", () => {
    const values = [0, 1, 1, 0, 1, 1, 1, 0, 1, 1];

    const first = bootstrapMean(values, { seed: 7 });

    expect(bootstrapMean(values, { seed: 7 })).toEqual(first);
    expect(first?.low).toBeGreaterThan(0.2);
    expect(first?.low).toBeLessThan(0.7);
    expect(first?.high).toBeGreaterThan(0.7);
  });

  it("has no width when all values are equal", () => {
    expect(bootstrapMean([0.5, 0.5, 0.5], { seed: 1 })).toEqual({ low: 0.5, high: 0.5 });
  });

  it("comes close to the normal interval for many values", () => {
    const random = uniformNumbers(3);
    const values = Array.from({ length: 400 }, () => random());

    const interval = bootstrapMean(values, { seed: 1, resamples: 1000 });

    // Standard error of a uniform mean: sqrt(1/12) / 20 = 0.01443; the interval is 3.92 of them wide.
    expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeCloseTo(0.0566, 2);
  });

  it("lies within the range of the values", () => {
    assert(
      property(array(double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (values) => {
        const interval = bootstrapMean(values, { seed: 1, resamples: 50 });
        expect(interval?.low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(interval?.high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }),
      { numRuns: 50 },
    );
  });
});

describe("bootstrapDifference", () => {
  it("pairs items, so that a small rise of every item is sure", () => {
    const pairs = [0.1, 0.9, 0.3, 0.7].map((before) => ({ before, after: before + 0.05 }));

    const change = bootstrapDifference(pairs, { seed: 1 });

    expect(change?.difference).toBeCloseTo(0.05);
    expect(change?.low).toBeCloseTo(0.05);
  });

  it("is undefined without pairs", () => {
    expect(bootstrapDifference([], { seed: 1 })).toBeUndefined();
  });
});
