import { describe, expect, it } from "vitest";
import { fitListwise, type RankedExample, scoreOf } from "../../../eval/fit/listwise.ts";

const OPTIONS = { penalty: 0.01, steps: 200, rate: 0.05 };

/** The right candidate has most of the first feature; the second feature is noise. */
const lists: readonly (readonly RankedExample[])[] = Array.from({ length: 12 }, (_, at) => [
  { features: [0.9, at % 3], right: true },
  { features: [0.4, (at + 1) % 3], right: false },
  { features: [0.1, (at + 2) % 3], right: false },
]);

describe("fitListwise", () => {
  it("learns what sets the right candidates apart, and little of the rest", () => {
    const [telling = 0, noise = 0] = fitListwise(lists, OPTIONS);

    expect(telling).toBeGreaterThan(1);
    expect(Math.abs(noise)).toBeLessThan(telling / 10);
  });

  it("puts the right one first in a list it has not seen", () => {
    const weights = fitListwise(lists, OPTIONS);

    expect(scoreOf(weights, [0.7, 0])).toBeGreaterThan(scoreOf(weights, [0.5, 2]));
  });

  it("learns nothing from lists without a right candidate", () => {
    const silent = [{ features: [5, 5], right: false }];

    expect(fitListwise([...lists, silent], OPTIONS)).toEqual(fitListwise(lists, OPTIONS));
    expect(fitListwise([silent], OPTIONS)).toEqual([]);
  });

  it("is held back by the penalty, and gives the same for the same lists", () => {
    const free = fitListwise(lists, OPTIONS);
    const held = fitListwise(lists, { ...OPTIONS, penalty: 1 });

    expect(Math.abs(held[0] ?? 0)).toBeLessThan(Math.abs(free[0] ?? 0));
    expect(fitListwise(lists, OPTIONS)).toEqual(free);
  });

  it("stays at the given weights where the lists say nothing else", () => {
    const silent = lists.map((list) =>
      list.map(({ features, right }) => ({ features: [...features, 1], right })),
    );

    const weights = fitListwise(silent, { ...OPTIONS, around: [2, 0, 7] });

    expect(weights[2]).toBeCloseTo(7);
    expect(weights[0]).toBeGreaterThan(2);
  });

  it("holds each feature back by its own penalty", () => {
    const twice = lists.map((list) =>
      list.map(({ features: [telling = 0], right }) => ({ features: [telling, telling], right })),
    );

    const [free = 0, held = 0] = fitListwise(twice, { ...OPTIONS, penalty: [0.01, 1] });

    expect(free).toBeGreaterThan(10 * Math.abs(held));
  });

  it("goes by the lists that count more", () => {
    const turned = lists.map((list) =>
      list.map(({ features, right }) => ({ features, right: !right })),
    );
    const of = (first: number, second: number) =>
      fitListwise([...lists, ...turned], {
        ...OPTIONS,
        listWeights: [...lists.map(() => first), ...turned.map(() => second)],
      })[0] ?? 0;

    expect(of(5, 1)).toBeGreaterThan(0);
    expect(of(1, 5)).toBeLessThan(0);
  });
});
