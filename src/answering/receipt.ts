/** How an answer came about: enough for an operator to see why it says what it says. Holds no secrets. */
import type { AnswerKind } from "../documents/answer.ts";
import type { Resolution } from "../conversation/conversation.ts";
import type { Candidate } from "../retrieval/retriever.ts";
import type { Scope } from "../store/chunk-index.ts";

export type DroppedClaim = {
  readonly text: string;
  /** `RefusalReason` of verify-claim, `SentenceRefusal` of check-sentence, "not-carried", "not-checked", "said-already"... */
  readonly reason: string;
  /** What exactly failed: the quote that was not found, the number that is not in it. */
  readonly detail: string;
};

/** A sentence of a model that was shown otherwise than it was written. */
export type CorrectedClaim = { readonly text: string; readonly as: string };

export type Receipt = {
  readonly answerId: string;
  readonly kind: AnswerKind;
  readonly resolution: Resolution;
  readonly queries: readonly string[];
  readonly terms: readonly {
    readonly token: string;
    readonly idf: number;
    readonly documentFrequency: number;
  }[];
  readonly scope: Scope;
  readonly candidates: readonly Candidate[];
  /** Why the evidence was held to answer the question, or not. */
  readonly sufficiency: { readonly sufficient: boolean; readonly why: string } | undefined;
  readonly indexVersion: string | undefined;
  readonly models: readonly string[];
  readonly tokens: { readonly input: number; readonly output: number };
  readonly ms: Readonly<Record<string, number>>;
  readonly dropped: readonly DroppedClaim[];
  readonly corrected: readonly CorrectedClaim[];
  readonly notes: readonly string[];
};
