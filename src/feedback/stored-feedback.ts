/** Votes in the store that several processes share; question and answer stand in the row of the question. */
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { pack, trimReceipt, unpack } from "../state/packed.ts";
import { eraseQuestion, findForTurn } from "../state/questions.ts";
import { openSqliteEngine } from "../state/sqlite-engine.ts";
import {
  all,
  change,
  count,
  type Dialect,
  type Engine,
  get,
  type Row,
  statementsOn,
  type Work,
} from "../state/statements.ts";
import { type FeedbackRecord, VoteKind, type VotedAnswer } from "./feedback.ts";
import type { FeedbackStore } from "./feedback-store.ts";

/** Answers that are looked at in one step; which of them are old is not known before. */
const STEP = 100;
const mask = (text: string) => maskSecrets(text).text;

/** Opens (and creates) the store in the file at `path`, or ":memory:". */
export function openSqliteFeedbackStore(path: string): FeedbackStore {
  return createFeedbackStore(openSqliteEngine(path));
}

export function createFeedbackStore(engine: Engine): FeedbackStore {
  const one = statementsOn(engine);
  const { dialect } = engine;
  const find = (answerId: string) => engine.run(recordOf(answerId));
  return {
    vote: (vote, on) =>
      engine.transaction(function* () {
        const known = yield* get(
          `SELECT 1 FROM rated WHERE answer_id = $1 ${dialect.forUpdate}`,
          on.answerId,
        );
        if (known === undefined)
          yield* change(
            "INSERT INTO rated (answer_id, question) VALUES ($1, $2)",
            on.answerId,
            yield* rowOf(on),
          );
        yield* change(
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
      const changed = await one.change(
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
      const rows = await one.all(
        "SELECT answer_id FROM vote GROUP BY answer_id ORDER BY MIN(voted_at), answer_id",
      );
      for (const { answer_id: answerId } of rows) {
        const found = await find(String(answerId));
        if (found !== undefined) yield found;
      }
    },
    async countSince(isoTime) {
      const row = await one.get(
        `SELECT COUNT(*) FILTER (WHERE vote = 'helpful') AS helpful,
             COUNT(*) FILTER (WHERE vote = 'not-helpful') AS not_helpful FROM vote WHERE voted_at >= $1`,
        isoTime,
      );
      return {
        helpful: Number(row?.["helpful"] ?? 0),
        notHelpful: Number(row?.["not_helpful"] ?? 0),
      };
    },
    countUser: (user) => one.count('SELECT COUNT(*) AS n FROM vote WHERE "user" = $1', user),
    deleteUser: (user) =>
      engine.transaction(function* () {
        const removed = yield* change('DELETE FROM vote WHERE "user" = $1', user);
        yield* change(
          "DELETE FROM rated WHERE NOT EXISTS (SELECT 1 FROM vote WHERE vote.answer_id = rated.answer_id)",
        );
        yield* forgetRowless(dialect);
        return removed;
      }),
    countAnswers: (keys) =>
      engine.run(
        sumOver(keys, (id) => count("SELECT COUNT(*) AS n FROM rated WHERE question = $1", id)),
      ),
    deleteAnswers: (keys) =>
      engine.transaction(function* () {
        const removed = yield* sumOver(keys, (id) =>
          change("DELETE FROM rated WHERE question = $1", id),
        );
        yield* forgetRowless(dialect);
        return removed;
      }),
    blank: (key) =>
      engine.transaction(function* () {
        const id = yield* findForTurn(key);
        if (id !== undefined)
          yield* change("UPDATE question SET text = '', receipt = NULL WHERE id = $1", id);
      }),
    deleteBefore: (isoTime) =>
      engine.inSteps(function* (last, isOver) {
        // From one answer to the next: each step looks at so many, old or not.
        const rows = yield* all(
          `SELECT answer_id, MAX(voted_at) AS latest FROM vote WHERE answer_id > $1
           GROUP BY answer_id ORDER BY answer_id LIMIT ${STEP}`,
          last,
        );
        let [after, looked, changed] = [last, 0, 0];
        for (const row of rows) {
          after = String(row["answer_id"]);
          looked += 1;
          if (String(row["latest"]) >= isoTime) continue;
          changed += yield* change(
            `DELETE FROM rated WHERE answer_id = $1
               AND NOT EXISTS (SELECT 1 FROM vote WHERE vote.answer_id = $1 AND voted_at >= $2)`,
            after,
            isoTime,
          );
          if (isOver()) break;
        }
        if (changed > 0) yield* forgetRowless(dialect);
        return { looked, changed, after };
      }),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

function* recordOf(answerId: string): Work<FeedbackRecord | undefined> {
  const row = yield* get(
    `SELECT q.*, r.answer_id FROM rated AS r JOIN question AS q ON q.id = r.question
     WHERE r.answer_id = $1`,
    answerId,
  );
  if (row === undefined) return undefined;
  const votes = yield* all(
    'SELECT * FROM vote WHERE answer_id = $1 ORDER BY voted_at, "user"',
    answerId,
  );
  return readRecord(answerId, row, votes);
}

function readRecord(answerId: string, row: Row, votes: readonly Row[]): FeedbackRecord {
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

/** The row of what was voted on, made where the question is not stored (any more). */
function* rowOf(on: VotedAnswer): Work<number> {
  let id = yield* findForTurn(on.key);
  if (id === undefined) {
    const made = yield* get(
      `INSERT INTO question ("user", text, turn_key) VALUES ('', $1, $2) RETURNING id`,
      mask(on.question),
      on.key,
    );
    id = Number(made?.["id"]);
  }
  yield* change(
    `UPDATE question SET conversation = COALESCE(conversation, $1),
       answer = COALESCE(answer, $2), receipt = COALESCE(receipt, $3) WHERE id = $4`,
    on.conversationId,
    pack(on.answer),
    pack(trimReceipt(on.receipt)),
    id,
  );
  return id;
}

function* sumOver(keys: readonly string[], work: (id: number) => Work<number>): Work<number> {
  let sum = 0;
  for (const key of keys) {
    const id = yield* findForTurn(key);
    if (id !== undefined) sum += yield* work(id);
  }
  return sum;
}

/** Rows that were kept for their votes alone. */
function* forgetRowless(dialect: Dialect): Work<void> {
  const rows = yield* all(
    `SELECT id FROM question WHERE turn IS NULL AND key IS NULL
       AND NOT EXISTS (SELECT 1 FROM rated WHERE rated.question = question.id)
     ORDER BY id ${dialect.forUpdate}`,
  );
  for (const { id } of rows) yield* eraseQuestion(dialect, Number(id));
}
