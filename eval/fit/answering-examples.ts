/**
 * [pure] Questions with their evidence and their gold -> examples to fit the offline answer on: is a block what the
 * question looks for, do the chosen blocks answer the question.
 */
import { textOfBlock, type Block } from "../../src/passages/block.ts";
import { candidatesOf, FEATURES } from "../../src/passages/score.ts";
import { assess, SUFFICIENCY_FEATURES } from "../../src/passages/suffices.ts";
import { foldText } from "../../src/documents/text.ts";
import { chooseBlocks, ranked } from "../../src/writing/extractive/choose-blocks.ts";
import {
  type ChoosingTask,
  sufficiencyInput,
} from "../../src/writing/extractive/extractive-writer.ts";
import { readQuestion } from "../../src/writing/extractive/question-shape.ts";
import { wantedOf } from "../../src/writing/extractive/wanted.ts";
import { canonicalPath } from "../canonical-path.ts";
import type { Gold } from "../case.ts";
import type { RankedExample } from "./listwise.ts";
import type { Example } from "./logistic.ts";

export type AskedQuestion = {
  readonly id: string;
  /** The file it comes from: questions of one file were written together. */
  readonly set: string;
  readonly answerable: boolean;
  readonly gold: readonly Gold[];
  /** What the offline writer was given. */
  readonly task: ChoosingTask;
};

/**
 * The blocks an answer may begin with, each right or not: right is one that holds a gold quote, or most of it; where
 * gold is known by its section only, one of that section. Empty when none is right, because then nothing tells right
 * from wrong.
 */
export function blockExamples(asked: AskedQuestion): readonly RankedExample[] {
  const { question, terms, evidence } = asked.task;
  const wanted = wantedOf(question, readQuestion(question), terms, asked.task);
  const isRight = rightBlocks(asked.gold);
  const examples = candidatesOf(wanted, evidence, asked.task.vectors).map(
    ({ block, features }) => ({
      features: FEATURES.map((feature) => features[feature]),
      right: isRight(block),
    }),
  );
  return examples.some(({ right }) => right) ? examples : [];
}

function rightBlocks(gold: readonly Gold[]): (block: Block) => boolean {
  const quotes = gold.map(({ quote }) => foldText(quote).text).filter((quote) => quote !== "");
  if (quotes.length > 0) {
    return (block) => {
      const said = foldText(textOfBlock(block)).text;
      return quotes.some(
        (quote) =>
          said.includes(quote) || (quote.includes(said) && said.length > 0.6 * quote.length),
      );
    };
  }
  // How a heading becomes an anchor differs by its punctuation only.
  const placeOf = (path: string, anchor: string) =>
    `${canonicalPath(path)}#${anchor.replaceAll(/[^\p{L}\p{N}]+/gu, "")}`;
  const places = new Set(gold.map(({ path, anchor }) => placeOf(path, anchor)));
  return ({ chunk, anchor }) => places.has(placeOf(chunk.url, anchor));
}

/** How the blocks chosen with these weights stand to the question; undefined for a question that a rule declines. */
export function sufficiencyExample(
  asked: AskedQuestion,
  weights: Readonly<Record<string, number>>,
  weight: number,
): Example | undefined {
  const { task } = asked;
  const reading = readQuestion(task.question);
  const wanted = wantedOf(task.question, reading, task.terms, task);
  const chosen = chooseBlocks(
    ranked(candidatesOf(wanted, task.evidence, task.vectors), weights),
    wanted,
  );
  const { values, isOutside } = assess(sufficiencyInput(task, reading, wanted, chosen));
  if (isOutside) return undefined;
  return {
    features: SUFFICIENCY_FEATURES.map((feature) => values[feature]),
    label: asked.answerable ? 1 : 0,
    weight,
  };
}
