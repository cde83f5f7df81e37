/** A writer turns evidence into drafts of claims, one at a time. What it proposes is unverified. */
import type { Aspect, Claim } from "../documents/answer.ts";
import type { Evidence, QueryTerm } from "../documents/evidence.ts";
import type { WordVectors } from "../documents/word-vectors.ts";
import type { Conversation, Resolution } from "../conversation/conversation.ts";
import type { QuestionShape } from "./extractive/question-shape.ts";

/** A proposed claim: its words, and the passages it says they stand on. */
export type Draft = {
  readonly text: string;
  readonly aspect: Aspect;
  readonly quotes: readonly DraftQuote[];
  /**
   * Whose words the text is; the page's by default, and then it is its quotes to the letter. Others only for what an
   * earlier answer said: it was checked over the same quotes.
   */
  readonly words?: Claim["words"];
};

export type DraftQuote = {
  readonly chunkId: string;
  readonly text: string;
  /** UTF-16 units into the chunk's text; given by who took the quote from there. */
  readonly start?: number;
  readonly end?: number;
};

export type WritingTask = {
  /** The resolved question. */
  readonly question: string;
  /** The message as typed, where the question was resolved from a follow-up. */
  readonly message?: string;
  readonly shape: QuestionShape;
  readonly resolution: Resolution;
  readonly conversation: Conversation;
  readonly evidence: readonly Evidence[];
  readonly terms: readonly QueryTerm[];
  /** What was pasted beside the question, by its telling lines, and the words it was searched with. */
  readonly pasted?: { readonly text: string; readonly terms: readonly QueryTerm[] };
  /** What the search has learned of words. */
  readonly vectors?: WordVectors;
  readonly signal?: AbortSignal;
};

export type WriterEvent =
  | { readonly kind: "draft"; readonly draft: Draft }
  /** A part of the question that the evidence does not cover, in the question's own words. */
  | { readonly kind: "missing"; readonly text: string }
  /** Whether what was chosen answers the question, and why it was decided so. */
  | { readonly kind: "decided"; readonly sufficient: boolean; readonly why: string }
  /** The evidence holds nothing that answers. Ends the stream. */
  | { readonly kind: "not-found" };

/** Writes answers that are made of the page's own words. */
export interface Writer {
  readonly kind: "extractive";
  readonly name: string;
  write(task: WritingTask): AsyncIterable<WriterEvent>;
}
