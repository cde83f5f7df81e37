/**
 * Which blocks make the answer: the best one first and whole, then at most two more from elsewhere that add something.
 * Pure.
 */
import type { Block } from "../../passages/block.ts";
import { scoreOf, type Candidate, type Wanted } from "../../passages/score.ts";

export type ScoredBlock = Candidate & { readonly score: number };

export type ChoosingLimits = {
  readonly blocks: number;
  /** Words of the first block, when it can be widened. */
  readonly firstWords: number;
  /** Words of all blocks together. */
  readonly words: number;
  /** Lines of listings in all blocks together. */
  readonly lines: number;
  /** A block whose score is lower than the best by more than this is left out. */
  readonly margin: number;
};

/** What is read in a chat without scrolling. */
export const ANSWER_LIMITS: ChoosingLimits = {
  blocks: 3,
  firstWords: 80,
  words: 110,
  lines: 30,
  margin: 1.5,
};

/** A block shares this much of the smaller one's words from which both say the same. */
const SAME = 0.6;
/** Words that a further block adds to the question and to what is chosen. */
const LEAST_ADDED = 5;

/** Candidates with their scores, best first. */
export function ranked(
  candidates: readonly Candidate[],
  weights: Readonly<Record<string, number>>,
): readonly ScoredBlock[] {
  return candidates
    .map((candidate) => ({ ...candidate, score: scoreOf(candidate.features, weights) }))
    .toSorted((left, right) => right.score - left.score);
}

/** The blocks to show, best first; `ordered` is best first, and what has been shown before is not in it. */
export function chooseBlocks(
  ordered: readonly ScoredBlock[],
  wanted: Wanted,
  limits: ChoosingLimits = ANSWER_LIMITS,
): readonly ScoredBlock[] {
  const top = ordered.find(({ block }) => block.words <= limits.words && block.lines <= limits.lines);
  if (top === undefined) return [];
  const first = widened(top, ordered, wanted, limits);
  const chosen = [first];
  let words = first.block.words;
  let lines = first.block.lines;
  const add = (candidate: ScoredBlock) => {
    chosen.push(candidate);
    words += candidate.block.words;
    lines += candidate.block.lines;
  };
  const fits = ({ block }: ScoredBlock) =>
    words + block.words <= limits.words &&
    lines + block.lines <= limits.lines &&
    !chosen.some((other) => meets(block, other.block));
  // A how-to without its listing is half an answer.
  if (wanted.listing && first.block.lines === 0) {
    const listing = ordered.find(
      (candidate) =>
        candidate.block.lines > 0 &&
        candidate.block.chunk.url === first.block.chunk.url &&
        candidate.score >= top.score - limits.margin &&
        fits(candidate),
    );
    if (listing !== undefined) add(listing);
  }
  for (const candidate of ordered) {
    if (chosen.length >= limits.blocks || candidate.score < top.score - limits.margin) break;
    const isExtraListing = candidate.block.lines > 0 && lines > 0;
    if (!isExtraListing && fits(candidate) && addsTo(chosen, candidate, wanted)) add(candidate);
  }
  return chosen;
}

/**
 * The block around another one that is still read at a glance: the paragraph of a sentence, with its listing where one
 * is asked for; the whole of a small section.
 */
function widened(
  top: ScoredBlock,
  ordered: readonly ScoredBlock[],
  wanted: Wanted,
  limits: ChoosingLimits,
): ScoredBlock {
  const around = ordered.filter(
    (other) =>
      other !== top &&
      other.block.words <= limits.firstWords &&
      other.block.lines <= limits.lines &&
      isWithin(top.block, other.block),
  );
  const withListing = wanted.listing && top.block.lines === 0;
  const listing = withListing ? around.find(({ block }) => block.lines > 0) : undefined;
  if (listing !== undefined) return listing;
  const [widest] = around
    .filter(({ block }) => block.lines === top.block.lines)
    .toSorted((left, right) => right.block.words - left.block.words);
  return widest ?? top;
}

function addsTo(chosen: readonly ScoredBlock[], candidate: ScoredBlock, wanted: Wanted): boolean {
  const said = new Set(chosen.flatMap(({ held }) => [...held]));
  let shared = 0;
  let added = 0;
  for (const root of candidate.held) {
    if (said.has(root)) shared += 1;
    else if (!wanted.asked.has(root) && !wanted.told.has(root)) added += 1;
  }
  return added >= LEAST_ADDED && shared < SAME * candidate.held.size;
}

/** Whether two blocks show some of the same characters. */
export function meets(left: Block, right: Block): boolean {
  return (
    left.chunk.id === right.chunk.id &&
    left.spans.some((a) => right.spans.some((b) => a.start < b.end && b.start < a.end))
  );
}

function isWithin(inner: Block, outer: Block): boolean {
  return (
    inner.chunk.id === outer.chunk.id &&
    inner.spans.every((a) => outer.spans.some((b) => b.start <= a.start && a.end <= b.end))
  );
}
