/** What the parts of the store do to the rows they share. Each function expects to be run in a transaction. */
import { createHash } from "node:crypto";
import { pack } from "./packed.ts";
import {
  all,
  change,
  type Dialect,
  type Engine,
  get,
  type Value,
  type Work,
} from "./statements.ts";

/** Most that are erased at once: so many changed pages are soon on the disk. */
const STEP = 32;

/** Deletes a question and all that belongs to it. */
export function* eraseQuestion(dialect: Dialect, id: number): Work<void> {
  yield* dropEvidence(dialect, id);
  yield* change("DELETE FROM question WHERE id = $1", id);
}

/**
 * Forgets that a question was asked of the core, and what came of it. A question that did not come through the inbox goes
 * whole.
 */
export function* eraseTurn(dialect: Dialect, id: number): Work<void> {
  const row = yield* get(`SELECT key FROM question WHERE id = $1 ${dialect.forUpdate}`, id);
  if (row?.["key"] == null) return yield* eraseQuestion(dialect, id);
  yield* dropEvidence(dialect, id);
  yield* change(
    `UPDATE question SET turn = NULL, turn_key = NULL, turn_state = NULL, asked_at = NULL,
       resolution = NULL, answer = NULL, receipt = NULL, shown = NULL WHERE id = $1`,
    id,
  );
}

/**
 * Erases every question that meets `condition` (ours; its value is $1), a few milliseconds at a time, with `erase` for each;
 * returns how many.
 */
export function eraseInSteps(
  engine: Engine,
  condition: string,
  value: Value,
  erase: (dialect: Dialect, id: number) => Work<void>,
): Promise<number> {
  const { dialect } = engine;
  return engine.inSteps(function* (_after, isOver) {
    const rows = yield* all(
      `SELECT id FROM question WHERE ${condition} ${dialect.atMost(STEP)}`,
      value,
    );
    let looked = 0;
    for (const { id } of rows) {
      yield* erase(dialect, Number(id));
      looked += 1;
      if (isOver()) break;
    }
    return { looked };
  });
}

/** Keeps what an answer stood on, each text once whoever stands on it. `chunks` are JSON. */
export function* keepEvidence(dialect: Dialect, id: number, chunks: readonly string[]): Work<void> {
  for (const [place, body] of chunks.entries())
    yield* standOn(id, place, yield* keepChunk(dialect, body));
}

/** The name of a stored chunk, JSON, which is stored when it was not. */
export function* keepChunk(dialect: Dialect, body: string): Work<string> {
  const hash = createHash("sha256").update(body).digest("hex");
  if (!(yield* hasChunk(dialect, hash)))
    yield* change(
      `INSERT INTO chunk (hash, body) VALUES ($1, $2)
       ON CONFLICT (hash) DO UPDATE SET hash = excluded.hash`,
      hash,
      pack(JSON.parse(body) as unknown),
    );
  return hash;
}

export function* hasChunk(dialect: Dialect, hash: string): Work<boolean> {
  return (yield* get(dialect.holdChunk, hash)) !== undefined;
}

export function* standOn(id: number, place: number, hash: string): Work<void> {
  yield* change(
    "INSERT INTO evidence (question, place, hash) VALUES ($1, $2, $3)",
    id,
    place,
    hash,
  );
}

/** Forgets the evidence of a question, and the chunks that nothing else stands on. */
export function* dropEvidence({ among }: Dialect, id: number): Work<void> {
  const rows = yield* all("DELETE FROM evidence WHERE question = $1 RETURNING hash", id);
  if (rows.length === 0) return;
  yield* change(
    `DELETE FROM chunk WHERE hash ${among("$1")}
       AND NOT EXISTS (SELECT 1 FROM evidence WHERE evidence.hash = chunk.hash)`,
    rows.map(({ hash }) => String(hash)),
  );
}

/** The row of the question that the core knows by `turnKey`: a question whose text was changed has a number behind. */
export function* findForTurn(turnKey: string): Work<number | undefined> {
  const [, key = "", revision = "0"] = /^(.*):(\d{1,9})$/s.exec(turnKey) ?? [];
  const row = yield* get(
    `SELECT id FROM question
     WHERE turn_key = $1 OR (key = $1 AND revision = 0) OR (key = $2 AND revision = $3)
     ORDER BY (turn_key = $1) IS TRUE DESC, (key = $1) IS TRUE DESC LIMIT 1`,
    turnKey,
    key,
    Number(revision),
  );
  return row === undefined ? undefined : Number(row["id"]);
}
