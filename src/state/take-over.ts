/**
 * Takes over the three files in which earlier versions kept what people asked (`conversations.sqlite`, `slack.sqlite`,
 * `feedback.sqlite`), a few rows at a time. Each step is one transaction that also notes how far it came, so it goes on
 * after it was killed and two processes may do it at once; a file is removed when all of it is in the store and on the
 * disk. Texts are masked on the way.
 */
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../platform/errors.ts";
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { BUSY_TIMEOUT_MS, prepared, transaction } from "../platform/sqlite.ts";
import { pack, trimReceipt } from "./packed.ts";
import { findForTurn, hasChunk, keepChunk, standOn } from "./questions.ts";
import { openState, STATE_FILE } from "./schema.ts";
import { runNow, SQLITE } from "./sqlite-engine.ts";

/** Rows of one step: so long, a tenth of a second, another process may have to wait. */
const STEP = 200;

type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>;

type Source = {
  readonly name: string;
  readonly table: string;
  /** Unique columns: rows are read in their order. */
  readonly order: readonly string[];
  /** Columns of JSON: `take` is given them as they are stored from now on. */
  readonly json?: readonly string[];
  readonly take: (state: DatabaseSync, row: Row, old: DatabaseSync) => void;
};

/** In this order: what came through the inbox finds its turn, a vote finds its question. */
const SOURCES: readonly Source[] = [
  {
    name: "conversations.sqlite",
    table: "turn",
    order: ["id"],
    json: ["resolution", "answer", "receipt"],
    take: takeTurn,
  },
  { name: "slack.sqlite", table: "slack_questions", order: ["sequence"], take: takeQuestion },
  { name: "slack.sqlite", table: "slack_messages", order: ["channel", "ts"], take: takeMessage },
  { name: "slack.sqlite", table: "slack_markers", order: ["marker"], take: takeMarker },
  {
    name: "feedback.sqlite",
    table: "feedback_answers",
    order: ["rowid"],
    json: ["answer", "receipt"],
    take: takeRated,
  },
  { name: "feedback.sqlite", table: "feedback_votes", order: ["rowid"], take: takeVote },
];

/** True when something is stored in `dataFolder`, by this version or an earlier one. */
export function hasState(dataFolder: string): boolean {
  return [STATE_FILE, ...SOURCES.map(({ name }) => name)].some((name) =>
    existsSync(path.join(dataFolder, name)),
  );
}

/**
 * The path of the store in `dataFolder`, with all that earlier versions left there in it. Throws `AppError` "database"
 * when a file cannot be read; it is left as it is.
 */
export async function prepareState(dataFolder: string): Promise<string> {
  const file = path.join(dataFolder, STATE_FILE);
  const names = [...new Set(SOURCES.map(({ name }) => name))].filter((name) =>
    existsSync(path.join(dataFolder, name)),
  );
  if (names.length === 0) return file;
  const state = openState(file);
  try {
    for (const name of names) await takeOver(state, path.join(dataFolder, name));
    // A commit that waits for the disk takes all before it along; then the old files may go.
    state.exec("PRAGMA synchronous = FULL");
    transaction(state, () => note(state, "all", "[]"));
    for (const name of names)
      for (const end of ["", "-wal", "-shm"])
        rmSync(path.join(dataFolder, `${name}${end}`), { force: true });
  } finally {
    state.close();
  }
  return file;
}

async function takeOver(state: DatabaseSync, file: string): Promise<void> {
  const name = path.basename(file);
  let old: DatabaseSync | undefined;
  try {
    // Not read-only: what is still in its write-ahead log is read too.
    old = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    const opened = old;
    const tables = opened
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map((table) => table["name"]);
    const sources = SOURCES.filter((one) => one.name === name);
    if (tables.length > 0 && !sources.some(({ table }) => tables.includes(table)))
      throw new Error("it has other tables than any version made");
    for (const source of sources.filter(({ table }) => tables.includes(table))) {
      while (await takeSome(state, opened, source)) await nextTurn();
    }
  } catch (cause) {
    // Another process that does the same has finished and removed the file.
    if (!existsSync(file)) return;
    throw new AppError("database", `What ${file} holds cannot be taken over.`, {
      facts: { reason: cause instanceof Error ? cause.message : String(cause) },
      hint: "Move the file away to begin without what is in it, or ask for help with a copy of it.",
      cause,
    });
  } finally {
    old?.close();
  }
}

/** Takes the next rows over; false when there are none. */
async function takeSome(
  state: DatabaseSync,
  old: DatabaseSync,
  { name, table, order, json: packed = [], take }: Source,
): Promise<boolean> {
  const file = `${name}/${table}`;
  const noted = () =>
    prepared(state, "SELECT after FROM taken_over WHERE file = ?").get(file)?.["after"];
  const known = noted();
  const after = json(known) as (string | number)[] | undefined;
  const columns = order.join(", ");
  const later =
    after === undefined ? "" : `WHERE (${columns}) > (${order.map(() => "?").join(", ")})`;
  const rows = prepared(
    old,
    `SELECT *, json_array(${columns}) AS place FROM ${table} ${later} ORDER BY ${columns} LIMIT ${STEP}`,
  ).all(...(after ?? [])) as Row[];
  const last = rows.at(-1);
  if (last === undefined) return false;
  const ready = rows.map((row) => packRow(row, packed));
  transaction(state, () => {
    // Another process that does the same took these meanwhile.
    if (noted() !== known) return;
    for (const row of ready) take(state, row, old);
    note(state, file, text(last["place"]));
  });
  return true;
}

function packRow(row: Row, columns: readonly string[]): Row {
  const packed = columns.map((column) => {
    const value = json(row[column]);
    return [column, pack(column === "receipt" ? trimReceipt(value) : value)] as const;
  });
  return { ...row, ...Object.fromEntries(packed) };
}

function note(state: DatabaseSync, file: string, after: string): void {
  prepared(
    state,
    "INSERT INTO taken_over (file, after) VALUES (?, ?) ON CONFLICT (file) DO UPDATE SET after = excluded.after",
  ).run(file, after);
}

function takeTurn(state: DatabaseSync, row: Row, old: DatabaseSync): void {
  const known = runNow(state, findForTurn(text(row["key"]))) ?? null;
  const taken = named(
    state,
    `INSERT INTO question (id, user, text, conversation, turn_key, turn_state, asked_at, resolution,
         answer, receipt, shown, turn)
       VALUES ($known, $author, $said, $conversation, $key, $state, $asked_at, $resolution,
         $answer, $receipt, $shown, ${SQLITE.nextTurn})
       ON CONFLICT (id) DO UPDATE SET conversation = excluded.conversation,
         turn_key = excluded.turn_key, turn_state = excluded.turn_state,
         asked_at = excluded.asked_at, resolution = excluded.resolution, answer = excluded.answer,
         receipt = excluded.receipt, shown = excluded.shown, turn = excluded.turn
       RETURNING id`,
  ).get({ ...row, known, said: mask(row["question"]) });
  const id = Number(taken?.["id"]);
  const hashes = prepared(old, "SELECT hash FROM evidence WHERE turn = ? ORDER BY place");
  for (const [place, { hash }] of hashes.all(row["id"] ?? 0).entries()) {
    const kept = takeChunk(state, old, text(hash));
    if (kept !== undefined) runNow(state, standOn(id, place, kept));
  }
}

/** Most texts are stored already, by an earlier turn that stood on them: they are neither read nor written again. A damaged one is left out. */
function takeChunk(state: DatabaseSync, old: DatabaseSync, hash: string): string | undefined {
  if (runNow(state, hasChunk(SQLITE, hash))) return hash;
  const body = prepared(old, "SELECT body FROM chunk WHERE hash = ?").get(hash)?.["body"];
  return json(body) === undefined ? undefined : runNow(state, keepChunk(SQLITE, text(body)));
}

function takeQuestion(state: DatabaseSync, row: Row): void {
  const revision = Number(row["revision"] ?? 0);
  const turnKey = revision === 0 ? text(row["key"]) : `${text(row["key"])}:${revision}`;
  const id = runNow(state, findForTurn(turnKey)) ?? newRow(state, row["user"], row["text"]);
  named(
    state,
    `UPDATE question SET key = $key, sequence = $sequence, team = $team, channel = $channel, ts = $ts,
       thread_ts = $thread_ts, in_thread = $in_thread, surface = $surface, state = $state, outcome = $outcome,
       revision = $revision, attempts = $attempts, told = $told, owner = $owner, lease_until = $lease_until,
       available_at = $available_at, received_at = $received_at, taken_at = $taken_at, closed_at = $closed_at,
       answer_id = $answer_id, text = $said WHERE id = $id`,
  ).run({ ...row, id, said: mask(row["text"]) });
}

function takeMessage(state: DatabaseSync, row: Row): void {
  named(
    state,
    `INSERT INTO message (channel, ts, key) SELECT $channel, $ts, key FROM question WHERE key = $key
       ON CONFLICT DO NOTHING`,
  ).run(row);
}

function takeMarker(state: DatabaseSync, row: Row): void {
  named(state, "INSERT INTO marker (marker, at) VALUES ($marker, $at) ON CONFLICT DO NOTHING").run(
    row,
  );
}

function takeRated(state: DatabaseSync, row: Row): void {
  const key = text(row["key"]);
  let id = runNow(state, findForTurn(key));
  if (id === undefined) {
    id = newRow(state, "", row["question"]);
    prepared(state, "UPDATE question SET turn_key = ? WHERE id = ?").run(key, id);
  }
  named(
    state,
    `UPDATE question SET conversation = COALESCE(conversation, $conversation_id),
         answer = COALESCE(answer, $answer), receipt = COALESCE(receipt, $receipt) WHERE id = $id`,
  ).run({ ...row, id });
  named(
    state,
    "INSERT INTO rated (answer_id, question) VALUES ($answer_id, $id) ON CONFLICT DO NOTHING",
  ).run({ ...row, id });
}

function takeVote(state: DatabaseSync, row: Row): void {
  named(
    state,
    `INSERT INTO vote (answer_id, user, vote, reason, voted_at)
       SELECT answer_id, $user, $vote, $said, $voted_at FROM rated WHERE answer_id = $answer_id
       ON CONFLICT DO NOTHING`,
  ).run({ ...row, said: row["reason"] === null ? null : mask(row["reason"]) });
}

/** A statement whose parameters are named as the columns of a row, which may have more. */
function named(state: DatabaseSync, sql: string): StatementSync {
  const statement = prepared(state, sql);
  statement.setAllowUnknownNamedParameters(true);
  return statement;
}

function newRow(
  state: DatabaseSync,
  user: Row[string] | undefined,
  said: Row[string] | undefined,
): number {
  const row = prepared(state, "INSERT INTO question (user, text) VALUES (?, ?) RETURNING id").get(
    text(user),
    mask(said),
  );
  return Number(row?.["id"]);
}

const text = (value: Row[string] | undefined): string => (typeof value === "string" ? value : "");
const mask = (value: Row[string] | undefined): string => maskSecrets(text(value)).text;

/** The JSON of a column; undefined where it is empty or damaged. */
function json(value: Row[string] | undefined): unknown {
  if (typeof value !== "string") return undefined;
  try {
    return JSON.parse(value) ?? undefined;
  } catch {
    return undefined;
  }
}
