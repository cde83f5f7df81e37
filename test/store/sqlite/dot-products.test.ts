import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalNumbers, uniformNumbers } from "../../../src/platform/random-numbers.ts";
import { DotProducts, likelyHighest } from "../../../src/store/sqlite/dot-products.ts";

/** Unit vectors, one after the other. */
function unitVectors(count: number, dimensions: number, seed: number): Float32Array {
  const normal = normalNumbers(uniformNumbers(seed));
  const numbers = new Float32Array(count * dimensions);
  for (let base = 0; base < numbers.length; base += dimensions) {
    const vector = Array.from({ length: dimensions }, normal);
    const length = Math.hypot(...vector);
    numbers.set(
      vector.map((value) => value / length),
      base,
    );
  }
  return numbers;
}

function exactProducts(matrix: Float32Array, question: Float32Array): readonly number[] {
  return Array.from({ length: matrix.length / question.length }, (_, row) =>
    question.reduce(
      (sum, value, axis) => sum + value * (matrix[row * question.length + axis] ?? 0),
      0,
    ),
  );
}

describe("DotProducts", () => {
  it.each([
    [1, 4],
    [2, 100],
    [501, 100],
    [64, 384],
  ])("of %i vectors of %i dimensions are within the error it tells", (count, dimensions) => {
    const products = DotProducts.create(count, dimensions);
    if (products === undefined) throw new Error("This processor cannot multiply four numbers.");
    products.matrix.set(unitVectors(count, dimensions, 1));

    for (const seed of [2, 3]) {
      const question = unitVectors(1, dimensions, seed);
      const exact = exactProducts(products.matrix, question);
      const errors = products
        .with(question)
        .map((value, at) => Math.abs(value - (exact[at] ?? Number.NaN)));
      expect(errors).toHaveLength(count);
      expect(Math.max(...errors)).toBeLessThan(products.error);
    }
  });

  it("is not there for what it cannot multiply", () => {
    expect(DotProducts.create(10, 6)).toBeUndefined();
    expect(DotProducts.create(0, 100)).toBeUndefined();
    expect(DotProducts.create(2 ** 24, 100)).toBeUndefined();
  });
});

describe("likelyHighest", () => {
  it("has the highest of the exact scores among it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(0.1, 0.001, 1e-5),
        (exact, count, error) => {
          const near = Float32Array.from(exact, (score, at) => score + error * Math.sin(at) * 0.99);
          const isWanted = (row: number) => row % 3 !== 0;
          const found = new Set(likelyHighest(near, count, error, isWanted));
          const highest = [...exact.keys()]
            .filter(isWanted)
            .toSorted((a, b) => (exact[b] ?? 0) - (exact[a] ?? 0))
            .slice(0, count);
          expect(highest.filter((row) => !found.has(row))).toEqual([]);
          expect([...found].filter((row) => !isWanted(row))).toEqual([]);
        },
      ),
    );
  });

  it("leaves out nearly all others", () => {
    const scores = Float32Array.from({ length: 10_000 }, (_, at) => Math.sin(at));

    expect(likelyHighest(scores, 10, 1e-5).length).toBeLessThan(150);
  });
});
