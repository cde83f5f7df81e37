/** Votes in Postgres: what `sqlite-feedback-store.ts` keeps in a file, for bots on several machines. */
import type { PostgresDatabase, PostgresRow, Statements } from "../platform/postgres.ts";
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { pack, trimReceipt } from "../state/packed.ts";
import { eraseQuestion, findForTurn, inSteps } from "../state/postgres/questions.ts";
import type { FeedbackRecord, VotedAnswer } from "./feedback.ts";
import type { FeedbackStore } from "./feedback-store.ts";
import { readRecord } from "./record-row.ts";

/** Answers whose votes are deleted at once. */
const STEP = 200;
const RECORDS = "SELECT q.*, r.answer_id FROM rated AS r JOIN question AS q ON q.id = r.question";
const mask = (text: string) => maskSecrets(text).text;

/** The votes of an open store, which whoever opened it closes. */
export function createPostgresFeedbackStore(database: PostgresDatabase): FeedbackStore {
  return {
    vote: (vote, on) =>
      database.transaction(async (statements) => {
        const known = await statements.get(
          "SELECT 1 FROM rated WHERE answer_id = $1 FOR SHARE",
          on.answerId,
        );
        if (known === undefined)
          await statements.change(
            "INSERT INTO rated (answer_id, question) VALUES ($1, $2)",
            on.answerId,
            await rowOf(statements, on),
          );
        await statements.change(
          `INSERT INTO vote (answer_id, "user", vote, reason, voted_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (answer_id, "user") DO UPDATE SET
             reason = CASE WHEN excluded.vote = vote.vote THEN COALESCE(excluded.reason, vote.reason)
               ELSE excluded.reason END,
             vote = excluded.vote, voted_at = excluded.voted_at`,
          vote.answerId,
          vote.user,
          vote.vote,
          vote.reason === undefined ? null : mask(vote.reason),
          vote.votedAt,
        );
      }),
    async reason(answerId, user, reason, votedAt) {
      const changed = await database.change(
        `UPDATE vote SET reason = $1, voted_at = $2 WHERE answer_id = $3 AND "user" = $4`,
        mask(reason),
        votedAt,
        answerId,
        user,
      );
      return changed === 1;
    },
    find,
    async *all() {
      const rows = await database.all(
        "SELECT answer_id FROM vote GROUP BY answer_id ORDER BY MIN(voted_at), answer_id",
      );
      for (const { answer_id: answerId } of rows) {
        const found = await find(String(answerId));
        if (found !== undefined) yield found;
      }
    },
    async countSince(isoTime) {
      const row = await database.get(
        `SELECT COUNT(*) FILTER (WHERE vote = 'helpful') AS helpful,
           COUNT(*) FILTER (WHERE vote = 'not-helpful') AS not_helpful FROM vote WHERE voted_at >= $1`,
        isoTime,
      );
      return {
        helpful: Number(row?.["helpful"] ?? 0),
        notHelpful: Number(row?.["not_helpful"] ?? 0),
      };
    },
    async countUser(user) {
      const row = await database.get('SELECT COUNT(*) AS n FROM vote WHERE "user" = $1', user);
      return Number(row?.["n"] ?? 0);
    },
    deleteUser: (user) =>
      database.transaction(async (statements) => {
        const removed = await statements.change('DELETE FROM vote WHERE "user" = $1', user);
        await statements.change(
          "DELETE FROM rated WHERE NOT EXISTS (SELECT 1 FROM vote WHERE vote.answer_id = rated.answer_id)",
        );
        await forgetRowless(statements);
        return removed;
      }),
    countAnswers: (keys) =>
      sumOver(database, keys, async (id) => {
        const row = await database.get("SELECT COUNT(*) AS n FROM rated WHERE question = $1", id);
        return Number(row?.["n"] ?? 0);
      }),
    deleteAnswers: (keys) =>
      database.transaction((statements) =>
        sumOver(statements, keys, async (id) => {
          const removed = await statements.change("DELETE FROM rated WHERE question = $1", id);
          await forgetRowless(statements);
          return removed;
        }),
      ),
    blank: (key) =>
      database.transaction(async (statements) => {
        const id = await findForTurn(statements, key);
        if (id !== undefined)
          await statements.change(
            "UPDATE question SET text = '', receipt = NULL WHERE id = $1",
            id,
          );
      }),
    deleteBefore: (isoTime) =>
      inSteps(() =>
        database.transaction(async (statements) => {
          const removed = await statements.change(
            `DELETE FROM rated WHERE answer_id IN
               (SELECT answer_id FROM vote GROUP BY answer_id HAVING MAX(voted_at) < $1 LIMIT ${STEP})`,
            isoTime,
          );
          await forgetRowless(statements);
          return removed;
        }),
      ),
    // Whoever opened the store closes it.
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };

  async function find(answerId: string): Promise<FeedbackRecord | undefined> {
    const row = await database.get(`${RECORDS} WHERE r.answer_id = $1`, answerId);
    if (row === undefined) return undefined;
    const votes: readonly PostgresRow[] = await database.all(
      'SELECT * FROM vote WHERE answer_id = $1 ORDER BY voted_at, "user"',
      answerId,
    );
    return readRecord(row, votes);
  }
}

/** The row of what was voted on, made where the question is not stored (any more). */
async function rowOf(statements: Statements, on: VotedAnswer): Promise<number> {
  const id =
    (await findForTurn(statements, on.key)) ??
    Number(
      (
        await statements.get(
          `INSERT INTO question ("user", text, turn_key) VALUES ('', $1, $2) RETURNING id`,
          mask(on.question),
          on.key,
        )
      )?.["id"],
    );
  await statements.change(
    `UPDATE question SET conversation = COALESCE(conversation, $1),
       answer = COALESCE(answer, $2), receipt = COALESCE(receipt, $3) WHERE id = $4`,
    on.conversationId,
    pack(on.answer),
    pack(trimReceipt(on.receipt)),
    id,
  );
  return id;
}

async function sumOver(
  statements: Statements,
  keys: readonly string[],
  count: (id: number) => Promise<number>,
): Promise<number> {
  let sum = 0;
  for (const key of keys) {
    const id = await findForTurn(statements, key);
    if (id !== undefined) sum += await count(id);
  }
  return sum;
}

/** Rows that were kept for their votes alone. */
async function forgetRowless(statements: Statements): Promise<void> {
  const rows = await statements.all(
    `SELECT id FROM question WHERE turn IS NULL AND key IS NULL
       AND NOT EXISTS (SELECT 1 FROM rated WHERE rated.question = question.id)
     ORDER BY id FOR UPDATE`,
  );
  for (const { id } of rows) await eraseQuestion(statements, Number(id));
}
