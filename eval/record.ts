/** The evaluation record: one JSON line a turn. Other tools read it, so its shape is a contract. */
import { z } from "zod";
import { Answer } from "../src/documents/answer.ts";
import { RESOLUTION_KINDS } from "../src/conversation/conversation.ts";

export const Retrieved = z.strictObject({
  chunkId: z.string(),
  url: z.string(),
  anchor: z.string(),
  title: z.string(),
  section: z.string(),
  text: z.string(),
  score: z.number(),
});
export type Retrieved = Readonly<z.infer<typeof Retrieved>>;

export const EvalRecord = z.strictObject({
  id: z.string().min(1),
  /** From 0. */
  turn: z.int().min(0),
  kind: z.string().min(1),
  question: z.string(),
  resolution: z.strictObject({
    kind: z.enum(RESOLUTION_KINDS),
    question: z.string(),
    asks: z.array(z.string()).readonly().optional(),
    searches: z
      .array(z.strictObject({ text: z.string(), weight: z.number(), from: z.string() }))
      .readonly()
      .optional(),
    claimIds: z.array(z.string()).readonly(),
    words: z.array(z.string()).readonly(),
    confidence: z.number(),
    by: z.enum(["rules", "model"]),
  }),
  /** In rank order, until ten distinct pages are reached, at most forty. */
  retrieved: z.array(Retrieved).readonly(),
  answer: Answer,
  /** Terminal text without colour or wrapping. */
  rendered: z.string(),
  /** "extractive" or the model's name. */
  model: z.string().min(1),
  tokens: z.strictObject({ input: z.number(), output: z.number() }),
  ms: z.strictObject({
    total: z.number(),
    resolve: z.number(),
    retrieve: z.number(),
    answer: z.number(),
  }),
});
export type EvalRecord = Readonly<z.infer<typeof EvalRecord>>;
