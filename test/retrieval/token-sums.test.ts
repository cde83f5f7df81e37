import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenSums } from "../../src/retrieval/token-sums.ts";

describe("TokenSums", () => {
  it("adds up as a map does, whatever it held before", () => {
    const sums = new TokenSums(16);
    // Some share their lowest bits, so that they meet in the table.
    const token = fc.oneof(
      fc.integer({ min: 0, max: 2 ** 31 }),
      fc.nat(40).map((at) => at * 4096),
    );
    const number = fc.constantFrom(0.5, 1, 2, 3);
    fc.assert(
      fc.property(fc.array(fc.tuple(token, number, fc.boolean()), { maxLength: 200 }), (steps) => {
        const expected = new Map<number, number>();
        sums.clear();
        for (const [one, value, isSum] of steps) {
          const before = expected.get(one) ?? 0;
          expected.set(one, isSum ? before + value : Math.max(before, value));
          if (isSum) sums.add(one, value);
          else sums.raise(one, value);
        }
        const tokens = [...expected.keys()].toSorted((a, b) => a - b);
        expect([...sums.tokens()]).toEqual(tokens);
        expect([...sums.numbers(sums.tokens())]).toEqual(tokens.map((one) => expected.get(one)));
        expect(sums.get(12_345_678)).toBe(expected.get(12_345_678) ?? 0);
      }),
    );
  });

  it("changes every number it holds", () => {
    const sums = new TokenSums();
    sums.add(7, 2);
    sums.add(5, 3);
    sums.change((number) => 10 * number);

    expect([sums.get(7), sums.get(5), sums.get(6)]).toEqual([20, 30, 0]);
  });
});
