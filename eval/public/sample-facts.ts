/** [pure] The facts that a model wrote in a sample of answers, and how many of them people saw after the checks. */
import { z } from "zod";
import { parseLines } from "../parse-lines.ts";
import { type Interval, wilson } from "../reading/verdict.ts";

/** One statement that somebody could act on, as a reader of the raw reply noted it. */
export const SampleFact = z.strictObject({
  id: z.string().min(1),
  /** From 0. */
  turn: z.int().min(0),
  /** In the reader's words. */
  fact: z.string().min(1),
  /** The passages that the answer cites say it. */
  true: z.boolean(),
  /** The answer as shown says it: as written, as corrected, or as the page's own block. */
  shown: z.boolean(),
  /** Why it is not true, or not shown. */
  why: z.string().optional(),
});
export type SampleFact = Readonly<z.infer<typeof SampleFact>>;

/** What became of the sentences, as `npm run eval:model-sample` counted them. */
export const SampleCounts = z.strictObject({
  answers: z.int(),
  written: z.int(),
  asWritten: z.int(),
  corrected: z.int(),
  refusedByCode: z.int(),
  refusedByChecker: z.int(),
  firstShown: z.int(),
});
export type SampleCounts = Readonly<z.infer<typeof SampleCounts>>;

export type ModelSample = {
  /** Its folder's name, a day. */
  readonly name: string;
  readonly counts: SampleCounts;
  readonly facts: readonly SampleFact[];
};

export type FactTally = {
  /** Shown among the true. */
  readonly shown: Interval;
  readonly lost: readonly SampleFact[];
  /** What no cited passage says, and was shown all the same. */
  readonly untrueShown: number;
  readonly untrue: number;
};

/** Throws `AppError` that names the line that is no fact. */
export function parseFacts(text: string, name: string): readonly SampleFact[] {
  return parseLines(
    SampleFact,
    text,
    name,
    '{"id": "...", "turn": 0, "fact": "...", "true": true, "shown": true}',
  );
}

export function tallyFacts(facts: readonly SampleFact[]): FactTally {
  const truths = facts.filter((fact) => fact.true);
  const untrue = facts.filter((fact) => !fact.true);
  const lost = truths.filter(({ shown }) => !shown);
  return {
    shown: wilson(truths.length - lost.length, truths.length),
    lost,
    untrue: untrue.length,
    untrueShown: untrue.filter(({ shown }) => shown).length,
  };
}
