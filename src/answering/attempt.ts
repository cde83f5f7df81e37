/**
 * The ways to an answer (from the thread, with a model, offline) are functions from an asked question to an *attempt*.
 * Each yields what may be shown at once and returns what it came to; the walk tries them in order.
 */
import type { AnswerKind, AnswerReason, Answer, Citation, Remark } from "../documents/answer.ts";
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import type { Evidence } from "../documents/evidence.ts";
import type { Conversation, Resolution } from "../conversation/conversation.ts";
import { shownBefore } from "../conversation/shown-before.ts";
import type { ProductWords } from "../documents/product-words.ts";
import { wordsOf } from "../retrieval/product-names.ts";
import type { Retrieval, RetrievalRequest } from "../retrieval/retriever.ts";
import { questionShape } from "../writing/extractive/question-shape.ts";
import type { WritingTask } from "../writing/writer.ts";
import type { AnswerEvent, Question, Step } from "./application.ts";
import { createCiter } from "./cite.ts";
import type { ClaimDesk } from "./claim-desk.ts";
import type { ApplicationParts } from "./parts.ts";
import type { CorrectedClaim, Receipt } from "./receipt.ts";
import type { WorkLog } from "./work-log.ts";

/** A question on its way: what is known before the first attempt. */
export type Asked = {
  readonly parts: ApplicationParts;
  /** Its text is masked. */
  readonly question: Question;
  readonly before: Conversation;
  readonly resolution: Resolution;
  readonly log: WorkLog;
};

export type Attempt = {
  /** The answer's kind, or "passed-on": nothing can be shown, and the next way has to be tried. */
  readonly end: AnswerKind | "passed-on";
  readonly reason?: AnswerReason;
  /** What was shown and refused; undefined when nothing was proposed. */
  readonly desk?: ClaimDesk;
  readonly corrected?: readonly CorrectedClaim[];
  readonly remarks: readonly Remark[];
  readonly missing: readonly string[];
  readonly closest: readonly Citation[];
  readonly evidence: readonly Evidence[];
  readonly retrieval?: Retrieval;
  readonly sufficiency?: Receipt["sufficiency"];
  readonly writer: Answer["writer"];
  readonly fallback?: Answer["fallback"];
  /** With `asked-back`. */
  readonly options?: Answer["options"];
};

export const NOTHING = {
  remarks: [],
  missing: [],
  closest: [],
  evidence: [],
  writer: "extractive",
} as const satisfies Partial<Attempt>;

/** Sections named under an answer that was not found. */
const CLOSEST_SECTIONS = 3;

/** The sections nearest to a question, each once, numbered from 1. */
export function closestSections(evidence: readonly Evidence[]): Citation[] {
  const citer = createCiter();
  const sections = new Map<string, Citation>();
  for (const { chunk } of evidence) {
    const citation = citer.describe(chunk, sections.size + 1);
    if (!sections.has(citation.url)) sections.set(citation.url, citation);
    if (sections.size === CLOSEST_SECTIONS) break;
  }
  return [...sections.values()];
}

export function step(name: Step): AnswerEvent {
  return { kind: "step", step: name };
}

/** The resolved question and its other wordings. */
export function searched({
  before,
  resolution,
}: Asked): Pick<RetrievalRequest, "question" | "wordings" | "citedBefore"> {
  const { kind, question, searches } = resolution;
  const leans = kind !== "first" && kind !== "new-topic";
  return {
    question,
    ...(searches === undefined ? {} : { wordings: searches }),
    ...(leans ? { citedBefore: shownBefore(before).map(({ chunkId }) => chunkId) } : {}),
  };
}

/** What of the question goes with every search. */
export function passedOn({ question, resolution }: Asked): Pick<Question, "scope" | "signal"> {
  const scope = { ...question.scope, ...resolution.scope };
  return {
    ...(Object.keys(scope).length === 0 ? {} : { scope }),
    ...(question.signal === undefined ? {} : { signal: question.signal }),
  };
}

/** The product that was found, where the index holds several and the question names none. */
export function productFound({ scope, version, evidence }: Retrieval): string | undefined {
  const products = new Set(version.sources.map(({ product }) => product));
  return scope.product ?? (products.size > 1 ? evidence[0]?.chunk.product : undefined);
}

/** The words of the product that was found; undefined where its source has none. */
export function wordsFound(retrieval: Retrieval): ProductWords | undefined {
  return wordsOf(retrieval.version, productFound(retrieval));
}

export function writingTask(asked: Asked, retrieval: Retrieval): WritingTask {
  const { question, searches = [] } = asked.resolution;
  const pasted = searches.find(({ from }) => from === "pasted")?.text;
  const told = retrieval.wordings?.find(({ text }) => text === pasted);
  return {
    question,
    shape: questionShape(question),
    resolution: asked.resolution,
    conversation: asked.before,
    evidence: retrieval.evidence,
    terms: retrieval.terms,
    ...(told === undefined ? {} : { pasted: told }),
    ...(retrieval.vectors === undefined ? {} : { vectors: retrieval.vectors }),
  };
}

export function chunksOf(evidence: readonly Evidence[]): Map<ChunkId, Chunk> {
  return new Map(evidence.map(({ chunk }) => [chunk.id, chunk]));
}
