/** What the parts of the store do to the rows they share. Each function expects to be called in a transaction. */
import { createHash } from "node:crypto";
import type { PostgresDatabase, PostgresValue, Statements } from "../../platform/postgres.ts";
import { pack } from "../packed.ts";

/** Questions erased in one transaction, with all that belongs to them. */
const STEP = 50;

/** Deletes a question and all that belongs to it. */
export async function eraseQuestion(statements: Statements, id: number): Promise<void> {
  await dropEvidence(statements, id);
  await statements.change("DELETE FROM question WHERE id = $1", id);
}

/**
 * Forgets that a question was asked of the core, and what came of it. A question that did not come through the inbox goes
 * whole.
 */
export async function eraseTurn(statements: Statements, id: number): Promise<void> {
  const row = await statements.get("SELECT key FROM question WHERE id = $1 FOR UPDATE", id);
  if (row?.["key"] == null) return eraseQuestion(statements, id);
  await dropEvidence(statements, id);
  await statements.change(
    `UPDATE question SET turn = NULL, turn_key = NULL, turn_state = NULL, asked_at = NULL,
       resolution = NULL, answer = NULL, receipt = NULL, shown = NULL WHERE id = $1`,
    id,
  );
}

/**
 * Erases every question that meets `condition` (ours; its value is bound as $1), a few at a time, with `erase` for each;
 * returns how many.
 */
export async function eraseInSteps(
  database: PostgresDatabase,
  condition: string,
  value: PostgresValue,
  erase: (statements: Statements, id: number) => Promise<void>,
): Promise<number> {
  return inSteps(() =>
    database.transaction(async (statements) => {
      const rows = await statements.all(
        `SELECT id FROM question WHERE ${condition} ORDER BY id LIMIT ${STEP} FOR UPDATE`,
        value,
      );
      for (const { id } of rows) await erase(statements, Number(id));
      return rows.length;
    }),
  );
}

/** Repeats `step` until it changes nothing; returns how many rows it changed in all. */
export async function inSteps(step: () => Promise<number>): Promise<number> {
  for (let all = 0; ;) {
    const changed = await step();
    if (changed === 0) return all;
    all += changed;
  }
}

/** Keeps what an answer stood on, each text once whoever stands on it. `chunks` are JSON. */
export async function keepEvidence(
  statements: Statements,
  id: number,
  chunks: readonly string[],
): Promise<void> {
  for (const [place, body] of chunks.entries()) {
    const hash = createHash("sha256").update(body).digest("hex");
    // Written though it is known: whoever is about to forget it has to wait, and then sees that it is needed.
    await statements.change(
      `INSERT INTO chunk (hash, body) VALUES ($1, $2)
       ON CONFLICT (hash) DO UPDATE SET hash = excluded.hash`,
      hash,
      pack(JSON.parse(body) as unknown),
    );
    await statements.change(
      "INSERT INTO evidence (question, place, hash) VALUES ($1, $2, $3)",
      id,
      place,
      hash,
    );
  }
}

/** Forgets the evidence of a question, and the chunks that nothing else stands on. */
export async function dropEvidence(statements: Statements, id: number): Promise<void> {
  const rows = await statements.all("DELETE FROM evidence WHERE question = $1 RETURNING hash", id);
  if (rows.length === 0) return;
  await statements.change(
    `DELETE FROM chunk WHERE hash = ANY($1)
       AND NOT EXISTS (SELECT 1 FROM evidence WHERE evidence.hash = chunk.hash)`,
    rows.map(({ hash }) => String(hash)),
  );
}

/** The row of the question that the core knows by `turnKey`: a question whose text was changed has a number behind. */
export async function findForTurn(
  statements: Statements,
  turnKey: string,
): Promise<number | undefined> {
  const [, key = "", revision = "0"] = /^(.*):(\d{1,9})$/s.exec(turnKey) ?? [];
  const row = await statements.get(
    `SELECT id FROM question
     WHERE turn_key = $1 OR (key = $1 AND revision = 0) OR (key = $2 AND revision = $3)
     ORDER BY (turn_key = $1) IS TRUE DESC, (key = $1) IS TRUE DESC LIMIT 1`,
    turnKey,
    key,
    Number(revision),
  );
  return row === undefined ? undefined : Number(row["id"]);
}
