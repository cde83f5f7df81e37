/**
 * Work on the store as data: a generator that yields statements and is given what each one came to. The engine decides how
 * they are run, SQLite one after the other without a pause, Postgres over a connection, so that every part of the store is
 * written once. [pure]
 */

/** A list of texts is for `Dialect.among`. */
export type Value = string | number | Uint8Array | null | readonly string[];
export type Row = Readonly<Record<string, unknown>>;

export type Statement = {
  /** Parameters are `$1`, `$2`, ...; "user" stands between quotation marks. */
  readonly sql: string;
  readonly values: readonly Value[];
  /** Whether its rows are wanted, or how many it changed. */
  readonly wants: "rows" | "changes";
};
export type Outcome = { readonly rows: readonly Row[]; readonly changes: number };
export type Work<T> = Generator<Statement, T, Outcome>;

export function* all(sql: string, ...values: readonly Value[]): Work<readonly Row[]> {
  return (yield { sql, values, wants: "rows" }).rows;
}

export function* get(sql: string, ...values: readonly Value[]): Work<Row | undefined> {
  return (yield { sql, values, wants: "rows" }).rows[0];
}

/** How many rows changed. */
export function* change(sql: string, ...values: readonly Value[]): Work<number> {
  return (yield { sql, values, wants: "changes" }).changes;
}

/** A count, in a column `n`. */
export function* count(sql: string, ...values: readonly Value[]): Work<number> {
  return Number((yield* get(sql, ...values))?.["n"] ?? 0);
}

/** Where the engines differ: pieces of statements. SQLite has one writer at a time and needs no locks of rows. */
export type Dialect = {
  /** The place of a new question in the inbox, and of a new turn among all. */
  readonly nextSequence: string;
  readonly nextTurn: string;
  /** Ends a SELECT of rows that are changed then; the second leaves out those that others are changing. */
  readonly forUpdate: string;
  readonly skipLocked: string;
  /** Ends a SELECT of at most so many rows that are deleted then. */
  readonly atMost: (rows: number) => string;
  /** A comparison with each text of a list: `state ${among("$2")}`. */
  readonly among: (parameter: string, type?: "text" | "bigint") => string;
  /** A column for RETURNING that wakes whoever listens, once the transaction is through. */
  readonly tell: string;
  /** Selects the chunk named $1, which nobody deletes before the transaction is through. */
  readonly holdChunk: string;
  /** Makes others that call it with the same name $1 wait for the end of the transaction; undefined where all wait anyway. */
  readonly lock: string | undefined;
};

/** From here to the end of the transaction only one process works on what is called `name`. */
export function* alone({ lock }: Dialect, name: string): Work<void> {
  if (lock !== undefined) yield* get(lock, name);
}

/** One of many steps: rows looked at, none when there is nothing left; changed, if not all; where the next one goes on. */
export type Step = { readonly looked: number; readonly changed?: number; readonly after?: string };

export interface Engine extends AsyncDisposable {
  readonly dialect: Dialect;
  /** Runs statements that do not depend on each other. */
  run<T>(work: Work<T>): Promise<T>;
  /**
   * Runs work in one transaction: all of it happens, or nothing when it throws. It may be begun again, so it must not
   * change anything but the store.
   */
  transaction<T>(work: () => Work<T>): Promise<T>;
  /**
   * The same for small work that has to be on the disk when it resolves; what is asked for at the same time shares a
   * transaction. What has the same `name` is done one after the other over all processes, until it can be seen.
   */
  durably<T>(work: () => Work<T>, name?: string): Promise<T>;
  /**
   * Repeats a transaction of a few milliseconds until it looks at nothing, and lets others have a turn in between; returns
   * how many rows changed. What was done stays done when it throws or the process ends.
   */
  inSteps(step: (after: string, isOver: () => boolean) => Work<Step>): Promise<number>;
  /** Calls `heard` when another process may have put something in; never where nobody tells. */
  listen(heard: () => void): void;
}

/** Single statements on an engine. */
export function statementsOn(engine: Engine) {
  return {
    all: (sql: string, ...values: readonly Value[]) => engine.run(all(sql, ...values)),
    get: (sql: string, ...values: readonly Value[]) => engine.run(get(sql, ...values)),
    count: (sql: string, ...values: readonly Value[]) => engine.run(count(sql, ...values)),
    change: (sql: string, ...values: readonly Value[]) => engine.run(change(sql, ...values)),
    /** True when it changed a row. */
    changes: async (sql: string, ...values: readonly Value[]) =>
      (await engine.run(change(sql, ...values))) > 0,
  };
}
