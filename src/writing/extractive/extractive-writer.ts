/**
 * The writer without a model: an answer made of passages of the evidence. It scores every passage, takes the best
 * that add something, gives them the order the question asks for, and proposes each as a claim whose text is the
 * quoted text. Pure: the same task gives the same drafts.
 */
import type { Aspect } from "../../documents/answer.ts";
import type { QueryTerm } from "../../documents/evidence.ts";
import type { Span } from "../../documents/text.ts";
import { aspectOfHeading, aspectOrder, aspectsOf, SKELETON, tellsWhatToDo } from "./aspects.ts";
import { candidatesOf, passageScore, type CandidatePassage } from "./passage-score.ts";
import type { Passage } from "./passages.ts";
import { isPlantedInstruction } from "../../passages/planted-instructions.ts";
import { readQuestion, type QuestionReading } from "./question-shape.ts";
import { rootOf, rootsOf } from "../../documents/roots.ts";
import type { Draft, Writer, WriterEvent, WritingTask } from "../writer.ts";

export type WritingLimits = {
  readonly maxPassages: number;
  readonly maxSections: number;
  /** Words of prose; a listing counts a third. */
  readonly maxWords: number;
  /** A passage weaker than this share of the best is left out. */
  readonly minShare: number;
};

/** What another passage of a page already quoted is worth: a second page is a second chance to be right. */
const PAGE_REPEAT = 0.85;
/** What is taken off for saying what another passage says. */
const SAME_DISCOUNT = 0.2;
/** Long passages take the place of others: worth falls with this power of the words. */
const LENGTH_POWER = 0.3;
/** What a side of a comparison that is left open adds. */
const OPENS_SIDE = 1.5;
/** What a part of the skeleton that is left open adds, where a question asks for the whole of it. */
const OPENS_PART = 2;
/** Sections for parts of the skeleton from which a page was written to answer all of it. */
const PARTS_OF_A_PAGE = 3;
/** What a second listing is worth. */
const LISTING_REPEAT = 0.3;
/** Words the limit gives way by for the listing of a how-to. */
const LISTING_EXTRA = 40;
/** What is read in a chat without scrolling. */
export const DEFAULT_LIMITS: WritingLimits = {
  maxPassages: 6,
  maxSections: 4,
  maxWords: 150,
  minShare: 0.1,
};

/** A passage that has all words of another one but a quarter says nothing new. */
const SAME_THING = 0.75;

type Scored = CandidatePassage & {
  readonly score: number;
  /** Told only where a question asks for the whole of the skeleton: nothing else chooses by it. */
  readonly aspect: Aspect | undefined;
};

/** A passage not chosen yet, and how much of it the chosen ones say. */
type Open = { readonly item: Scored; same: number };

/** Words it costs the reader: a listing is glanced at, not read. */
function cost(passage: Passage): number {
  return passage.kind === "code" ? 15 + passage.words / 3 : passage.words;
}

/** Share of the smaller passage's words that the other has too. */
function overlap(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let shared = 0;
  for (const root of left) if (right.has(root)) shared += 1;
  return shared / Math.max(1, Math.min(left.size, right.size));
}

function spansMeet(left: Passage, right: Passage): boolean {
  return (
    left.chunk.id === right.chunk.id &&
    ownSpans(left).some((a) => ownSpans(right).some((b) => a.start < b.end && b.start < a.end))
  );
}

/** What a passage quotes for itself: the header of a table belongs to all of its rows. */
function ownSpans({ kind, core, quotes }: Passage): readonly Span[] {
  return kind === "row" ? [core] : quotes;
}

function wantsListing({ asks, shape }: QuestionReading): boolean {
  return (
    shape === "steps" || (["how", "example", "command"] as const).some((ask) => asks.includes(ask))
  );
}

/** The best passages that add something to each other, within the limits, best first. */
export function choosePassages(
  candidates: readonly CandidatePassage[],
  reading: QuestionReading,
  limits: WritingLimits,
): readonly CandidatePassage[] {
  const sides = reading.sides.map(rootsOf).filter(({ length }) => length > 0);
  const readable = candidates
    .filter(({ passage, aside }) => passage.standsAlone && !aside)
    .filter(({ passage }) => cost(passage) <= limits.maxWords)
    .map((candidate) => ({
      ...candidate,
      score: worthAlone(candidate),
      aspect: reading.open ? aspectOf(candidate, reading) : undefined,
    }));
  const chosen: Scored[] = reading.open ? partsOfOnePage(readable, limits) : [];
  if (chosen.length > 0) return chosen;
  const open = new Set(readable.map((item): Open => ({ item, same: 0 })));
  let best = 0;
  while (chosen.length < limits.maxPassages) {
    const room = roomBeside(chosen, limits);
    let pick: Open | undefined;
    let pickWorth = 0;
    for (const one of open) {
      // Nothing beside others is worth more than this.
      if (one.item.score * OPENS_SIDE * OPENS_PART <= pickWorth || !fits(one.item, room)) continue;
      const worth = worthBeside(one, chosen, sides, reading);
      if (worth > pickWorth) [pick, pickWorth] = [one, worth];
    }
    if (pick === undefined || pickWorth < limits.minShare * best) break;
    open.delete(pick);
    const { item } = pick;
    if (isPlantedInstruction(item.passage.text)) continue;
    best = Math.max(best, item.score);
    chosen.push(item);
    for (const one of open) one.same = Math.max(one.same, overlap(one.item.held, item.held));
  }
  return wantsListing(reading)
    ? withListing(
        [...open].map(({ item }) => item),
        chosen,
        limits,
      )
    : chosen;
}

/**
 * "What happens if ...?" answered by the page that was written for it: the best passage of each part, where the page
 * of the best passage has sections for most parts. Empty otherwise.
 */
function partsOfOnePage(readable: readonly Scored[], limits: WritingLimits): Scored[] {
  const ranked = readable
    .filter(({ passage }) => !isPlantedInstruction(passage.text))
    .toSorted((left, right) => right.score - left.score);
  const url = ranked[0]?.passage.chunk.url;
  const chosen: Scored[] = [];
  for (const part of SKELETON) {
    const found = ranked.find(
      (item) =>
        item.passage.chunk.url === url &&
        aspectOfHeading(item.passage.headings.at(-1) ?? "") === part &&
        fits(item, roomBeside(chosen, { ...limits, maxSections: SKELETON.length })),
    );
    if (found !== undefined) chosen.push(found);
  }
  return chosen.length >= PARTS_OF_A_PAGE ? chosen : [];
}

/** What those chosen leave of the limits. */
type Room = {
  readonly chosen: readonly Scored[];
  readonly sections: ReadonlySet<string>;
  readonly moreSections: boolean;
  readonly words: number;
};

function roomBeside(chosen: readonly Scored[], limits: WritingLimits): Room {
  const sections = new Set(chosen.map(({ passage }) => sectionOf(passage)));
  return {
    chosen,
    sections,
    moreSections: sections.size < limits.maxSections,
    words: limits.maxWords - wordsOf(chosen),
  };
}

/** Whether there is room for a passage beside those chosen. */
function fits({ passage }: Scored, { chosen, sections, moreSections, words }: Room): boolean {
  if (cost(passage) > words) return false;
  if (!moreSections && !sections.has(sectionOf(passage))) return false;
  return !chosen.some((other) => spansMeet(passage, other.passage));
}

function wordsOf(chosen: readonly Scored[]): number {
  return chosen.reduce((sum, { passage }) => sum + cost(passage), 0);
}

function worthAlone({ passage, features }: CandidatePassage): number {
  return passageScore(features) / cost(passage) ** LENGTH_POWER;
}

/** What a passage is worth once others are chosen: less when it repeats them, more when it speaks of a side left open. */
function worthBeside(
  { item, same }: Open,
  chosen: readonly Scored[],
  sides: readonly (readonly string[])[],
  reading: QuestionReading,
): number {
  if (same > SAME_THING) return 0;
  const speaksOf = ({ held }: Scored, side: readonly string[]) =>
    side.every((root) => held.has(root));
  const opensSide = sides.some(
    (side) => speaksOf(item, side) && !chosen.some((other) => speaksOf(other, side)),
  );
  const ofPage = chosen.filter(({ passage }) => passage.chunk.url === item.passage.chunk.url);
  const opensPart =
    reading.open &&
    item.aspect !== undefined &&
    SKELETON.includes(item.aspect) &&
    chosen.every(({ aspect }) => aspect !== item.aspect);
  const secondListing =
    item.passage.kind === "code" && chosen.some(({ passage }) => passage.kind === "code");
  return (
    item.score *
    (1 - SAME_DISCOUNT * same) *
    PAGE_REPEAT ** ofPage.length *
    (opensSide ? OPENS_SIDE : 1) *
    (opensPart ? OPENS_PART : 1) *
    (secondListing ? LISTING_REPEAT : 1)
  );
}

/**
 * A how-to without its listing is half an answer: the best listing of a section that is quoted already is added, in
 * place of the sentence that leads into it when that was chosen.
 */
function withListing(
  open: readonly Scored[],
  chosen: readonly Scored[],
  limits: WritingLimits,
): readonly Scored[] {
  const [first] = chosen;
  if (first === undefined || chosen.some(({ passage }) => passage.kind === "code")) return chosen;
  const sections = new Set(chosen.map(({ passage }) => sectionOf(passage)));
  const best = open
    .filter(
      ({ passage }) =>
        passage.kind === "code" &&
        sections.has(sectionOf(passage)) &&
        !isPlantedInstruction(passage.text),
    )
    .sort((left, right) => right.score - left.score)[0];
  if (best === undefined || best.score < 0.25 * first.score) return chosen;
  const kept = chosen.filter(({ passage }) => !spansMeet(passage, best.passage));
  const fitsIn = wordsOf(kept) + cost(best.passage) <= limits.maxWords + LISTING_EXTRA;
  return fitsIn && chosen.length - kept.length <= 1 ? [...kept, best] : chosen;
}

function sectionOf(passage: Passage): string {
  return `${passage.chunk.url}#${passage.anchor}`;
}

/** What part of the question a passage answers. */
function aspectOf({ passage, features }: CandidatePassage, reading: QuestionReading): Aspect {
  const found = aspectsOf(passage.chunk.text.slice(passage.core.start, passage.core.end));
  switch (reading.shape) {
    case "definition":
      return features.defines === 1 ? "definition" : "other";
    case "steps":
      return passage.kind === "code" || found.includes("action") ? "step" : "other";
    case "setting":
      return found.includes("setting") || /\d/u.test(passage.text) ? "setting" : "other";
    // Headings of the skeleton over an answer that is not about a failure would say what no quote says.
    case "other":
      return "other";
    case "failure":
      return skeletonAspect(passage, reading);
  }
}

/**
 * The part of the failure skeleton a passage is shown under. A heading promises that what stands below it answers
 * that part of the question, and a wrong one misleads more than none. So a part is named where the question asks for
 * it, or for all of them; what to do is wanted by everybody who tells of trouble.
 */
function skeletonAspect(passage: Passage, reading: QuestionReading): Aspect {
  const isAsked = (aspect: Aspect) =>
    reading.open || aspect === "action" || reading.aspects.includes(aspect);
  const announced = aspectOfHeading(passage.headings.at(-1) ?? "");
  if (announced !== undefined && isAsked(announced)) return announced;
  const core = passage.chunk.text.slice(passage.core.start, passage.core.end);
  if (tellsWhatToDo(core)) return "action";
  // Words of the question stand in every passage about it and tell its parts apart no more.
  const own = core.replaceAll(/[\p{L}\p{N}_]+/gu, (word) =>
    reading.words.has(word.toLowerCase()) ? " " : word,
  );
  const parts = aspectsOf(own).filter((aspect) => SKELETON.includes(aspect) && isAsked(aspect));
  return parts.find((aspect) => reading.aspects.includes(aspect)) ?? parts[0] ?? "other";
}

/**
 * Passages in reading order: a failure answer by the skeleton, others by section in order of worth; passages of one
 * section in the order of their page.
 */
function inOrder(chosen: readonly CandidatePassage[], reading: QuestionReading): readonly Part[] {
  const worth = new Map<string, number>();
  for (const [place, { passage }] of chosen.entries()) {
    if (!worth.has(sectionOf(passage))) worth.set(sectionOf(passage), place);
  }
  const byAspect = reading.shape === "failure" || reading.shape === "definition";
  // What something is, a page says before its first heading.
  const isLater = ({ headings }: Passage) =>
    reading.shape === "definition" && headings.length > 0 ? 1 : 0;
  return chosen
    .map((candidate) => ({ passage: candidate.passage, aspect: aspectOf(candidate, reading) }))
    .sort(
      (left, right) =>
        (byAspect ? aspectOrder(left.aspect) - aspectOrder(right.aspect) : 0) ||
        isLater(left.passage) - isLater(right.passage) ||
        (worth.get(sectionOf(left.passage)) ?? 0) - (worth.get(sectionOf(right.passage)) ?? 0) ||
        left.passage.chunk.position - right.passage.chunk.position ||
        left.passage.core.start - right.passage.core.start,
    );
}

type Part = { readonly passage: Passage; readonly aspect: Aspect };

/** Sentences that follow each other on the page become one claim, so that they read as they were written. */
function joined(parts: readonly Part[]): readonly (readonly [Part, ...Part[]])[] {
  const groups: [Part, ...Part[]][] = [];
  for (const part of parts) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group !== undefined && last !== undefined && follows(last.passage, part.passage)) {
      group.push(part);
    } else groups.push([part]);
  }
  return groups;
}

function follows(left: Passage, right: Passage): boolean {
  if (left.kind !== "sentence" || right.kind !== "sentence") return false;
  if (left.chunk.id !== right.chunk.id || left.block !== right.block) return false;
  const end = left.quotes.at(-1)?.end ?? 0;
  const start = right.quotes[0]?.start ?? 0;
  return start >= end && left.chunk.text.slice(end, start).trim() === "";
}

function draftOf([first, ...rest]: readonly [Part, ...Part[]]): Draft {
  const { passage, aspect } = first;
  const { chunk } = passage;
  const last = rest.at(-1)?.passage ?? passage;
  const spans =
    rest.length === 0
      ? passage.quotes
      : [{ start: passage.quotes[0]?.start ?? 0, end: last.quotes.at(-1)?.end ?? 0 }];
  return {
    text:
      rest.length === 0
        ? passage.text
        : spans.map(({ start, end }) => chunk.text.slice(start, end)).join(" "),
    aspect,
    quotes: spans.map(({ start, end }) => ({
      chunkId: chunk.id,
      text: chunk.text.slice(start, end),
    })),
  };
}

const CLAUSE_END =
  /[?!;\n]+\s*|\.\s+|,?\s+(?:and|but|or)\s+(?=(?:how|what|which|where|when|why|who|does|do|did|is|are|can|could|should|will)\b)/iu;
const ASKING =
  /^(?:how|what|which|where|when|why|who|does|do|did|is|are|can|could|should|will)\b/iu;

/**
 * Parts of a question that the chosen passages do not touch, in its own words: of several asked at once, those whose
 * own words (two at the least) stand in no passage and no heading. A question of one part is never missing whole.
 */
export function untouchedParts(
  question: string,
  terms: readonly QueryTerm[],
  chosen: readonly CandidatePassage[],
): readonly string[] {
  const searched = new Set(terms.map(({ token }) => rootOf(token)));
  const parts = question
    .replaceAll(/```[\s\S]*?(?:```|$)/gu, " ")
    .split(CLAUSE_END)
    .map((text) => text.trim())
    .filter((text) => ASKING.test(text))
    .map((text) => ({ text, roots: new Set(rootsOf(text).filter((root) => searched.has(root))) }));
  if (parts.length < 2) return [];
  const said = new Set(
    chosen.flatMap(({ passage, roots }) => [
      ...roots,
      ...rootsOf([passage.chunk.title, ...passage.headings].join(" ")),
    ]),
  );
  return parts
    .filter(({ roots }) => roots.size >= 2 && ![...roots].some((root) => said.has(root)))
    .map(({ text }) => text);
}

type DraftingTask = Pick<WritingTask, "question" | "evidence" | "terms">;

/** Drafts for a question over its evidence, in reading order. Empty when nothing can be quoted. */
export function writeDrafts(
  task: DraftingTask,
  limits: WritingLimits = DEFAULT_LIMITS,
): readonly Draft[] {
  return draftsWithin(task)(limits);
}

/** The same for several limits: the passages are found and weighed once. */
export function draftsWithin(task: DraftingTask): (limits: WritingLimits) => readonly Draft[] {
  const write = answersWithin(task);
  return (limits) => write(limits).drafts;
}

function answersWithin(task: DraftingTask): (limits: WritingLimits) => {
  readonly drafts: readonly Draft[];
  readonly missing: readonly string[];
} {
  const reading = readQuestion(task.question);
  const candidates = candidatesOf(task.question, reading, task.terms, task.evidence);
  return (limits) => {
    const chosen = choosePassages(candidates, reading, limits);
    return {
      drafts: joined(inOrder(chosen, reading)).map(draftOf),
      missing: untouchedParts(task.question, task.terms, chosen),
    };
  };
}

/** The offline writer. Its stream ends with `not-found` when the evidence holds nothing that can be quoted. */
export function createExtractiveWriter(limits: WritingLimits = DEFAULT_LIMITS): Writer {
  return {
    kind: "extractive",
    name: "extractive",
    // The interface is a stream; everything here is known at once.
    // oxlint-disable-next-line typescript/require-await
    async *write(task: WritingTask): AsyncGenerator<WriterEvent> {
      const { drafts, missing } = answersWithin(task)(limits);
      for (const draft of drafts) yield { kind: "draft", draft };
      if (drafts.length === 0) yield { kind: "not-found" };
      else for (const text of missing) yield { kind: "missing", text };
    },
  };
}
