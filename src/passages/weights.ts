/** Weights of blocks and of the decision to answer, written by `npm run eval:fit-answering`. */
import { z } from "zod";
import written from "./weights.json" with { type: "json" };

const Numbers = z.record(z.string(), z.number());

/** The shape of `weights.json`. */
export const AnsweringWeights = z.strictObject({
  /** One for each feature of `score.ts`. */
  blocks: Numbers,
  /** One for each feature of `suffices.ts`; a question less likely than `threshold` to be answered is declined. */
  suffices: z.strictObject({ bias: z.number(), threshold: z.number(), weights: Numbers }),
});
export type AnsweringWeights = Readonly<z.infer<typeof AnsweringWeights>>;

let known: AnsweringWeights | undefined;

/** The weights in use, checked once. Throws a `ZodError` when the file has another shape. */
export function answeringWeights(): AnsweringWeights {
  known ??= AnsweringWeights.parse(written);
  return known;
}
