/**
 * A copy of the store in Postgres in one file, and back. The file is the one that `../backup.ts` makes of a store in SQLite,
 * so a copy of either is restored into either: that is how a store moves. What was written is read back and compared.
 */
import { createHash, type Hash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { AppError } from "../../platform/errors.ts";
import type { PostgresDatabase, PostgresValue, Statements } from "../../platform/postgres.ts";
import { transaction } from "../../platform/sqlite.ts";
import { type Copied, finish, newFile, PRIVATE, readBack } from "../backup.ts";
import { openState } from "../schema.ts";
import { openPostgresState } from "./schema.ts";

/** Each table and what its rows are ordered by; whatever a row belongs to comes before it. */
const TABLES = [
  { name: "question", order: ["id"] },
  { name: "message", order: ["channel", "ts"] },
  { name: "marker", order: ["marker"] },
  { name: "chunk", order: ["hash"] },
  { name: "evidence", order: ["question", "place"] },
  { name: "rated", order: ["answer_id"] },
  { name: "vote", order: ["answer_id", "user"] },
  { name: "help", order: ["key"] },
  { name: "help_message", order: ["key", "channel", "ts"] },
  { name: "channel_setting", order: ["channel"] },
  { name: "setting_change", order: ["id"] },
  { name: "reviewed", order: ["sequence"] },
] as const;
type Table = (typeof TABLES)[number];

type Row = Readonly<Record<string, unknown>>;

/** Rows that are read or written at once. */
const PAGE = 200;

/** Copies the store at `url` to `file`, while bots write. Throws `AppError` as `backUp` does. */
export async function backUpPostgres(url: string, file: string): Promise<Copied> {
  const target = newFile(file);
  const partial = `${target}.partial`;
  await using source = await openPostgresState({ url, connections: 1 });
  try {
    rmSync(partial, { force: true });
    closeSync(openSync(partial, "wx", PRIVATE));
    const copy = openState(partial);
    try {
      const read = createHash("sha256");
      await source.snapshot(async (statements) => {
        for (const table of TABLES)
          for await (const rows of pages(statements, table, columnsOf(copy, table))) {
            for (const row of rows) digest(read, row);
            transaction(copy, () => insertIntoFile(copy, table, rows));
          }
      });
      compare(read, digestOfFile(copy));
      // One file, without a log beside it.
      copy.exec("PRAGMA journal_mode = DELETE");
    } finally {
      copy.close();
    }
    const copied = readBack(partial);
    finish(partial, target);
    return { ...copied, file: target };
  } catch (error) {
    for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(`${partial}${end}`, { force: true });
    throw error;
  }
}

/**
 * Puts a copy in the place of the store at `url`. What was there, if anything, is kept in a schema beside it. Throws
 * `AppError` when the copy is not sound, when something is stored already and `replace` is false, or while a bot runs.
 */
export async function restoreToPostgres(
  url: string,
  file: string,
  options: { readonly replace: boolean; readonly now: number },
): Promise<Copied & { readonly kept: string | undefined }> {
  const source = path.resolve(file);
  if (!existsSync(source)) throw new AppError("no-backup", `There is no file ${source}.`);
  const folder = mkdtempSync(path.join(tmpdir(), "ask-marvin-restore-"));
  const partial = path.join(folder, "state.sqlite");
  try {
    copyFileSync(source, partial);
    chmodSync(partial, PRIVATE);
    // Brings a copy of an earlier version to today's format; refuses one of a newer version.
    openState(partial).close();
    const copied = readBack(partial);
    await using target = await openPostgresState({ url, connections: 1 });
    const kept = await target.exclusively(async () => {
      const before = await setAside(target, options);
      try {
        // Makes the tables where those of before were set aside.
        await using fresh = await openPostgresState({ url, connections: 1 });
        await fill(fresh, partial);
      } catch (error) {
        if (before !== undefined) await putBack(target, before);
        throw error;
      }
      return before;
    });
    return { ...copied, file: target.schema, kept };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Renames the schema when anything is in it; returns its new name. */
async function setAside(
  database: PostgresDatabase,
  { replace, now }: { readonly replace: boolean; readonly now: number },
): Promise<string | undefined> {
  if (!(await holdsAnything(database))) return undefined;
  if (!replace)
    throw new AppError("store-exists", "Something is stored in this database already.", {
      facts: { schema: database.schema },
      hint: "Add --replace to put the copy in its place; the store is kept beside it.",
    });
  const time = new Date(now).toISOString().replaceAll(/\D/g, "");
  const name = `${database.schema.slice(0, 38)}_before_${time}`;
  await database.change(`ALTER SCHEMA ${database.schema} RENAME TO ${name}`);
  return name;
}

async function putBack(database: PostgresDatabase, name: string): Promise<void> {
  await database.change(`DROP SCHEMA IF EXISTS ${database.schema} CASCADE`);
  await database.change(`ALTER SCHEMA ${name} RENAME TO ${database.schema}`);
}

async function holdsAnything(statements: Statements): Promise<boolean> {
  for (const { name } of TABLES)
    if ((await statements.get(`SELECT 1 FROM ${name} LIMIT 1`)) !== undefined) return true;
  return false;
}

/** Copies all rows of the file in one transaction, and reads them back before it ends. */
async function fill(database: PostgresDatabase, file: string): Promise<void> {
  const copy = openState(file);
  try {
    await database.transaction(async (statements) => {
      for (const { name } of TABLES)
        await statements.change(`LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`);
      // Somebody wrote between the look and the lock.
      if (await holdsAnything(statements))
        throw new AppError("store-in-use", "The store is in use: stop every bot first.");
      for (const table of TABLES) {
        const columns = columnsOf(copy, table);
        let rows: Row[] = [];
        for (const row of rowsOfFile(copy, table, columns)) {
          rows.push(row);
          if (rows.length < PAGE) continue;
          await insertIntoPostgres(statements, table, columns, rows);
          rows = [];
        }
        if (rows.length > 0) await insertIntoPostgres(statements, table, columns, rows);
      }
      const numbers = [
        ["pg_get_serial_sequence('question', 'id')", "question", "id"],
        ["'question_sequence'", "question", "sequence"],
        ["'question_turn'", "question", "turn"],
        ["pg_get_serial_sequence('setting_change', 'id')", "setting_change", "id"],
        ["pg_get_serial_sequence('reviewed', 'sequence')", "reviewed", "sequence"],
      ] as const;
      for (const [sequence, table, column] of numbers)
        await statements.get(
          `SELECT setval(${sequence}, (SELECT COALESCE(MAX(${column}), 0) + 1 FROM ${table}), false)`,
        );
      const read = createHash("sha256");
      for (const table of TABLES)
        for await (const page of pages(statements, table, columnsOf(copy, table)))
          for (const row of page) digest(read, row);
      compare(digestOfFile(copy), read);
    });
  } finally {
    copy.close();
  }
}

function columnsOf(copy: DatabaseSync, { name }: Table): readonly string[] {
  return copy
    .prepare("SELECT name FROM pragma_table_info(?) ORDER BY name")
    .all(name)
    .map((column) => String(column["name"]));
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

async function* pages(
  statements: Statements,
  { name, order }: Table,
  columns: readonly string[],
): AsyncGenerator<readonly Row[]> {
  let after: readonly PostgresValue[] = [];
  for (;;) {
    const later =
      after.length === 0
        ? ""
        : `WHERE (${quoted(order)}) > (${order.map((_, at) => `$${at + 1}`).join(", ")})`;
    const rows = await statements.all(
      `SELECT ${quoted(columns)} FROM ${name} ${later} ORDER BY ${quoted(order)} LIMIT ${PAGE}`,
      ...after,
    );
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    // Keys are texts and numbers.
    after = order.map((column) => last[column] as PostgresValue);
  }
}

function rowsOfFile(
  copy: DatabaseSync,
  { name, order }: Table,
  columns: readonly string[],
): Iterable<Row> {
  return copy.prepare(`SELECT ${quoted(columns)} FROM ${name} ORDER BY ${quoted(order)}`).iterate();
}

function insertIntoFile(copy: DatabaseSync, { name }: Table, rows: readonly Row[]): void {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const insert = copy.prepare(
    `INSERT INTO ${name} (${quoted(columns)}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  // Both engines hold texts, numbers and bytes.
  for (const row of rows) insert.run(...columns.map((column) => row[column] as SQLInputValue));
}

async function insertIntoPostgres(
  statements: Statements,
  { name }: Table,
  columns: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  const values = rows.map(
    (_, row) => `(${columns.map((__, at) => `$${row * columns.length + at + 1}`).join(", ")})`,
  );
  await statements.change(
    `INSERT INTO ${name} (${quoted(columns)}) VALUES ${values.join(", ")}`,
    // Both engines hold texts, numbers and bytes.
    ...rows.flatMap((row) => columns.map((column) => row[column] as PostgresValue)),
  );
}

function digestOfFile(copy: DatabaseSync): Hash {
  const hash = createHash("sha256");
  for (const table of TABLES)
    for (const row of rowsOfFile(copy, table, columnsOf(copy, table))) digest(hash, row);
  return hash;
}

/** Columns come in one order from both engines; the zero character is not kept by Postgres. */
function digest(hash: Hash, row: Row): void {
  const values = Object.values(row).map((value) =>
    value instanceof Uint8Array
      ? { bytes: createHash("sha256").update(value).digest("hex") }
      : typeof value === "string"
        ? value.replaceAll("\0", "\uFFFD")
        : value,
  );
  hash.update(`${JSON.stringify(values)}\n`);
}

function compare(one: Hash, other: Hash): void {
  if (one.digest("hex") === other.digest("hex")) return;
  throw new AppError("backup-damaged", "What was copied is not what was read.", {
    hint: "Nothing was changed; try again.",
  });
}
