/**
 * Conversations in the store that several processes may share: the columns of a question from asked to posted. Each call
 * is one transaction, so a turn is never half written. Evidence is stored by value and once for each text: chunks are
 * keyed by what they hold, and go when the last turn that stood on them goes.
 */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Answer } from "../documents/answer.ts";
import { AppError } from "../platform/errors.ts";
import { prepared, transaction } from "../platform/sqlite.ts";
import { pack, trimReceipt, unpack } from "../state/packed.ts";
import {
  dropEvidence,
  eraseInSteps,
  eraseQuestion,
  eraseTurn,
  findForTurn,
  keepEvidence,
  NEXT_TURN,
} from "../state/questions.ts";
import { openState } from "../state/schema.ts";
import type { ConversationStore } from "./conversation-store.ts";
import type { FixedAnswer, Turn, TurnState } from "./conversation.ts";
import { boundHistory, DEFAULT_BOUNDS, type HistoryBounds } from "./history.ts";
import { READ_AT_MOST, readTurn, rowsOfHistory, textOf } from "./turn-row.ts";

export type ConversationStoreOptions = {
  /** File, or ":memory:". Its folder exists. */
  readonly path: string;
  readonly bounds?: HistoryBounds;
};

/** Throws `AppError` "database" when the file cannot be opened. */
export function openConversationStore(options: ConversationStoreOptions): ConversationStore {
  return new SqliteConversationStore(openState(options.path), options.bounds);
}

type Row = Readonly<Record<string, SQLInputValue>>;

class SqliteConversationStore implements ConversationStore {
  readonly #database: DatabaseSync;
  readonly #bounds: HistoryBounds | undefined;
  #closed = false;

  constructor(database: DatabaseSync, bounds: HistoryBounds | undefined) {
    this.#database = database;
    this.#bounds = bounds;
  }

  async read(conversationId: string): ReturnType<ConversationStore["read"]> {
    const rows = this.#all(
      `SELECT id, turn_key, user, text, resolution, answer, shown, turn_state, asked_at
       FROM question WHERE conversation = ?1 AND turn IS NOT NULL AND
         (turn = (SELECT MIN(turn) FROM question WHERE conversation = ?1 AND turn IS NOT NULL) OR
          turn IN (SELECT turn FROM question WHERE conversation = ?1 AND turn IS NOT NULL
                   ORDER BY turn DESC LIMIT ?2))
       ORDER BY turn`,
      conversationId,
      READ_AT_MOST,
    );
    const bounds = this.#bounds ?? DEFAULT_BOUNDS;
    const turns = rowsOfHistory(rows, bounds).map((row) => this.#turn(row));
    return { id: conversationId, turns: boundHistory(turns, bounds), others: [] };
  }

  async findTurn(key: string): Promise<Turn | undefined> {
    const row = this.#get("SELECT * FROM question WHERE turn_key = ? AND turn IS NOT NULL", key);
    return row === undefined ? undefined : this.#turn(row);
  }

  async ask(turn: Parameters<ConversationStore["ask"]>[0]): Promise<boolean> {
    return this.#write(() => {
      const id = findForTurn(this.#database, turn.key);
      if (id !== undefined && this.#isTurn(id)) return false;
      this.#begin(id, turn, "asked");
      return true;
    });
  }

  async answer(key: string, result: Parameters<ConversationStore["answer"]>[1]): Promise<void> {
    this.#write(() => {
      const turn = this.#existing(key);
      // The first answer stays: a second process that answered the same question changes nothing.
      if (turn["turn_state"] !== "asked") return;
      const id = Number(turn["id"]);
      this.#run(
        `UPDATE question SET resolution = ?, answer = ?, receipt = ?, turn_state = 'posting'
         WHERE id = ?`,
        pack(result.resolution),
        pack(result.answer),
        pack(trimReceipt(result.receipt)),
        id,
      );
      keepEvidence(
        this.#database,
        id,
        result.evidence.map((chunk) => JSON.stringify(chunk)),
      );
    });
  }

  async posted(
    key: string,
    shown: Readonly<Record<string, string>>,
    answer?: Answer,
  ): Promise<void> {
    this.#write(() => {
      this.#existing(key);
      this.#run(
        `UPDATE question SET turn_state = 'posted', shown = ?, answer = COALESCE(?, answer)
         WHERE turn_key = ?`,
        JSON.stringify(shown),
        pack(answer),
        key,
      );
    });
  }

  async recordFixed(turn: Parameters<ConversationStore["recordFixed"]>[0]): Promise<void> {
    this.#write(() => {
      const known = findForTurn(this.#database, turn.key);
      const id =
        known !== undefined && this.#isTurn(known) ? known : this.#begin(known, turn, "posted");
      this.#run(
        "UPDATE question SET answer = ?, turn_state = 'posted' WHERE id = ?",
        pack({ text: turn.text } satisfies FixedAnswer),
        id,
      );
      // Its quotes went with the answer it replaces.
      dropEvidence(this.#database, id);
    });
  }

  async receipt(key: string): Promise<unknown> {
    return unpack(this.#get("SELECT receipt FROM question WHERE turn_key = ?", key)?.["receipt"]);
  }

  async deleteConversation(conversationId: string): Promise<number> {
    return this.#delete("conversation = ?", conversationId);
  }

  async deleteAuthor(author: string): Promise<number> {
    return this.#delete("user = ?", author);
  }

  async deleteBefore(isoTime: string): Promise<number> {
    return this.#delete("asked_at < ?", isoTime);
  }

  async keysOf(author: string): Promise<readonly string[]> {
    return this.#all(
      "SELECT turn_key FROM question WHERE user = ? AND turn IS NOT NULL ORDER BY turn",
      author,
    ).map((row) => textOf(row["turn_key"]));
  }

  async blank(key: string): Promise<void> {
    this.#run(
      "UPDATE question SET text = '', resolution = NULL, receipt = NULL WHERE turn_key = ?",
      key,
    );
  }

  async deleteTurn(key: string): Promise<boolean> {
    return this.#write(() => {
      const row = this.#get("SELECT id FROM question WHERE turn_key = ?", key);
      if (row !== undefined) eraseTurn(this.#open(), Number(row["id"]));
      return row !== undefined;
    });
  }

  async *export(
    ...[conversationId, part = {}]: Parameters<ConversationStore["export"]>
  ): ReturnType<ConversationStore["export"]> {
    let after = 0;
    for (;;) {
      const rows = this.#all(
        `SELECT id, turn, turn_key, conversation, user, text, resolution, answer, shown, turn_state, asked_at
         FROM question
         WHERE turn > ?1 AND (?2 IS NULL OR conversation = ?2) AND (?3 IS NULL OR asked_at >= ?3)
         ORDER BY turn LIMIT 100`,
        after,
        conversationId ?? null,
        part.since ?? null,
      );
      for (const row of rows) {
        const turn = this.#turn(row, part.evidence !== false);
        yield { ...turn, conversationId: textOf(row["conversation"]) };
      }
      const last = rows.at(-1);
      if (last === undefined) return;
      after = Number(last["turn"]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#database.close();
  }

  /** A few turns at a time. A question that Slack still waits for stays in the inbox; all else goes whole. */
  #delete(condition: string, value: string): Promise<number> {
    return eraseInSteps(
      this.#open(),
      `turn IS NOT NULL AND ${condition}`,
      value,
      (database, id) => {
        const row = database.prepare("SELECT state FROM question WHERE id = ?").get(id);
        const isOpen = row?.["state"] != null && row["state"] !== "closed";
        (isOpen ? eraseTurn : eraseQuestion)(database, id);
      },
    );
  }

  /** Makes a turn of a question that is stored already, or of a new one; returns its id. */
  #begin(
    known: number | undefined,
    turn: Omit<Parameters<ConversationStore["ask"]>[0], "text">,
    state: TurnState,
  ): number {
    const id =
      known ??
      Number(
        this.#get(
          "INSERT INTO question (user, text) VALUES (?, ?) RETURNING id",
          turn.author,
          turn.question,
        )?.["id"],
      );
    this.#run(
      `UPDATE question SET user = ?, text = ?, conversation = ?, turn_key = ?, turn_state = ?,
         asked_at = ?, turn = ${NEXT_TURN} WHERE id = ?`,
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

  #isTurn(id: number): boolean {
    return this.#get("SELECT turn FROM question WHERE id = ?", id)?.["turn"] != null;
  }

  #existing(key: string): Row {
    const row = this.#get(
      "SELECT id, turn_state FROM question WHERE turn_key = ? AND turn IS NOT NULL",
      key,
    );
    if (row !== undefined) return row;
    throw new AppError("unknown-turn", "There is no question with this key.", { facts: { key } });
  }

  #turn(row: Row, withEvidence = true): Turn {
    const evidence = withEvidence
      ? this.#all(
          `SELECT body FROM evidence JOIN chunk USING (hash) WHERE question = ? ORDER BY place`,
          row["id"] ?? 0,
        )
      : [];
    return readTurn(row, evidence);
  }

  #all(sql: string, ...values: readonly SQLInputValue[]): Row[] {
    return prepared(this.#open(), sql).all(...values);
  }

  #get(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return prepared(this.#open(), sql).get(...values);
  }

  #run(sql: string, ...values: readonly SQLInputValue[]): void {
    prepared(this.#open(), sql).run(...values);
  }

  #write<T>(work: () => T): T {
    return transaction(this.#open(), work);
  }

  #open(): DatabaseSync {
    if (this.#closed) throw new AppError("store-closed", "The conversation store is closed.");
    return this.#database;
  }
}
