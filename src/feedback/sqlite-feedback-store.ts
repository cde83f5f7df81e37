/** Votes in the store that several processes may share; question and answer stand in the row of the question. */
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { inSteps, transaction } from "../platform/sqlite.ts";
import { pack, trimReceipt } from "../state/packed.ts";
import { eraseQuestion, findForTurn } from "../state/questions.ts";
import { openState } from "../state/schema.ts";
import type { FeedbackRecord, VotedAnswer } from "./feedback.ts";
import type { FeedbackStore } from "./feedback-store.ts";
import { readRecord } from "./record-row.ts";

/** Answers that are looked at in one step, and how long; which are old is not known before. */
const STEP = 100;
const STEP_MS = 5;
const mask = (text: string) => maskSecrets(text).text;

const ANSWERS_OF = "SELECT COUNT(*) AS n FROM rated WHERE question = ?";

type Row = Readonly<Record<string, unknown>>;

/** Opens (and creates) the store at `path`, or ":memory:". */
export function openSqliteFeedbackStore(path: string): FeedbackStore {
  const database = openState(path);

  const record = (row: Row): FeedbackRecord =>
    readRecord(
      row,
      database
        .prepare("SELECT * FROM vote WHERE answer_id = ? ORDER BY voted_at, user")
        .all(String(row["answer_id"])),
    );
  const RECORDS = "SELECT q.*, r.answer_id FROM rated AS r JOIN question AS q ON q.id = r.question";

  /** The row of what was voted on, made where the question is not stored (any more). */
  const rowOf = (on: VotedAnswer): number => {
    const id =
      findForTurn(database, on.key) ??
      Number(
        database
          .prepare("INSERT INTO question (user, text, turn_key) VALUES ('', ?, ?) RETURNING id")
          .get(mask(on.question), on.key)?.["id"],
      );
    database
      .prepare(
        `UPDATE question SET conversation = COALESCE(conversation, ?),
           answer = COALESCE(answer, ?), receipt = COALESCE(receipt, ?) WHERE id = ?`,
      )
      .run(on.conversationId, pack(on.answer), pack(trimReceipt(on.receipt)), id);
    return id;
  };

  return {
    async vote(vote, on) {
      transaction(database, () => {
        const known = database.prepare("SELECT 1 FROM rated WHERE answer_id = ?").get(on.answerId);
        if (known === undefined)
          database
            .prepare("INSERT INTO rated (answer_id, question) VALUES (?, ?)")
            .run(on.answerId, rowOf(on));
        database
          .prepare(
            `INSERT INTO vote (answer_id, user, vote, reason, voted_at) VALUES (?, ?, ?, ?, ?)
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
          .prepare("UPDATE vote SET reason = ?, voted_at = ? WHERE answer_id = ? AND user = ?")
          .run(mask(reason), votedAt, answerId, user).changes === 1
      );
    },
    async find(answerId) {
      const row = database.prepare(`${RECORDS} WHERE r.answer_id = ?`).get(answerId);
      return row === undefined ? undefined : record(row);
    },
    async *all() {
      const rows = database
        .prepare(`SELECT answer_id FROM vote GROUP BY answer_id ORDER BY MIN(voted_at), answer_id`)
        .all();
      const select = database.prepare(`${RECORDS} WHERE r.answer_id = ?`);
      for (const { answer_id: answerId } of rows) {
        const row = select.get(answerId ?? "");
        if (row !== undefined) yield record(row);
      }
    },
    async countSince(isoTime) {
      const sql = "SELECT COUNT(*) AS n FROM vote WHERE vote = ? AND voted_at >= ?";
      return {
        helpful: count(sql, "helpful", isoTime),
        notHelpful: count(sql, "not-helpful", isoTime),
      };
    },
    async countUser(user) {
      return count("SELECT COUNT(*) AS n FROM vote WHERE user = ?", user);
    },
    async deleteUser(user) {
      return transaction(database, () => {
        const { changes } = database.prepare("DELETE FROM vote WHERE user = ?").run(user);
        forgetUnvoted();
        return Number(changes);
      });
    },
    async countAnswers(keys) {
      return keys.reduce((sum, key) => {
        const id = findForTurn(database, key);
        return sum + (id === undefined ? 0 : count(ANSWERS_OF, id));
      }, 0);
    },
    async deleteAnswers(keys) {
      return transaction(database, () =>
        keys.reduce((sum, key) => {
          const id = findForTurn(database, key);
          if (id === undefined) return sum;
          const removed = database.prepare("DELETE FROM rated WHERE question = ?").run(id);
          forgetRowless();
          return sum + Number(removed.changes);
        }, 0),
      );
    },
    async blank(key) {
      const id = findForTurn(database, key);
      if (id !== undefined)
        database.prepare("UPDATE question SET text = '', receipt = NULL WHERE id = ?").run(id);
    },
    async deleteBefore(isoTime) {
      const remove = database.prepare("DELETE FROM rated WHERE answer_id = ?");
      // From one answer to the next: each step looks at so many, old or not.
      const next = database.prepare(
        `SELECT answer_id, MAX(voted_at) AS latest FROM vote WHERE answer_id > ?
         GROUP BY answer_id ORDER BY answer_id LIMIT ${STEP}`,
      );
      let after = "";
      let removed = 0;
      await inSteps(database, () =>
        transaction(database, () => {
          const end = performance.now() + STEP_MS;
          const before = removed;
          let looked = 0;
          for (const row of next.all(after)) {
            after = String(row["answer_id"]);
            looked += 1;
            if (String(row["latest"]) >= isoTime) continue;
            removed += Number(remove.run(after).changes);
            if (performance.now() >= end) break;
          }
          if (removed > before) forgetRowless();
          return looked;
        }),
      );
      return removed;
    },
    async [Symbol.asyncDispose]() {
      if (database.isOpen) database.close();
    },
  };

  function count(sql: string, ...values: (string | number)[]): number {
    return Number(database.prepare(sql).get(...values)?.["n"] ?? 0);
  }

  function forgetUnvoted(): void {
    database.exec("DELETE FROM rated WHERE answer_id NOT IN (SELECT answer_id FROM vote)");
    forgetRowless();
  }

  /** Rows that were kept for their votes alone. */
  function forgetRowless(): void {
    const rows = database
      .prepare(
        `SELECT id FROM question WHERE turn IS NULL AND key IS NULL
           AND NOT EXISTS (SELECT 1 FROM rated WHERE question = question.id)`,
      )
      .all();
    for (const { id } of rows) eraseQuestion(database, Number(id));
  }
}
