/** The store in a file that several processes share. Work is done at once: nothing else runs in this thread meanwhile. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { AppError } from "../platform/errors.ts";
import { inSteps, prepared, transaction } from "../platform/sqlite.ts";
import { openState } from "./schema.ts";
import type { Dialect, Engine, Outcome, Statement, Value, Work } from "./statements.ts";

/** How long a step of many may take. What is under way then is finished. */
const STEP_MS = 5;
/** Longest time that writes are gathered: the disk may be slow, a person must not notice. */
const LONGEST_GATHERING_MS = 40;

export const SQLITE: Dialect = {
  nextSequence: "(SELECT COALESCE(MAX(sequence), 0) + 1 FROM question)",
  nextTurn: "(SELECT COALESCE(MAX(turn), 0) + 1 FROM question)",
  forUpdate: "",
  skipLocked: "",
  atMost: (rows) => `LIMIT ${rows}`,
  among: (parameter) => `IN (SELECT value FROM json_each(${parameter}))`,
  tell: "NULL",
  holdChunk: "SELECT 1 FROM chunk WHERE hash = $1",
  lock: undefined,
};

/** Opens (and creates) the store at `path`, or ":memory:". Throws `AppError` "database". */
export function openSqliteEngine(
  path: string,
  elapsedMs: () => number = () => performance.now(),
): Engine {
  const database = openState(path);
  const commit = createGroupCommit(database);
  return {
    dialect: SQLITE,
    async run(work) {
      return runNow(database, work);
    },
    async transaction(work) {
      return transaction(database, () => runNow(database, work()));
    },
    durably: (work) => commit(() => runNow(database, work())),
    async inSteps(step) {
      let changed = 0;
      let after = "";
      await inSteps(database, () => {
        const end = elapsedMs() + STEP_MS;
        const done = transaction(database, () =>
          runNow(
            database,
            step(after, () => elapsedMs() >= end),
          ),
        );
        changed += done.changed ?? done.looked;
        after = done.after ?? "";
        return done.looked;
      });
      return changed;
    },
    listen() {
      // A file tells nobody.
    },
    async [Symbol.asyncDispose]() {
      if (database.isOpen) database.close();
    },
  };
}

/** Runs work at once, in the transaction that is open if there is one. */
export function runNow<T>(database: DatabaseSync, work: Work<T>): T {
  if (!database.isOpen) throw new AppError("store-closed", "The store is closed.");
  let step = work.next();
  while (step.done !== true) step = work.next(outcomeOf(database, step.value));
  return step.value;
}

function outcomeOf(database: DatabaseSync, { sql, values, wants }: Statement): Outcome {
  const statement = prepared(database, sql.replaceAll(/\$(?=\d)/g, "?"));
  const given = values.map(plain);
  return wants === "rows"
    ? { rows: statement.all(...given), changes: 0 }
    : { rows: [], changes: Number(statement.run(...given).changes) };
}

function plain(value: Value): SQLInputValue {
  // What `Array.isArray` cannot say of a list that is only read.
  return Array.isArray(value) ? JSON.stringify(value) : (value as SQLInputValue);
}

/**
 * Runs writes in one transaction for all that ask in the same turn of the event loop, and waits for the disk once: a
 * burst of questions costs a few waits, not one each. While waiting nothing else runs, so the next group is gathered for
 * as long as the last one waited: on a slow disk half of the time at most goes into it.
 */
function createGroupCommit(database: DatabaseSync): <T>(write: () => T) => Promise<T> {
  type Waiting = {
    /** Writes; returns what tells the caller once the transaction is through. */
    readonly write: () => () => void;
    readonly fail: (error: unknown) => void;
  };
  let waiting: Waiting[] = [];
  let lastMs = 0;
  let lastEnd = Number.NEGATIVE_INFINITY;

  const commit = () => {
    const begun = performance.now();
    const group = waiting;
    waiting = [];
    try {
      database.exec("PRAGMA synchronous = FULL");
      const tell = transaction(database, () => group.map(({ write }) => write()));
      for (const told of tell) told();
    } catch (error) {
      for (const { fail } of group) fail(error);
    } finally {
      if (database.isOpen) database.exec("PRAGMA synchronous = NORMAL");
      lastEnd = performance.now();
      lastMs = Math.min(LONGEST_GATHERING_MS, lastEnd - begun);
    }
  };
  const schedule = () => {
    const gatherMs = lastEnd + lastMs - performance.now();
    if (gatherMs > 1) setTimeout(commit, gatherMs);
    else setImmediate(commit);
  };

  return (write) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) schedule();
      waiting.push({
        write: () => {
          const result = write();
          return () => resolve(result);
        },
        fail: reject,
      });
    });
}
