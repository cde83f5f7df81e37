/** Conversations in Postgres: what `sqlite-conversation-store.ts` keeps in a file, for bots on several machines. */
import { AppError } from "../platform/errors.ts";
import type {
  PostgresDatabase,
  PostgresRow,
  PostgresValue,
  Statements,
} from "../platform/postgres.ts";
import { pack, trimReceipt, unpack } from "../state/packed.ts";
import {
  dropEvidence,
  eraseInSteps,
  eraseQuestion,
  eraseTurn,
  findForTurn,
  keepEvidence,
} from "../state/postgres/questions.ts";
import type { ConversationStore } from "./conversation-store.ts";
import type { FixedAnswer, Turn, TurnState } from "./conversation.ts";
import { boundHistory, DEFAULT_BOUNDS } from "./history.ts";
import { READ_AT_MOST, readTurn, rowsOfHistory, textOf } from "./turn-row.ts";

/** Turns read at once for export. */
const PAGE = 100;

/** The conversations of an open store, which whoever opened it closes. */
export function createPostgresConversationStore(
  database: PostgresDatabase,
  bounds = DEFAULT_BOUNDS,
): ConversationStore {
  return {
    async read(conversationId) {
      const rows = await database.all(
        `SELECT id, turn_key, "user", text, resolution, answer, shown, turn_state, asked_at
         FROM question WHERE conversation = $1 AND turn IS NOT NULL AND
           (turn = (SELECT MIN(turn) FROM question WHERE conversation = $1 AND turn IS NOT NULL) OR
            turn IN (SELECT turn FROM question WHERE conversation = $1 AND turn IS NOT NULL
                     ORDER BY turn DESC LIMIT $2))
         ORDER BY turn`,
        conversationId,
        READ_AT_MOST,
      );
      const turns = await readTurns(rowsOfHistory(rows, bounds));
      return { id: conversationId, turns: boundHistory(turns, bounds), others: [] };
    },
    async findTurn(key) {
      const row = await database.get(
        "SELECT * FROM question WHERE turn_key = $1 AND turn IS NOT NULL",
        key,
      );
      return row === undefined ? undefined : (await readTurns([row]))[0];
    },
    ask: (turn) =>
      database.transaction(async (statements) => {
        const id = await findForTurn(statements, turn.key);
        if (id !== undefined && (await isTurn(statements, id))) return false;
        await begin(statements, id, turn, "asked");
        return true;
      }),
    answer: (key, result) =>
      database.transaction(async (statements) => {
        const turn = await existing(statements, key);
        // The first answer stays: a second process that answered the same question changes nothing.
        if (turn["turn_state"] !== "asked") return;
        const id = Number(turn["id"]);
        await statements.change(
          `UPDATE question SET resolution = $1, answer = $2, receipt = $3, turn_state = 'posting'
           WHERE id = $4`,
          pack(result.resolution),
          pack(result.answer),
          pack(trimReceipt(result.receipt)),
          id,
        );
        await keepEvidence(
          statements,
          id,
          result.evidence.map((chunk) => JSON.stringify(chunk)),
        );
      }),
    posted: (key, shown, answer) =>
      database.transaction(async (statements) => {
        await existing(statements, key);
        await statements.change(
          `UPDATE question SET turn_state = 'posted', shown = $1, answer = COALESCE($2, answer)
           WHERE turn_key = $3`,
          JSON.stringify(shown),
          pack(answer),
          key,
        );
      }),
    recordFixed: (turn) =>
      database.transaction(async (statements) => {
        const known = await findForTurn(statements, turn.key);
        const id =
          known !== undefined && (await isTurn(statements, known))
            ? known
            : await begin(statements, known, turn, "posted");
        await statements.change(
          "UPDATE question SET answer = $1, turn_state = 'posted' WHERE id = $2",
          pack({ text: turn.text } satisfies FixedAnswer),
          id,
        );
        // Its quotes went with the answer it replaces.
        await dropEvidence(statements, id);
      }),
    async receipt(key) {
      const row = await database.get("SELECT receipt FROM question WHERE turn_key = $1", key);
      return unpack(row?.["receipt"]);
    },
    deleteConversation: (conversationId) => remove("conversation = $1", conversationId),
    deleteAuthor: (author) => remove('"user" = $1', author),
    deleteBefore: (isoTime) => remove("asked_at < $1", isoTime),
    async keysOf(author) {
      const rows = await database.all(
        'SELECT turn_key FROM question WHERE "user" = $1 AND turn IS NOT NULL ORDER BY turn',
        author,
      );
      return rows.map((row) => textOf(row["turn_key"]));
    },
    async blank(key) {
      await database.change(
        "UPDATE question SET text = '', resolution = NULL, receipt = NULL WHERE turn_key = $1",
        key,
      );
    },
    deleteTurn: (key) =>
      database.transaction(async (statements) => {
        const row = await statements.get("SELECT id FROM question WHERE turn_key = $1", key);
        if (row !== undefined) await eraseTurn(statements, Number(row["id"]));
        return row !== undefined;
      }),
    async *export(conversationId, part = {}) {
      for (let after = 0; ;) {
        const rows = await database.all(
          `SELECT id, turn, turn_key, conversation, "user", text, resolution, answer, shown, turn_state, asked_at
           FROM question
           WHERE turn > $1 AND ($2::text IS NULL OR conversation = $2) AND ($3::text IS NULL OR asked_at >= $3)
           ORDER BY turn LIMIT ${PAGE}`,
          after,
          conversationId ?? null,
          part.since ?? null,
        );
        const turns =
          part.evidence === false ? rows.map((row) => readTurn(row, [])) : await readTurns(rows);
        for (const [place, turn] of turns.entries())
          yield { ...turn, conversationId: textOf(rows[place]?.["conversation"]) };
        const last = rows.at(-1);
        if (last === undefined) return;
        after = Number(last["turn"]);
      }
    },
    // Whoever opened the store closes it.
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };

  async function readTurns(rows: readonly PostgresRow[]): Promise<readonly Turn[]> {
    if (rows.length === 0) return [];
    const evidence = await database.all(
      `SELECT question, body FROM evidence JOIN chunk USING (hash)
       WHERE question = ANY($1::bigint[]) ORDER BY question, place`,
      rows.map(({ id }) => String(id)),
    );
    const byQuestion = Map.groupBy(evidence, ({ question }) => question);
    return rows.map((row) => readTurn(row, byQuestion.get(row["id"]) ?? []));
  }

  /** A few turns at a time. A question that Slack still waits for stays in the inbox; all else goes whole. */
  function remove(condition: string, value: PostgresValue): Promise<number> {
    return eraseInSteps(
      database,
      `turn IS NOT NULL AND ${condition}`,
      value,
      async (statements, id) => {
        const row = await statements.get("SELECT state FROM question WHERE id = $1", id);
        const isOpen = row?.["state"] != null && row["state"] !== "closed";
        await (isOpen ? eraseTurn : eraseQuestion)(statements, id);
      },
    );
  }
}

/** Makes a turn of a question that is stored already, or of a new one; returns its id. */
async function begin(
  statements: Statements,
  known: number | undefined,
  turn: Parameters<ConversationStore["ask"]>[0],
  state: TurnState,
): Promise<number> {
  const id =
    known ??
    Number(
      (
        await statements.get(
          'INSERT INTO question ("user", text) VALUES ($1, $2) RETURNING id',
          turn.author,
          turn.question,
        )
      )?.["id"],
    );
  await statements.change(
    `UPDATE question SET "user" = $1, text = $2, conversation = $3, turn_key = $4, turn_state = $5,
       asked_at = $6, turn = nextval('question_turn') WHERE id = $7`,
    turn.author,
    turn.question,
    turn.conversationId,
    turn.key,
    state,
    turn.askedAt,
    id,
  );
  return id;
}

/** Waits for whoever changes the same turn. */
async function isTurn(statements: Statements, id: number): Promise<boolean> {
  const row = await statements.get("SELECT turn FROM question WHERE id = $1 FOR UPDATE", id);
  return row?.["turn"] != null;
}

async function existing(statements: Statements, key: string): Promise<PostgresRow> {
  const row = await statements.get(
    "SELECT id, turn_state FROM question WHERE turn_key = $1 AND turn IS NOT NULL FOR UPDATE",
    key,
  );
  if (row !== undefined) return row;
  throw new AppError("unknown-turn", "There is no question with this key.", { facts: { key } });
}
