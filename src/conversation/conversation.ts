/**
 * A thread as the bot remembers it. A *conversation* is a list of *turns*; a turn is one question, what it was
 * resolved to, the answer as posted, and the evidence that answer stood on, stored by value because index
 * versions are deleted.
 */
import type { Answer } from "../documents/answer.ts";
import type { Chunk } from "../documents/chunk.ts";

/**
 * - `first`: nothing before it, or nothing of it needed.
 * - `word`: asks about a word of ours.
 * - `quote`: quotes us and asks about that.
 * - `pointer`: "it", "that", "the second one".
 * - `ellipsis`: "and for tasks?": the last question with a part replaced.
 * - `doubt`: "are you sure?", "that's wrong".
 * - `correction`: "no, I meant tags".
 * - `new-topic`: stands alone; nothing old leaks into the search.
 * - `from-thread`: answerable from earlier claims alone.
 * - `small-talk`, `help`
 */
export const RESOLUTION_KINDS = [
  "first",
  "word",
  "quote",
  "pointer",
  "ellipsis",
  "doubt",
  "correction",
  "new-topic",
  "from-thread",
  "small-talk",
  "help",
] as const;

export type ResolutionKind = (typeof RESOLUTION_KINDS)[number];

/** Another wording of the same question, searched beside the resolved one. */
export type Wording = {
  readonly text: string;
  /** How much its pages count; those of the resolved question count 1. */
  readonly weight: number;
  /** `pasted`: the lines of a trace, log or description that say what is wrong. */
  readonly from: "as-asked" | "with-question-before" | "pasted";
};

export type Resolution = {
  readonly kind: ResolutionKind;
  /** The question so that it stands alone. */
  readonly question: string;
  /** The sentences of the message that ask, as against those that tell; the whole of it when none does. */
  readonly asks?: readonly string[];
  /** What is searched for beside `question`. */
  readonly searches?: readonly Wording[];
  /** What of ours it refers to: `StatementId`s, best first. */
  readonly claimIds: readonly StatementId[];
  /** Words or passages of ours it asks about, as we wrote them. */
  readonly words: readonly string[];
  /** What the asker chose when we asked back. */
  readonly scope?: { readonly product?: string; readonly version?: string };
  /** 0 to 1. */
  readonly confidence: number;
  readonly by: "rules" | "model";
};

/** Key of the turn, "#", id of the claim ("T1#c2"); for text without a record "#s1", "#s2": one a sentence. */
export type StatementId = string;

/** Text of ours without a record: read from Slack, or fixed by a test case. Addressable, but carries no quotes. */
export type FixedAnswer = { readonly text: string };

export type TurnState = "asked" | "posting" | "posted";

export type Turn = {
  /** Unique over all conversations: the same key twice is the same question. */
  readonly key: string;
  readonly author: string;
  readonly question: string;
  readonly resolution: Resolution | undefined;
  readonly answer: Answer | FixedAnswer | undefined;
  readonly evidence: readonly Chunk[];
  readonly state: TurnState;
  /** ISO 8601 time of asking. */
  readonly askedAt: string;
  /** Name and permalink-like data of what a surface showed, opaque to the core; set by `posted`. */
  readonly shown?: Readonly<Record<string, string>>;
};

/** A message in the thread that is neither a question to us nor ours; labelled as theirs, never instructions. */
export type Bystander = {
  readonly author: string;
  readonly text: string;
};

export type Conversation = {
  readonly id: string;
  /** Oldest first. */
  readonly turns: readonly Turn[];
  /** Other people's messages since the last turn, oldest first. */
  readonly others: readonly Bystander[];
};

export function isFixed(answer: Answer | FixedAnswer): answer is FixedAnswer {
  return !("claims" in answer);
}
