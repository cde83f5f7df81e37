/**
 * The writer without a model: the block of the evidence that answers, first and whole, then at most two more from
 * elsewhere. What it proposes is the page's own words, laid out as the page has them. Whether that answers the question
 * is decided after choosing. Pure: the same task gives the same drafts.
 */
import type { Aspect } from "../../documents/answer.ts";
import { rootOf } from "../../documents/roots.ts";
import { markupOfBlock, quotedSpans, type Block } from "../../passages/block.ts";
import { candidatesOf, type Wanted } from "../../passages/score.ts";
import { suffices, type Sufficiency, type SufficiencyInput } from "../../passages/suffices.ts";
import { answeringWeights } from "../../passages/weights.ts";
import type { Draft, Writer, WriterEvent, WritingTask } from "../writer.ts";
import { askedWords } from "./asked-words.ts";
import { spoken } from "./asked.ts";
import {
  ANSWER_LIMITS,
  chooseBlocks,
  ranked,
  type ChoosingLimits,
  type ScoredBlock,
} from "./choose-blocks.ts";
import { outOfScope } from "./out-of-scope.ts";
import { readQuestion, type QuestionReading } from "./question-shape.ts";
import { isShown, shownBefore, type ShownSpans } from "./shown-before.ts";
import { wantedOf } from "./wanted.ts";

/** What a question is answered from. */
export type ChoosingTask = Pick<WritingTask, "question" | "evidence" | "terms"> &
  Partial<Pick<WritingTask, "conversation" | "message" | "pasted" | "vectors">>;

export type ChosenAnswer = {
  readonly reading: QuestionReading;
  readonly wanted: Wanted;
  /** All blocks of the evidence that this thread has not shown, best first. */
  readonly ordered: readonly ScoredBlock[];
  /** Best first. */
  readonly chosen: readonly ScoredBlock[];
  readonly sufficiency: Sufficiency;
};

/** Chooses the blocks that answer, and tells whether they do. */
export function chooseAnswer(
  task: ChoosingTask,
  limits: ChoosingLimits = ANSWER_LIMITS,
): ChosenAnswer {
  const reading = readQuestion(task.question);
  const wanted = wantedOf(task.question, reading, task.terms, task);
  const ordered = unshown(
    ranked(candidatesOf(wanted, task.evidence, task.vectors), answeringWeights().blocks),
    shownBefore(task.conversation),
  );
  const chosen = chooseBlocks(ordered, wanted, limits);
  return {
    reading,
    wanted,
    ordered,
    chosen,
    sufficiency: suffices(
      sufficiencyInput(task, reading, wanted, chosen),
      answeringWeights().suffices,
    ),
  };
}

/** Chunks whose words tell a slip of the pen from a word that no page has. */
const VOCABULARY_CHUNKS = 8;
/** "What is X?", "what does X do?": the whole question is about one thing. */
const ABOUT_ONE = /^\W*what(?:'s|’s|s)?\s+(?:is|are|does|do|exactly)\b/iu;

/** What the decision to answer is taken on. */
export function sufficiencyInput(
  { question, evidence, terms }: ChoosingTask,
  reading: QuestionReading,
  wanted: Wanted,
  chosen: readonly ScoredBlock[],
): SufficiencyInput {
  const vocabulary = new Set(
    evidence
      .slice(0, VOCABULARY_CHUNKS)
      .flatMap(
        ({ chunk }) => `${chunk.title} ${chunk.text}`.toLowerCase().match(/\p{Ll}{4,}/gu) ?? [],
      ),
  );
  return {
    words: askedWords(question, terms, vocabulary),
    chosen,
    aboutOne: ABOUT_ONE.test(spoken(question)) && reading.sides.length === 0,
    outside: outOfScope(spoken(question)),
    flatness: flatnessOf(evidence),
    trust: trustIn(terms),
    searched: new Set(terms.map(({ token }) => rootOf(token))),
  };
}

/** The page whose score is held against that of the best. */
const COMPARED = 5;

/** Score of the compared page as a share of the best; 0 when fewer pages were found. */
function flatnessOf(evidence: ChoosingTask["evidence"]): number {
  const best = new Map<string, number>();
  for (const { chunk, score } of evidence) {
    best.set(chunk.url, Math.max(score, best.get(chunk.url) ?? 0));
  }
  const scores = [...best.values()].toSorted((left, right) => right - left);
  return (scores[COMPARED - 1] ?? 0) / Math.max(scores[0] ?? 0, 1e-9);
}

/** Inverse document frequency of a word of one chunk in a documentation of some thousand. */
const LARGE = 8;

/** How much an unknown word says: the rarest word of a question tells how large the documentation is. */
function trustIn(terms: ChoosingTask["terms"]): number {
  const rarest = Math.max(0, ...terms.map(({ idf }) => idf));
  return Math.min(1, rarest / LARGE);
}

/** How much weaker than what was shown before something new may be before nothing new is said. */
const NEW_MARGIN = 1;

/** The blocks that this thread has not shown; all of them where it has shown all that is near the best. */
function unshown(ordered: readonly ScoredBlock[], shown: ShownSpans): readonly ScoredBlock[] {
  const [best] = ordered;
  if (best === undefined || shown.size === 0) return ordered;
  const fresh = ordered.filter(({ block }) => !isShown(block, shown));
  const [next] = fresh;
  return next === undefined || next.score < best.score - NEW_MARGIN ? ordered : fresh;
}

/** A block as a draft in the page's own words. */
export function draftOf(block: Block, aspect: Aspect = "other"): Draft {
  const { chunk } = block;
  return {
    text: markupOfBlock(block),
    words: "page",
    aspect,
    quotes: quotedSpans(block).map(({ start, end }) => ({
      chunkId: chunk.id,
      text: chunk.text.slice(start, end),
      start,
      end,
    })),
  };
}

/** The offline writer. Its stream says first whether what it chose answers, and ends with `not-found` when it does not. */
export function createExtractiveWriter(): Writer {
  return {
    kind: "extractive",
    name: "extractive",
    // The interface is a stream; everything here is known at once.
    // oxlint-disable-next-line typescript/require-await
    async *write(task: WritingTask): AsyncGenerator<WriterEvent> {
      const { chosen, sufficiency } = chooseAnswer(task);
      const { sufficient, why } = sufficiency;
      yield { kind: "decided", sufficient, why };
      for (const text of sufficiency.missing) yield { kind: "missing", text };
      if (!sufficient) yield { kind: "not-found" };
      else for (const { block } of chosen) yield { kind: "draft", draft: draftOf(block) };
    },
  };
}
