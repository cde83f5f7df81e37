/**
 * The store in Postgres, for bots on several machines. What the file has from one writer at a time is had here from locks of
 * rows and of names.
 */
import type { PostgresDatabase, Statements } from "../../platform/postgres.ts";
import { isLost } from "../../platform/postgres-errors.ts";
import { alone, type Dialect, type Engine, type Work } from "../statements.ts";

/** Small writes in one transaction. */
const GROUP = 100;
const CHANNEL = "inbox";

const DIALECT: Dialect = {
  nextSequence: "nextval('question_sequence')",
  nextTurn: "nextval('question_turn')",
  forUpdate: "FOR UPDATE",
  skipLocked: "FOR UPDATE SKIP LOCKED",
  atMost: (rows) => `ORDER BY id LIMIT ${rows} FOR UPDATE`,
  among: (parameter, type = "text") => `= ANY(${parameter}::${type}[])`,
  tell: `pg_notify(current_schema() || '_${CHANNEL}', '')`,
  // Written: whoever is about to delete it has to wait, and then sees that it is needed.
  holdChunk: "UPDATE chunk SET hash = hash WHERE hash = $1 RETURNING hash",
  lock: "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || $1, 0))",
};

/** The engine on an open database, which is closed with it. */
export function createPostgresEngine(database: PostgresDatabase): Engine {
  return {
    dialect: DIALECT,
    run: (work) => runOn(database, work),
    transaction: (work) => database.transaction((statements) => runOn(statements, work())),
    durably: createGroups(database),
    async inSteps(step) {
      let changed = 0;
      for (let after = ""; ;) {
        const from = after;
        const done = await database.transaction((statements) =>
          runOn(
            statements,
            step(from, () => false),
          ),
        );
        if (done.looked === 0) return changed;
        changed += done.changed ?? done.looked;
        after = done.after ?? "";
      }
    },
    listen: (heard) => database.listen(CHANNEL, heard),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

async function runOn<T>(statements: Statements, work: Work<T>): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    const { sql, values, wants } = step.value;
    step = work.next(
      wants === "rows"
        ? { rows: await statements.all(sql, ...values), changes: 0 }
        : { rows: [], changes: await statements.change(sql, ...values) },
    );
  }
  return step.value;
}

/** Does what has come meanwhile in one transaction: a burst costs a few, and never more than one connection. */
function createGroups(database: PostgresDatabase): Engine["durably"] {
  type Waiting = {
    /** Writes; returns what tells the caller once the transaction is through. */
    readonly write: () => Work<() => void>;
    readonly name: string | undefined;
    readonly fail: (error: unknown) => void;
  };
  let waiting: Waiting[] = [];
  let writing = false;

  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const tell = await database.transaction((statements) => runOn(statements, together(group)));
      for (const told of tell) told();
    } catch (error) {
      // One that cannot be stored must not take the others along.
      if (group.length === 1 || isLost(error)) for (const { fail } of group) fail(error);
      else for (const one of group) await writeGroup([one]);
    }
  }

  async function writeWaiting(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP);
      waiting = waiting.slice(GROUP);
      await writeGroup(group);
    }
    writing = false;
  }

  /** Names are locked in one order, so that no two processes wait for each other. */
  function* together(group: readonly Waiting[]): Work<readonly (() => void)[]> {
    const names = new Set(group.flatMap(({ name }) => name ?? []));
    for (const name of [...names].toSorted()) yield* alone(DIALECT, name);
    const tell: (() => void)[] = [];
    for (const { write } of group) tell.push(yield* write());
    return tell;
  }

  return (work, name) =>
    new Promise((resolve, reject) => {
      waiting.push({
        *write() {
          const result = yield* work();
          return () => resolve(result);
        },
        name,
        fail: reject,
      });
      if (!writing) void writeWaiting();
    });
}
