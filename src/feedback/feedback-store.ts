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
  /** Removes one person's votes; returns how many went. */
  deleteUser(user: string): Promise<number>;
  /** Removes answers, with their votes, that were last voted on before `isoTime`. */
  deleteBefore(isoTime: string): Promise<number>;
}
