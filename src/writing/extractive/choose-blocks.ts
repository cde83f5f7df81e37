/**
 * Which blocks make the answer: the best one first and whole, then at most two more from elsewhere that add something.
 * Pure.
 */
import { rootsOf } from "../../documents/roots.ts";
import { extended, textOfBlock, type Block } from "../../passages/block.ts";
import { scoreOf, type Candidate, type Wanted } from "../../passages/score.ts";

export type ScoredBlock = Candidate & { readonly score: number };

export type ChoosingLimits = {
  readonly blocks: number;
  /** Words of the first block, when it can be widened. */
  readonly firstWords: number;
  /** Words of each further block. */
  readonly moreWords: number;
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
  firstWords: 75,
  moreWords: 45,
  words: 115,
  lines: 30,
  margin: 2.5,
};

/** What a sentence may be widened to. */
const PROSE: ReadonlySet<Block["kind"]> = new Set(["sentence", "paragraph", "listing"]);
/** A block shares this much of the smaller one's words from which both say the same. */
const SAME = 0.6;
/** What a further block costs by its length, and by each block of its page that is shown already. */
const LENGTH_COST = 0.35;
const PAGE_COST = 0.5;
/** What a block adds that speaks of a side of the comparison left open. */
const OPENS_SIDE = 2;
/** A further block with fewer words says nothing by itself. */
const LEAST_WORDS = 8;
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
  const top = ordered.find(
    ({ block }) => block.words <= limits.words && block.lines <= limits.lines,
  );
  if (top === undefined) return [];
  const first = goingOn(widened(top, ordered, wanted, limits), wanted, limits);
  const chosen = [first];
  let words = first.block.words;
  let lines = first.block.lines;
  const add = (candidate: ScoredBlock) => {
    const at = chosen.findIndex(({ block }) => isBeside(block, candidate.block));
    const beside = chosen[at];
    if (beside === undefined) chosen.push(candidate);
    else chosen[at] = together(beside, candidate);
    words += candidate.block.words;
    lines += candidate.block.lines;
  };
  const fits = ({ block }: ScoredBlock) =>
    words + block.words <= limits.words &&
    lines + block.lines <= limits.lines &&
    !chosen.some((other) =>
      meets(isBeside(block, other.block) ? coreBlock(block) : block, other.block),
    );
  // A how-to without its listing is half an answer.
  if (wanted.listing && first.block.lines === 0) {
    const listing = ordered.find(
      (candidate) =>
        candidate.block.lines > 0 &&
        candidate.block.chunk.url === first.block.chunk.url &&
        candidate.block.anchor === first.block.anchor &&
        candidate.score >= top.score - limits.margin / 2 &&
        fits(candidate),
    );
    if (listing !== undefined) add(listing);
  }
  const near = ordered.filter(
    ({ block, score }) =>
      score >= top.score - limits.margin &&
      block.words <= limits.moreWords &&
      block.words + 3 * block.lines >= LEAST_WORDS,
  );
  while (chosen.length < limits.blocks) {
    let next: ScoredBlock | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const candidate of near) {
      // Nothing that comes later is worth more.
      if (candidate.score + OPENS_SIDE <= most) break;
      // A third block answers only where it is nearly as good; else it distracts.
      if (chosen.length > 1 && candidate.score < top.score - limits.margin / 2) break;
      const worth =
        worthBeside(candidate, chosen) + (opensSide(candidate, chosen, wanted) ? OPENS_SIDE : 0);
      if (worth <= most || (candidate.block.lines > 0 && lines > 0)) continue;
      if (!fits(candidate) || !addsTo(chosen, candidate, wanted)) continue;
      // Of one table only the rows that are as near as the first.
      const isMore =
        candidate.block.kind === "row" &&
        chosen.some(({ block }) => isBeside(block, candidate.block));
      if (isMore && candidate.score < top.score - limits.margin / 2) continue;
      [next, most] = [candidate, worth];
    }
    if (next === undefined) break;
    const whole =
      next.block.kind === "row"
        ? comparedRows(next, ordered, wanted, limits)
        : (entryOf(next, ordered, limits.moreWords) ?? wholeList(next, ordered, limits.moreWords));
    add(fits(whole) ? whole : next);
  }
  return chosen;
}

/** Whether a block speaks of a side of the comparison that no chosen block speaks of. */
function opensSide(
  candidate: ScoredBlock,
  chosen: readonly ScoredBlock[],
  { sides }: Wanted,
): boolean {
  const speaksOf = ({ held }: ScoredBlock, side: readonly string[]) =>
    side.every((root) => held.has(root));
  return sides.some(
    (side) => speaksOf(candidate, side) && !chosen.some((other) => speaksOf(other, side)),
  );
}

/** A further block is worth less when it is long, and when it is of a page that is quoted already. */
function worthBeside({ score, block }: ScoredBlock, chosen: readonly ScoredBlock[]): number {
  const ofPage = chosen.filter((other) => other.block.chunk.url === block.chunk.url).length;
  return score - LENGTH_COST * Math.log(4 + block.words) - PAGE_COST * ofPage;
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
  const entry = entryOf(top, ordered, limits.firstWords);
  if (entry !== undefined) return entry;
  if (top.block.kind === "item") {
    return wholeList(top, ordered, wanted.list ? limits.words : limits.firstWords);
  }
  if (top.block.kind === "row") return comparedRows(top, ordered, wanted, limits);
  if (top.block.kind !== "sentence" && top.block.kind !== "paragraph") return top;
  const around = ordered.filter(
    (other) =>
      other !== top &&
      PROSE.has(other.block.kind) &&
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

/** What is said of a setting, with the name it is set by: the whole entry of a settings reference. */
function entryOf(
  { block }: ScoredBlock,
  ordered: readonly ScoredBlock[],
  mostWords: number,
): ScoredBlock | undefined {
  if (block.chunk.pageType !== "settings-reference" || block.kind === "section") return undefined;
  return ordered.find(
    (other) =>
      other.block.kind === "section" &&
      other.block.words <= mostWords &&
      isWithin(coreBlock(block), other.block),
  );
}

/**
 * The row with what it is told apart from: of a small table that is compared or explained the whole, of a larger one
 * the rows of the other sides.
 */
function comparedRows(
  row: ScoredBlock,
  ordered: readonly ScoredBlock[],
  wanted: Wanted,
  limits: ChoosingLimits,
): ScoredBlock {
  if (wanted.sides.length < 2 && !wanted.defines) return row;
  const table = ordered.find(
    ({ block }) =>
      block.kind === "table" && block.words <= limits.words && isWithin(row.block, block),
  );
  if (table !== undefined) return table;
  let rows = row;
  for (const other of ordered) {
    if (!isBeside(row.block, other.block) || !opensSide(other, [rows], wanted)) continue;
    if (rows.block.words + other.block.words <= limits.words) rows = together(rows, other);
  }
  return rows;
}

/** The list of an item, where it is short enough. */
function wholeList(
  item: ScoredBlock,
  ordered: readonly ScoredBlock[],
  mostWords: number,
): ScoredBlock {
  const list = ordered.find(
    ({ block }) =>
      block.kind === "list" && block.words <= mostWords && isWithin(coreBlock(item.block), block),
  );
  return list ?? item;
}

/** The first block with what follows it on the page, as far as that is still read at a glance. */
function goingOn(first: ScoredBlock, wanted: Wanted, limits: ChoosingLimits): ScoredBlock {
  const { block } = first;
  if (block.kind === "row" || block.kind === "table" || block.kind === "item") return first;
  const lines = wanted.listing || block.lines > 0 ? limits.lines : 0;
  const whole = extended(block, { words: limits.firstWords, lines });
  if (whole === block) return first;
  const roots = rootsOf(textOfBlock(whole));
  return { ...first, block: whole, roots, held: new Set(roots) };
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

/** Two rows of one table, two items of one list: shown as one. */
function isBeside(left: Block, right: Block): boolean {
  return (
    left.kind === right.kind &&
    (left.kind === "row" || left.kind === "item") &&
    left.chunk.id === right.chunk.id &&
    left.group === right.group
  );
}

/** Two blocks of one table or list as one, in the order of the page. */
function together(left: ScoredBlock, right: ScoredBlock): ScoredBlock {
  const spans = new Map(
    [...left.block.spans, ...right.block.spans].map((span) => [span.start, span] as const),
  );
  return {
    ...left,
    held: left.held.union(right.held),
    block: {
      ...left.block,
      spans: [...spans.values()].toSorted((one, other) => one.start - other.start),
      words: left.block.words + right.block.words,
    },
  };
}

/** Whether two blocks show some of the same characters. */
export function meets(left: Block, right: Block): boolean {
  return (
    left.chunk.id === right.chunk.id &&
    left.spans.some((a) => right.spans.some((b) => a.start < b.end && b.start < a.end))
  );
}

/** A block without what leads into it. */
function coreBlock(block: Block): Block {
  return block.kind === "item" ? { ...block, spans: block.spans.slice(-1) } : block;
}

function isWithin(inner: Block, outer: Block): boolean {
  return (
    inner.chunk.id === outer.chunk.id &&
    inner.spans.every((a) => outer.spans.some((b) => b.start <= a.start && a.end <= b.end))
  );
}
