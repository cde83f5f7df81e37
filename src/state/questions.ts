/** What the parts of the store do to the rows they share. Each function expects to be called in a transaction. */
import { createHash } from "node:crypto";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { inSteps, prepared, transaction } from "../platform/sqlite.ts";
import { pack } from "./packed.ts";

/** How long questions are erased at once, with all that belongs to them. What is under way then is finished. */
const STEP_MS = 5;
/** Most that are erased at once: so many changed pages are soon on the disk. */
const STEP = 32;

/** Deletes a question and all that belongs to it. */
export function eraseQuestion(database: DatabaseSync, id: number): void {
  dropEvidence(database, id);
  prepared(database, "DELETE FROM question WHERE id = ?").run(id);
}

/**
 * Forgets that a question was asked of the core, and what came of it. A question that did not come through the inbox goes
 * whole.
 */
export function eraseTurn(database: DatabaseSync, id: number): void {
  const row = prepared(database, "SELECT key FROM question WHERE id = ?").get(id);
  if (row?.["key"] == null) {
    eraseQuestion(database, id);
    return;
  }
  dropEvidence(database, id);
  prepared(
    database,
    `UPDATE question SET turn = NULL, turn_key = NULL, turn_state = NULL, asked_at = NULL,
         resolution = NULL, answer = NULL, receipt = NULL, shown = NULL WHERE id = ?`,
  ).run(id);
}

/**
 * Erases every question that meets `condition` (ours; its value is bound), a few milliseconds at a time, with `erase` for each;
 * returns how many.
 */
export function eraseInSteps(
  database: DatabaseSync,
  condition: string,
  value: SQLInputValue,
  erase: (database: DatabaseSync, id: number) => void,
  elapsedMs: () => number = () => performance.now(),
): Promise<number> {
  return inSteps(database, () => {
    const end = elapsedMs() + STEP_MS;
    return transaction(database, () => {
      const rows = prepared(
        database,
        `SELECT id FROM question WHERE ${condition} LIMIT ${STEP}`,
      ).all(value);
      let erased = 0;
      for (const { id } of rows) {
        erase(database, Number(id));
        erased += 1;
        if (elapsedMs() >= end) break;
      }
      return erased;
    });
  });
}

/** Keeps what an answer stood on, each text once whoever stands on it. `chunks` are JSON; a damaged one is left out. */
export function keepEvidence(database: DatabaseSync, id: number, chunks: readonly string[]): void {
  for (const [place, body] of chunks.entries()) {
    const hash = keepChunk(database, body);
    if (hash !== undefined) standOn(database, id, place, hash);
  }
}

/** The name of a stored chunk, JSON, which is stored when it was not; undefined when it is damaged. */
export function keepChunk(database: DatabaseSync, body: string): string | undefined {
  const hash = createHash("sha256").update(body).digest("hex");
  if (hasChunk(database, hash)) return hash;
  const value = parsed(body);
  if (value === undefined) return undefined;
  prepared(database, "INSERT INTO chunk (hash, body) VALUES (?, ?)").run(hash, pack(value));
  return hash;
}

export function hasChunk(database: DatabaseSync, hash: string): boolean {
  return prepared(database, "SELECT 1 FROM chunk WHERE hash = ?").get(hash) !== undefined;
}

export function standOn(database: DatabaseSync, id: number, place: number, hash: string): void {
  prepared(database, "INSERT INTO evidence (question, place, hash) VALUES (?, ?, ?)").run(
    id,
    place,
    hash,
  );
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Forgets the evidence of a question, and the chunks that nothing else stands on. */
export function dropEvidence(database: DatabaseSync, id: number): void {
  const hashes = prepared(database, "SELECT hash FROM evidence WHERE question = ?").all(id);
  prepared(database, "DELETE FROM evidence WHERE question = ?").run(id);
  const drop = prepared(
    database,
    "DELETE FROM chunk WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM evidence WHERE hash = ?1)",
  );
  for (const { hash } of hashes) drop.run(hash ?? "");
}

/** The row of the question that the core knows by `turnKey`: a question whose text was changed has a number behind. */
export function findForTurn(database: DatabaseSync, turnKey: string): number | undefined {
  const own = prepared(database, "SELECT id FROM question WHERE turn_key = ?").get(turnKey);
  if (own !== undefined) return Number(own["id"]);
  const select = prepared(database, "SELECT id FROM question WHERE key = ? AND revision = ?");
  const [, key = "", revision = "0"] = /^(.*):(\d+)$/s.exec(turnKey) ?? [];
  const row =
    select.get(turnKey, 0) ?? (key === "" ? undefined : select.get(key, Number(revision)));
  return row === undefined ? undefined : Number(row["id"]);
}

/** SQL for the place of a new turn among all. */
export const NEXT_TURN = "(SELECT COALESCE(MAX(turn), 0) + 1 FROM question)";
/** SQL for the place of a new question in the inbox. */
export const NEXT_SEQUENCE = "(SELECT COALESCE(MAX(sequence), 0) + 1 FROM question)";
