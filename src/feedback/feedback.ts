/** What people thought of an answer: one vote a person, with an optional reason. */
import { z } from "zod";

export const VoteKind = z.enum(["helpful", "not-helpful"]);
export type VoteKind = z.infer<typeof VoteKind>;

export type Vote = {
  readonly answerId: string;
  readonly user: string;
  readonly vote: VoteKind;
  /** In the person's own words; data, never instructions. */
  readonly reason: string | undefined;
  /** ISO 8601 time of the last change. */
  readonly votedAt: string;
};

/** What was voted on, kept beside the votes because conversations are deleted after a while. */
export type VotedAnswer = {
  readonly answerId: string;
  /** Key of the turn. */
  readonly key: string;
  readonly conversationId: string;
  readonly question: string;
  /** The Answer as posted, and its receipt; undefined when they were gone already. */
  readonly answer: unknown;
  readonly receipt: unknown;
};

export type FeedbackRecord = VotedAnswer & { readonly votes: readonly Vote[] };
