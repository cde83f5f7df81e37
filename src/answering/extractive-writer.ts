/**
 * The writer without a model: an answer made of passages of the evidence. It scores every passage, takes the best
 * that add something, gives them the order the question asks for, and proposes each as a claim whose text is the
 * quoted text. Pure: the same task gives the same drafts.
 */
import type { Aspect } from "../documents/answer.ts";
import { aspectOrder, aspectsOf } from "./aspects.ts";
import { candidatesOf, passageScore, type CandidatePassage } from "./passage-score.ts";
import type { Passage } from "./passages.ts";
import { readQuestion, type QuestionReading } from "./question-shape.ts";
import { rootsOf } from "./roots.ts";
import type { Draft, Writer, WriterEvent, WritingTask } from "./writer.ts";

export type WritingLimits = {
  readonly maxPassages: number;
  readonly maxSections: number;
  /** Words of prose; a listing counts a third. */
  readonly maxWords: number;
  /** A passage weaker than this share of the best is left out. */
  readonly minShare: number;
};

const PAGE_REPEAT = Number(process.env["PR"] ?? 0.7);
/** What is read in a chat without scrolling. */
export const DEFAULT_LIMITS: WritingLimits = {
  maxPassages: Number(process.env["MP"] ?? 5),
  maxSections: 4,
  maxWords: Number(process.env["MW"] ?? 130),
  minShare: Number(process.env["MS"] ?? 0.3),
};

type Chosen = CandidatePassage & { readonly score: number };

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
    left.quotes.some((a) => right.quotes.some((b) => a.start < b.end && b.start < a.end))
  );
}

function wantsListing(reading: QuestionReading): boolean {
  const { asks, shape } = reading;
  return (
    shape === "steps" ||
    asks.includes("how") ||
    asks.includes("example") ||
    asks.includes("command")
  );
}

/** The best passages that add something to each other, within the limits, best first. */
export function choosePassages(
  candidates: readonly CandidatePassage[],
  reading: QuestionReading,
  limits: WritingLimits,
): readonly CandidatePassage[] {
  const sides = reading.sides.map((side) => rootsOf(side));
  const open: Chosen[] = candidates
    .filter(
      ({ passage, faint }) => passage.standsAlone && !faint && cost(passage) <= limits.maxWords,
    )
    .map((candidate) => ({ ...candidate, score: passageScore(candidate.features) }));
  const chosen: Chosen[] = [];
  const sections = new Set<string>();
  let words = 0;
  let best = 0;
  while (chosen.length < limits.maxPassages) {
    let pick: Chosen | undefined;
    let pickWorth = 0;
    for (const item of open) {
      if (chosen.includes(item) || chosen.some((other) => spansMeet(item.passage, other.passage)))
        continue;
      const section = sectionOf(item.passage);
      if (!sections.has(section) && sections.size >= limits.maxSections) continue;
      if (words + cost(item.passage) > limits.maxWords) continue;
      const same = Math.max(0, ...chosen.map((other) => overlap(item.held, other.held)));
      if (same > 0.75) continue;
      const opensSide = sides.some(
        (side) =>
          side.length > 0 &&
          side.every((root) => item.held.has(root)) &&
          !chosen.some((other) => side.every((root) => other.held.has(root))),
      );
      const listings = chosen.filter(({ passage }) => passage.kind === "code").length;
      const pageShare = chosen.filter(
        ({ passage }) => passage.chunk.url === item.passage.chunk.url,
      ).length;
      const enoughListings = item.passage.kind === "code" && listings >= 1;
      const worth =
        item.score *
        (1 - 0.6 * same) *
        (opensSide ? 1.5 : 1) *
        (enoughListings ? 0.3 : 1) *
        PAGE_REPEAT ** pageShare;
      if (worth > pickWorth) [pick, pickWorth] = [item, worth];
    }
    if (pick === undefined || pickWorth < limits.minShare * best) break;
    best = Math.max(best, pickWorth);
    chosen.push(pick);
    sections.add(sectionOf(pick.passage));
    words += cost(pick.passage);
  }
  if (wantsListing(reading)) addListing(open, chosen, sections, words, limits);
  return chosen;
}

/** A how-to without its listing is half an answer: the best one of a section that is quoted already. */
function addListing(
  open: readonly Chosen[],
  chosen: Chosen[],
  sections: ReadonlySet<string>,
  words: number,
  limits: WritingLimits,
): void {
  if (chosen.some(({ passage }) => passage.kind === "code")) return;
  const first = chosen[0];
  if (first === undefined) return;
  const best = open
    .filter(
      ({ passage }) =>
        passage.kind === "code" &&
        sections.has(sectionOf(passage)) &&
        !chosen.some((other) => spansMeet(passage, other.passage)) &&
        words + cost(passage) <= limits.maxWords + 40,
    )
    .sort((left, right) => right.score - left.score)[0];
  if (best !== undefined && best.score >= 0.25 * first.score) chosen.push(best);
}

function sectionOf(passage: Passage): string {
  return `${passage.chunk.url}#${passage.anchor}`;
}

/** What part of the question a passage answers. */
function aspectOf(passage: Passage, reading: QuestionReading): Aspect {
  const found = aspectsOf(passage.chunk.text.slice(passage.core.start, passage.core.end));
  switch (reading.shape) {
    case "definition":
      return found.includes("definition") ? "definition" : "other";
    case "steps":
      return passage.kind === "code" || found.includes("action") ? "step" : "other";
    case "setting":
      return found.includes("setting") || /\d/u.test(passage.text) ? "setting" : "other";
    case "failure":
    case "other": {
      const skeleton = found.filter((aspect) => aspect !== "definition" && aspect !== "setting");
      return skeleton.find((aspect) => reading.aspects.includes(aspect)) ?? skeleton[0] ?? "other";
    }
  }
}

/**
 * Passages in reading order: a failure answer by the skeleton, others by section in order of worth; passages of one
 * section in the order of their page.
 */
function inOrder(
  chosen: readonly CandidatePassage[],
  reading: QuestionReading,
): readonly { readonly passage: Passage; readonly aspect: Aspect }[] {
  const worth = new Map<string, number>();
  for (const [place, { passage }] of chosen.entries()) {
    if (!worth.has(sectionOf(passage))) worth.set(sectionOf(passage), place);
  }
  const skeleton = reading.shape === "failure";
  return chosen
    .map(({ passage }) => ({ passage, aspect: aspectOf(passage, reading) }))
    .sort(
      (left, right) =>
        (skeleton ? aspectOrder(left.aspect) - aspectOrder(right.aspect) : 0) ||
        (worth.get(sectionOf(left.passage)) ?? 0) - (worth.get(sectionOf(right.passage)) ?? 0) ||
        left.passage.chunk.position - right.passage.chunk.position ||
        left.passage.core.start - right.passage.core.start,
    );
}

function draftOf(passage: Passage, aspect: Aspect): Draft {
  return {
    text: passage.text,
    aspect,
    quotes: passage.quotes.map(({ start, end }) => ({
      chunkId: passage.chunk.id,
      text: passage.chunk.text.slice(start, end),
    })),
  };
}

/** Drafts for a question over its evidence, in reading order. Empty when nothing can be quoted. */
export function writeDrafts(
  task: Pick<WritingTask, "question" | "evidence" | "terms">,
  limits: WritingLimits = DEFAULT_LIMITS,
): readonly Draft[] {
  const reading = readQuestion(task.question);
  const candidates = candidatesOf(task.question, reading, task.terms, task.evidence);
  return inOrder(choosePassages(candidates, reading, limits), reading).map(({ passage, aspect }) =>
    draftOf(passage, aspect),
  );
}

/** The offline writer. Its stream ends with `not-found` when the evidence holds nothing that can be quoted. */
export function createExtractiveWriter(limits: WritingLimits = DEFAULT_LIMITS): Writer {
  return {
    kind: "extractive",
    name: "extractive",
    // The interface is a stream; everything here is known at once.
    // oxlint-disable-next-line typescript/require-await
    async *write(task: WritingTask): AsyncGenerator<WriterEvent> {
      const drafts = writeDrafts(task, limits);
      for (const draft of drafts) yield { kind: "draft", draft };
      if (drafts.length === 0) yield { kind: "not-found" };
    },
  };
}
