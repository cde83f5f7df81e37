/**
 * [pure] Questions with their evidence and their gold -> examples to fit the offline answer on: is a passage what the
 * question looks for, does the evidence answer the question.
 */
import { candidatesOf, FEATURES } from "../../src/answering/passage-score.ts";
import { questionShape, readQuestion } from "../../src/answering/question-shape.ts";
import { SUFFICIENCY_FEATURES, sufficiencyFeatures } from "../../src/answering/sufficiency.ts";
import type { Evidence, QueryTerm } from "../../src/documents/evidence.ts";
import { foldText } from "../../src/documents/text.ts";
import { canonicalPath } from "../canonical-path.ts";
import type { Gold } from "../case.ts";
import type { Example } from "./logistic.ts";

export type AskedQuestion = {
  readonly id: string;
  readonly question: string;
  readonly answerable: boolean;
  readonly gold: readonly Gold[];
  readonly evidence: readonly Evidence[];
  readonly terms: readonly QueryTerm[];
};

/** A passage of the gold page is nearer to right than one of another page, one beside the gold quote nearer still. */
const BESIDE_GOLD = 0.3;
const ON_GOLD_PAGE = 0.12;
/** Sum of the weights of one question's passages, so that long evidence does not count more. */
const QUESTION_WEIGHT = 50;

/** One example a passage; none when no gold quote is in reach, because then nothing tells right from wrong. */
export function passageExamples(asked: AskedQuestion): readonly Example[] {
  const quotes = asked.gold
    .map(({ quote }) => foldText(quote).text)
    .filter((quote) => quote !== "");
  const pages = new Set(asked.gold.map(({ path }) => canonicalPath(path)));
  const candidates = candidatesOf(
    asked.question,
    readQuestion(asked.question),
    asked.terms,
    asked.evidence,
  ).map((candidate) => {
    const { chunk, quotes: spans } = candidate.passage;
    const said = foldText(
      spans.map(({ start, end }) => chunk.text.slice(start, end)).join(" "),
    ).text;
    const isGold = quotes.some(
      (quote) => said.includes(quote) || (quote.includes(said) && said.length > 0.6 * quote.length),
    );
    return { candidate, chunk, isGold };
  });
  const beside = new Set(candidates.filter(({ isGold }) => isGold).map(({ chunk }) => chunk.id));
  if (beside.size === 0) return [];
  return candidates.map(({ candidate, chunk, isGold }) => {
    const onPage = pages.has(canonicalPath(chunk.url)) ? ON_GOLD_PAGE : 0;
    return {
      features: FEATURES.map((feature) => candidate.features[feature]),
      label: isGold ? 1 : beside.has(chunk.id) ? BESIDE_GOLD : onPage,
      weight: QUESTION_WEIGHT / candidates.length,
    };
  });
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
