/**
 * [pure] Questions with their evidence and their gold -> examples to fit the offline answer on: is a passage what the
 * question looks for, does the evidence answer the question.
 */
import { candidatesOf, FEATURES } from "../../src/writing/extractive/passage-score.ts";
import { questionShape, readQuestion } from "../../src/writing/extractive/question-shape.ts";
import {
  SUFFICIENCY_FEATURES,
  sufficiencyFeatures,
} from "../../src/writing/extractive/sufficiency.ts";
import type { Evidence, QueryTerm } from "../../src/documents/evidence.ts";
import { foldText } from "../../src/documents/text.ts";
import type { Gold } from "../case.ts";
import type { RankedExample } from "./listwise.ts";
import type { Example } from "./logistic.ts";

export type AskedQuestion = {
  readonly id: string;
  readonly question: string;
  readonly answerable: boolean;
  readonly gold: readonly Gold[];
  readonly evidence: readonly Evidence[];
  readonly terms: readonly QueryTerm[];
};

/**
 * The passages an answer may be made of, each right or not: right is one that holds a gold quote, or most of it.
 * Empty when none is right, because then nothing tells right from wrong.
 */
export function passageExamples(asked: AskedQuestion): readonly RankedExample[] {
  const quotes = asked.gold
    .map(({ quote }) => foldText(quote).text)
    .filter((quote) => quote !== "");
  const examples = candidatesOf(
    asked.question,
    readQuestion(asked.question),
    asked.terms,
    asked.evidence,
  )
    .filter(({ passage }) => passage.standsAlone)
    .map(({ passage, features }) => {
      const { chunk, quotes: spans } = passage;
      const said = foldText(
        spans.map(({ start, end }) => chunk.text.slice(start, end)).join(" "),
      ).text;
      return {
        features: FEATURES.map((feature) => features[feature]),
        right: quotes.some(
          (quote) =>
            said.includes(quote) || (quote.includes(said) && said.length > 0.6 * quote.length),
        ),
      };
    });
  return examples.some(({ right }) => right) ? examples : [];
}

/** One example a question that no rule settles; undefined for those a rule declines. */
export function sufficiencyExample(asked: AskedQuestion, weight: number): Example | undefined {
  const { values, outside } = sufficiencyFeatures({
    question: asked.question,
    shape: questionShape(asked.question),
    evidence: asked.evidence,
    terms: asked.terms,
  });
  if (outside !== undefined) return undefined;
  return {
    features: SUFFICIENCY_FEATURES.map((feature) => values[feature]),
    label: asked.answerable ? 1 : 0,
    weight,
  };
}
