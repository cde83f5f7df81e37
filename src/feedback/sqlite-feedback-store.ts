/** Votes in a SQLite file. */
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { inSteps, openDatabase, transaction } from "../platform/sqlite.ts";
import { type FeedbackRecord, type Vote, VoteKind } from "./feedback.ts";
import type { FeedbackStore } from "./feedback-store.ts";

const MIGRATIONS = [
  `
  CREATE TABLE feedback_answers (
    answer_id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT,
    receipt TEXT
  ) STRICT;
  CREATE TABLE feedback_votes (
    answer_id TEXT NOT NULL REFERENCES feedback_answers (answer_id) ON DELETE CASCADE,
    user TEXT NOT NULL,
    vote TEXT NOT NULL,
    reason TEXT,
    voted_at TEXT NOT NULL,
    PRIMARY KEY (answer_id, user)
  ) STRICT;
  `,
  // Earlier versions kept what people wrote as it came.
  `
  UPDATE feedback_answers SET question = mask_secrets(question);
  UPDATE feedback_votes SET reason = mask_secrets(reason) WHERE reason IS NOT NULL;
  CREATE INDEX feedback_answers_key ON feedback_answers (key);
  CREATE INDEX feedback_votes_user ON feedback_votes (user);
  `,
];

/** Rows deleted at once: a few milliseconds. */
const STEP = 100;
const mask = (text: string) => maskSecrets(text).text;

type Row = Readonly<Record<string, unknown>>;

/** Opens (and creates) the store at `path`, or ":memory:". */
export function openSqliteFeedbackStore(path: string): FeedbackStore {
  const database = openDatabase(path, {
    migrations: MIGRATIONS,
    functions: { mask_secrets: mask },
  });

  const votesOf = (answerId: string): readonly Vote[] =>
    database
      .prepare("SELECT * FROM feedback_votes WHERE answer_id = ? ORDER BY voted_at, user")
      .all(answerId)
      .map((row: Row) => ({
        answerId,
        user: String(row["user"]),
        vote: VoteKind.parse(row["vote"]),
        reason: typeof row["reason"] === "string" ? row["reason"] : undefined,
        votedAt: String(row["voted_at"]),
      }));
  const record = (row: Row): FeedbackRecord => ({
    answerId: String(row["answer_id"]),
    key: String(row["key"]),
    conversationId: String(row["conversation_id"]),
    question: String(row["question"]),
    answer: fromJson(row["answer"]),
    receipt: fromJson(row["receipt"]),
    votes: votesOf(String(row["answer_id"])),
  });

  return {
    async vote(vote, on) {
      transaction(database, () => {
        database
          .prepare(
            `INSERT INTO feedback_answers (answer_id, key, conversation_id, question, answer, receipt)
             VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (answer_id) DO NOTHING`,
          )
          .run(
            on.answerId,
            on.key,
            on.conversationId,
            mask(on.question),
            toJson(on.answer),
            toJson(on.receipt),
          );
        database
          .prepare(
            `INSERT INTO feedback_votes (answer_id, user, vote, reason, voted_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (answer_id, user) DO UPDATE SET
               reason = CASE WHEN excluded.vote = vote THEN COALESCE(excluded.reason, reason)
                 ELSE excluded.reason END,
               vote = excluded.vote, voted_at = excluded.voted_at`,
          )
          .run(
            vote.answerId,
            vote.user,
            vote.vote,
            vote.reason === undefined ? null : mask(vote.reason),
            vote.votedAt,
          );
      });
    },
    async reason(answerId, user, reason, votedAt) {
      return (
        database
          .prepare(
            "UPDATE feedback_votes SET reason = ?, voted_at = ? WHERE answer_id = ? AND user = ?",
          )
          .run(mask(reason), votedAt, answerId, user).changes === 1
      );
    },
    async find(answerId) {
      const row = database
        .prepare("SELECT * FROM feedback_answers WHERE answer_id = ?")
        .get(answerId);
      return row === undefined ? undefined : record(row);
    },
    async *all() {
      const rows = database
        .prepare(
          `SELECT a.* FROM feedback_answers AS a
           ORDER BY (SELECT MIN(voted_at) FROM feedback_votes AS v WHERE v.answer_id = a.answer_id), a.answer_id`,
        )
        .all();
      for (const row of rows) yield record(row);
    },
    async countUser(user) {
      return count("SELECT COUNT(*) AS n FROM feedback_votes WHERE user = ?", user);
    },
    async deleteUser(user) {
      return transaction(database, () => {
        const { changes } = database.prepare("DELETE FROM feedback_votes WHERE user = ?").run(user);
        forgetUnvoted();
        return Number(changes);
      });
    },
    async countAnswers(keys) {
      return keys.reduce(
        (sum, key) => sum + count("SELECT COUNT(*) AS n FROM feedback_answers WHERE key = ?", key),
        0,
      );
    },
    async deleteAnswers(keys) {
      return transaction(database, () =>
        keys.reduce((sum, key) => {
          const remove = database.prepare("DELETE FROM feedback_answers WHERE key = ?");
          return sum + Number(remove.run(key).changes);
        }, 0),
      );
    },
    async blank(key) {
      database
        .prepare("UPDATE feedback_answers SET question = '', receipt = NULL WHERE key = ?")
        .run(key);
    },
    async deleteBefore(isoTime) {
      const remove = database.prepare(
        `DELETE FROM feedback_answers WHERE answer_id IN
           (SELECT answer_id FROM feedback_votes GROUP BY answer_id HAVING MAX(voted_at) < ?
            LIMIT ${STEP})`,
      );
      return await inSteps(() => Number(remove.run(isoTime).changes));
    },
    async [Symbol.asyncDispose]() {
      if (database.isOpen) database.close();
    },
  };

  function count(sql: string, value: string): number {
    return Number(database.prepare(sql).get(value)?.["n"] ?? 0);
  }

  function forgetUnvoted(): void {
    database.exec(
      "DELETE FROM feedback_answers WHERE answer_id NOT IN (SELECT answer_id FROM feedback_votes)",
    );
  }
}

function toJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function fromJson(value: unknown): unknown {
  return typeof value === "string" ? (JSON.parse(value) as unknown) : undefined;
}
