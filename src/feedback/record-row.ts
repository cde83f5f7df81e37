/** What rows of the store say of an answer that was voted on, whichever engine holds them. [pure] */
import { unpack } from "../state/packed.ts";
import { type FeedbackRecord, VoteKind } from "./feedback.ts";

type Row = Readonly<Record<string, unknown>>;

export function readRecord(row: Row, votes: readonly Row[]): FeedbackRecord {
  const answerId = String(row["answer_id"]);
  return {
    answerId,
    key: String(row["turn_key"] ?? row["key"]),
    conversationId: typeof row["conversation"] === "string" ? row["conversation"] : "",
    question: String(row["text"]),
    answer: unpack(row["answer"]),
    receipt: unpack(row["receipt"]),
    votes: votes.map((vote) => ({
      answerId,
      user: String(vote["user"]),
      vote: VoteKind.parse(vote["vote"]),
      reason: typeof vote["reason"] === "string" ? vote["reason"] : undefined,
      votedAt: String(vote["voted_at"]),
    })),
  };
}
