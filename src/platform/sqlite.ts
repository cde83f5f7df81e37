/** SQLite files shared by several processes: write-ahead log, a busy timeout, and numbered migrations. */
import { DatabaseSync } from "node:sqlite";
import { AppError } from "./errors.ts";

/** How long a writer waits for another process before it gives up with "database is locked". */
const BUSY_TIMEOUT_MS = 10_000;

export type DatabaseOptions = {
  /**
   * Statements that lead from one version of the schema to the next; the file's `user_version` says how many
   * have run. Only ever append.
   */
  readonly migrations: readonly string[];
  readonly readOnly?: boolean;
};

/**
 * Opens (and creates) the database at `path`, or ":memory:". Throws `AppError` "database" when it cannot be opened,
 * is damaged, or was written by a newer version of the program.
 */
export function openDatabase(path: string, options: DatabaseOptions): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, {
      timeout: BUSY_TIMEOUT_MS,
      readOnly: options.readOnly === true,
    });
    if (options.readOnly !== true) {
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
      migrate(database, options.migrations);
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
