/** A writer turns evidence into claims, one at a time. What it proposes is unverified. */
import type { Aspect } from "../documents/answer.ts";
import type { Evidence, QueryTerm } from "../documents/evidence.ts";
import type { Conversation, Resolution } from "../conversation/conversation.ts";
import type { TokenUsage } from "../models/language-model.ts";
import type { QuestionShape } from "./extractive/question-shape.ts";

/** A proposed claim: the writer's words, and the passages it says they stand on. */
export type Draft = {
  readonly text: string;
  readonly aspect: Aspect;
  readonly quotes: readonly { readonly chunkId: string; readonly text: string }[];
};

export type WritingTask = {
  /** The resolved question. */
  readonly question: string;
  readonly shape: QuestionShape;
  readonly resolution: Resolution;
  readonly conversation: Conversation;
  readonly evidence: readonly Evidence[];
  readonly terms: readonly QueryTerm[];
  /** False on the second round: a writer that then asks for another search is not heard. */
  readonly maySearchAgain: boolean;
  readonly signal?: AbortSignal;
};

export type WriterEvent =
  | { readonly kind: "draft"; readonly draft: Draft }
  /** A part of the question that the evidence does not cover, in the question's own words. */
  | { readonly kind: "missing"; readonly text: string }
  /** The evidence is not enough: search for these words. Ends the stream. */
  | { readonly kind: "search-again"; readonly query: string }
  /** The evidence does not answer the question. Ends the stream. */
  | { readonly kind: "not-found" }
  | { readonly kind: "usage"; readonly model: string; readonly usage: TokenUsage };

export interface Writer {
  readonly kind: "extractive" | "model";
  /** "extractive", or the model's name. */
  readonly name: string;
  write(task: WritingTask): AsyncIterable<WriterEvent>;
}
