/**
 * Conversations in one SQLite file (WAL), shared by any number of processes. Each call is one transaction, so a
 * turn is never half written. Evidence is stored by value and once for each text: chunks are keyed by what they
 * hold, and go when the last turn that stood on them goes.
 */
import { createHash } from "node:crypto";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Answer } from "../documents/answer.ts";
import type { Chunk } from "../documents/chunk.ts";
import { AppError } from "../platform/errors.ts";
import { openDatabase, transaction } from "../platform/sqlite.ts";
import type { ConversationStore } from "./conversation-store.ts";
import type { FixedAnswer, Resolution, Turn, TurnState } from "./conversation.ts";
import { boundHistory, type HistoryBounds } from "./history.ts";

const MIGRATIONS = [
  `CREATE TABLE turn (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     key TEXT NOT NULL UNIQUE,
     conversation TEXT NOT NULL,
     author TEXT NOT NULL,
     question TEXT NOT NULL,
     resolution TEXT,
     answer TEXT,
     receipt TEXT,
     shown TEXT,
     state TEXT NOT NULL,
     asked_at TEXT NOT NULL
   ) STRICT;
   CREATE INDEX turn_by_conversation ON turn (conversation, id);
   CREATE INDEX turn_by_author ON turn (author);
   CREATE INDEX turn_by_time ON turn (asked_at);
   CREATE TABLE chunk (hash TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE evidence (
     turn INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
     place INTEGER NOT NULL,
     hash TEXT NOT NULL REFERENCES chunk (hash),
     PRIMARY KEY (turn, place)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX evidence_by_chunk ON evidence (hash);`,
];

export type ConversationStoreOptions = {
  /** File, or ":memory:". Its folder exists. */
  readonly path: string;
  readonly bounds?: HistoryBounds;
};

/** A turn is not read back in full when its conversation is longer than this; the first question is. */
const READ_AT_MOST = 400;

/** Throws `AppError` "database" when the file cannot be opened. */
export function openConversationStore(options: ConversationStoreOptions): ConversationStore {
  const database = openDatabase(options.path, { migrations: MIGRATIONS });
  return new SqliteConversationStore(database, options.bounds);
}

type Row = Readonly<Record<string, SQLInputValue>>;

/** A text column that is never empty by the schema. */
function textOf(value: SQLInputValue | undefined): string {
  return typeof value === "string" ? value : "";
}

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
      `SELECT * FROM turn WHERE conversation = ?1 AND
         (id = (SELECT MIN(id) FROM turn WHERE conversation = ?1) OR
          id IN (SELECT id FROM turn WHERE conversation = ?1 ORDER BY id DESC LIMIT ?2))
       ORDER BY id`,
      conversationId,
      READ_AT_MOST,
    );
    const turns = rows.map((row) => this.#turn(row));
    return { id: conversationId, turns: boundHistory(turns, this.#bounds), others: [] };
  }

  async findTurn(key: string): Promise<Turn | undefined> {
    const row = this.#get("SELECT * FROM turn WHERE key = ?", key);
    return row === undefined ? undefined : this.#turn(row);
  }

  async ask(turn: Parameters<ConversationStore["ask"]>[0]): Promise<boolean> {
    const { changes } = this.#run(
      `INSERT INTO turn (key, conversation, author, question, state, asked_at)
       VALUES (?, ?, ?, ?, 'asked', ?) ON CONFLICT (key) DO NOTHING`,
      turn.key,
      turn.conversationId,
      turn.author,
      turn.question,
      turn.askedAt,
    );
    return changes > 0;
  }

  async answer(key: string, result: Parameters<ConversationStore["answer"]>[1]): Promise<void> {
    this.#write(() => {
      const turn = this.#existing(key);
      // The first answer stays: a second process that answered the same question changes nothing.
      if (turn["state"] !== "asked") return;
      this.#run(
        "UPDATE turn SET resolution = ?, answer = ?, receipt = ?, state = 'posting' WHERE key = ?",
        JSON.stringify(result.resolution),
        JSON.stringify(result.answer),
        JSON.stringify(result.receipt ?? null),
        key,
      );
      this.#storeEvidence(Number(turn["id"]), result.evidence);
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
        "UPDATE turn SET state = 'posted', shown = ?, answer = COALESCE(?, answer) WHERE key = ?",
        JSON.stringify(shown),
        answer === undefined ? null : JSON.stringify(answer),
        key,
      );
    });
  }

  async recordFixed(turn: Parameters<ConversationStore["recordFixed"]>[0]): Promise<void> {
    const answer = JSON.stringify({ text: turn.text } satisfies FixedAnswer);
    this.#write(() => {
      this.#run(
        `INSERT INTO turn (key, conversation, author, question, answer, state, asked_at)
         VALUES (?, ?, ?, ?, ?, 'posted', ?)
         ON CONFLICT (key) DO UPDATE SET answer = excluded.answer, state = 'posted'`,
        turn.key,
        turn.conversationId,
        turn.author,
        turn.question,
        answer,
        turn.askedAt,
      );
      // Its quotes went with the answer it replaces.
      this.#run("DELETE FROM evidence WHERE turn = (SELECT id FROM turn WHERE key = ?)", turn.key);
      this.#dropUnusedChunks();
    });
  }

  async receipt(key: string): Promise<unknown> {
    const text = this.#get("SELECT receipt FROM turn WHERE key = ?", key)?.["receipt"];
    return typeof text === "string" ? parsed(text) : undefined;
  }

  async deleteConversation(conversationId: string): Promise<number> {
    return this.#delete("conversation = ?", conversationId);
  }

  async deleteAuthor(author: string): Promise<number> {
    return this.#delete("author = ?", author);
  }

  async deleteBefore(isoTime: string): Promise<number> {
    return this.#delete("asked_at < ?", isoTime);
  }

  async *export(
    ...[conversationId, part = {}]: Parameters<ConversationStore["export"]>
  ): ReturnType<ConversationStore["export"]> {
    let after = 0;
    for (;;) {
      const rows = this.#all(
        `SELECT id, key, conversation, author, question, resolution, answer, shown, state, asked_at FROM turn
         WHERE id > ? AND (?2 IS NULL OR conversation = ?2) AND (?3 IS NULL OR asked_at >= ?3)
         ORDER BY id LIMIT 100`,
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
      after = Number(last["id"]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#database.close();
  }

  #storeEvidence(turn: number, evidence: readonly Chunk[]): void {
    for (const [place, chunk] of evidence.entries()) {
      const body = JSON.stringify(chunk);
      const hash = createHash("sha256").update(body).digest("hex");
      this.#run("INSERT INTO chunk (hash, body) VALUES (?, ?) ON CONFLICT DO NOTHING", hash, body);
      this.#run("INSERT INTO evidence (turn, place, hash) VALUES (?, ?, ?)", turn, place, hash);
    }
  }

  #delete(condition: string, value: string): number {
    return this.#write(() => {
      const { changes } = this.#run(`DELETE FROM turn WHERE ${condition}`, value);
      this.#dropUnusedChunks();
      return changes;
    });
  }

  #dropUnusedChunks(): void {
    this.#run("DELETE FROM chunk WHERE hash NOT IN (SELECT hash FROM evidence)");
  }

  #existing(key: string): Row {
    const row = this.#get("SELECT id, state FROM turn WHERE key = ?", key);
    if (row !== undefined) return row;
    throw new AppError("unknown-turn", "There is no question with this key.", { facts: { key } });
  }

  #turn(row: Row, withEvidence = true): Turn {
    const evidence = withEvidence
      ? this.#all(
          `SELECT body FROM evidence JOIN chunk USING (hash) WHERE turn = ? ORDER BY place`,
          row["id"] ?? 0,
        )
      : [];
    // What these columns hold was written by this class, from values of these types.
    const shown = fromJson(row["shown"]) as Turn["shown"] | undefined;
    return {
      key: textOf(row["key"]),
      author: textOf(row["author"]),
      question: textOf(row["question"]),
      resolution: fromJson(row["resolution"]) as Resolution | undefined,
      answer: fromJson(row["answer"]) as Turn["answer"],
      evidence: evidence.flatMap(({ body }) => (fromJson(body) as Chunk | undefined) ?? []),
      state: row["state"] as TurnState,
      askedAt: textOf(row["asked_at"]),
      ...(shown === undefined ? {} : { shown }),
    };
  }

  #all(sql: string, ...values: readonly SQLInputValue[]): Row[] {
    return this.#open()
      .prepare(sql)
      .all(...values);
  }

  #get(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.#open()
      .prepare(sql)
      .get(...values);
  }

  #run(sql: string, ...values: readonly SQLInputValue[]): { readonly changes: number } {
    const { changes } = this.#open()
      .prepare(sql)
      .run(...values);
    return { changes: Number(changes) };
  }

  #write<T>(work: () => T): T {
    return transaction(this.#open(), work);
  }

  #open(): DatabaseSync {
    if (this.#closed) throw new AppError("store-closed", "The conversation store is closed.");
    return this.#database;
  }
}

/** The value of a column that holds JSON of ours; undefined where it is empty or damaged. */
function fromJson(text: unknown): unknown {
  return typeof text === "string" ? parsed(text) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
