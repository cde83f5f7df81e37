import { describe, expect, it } from "vitest";
import { fitLogistic, probability } from "../../../eval/fit/logistic.ts";

const OPTIONS = { penalty: 0.1, steps: 400, rate: 0.05 };

describe("fitLogistic", () => {
  const examples = Array.from({ length: 40 }, (_, place) => ({
    // The first feature decides, the second is noise, the third never occurs.
    features: [place % 2, (place * 7) % 3, 0],
    label: place % 2,
    weight: 1,
  }));

  it("tells apart what its features tell apart", () => {
    const model = fitLogistic(examples, OPTIONS);

    expect(probability(model, [1, 1, 0])).toBeGreaterThan(0.8);
    expect(probability(model, [0, 1, 0])).toBeLessThan(0.2);
    expect(Math.abs(model.weights[2] ?? 1)).toBeLessThan(1e-6);
  });

  it("gives smaller weights for a larger penalty, and the same ones for the same examples", () => {
    const loose = fitLogistic(examples, OPTIONS);
    const tight = fitLogistic(examples, { ...OPTIONS, penalty: 10 });

    expect(Math.abs(tight.weights[0] ?? 0)).toBeLessThan(Math.abs(loose.weights[0] ?? 0));
    expect(fitLogistic(examples, OPTIONS)).toEqual(loose);
  });

  it("hears an example by its weight", () => {
    const split = [
      { features: [1], label: 1, weight: 3 },
      { features: [1], label: 0, weight: 1 },
    ];

    expect(probability(fitLogistic(split, { ...OPTIONS, penalty: 0 }), [1])).toBeCloseTo(0.75, 1);
  });
});
