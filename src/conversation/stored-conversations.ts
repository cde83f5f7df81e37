/**
 * Conversations in the store that several processes share: the columns of a question from asked to posted. Each call
 * is one transaction, so a turn is never half written. Evidence is stored by value and once for each text: chunks are
 * keyed by what they hold, and go when the last turn that stood on them goes.
 */
import { AppError } from "../platform/errors.ts";
import { pack, trimReceipt, unpack } from "../state/packed.ts";
import {
  dropEvidence,
  eraseInSteps,
  eraseQuestion,
  eraseTurn,
  findForTurn,
  keepEvidence,
} from "../state/questions.ts";
import { openSqliteEngine } from "../state/sqlite-engine.ts";
import {
  all,
  change,
  type Dialect,
  type Engine,
  get,
  type Row,
  statementsOn,
  type Work,
} from "../state/statements.ts";
import type { ConversationStore } from "./conversation-store.ts";
import type { FixedAnswer, Turn, TurnState } from "./conversation.ts";
import { boundHistory, DEFAULT_BOUNDS, type HistoryBounds } from "./history.ts";
import { READ_AT_MOST, readTurn, rowsOfHistory, textOf } from "./turn-row.ts";

/** Turns read at once for export. */
const PAGE = 100;
const COLUMNS = `id, turn, turn_key, conversation, "user", text, resolution, answer, shown, turn_state, asked_at`;

/** Opens (and creates) the store in a file, whose folder exists, or ":memory:". Throws `AppError` "database". */
export function openConversationStore({
  path,
  bounds = DEFAULT_BOUNDS,
}: {
  readonly path: string;
  readonly bounds?: HistoryBounds;
}): ConversationStore {
  return createConversationStore(openSqliteEngine(path), bounds);
}

export function createConversationStore(
  engine: Engine,
  bounds: HistoryBounds = DEFAULT_BOUNDS,
): ConversationStore {
  const one = statementsOn(engine);
  const { dialect } = engine;

  /** A few turns at a time. A question that Slack still waits for stays in the inbox; all else goes whole. */
  const remove = (condition: string, value: string) =>
    eraseInSteps(engine, `turn IS NOT NULL AND ${condition}`, value, function* (_dialect, id) {
      const row = yield* get("SELECT state FROM question WHERE id = $1", id);
      const isOpen = row?.["state"] != null && row["state"] !== "closed";
      yield* (isOpen ? eraseTurn : eraseQuestion)(dialect, id);
    });

  return {
    async read(conversationId) {
      const turns = await engine.run(
        (function* () {
          const rows = yield* all(
            `SELECT ${COLUMNS} FROM question WHERE conversation = $1 AND turn IS NOT NULL AND
               (turn = (SELECT MIN(turn) FROM question WHERE conversation = $1 AND turn IS NOT NULL) OR
                turn IN (SELECT turn FROM question WHERE conversation = $1 AND turn IS NOT NULL
                         ORDER BY turn DESC LIMIT $2))
             ORDER BY turn`,
            conversationId,
            READ_AT_MOST,
          );
          return yield* readTurns(dialect, rowsOfHistory(rows, bounds));
        })(),
      );
      return { id: conversationId, turns: boundHistory(turns, bounds), others: [] };
    },
    findTurn: (key) =>
      engine.run(
        (function* () {
          const row = yield* get(
            "SELECT * FROM question WHERE turn_key = $1 AND turn IS NOT NULL",
            key,
          );
          return row === undefined ? undefined : (yield* readTurns(dialect, [row]))[0];
        })(),
      ),
    ask: (turn) =>
      engine.transaction(function* () {
        const id = yield* findForTurn(turn.key);
        if (id !== undefined && (yield* isTurn(dialect, id))) return false;
        yield* begin(dialect, id, turn, "asked");
        return true;
      }),
    answer: (key, result) =>
      engine.transaction(function* () {
        const turn = yield* existing(dialect, key);
        // The first answer stays: a second process that answered the same question changes nothing.
        if (turn["turn_state"] !== "asked") return;
        const id = Number(turn["id"]);
        yield* change(
          `UPDATE question SET resolution = $1, answer = $2, receipt = $3, turn_state = 'posting'
           WHERE id = $4`,
          pack(result.resolution),
          pack(result.answer),
          pack(trimReceipt(result.receipt)),
          id,
        );
        const chunks = result.evidence.map((chunk) => JSON.stringify(chunk));
        yield* keepEvidence(dialect, id, chunks);
      }),
    posted: (key, shown, answer) =>
      engine.transaction(function* () {
        yield* existing(dialect, key);
        yield* change(
          `UPDATE question SET turn_state = 'posted', shown = $1, answer = COALESCE($2, answer)
           WHERE turn_key = $3`,
          JSON.stringify(shown),
          pack(answer),
          key,
        );
      }),
    recordFixed: (turn) =>
      engine.transaction(function* () {
        const known = yield* findForTurn(turn.key);
        const id =
          known !== undefined && (yield* isTurn(dialect, known))
            ? known
            : yield* begin(dialect, known, turn, "posted");
        yield* change(
          "UPDATE question SET answer = $1, turn_state = 'posted' WHERE id = $2",
          pack({ text: turn.text } satisfies FixedAnswer),
          id,
        );
        // Its quotes went with the answer it replaces.
        yield* dropEvidence(dialect, id);
      }),
    async receipt(key) {
      const row = await one.get("SELECT receipt FROM question WHERE turn_key = $1", key);
      return unpack(row?.["receipt"]);
    },
    deleteConversation: (conversationId) => remove("conversation = $1", conversationId),
    deleteAuthor: (author) => remove('"user" = $1', author),
    deleteBefore: (isoTime) => remove("asked_at < $1", isoTime),
    async keysOf(author) {
      const rows = await one.all(
        'SELECT turn_key FROM question WHERE "user" = $1 AND turn IS NOT NULL ORDER BY turn',
        author,
      );
      return rows.map((row) => textOf(row["turn_key"]));
    },
    async blank(key) {
      await one.change(
        "UPDATE question SET text = '', resolution = NULL, receipt = NULL WHERE turn_key = $1",
        key,
      );
    },
    deleteTurn: (key) =>
      engine.transaction(function* () {
        const row = yield* get("SELECT id FROM question WHERE turn_key = $1", key);
        if (row !== undefined) yield* eraseTurn(dialect, Number(row["id"]));
        return row !== undefined;
      }),
    async *export(conversationId, part = {}) {
      for (let after = 0; ;) {
        const rows = await one.all(
          `SELECT ${COLUMNS} FROM question
             WHERE turn > $1 AND (CAST($2 AS text) IS NULL OR conversation = $2)
               AND (CAST($3 AS text) IS NULL OR asked_at >= $3)
             ORDER BY turn LIMIT ${PAGE}`,
          after,
          conversationId ?? null,
          part.since ?? null,
        );
        const turns =
          part.evidence === false
            ? rows.map((row) => readTurn(row, []))
            : await engine.run(readTurns(dialect, rows));
        for (const [place, turn] of turns.entries())
          yield { ...turn, conversationId: textOf(rows[place]?.["conversation"]) };
        const last = rows.at(-1);
        if (last === undefined) return;
        after = Number(last["turn"]);
      }
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

function* readTurns({ among }: Dialect, rows: readonly Row[]): Work<readonly Turn[]> {
  if (rows.length === 0) return [];
  const evidence = yield* all(
    `SELECT question, body FROM evidence JOIN chunk USING (hash)
     WHERE question ${among("$1", "bigint")} ORDER BY question, place`,
    rows.map(({ id }) => String(id)),
  );
  const byQuestion = Map.groupBy(evidence, ({ question }) => question);
  return rows.map((row) => readTurn(row, byQuestion.get(row["id"]) ?? []));
}

/** Makes a turn of a question that is stored already, or of a new one; returns its id. */
function* begin(
  { nextTurn }: Dialect,
  known: number | undefined,
  turn: Parameters<ConversationStore["ask"]>[0],
  state: TurnState,
): Work<number> {
  let id = known;
  if (id === undefined) {
    const made = yield* get(
      'INSERT INTO question ("user", text) VALUES ($1, $2) RETURNING id',
      turn.author,
      turn.question,
    );
    id = Number(made?.["id"]);
  }
  yield* change(
    `UPDATE question SET "user" = $1, text = $2, conversation = $3, turn_key = $4, turn_state = $5,
       asked_at = $6, turn = ${nextTurn} WHERE id = $7`,
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
function* isTurn({ forUpdate }: Dialect, id: number): Work<boolean> {
  const row = yield* get(`SELECT turn FROM question WHERE id = $1 ${forUpdate}`, id);
  return row?.["turn"] != null;
}

function* existing({ forUpdate }: Dialect, key: string): Work<Row> {
  const row = yield* get(
    `SELECT id, turn_state FROM question WHERE turn_key = $1 AND turn IS NOT NULL ${forUpdate}`,
    key,
  );
  if (row !== undefined) return row;
  throw new AppError("unknown-turn", "There is no question with this key.", { facts: { key } });
}
