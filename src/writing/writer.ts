/** A writer turns evidence into drafts of claims, one at a time. What it proposes is unverified. */
import type { Aspect, Claim } from "../documents/answer.ts";
import type { Evidence, QueryTerm } from "../documents/evidence.ts";
import type { Conversation, Resolution } from "../conversation/conversation.ts";
import type { QuestionShape } from "./extractive/question-shape.ts";

/** A proposed claim: its words, and the passages it says they stand on. */
export type Draft = {
  readonly text: string;
  readonly aspect: Aspect;
  readonly quotes: readonly { readonly chunkId: string; readonly text: string }[];
  /**
   * Whose words the text is; the page's by default, and then it is its quotes to the letter. Others only for what an
   * earlier answer said: it was checked over the same quotes.
   */
  readonly words?: Claim["words"];
};

export type WritingTask = {
  /** The resolved question. */
  readonly question: string;
  readonly shape: QuestionShape;
  readonly resolution: Resolution;
  readonly conversation: Conversation;
  readonly evidence: readonly Evidence[];
  readonly terms: readonly QueryTerm[];
  readonly signal?: AbortSignal;
};

export type WriterEvent =
  | { readonly kind: "draft"; readonly draft: Draft }
  /** A part of the question that the evidence does not cover, in the question's own words. */
  | { readonly kind: "missing"; readonly text: string }
  /** The evidence holds nothing that can be quoted. Ends the stream. */
  | { readonly kind: "not-found" };

/** Writes answers that are made of the page's own words. */
export interface Writer {
  readonly kind: "extractive";
  readonly name: string;
  write(task: WritingTask): AsyncIterable<WriterEvent>;
}
