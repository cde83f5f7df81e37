/** Where votes live. Asynchronous, so that a server can stand behind it for several replicas. */
import type { FeedbackRecord, Vote, VotedAnswer } from "./feedback.ts";

export interface FeedbackStore extends AsyncDisposable {
  /** Keeps the vote, in place of an earlier one by the same person; its reason stays when the vote is the same. */
  vote(vote: Vote, on: VotedAnswer): Promise<void>;
  /** Adds or replaces the reason of a vote; false when the person did not vote. */
  reason(answerId: string, user: string, reason: string, votedAt: string): Promise<boolean>;
  find(answerId: string): Promise<FeedbackRecord | undefined>;
  /** All, oldest first. */
  all(): AsyncIterable<FeedbackRecord>;
  /** How many votes were cast, or changed, at `isoTime` or later. */
  countSince(isoTime: string): Promise<{ readonly helpful: number; readonly notHelpful: number }>;
  /** How many votes one person gave. */
  countUser(user: string): Promise<number>;
  /** Removes one person's votes; returns how many went. */
  deleteUser(user: string): Promise<number>;
  /** How many answers to these questions (keys of turns) were voted on. */
  countAnswers(keys: readonly string[]): Promise<number>;
  /** Removes the answers to these questions (keys of turns), with their votes; returns how many answers went. */
  deleteAnswers(keys: readonly string[]): Promise<number>;
  /** Empties the question of a turn, and the receipt, which repeats it. */
  blank(key: string): Promise<void>;
  /** Removes answers, with their votes, that were last voted on before `isoTime`, a few at a time. */
  deleteBefore(isoTime: string): Promise<number>;
}
