import { describe, expect, it } from "vitest";
import { fitSoftmax, type LabelledExample, likeliest } from "../../../eval/fit/softmax.ts";

const OPTIONS = {
  classes: 3,
  penalty: 0.1,
  leastExamples: 2,
  bias: "bias",
  steps: 200,
  rate: 0.1,
};

/** A word for each class, one that all have, and one that is seen once. */
const examples: readonly LabelledExample[] = Array.from({ length: 30 }, (_, at) => ({
  label: at % 3,
  features: new Map<string, number>([
    [["why", "what", "thanks"][at % 3] ?? "", 1],
    ["the", 1],
    ...(at === 0 ? [["once", 1] as const] : []),
  ]),
}));

describe("fitSoftmax", () => {
  it("tells classes apart by what each has", () => {
    const weights = fitSoftmax(examples, OPTIONS);

    for (const [label, word] of ["why", "what", "thanks"].entries()) {
      expect(likeliest(weights, new Map([[word, 1]]), "bias")).toBe(label);
    }
  });

  it("leaves out what too few examples have", () => {
    expect([...fitSoftmax(examples, OPTIONS).keys()]).toEqual([
      "bias",
      "thanks",
      "the",
      "what",
      "why",
    ]);
  });

  it("falls back on the most frequent class, and gives the same for the same examples", () => {
    const more = [...examples, ...examples.filter(({ label }) => label === 2)];
    const weights = fitSoftmax(more, OPTIONS);

    expect(likeliest(weights, new Map(), "bias")).toBe(2);
    expect(fitSoftmax(more, OPTIONS)).toEqual(weights);
  });
});
