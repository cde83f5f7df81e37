/** SQLite files shared by several processes: write-ahead log, a busy timeout, and numbered migrations. */
import { chmodSync, closeSync, existsSync, openSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { AppError } from "./errors.ts";

/** How long a writer waits for another process before it gives up with "database is locked". */
export const BUSY_TIMEOUT_MS = 10_000;
const PRIVATE = 0o600;

export type DatabaseOptions = {
  /**
   * Statements that lead from one version of the schema to the next; the file's `user_version` says how many
   * have run. Only ever append.
   */
  readonly migrations: readonly string[];
  readonly readOnly?: boolean;
  /** Pages of 4 KB in the write-ahead log with which a commit brings it into the file; default 1000. */
  readonly checkpointPages?: number;
  /** Functions of one text that statements and migrations may call. */
  readonly functions?: Readonly<Record<string, (text: string) => string>>;
};

/**
 * Opens (and creates) the database at `path`, or ":memory:". Throws `AppError` "database" when it cannot be opened,
 * is damaged, or was written by a newer version of the program. The file is readable by its owner only, and what is
 * deleted from it is overwritten.
 */
export function openDatabase(path: string, options: DatabaseOptions): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (options.readOnly !== true) makePrivate(path);
    database = new DatabaseSync(path, {
      timeout: BUSY_TIMEOUT_MS,
      readOnly: options.readOnly === true,
    });
    for (const [name, run] of Object.entries(options.functions ?? {}))
      database.function(name, { deterministic: true }, (text) => run(String(text)));
    if (options.readOnly !== true) {
      useWriteAheadLog(database);
      database.exec("PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON");
      migrate(database, options.migrations);
      if (options.checkpointPages !== undefined)
        database.exec(`PRAGMA wal_autocheckpoint = ${options.checkpointPages}`);
    }
    database.exec("PRAGMA foreign_keys = ON");
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof AppError) throw cause;
    throw new AppError("database", `The database ${path} cannot be opened.`, {
      facts: { reason: cause instanceof Error ? cause.message : String(cause) },
      cause,
    });
  }
}

const SQLITE_BUSY = 5;
const RETRY_MS = 10;

/** Two processes may switch a new file at once, and SQLite does not wait for the other one then as it does elsewhere. */
function useWriteAheadLog(database: DatabaseSync): void {
  const deadline = performance.now() + BUSY_TIMEOUT_MS;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      const isBusy = (error as { readonly errcode?: number }).errcode === SQLITE_BUSY;
      if (!isBusy || performance.now() > deadline) throw error;
      Atomics.wait(pause, 0, 0, RETRY_MS);
    }
  }
}

/** Read and write for the owner alone. SQLite makes the files beside it with the same permissions. */
function makePrivate(path: string): void {
  if (path === ":memory:" || path === "") return;
  if (!existsSync(path)) closeSync(openSync(path, "a", PRIVATE));
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    try {
      if (existsSync(file)) chmodSync(file, PRIVATE);
    } catch (error) {
      // A file of somebody else's, in a folder that is shared: it works as it is. The log may be removed meanwhile.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EPERM" && code !== "ENOENT") throw error;
    }
  }
}

function migrate(database: DatabaseSync, migrations: readonly string[]): void {
  if (versionOf(database) === migrations.length) return;
  transaction(database, () => {
    // Read again inside the transaction: another process may have migrated meanwhile.
    const version = versionOf(database);
    if (version > migrations.length) {
      throw new AppError("database", "The database was written by a newer version.", {
        facts: { version: String(version), known: String(migrations.length) },
        hint: "Update this installation, or give it another DATA_DIR.",
      });
    }
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/**
 * The statement of a text, made once for each database: making one takes longer than most take to run. For texts that
 * the program has, not for those it puts together from values; not to be iterated over.
 */
export function prepared(database: DatabaseSync, sql: string): StatementSync {
  let known = statements.get(database);
  if (known === undefined) {
    known = new Map();
    statements.set(database, known);
  }
  let statement = known.get(sql);
  if (statement === undefined) {
    statement = database.prepare(sql);
    known.set(sql, statement);
  }
  return statement;
}

/** Runs `work` in one write transaction: all of it happens, or nothing when it throws. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Pages in the write-ahead log, and how many of them are not in the file yet. Takes microseconds. */
export function logLength(database: DatabaseSync): {
  readonly pages: number;
  readonly waiting: number;
} {
  const row = prepared(database, "PRAGMA wal_checkpoint(NOOP)").get();
  const pages = Math.max(0, Number(row?.["log"]));
  return { pages, waiting: pages - Math.max(0, Number(row?.["checkpointed"])) };
}

/** Pages in the write-ahead log that are enough: the next step waits until the log is begun anew. */
const LONG_LOG = 2000;
const LOOK_MS = 5;
/** So long the thread of `checkpoints.ts` may take to begin, in looks; then there is none. */
const LOOKS_FOR_THREAD = 60;
/** So long it may take to end. */
const MOST_LOOKS = 400;

/**
 * Repeats `step`, a write of a few milliseconds that returns how many rows it changed, until none are left, and lets
 * everybody else have a turn of the event loop in between. Returns how many rows in all. What was done stays done when
 * it throws or the process ends.
 */
export async function inSteps(database: DatabaseSync, step: () => number): Promise<number> {
  let hasThread = true;
  for (let all = 0; ;) {
    await ownTurn();
    const changed = step();
    if (changed === 0) return all;
    all += changed;
    hasThread = await logIsShort(database, hasThread);
  }
}

let turns: Promise<unknown> = Promise.resolve();

/** Whoever else repeats steps in this thread takes another turn: two of them together hold it twice as long. */
function ownTurn(): Promise<unknown> {
  turns = turns.then(() => nextTurn());
  return turns;
}

/** Resolves when the log is short enough; false when nobody but us makes it shorter. */
async function logIsShort(database: DatabaseSync, hasThread: boolean): Promise<boolean> {
  const patience = hasThread ? LOOKS_FOR_THREAD : 1;
  for (let look = 1; look <= MOST_LOOKS && logLength(database).pages > LONG_LOG; look += 1) {
    await wait(LOOK_MS);
    if (look % patience !== 0) continue;
    // A command, which holds up nobody, does it itself; nothing happens while a thread is at it.
    const { busy } = prepared(database, "PRAGMA wal_checkpoint(PASSIVE)").get() ?? {};
    if (busy === 0) return false;
  }
  return hasThread;
}
