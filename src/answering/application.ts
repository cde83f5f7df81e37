/**
 * The seam between surfaces (Slack, terminal, evaluation) and the core. A surface asks, shows the events as
 * they come, and says what was accepted; it uses this and nothing beside it.
 */
import type { Answer, Citation, Claim } from "../documents/answer.ts";
import type { Evidence } from "../documents/evidence.ts";
import type { Resolution } from "../conversation/conversation.ts";
import type { Scope } from "../store/chunk-index.ts";
import type { Receipt } from "./receipt.ts";

export type HistoryMessage = {
  readonly author: string;
  readonly text: string;
  /** True for text the bot posted. */
  readonly ours: boolean;
};

export type Question = {
  /** The same key twice gives the stored answer. */
  readonly key: string;
  readonly conversationId: string;
  readonly author: string;
  readonly text: string;
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
  /** What the surface read of a thread and the store has not seen, oldest first; other people's messages since. */
  readonly history?: readonly HistoryMessage[];
};

/** What the bot is doing, for a status line. */
export type Step = "resolving" | "searching" | "writing" | "checking" | "searching-again";

export type AnswerEvent =
  | { readonly kind: "step"; readonly step: Step }
  /** A verified claim, and the citations that no earlier claim had. A person's own answer comes whole, with `done`. */
  | { readonly kind: "claim"; readonly claim: Claim; readonly citations: readonly Citation[] }
  | {
      readonly kind: "done";
      readonly answer: Answer;
      readonly resolution: Resolution;
      /** Retrieved evidence in rank order; for an answer from the thread, the evidence its claims stood on. */
      readonly evidence: readonly Evidence[];
      readonly receipt: Receipt;
    };

export interface Application extends AsyncDisposable {
  /** Stores the question, answers it, stores the answer; see `AnswerEvent`. Throws only when the signal aborts it. */
  ask(question: Question): AsyncIterable<AnswerEvent>;
  /** Tells that the answer to `key` was accepted by the surface. `answer` when less than all of it was. */
  posted(key: string, shown: Readonly<Record<string, string>>, answer?: Answer): Promise<void>;
}
