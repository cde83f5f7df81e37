/**
 * A Postgres database shared by several processes: a small pool, transactions that are tried again, numbered migrations,
 * and notes from one process to the others. What is lost with a connection is tried again for a while, so every statement
 * must bear being run twice.
 */
import { Client, type ClientConfig, Pool, type PoolClient, types as defaultTypes } from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "./errors.ts";
import { isCollision, isLost, reasonOf } from "./postgres-errors.ts";

export type PostgresValue = string | number | boolean | Uint8Array | null | readonly string[];
export type PostgresRow = Readonly<Record<string, unknown>>;

/** What statements are run on: the pool, or one transaction. */
export interface Statements {
  all(sql: string, ...values: readonly PostgresValue[]): Promise<readonly PostgresRow[]>;
  get(sql: string, ...values: readonly PostgresValue[]): Promise<PostgresRow | undefined>;
  /** How many rows changed. */
  change(sql: string, ...values: readonly PostgresValue[]): Promise<number>;
}

export interface PostgresDatabase extends Statements, AsyncDisposable {
  readonly schema: string;
  /**
   * Runs `work` in one transaction: all of it happens, or nothing when it throws. It is run again after a lost connection,
   * and when another process did the same at the same time.
   */
  transaction<T>(work: (statements: Statements) => Promise<T>): Promise<T>;
  /** One reading of one state, however long it takes; tried once. */
  snapshot<T>(work: (statements: Statements) => Promise<T>): Promise<T>;
  /**
   * Calls `heard` when any process notifies `channel` (of this schema), and when notes may have been missed. Holds a
   * shared lock as long as it listens, so that `exclusively` knows of it. Ends with the database.
   */
  listen(channel: string, heard: () => void): void;
  /** Runs `work` while nobody listens. Throws `AppError` "store-in-use" when somebody does. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

export type PostgresOptions = {
  /** `postgres://user:password@host:port/database`; `?schema=NAME` names the schema. */
  readonly url: string;
  /** Statements that lead from one version of the schema to the next. Only ever append. */
  readonly migrations: readonly string[];
  /** Connections at most, the one that listens not counted. */
  readonly connections?: number;
};

const DEFAULT_SCHEMA = "ask_marvin";
const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;
const CONNECT_MS = 5000;
/** A statement that takes longer hangs: the server or the network between is gone. */
const STATEMENT_MS = 15_000;
/** How long a statement is tried again after its connection was lost: a server that restarts is back by then. */
const RETRY_MS = 10_000;
const LONGEST_PAUSE_MS = 1000;
/** How often a transaction is run again because another one was in its way. */
const COLLISIONS = 6;
/** First key of the advisory locks of this program; the second is the schema's. */
const LOCK = { migration: 1_633_904_237, use: 1_633_904_238 } as const;

/**
 * Connects, makes the schema and brings it to this version; processes that start at the same time wait for each other.
 * Throws `AppError` "database" when the server does not answer, refuses, or holds a schema of a newer version.
 */
export async function openPostgres(options: PostgresOptions): Promise<PostgresDatabase> {
  const { schema, config, shown } = readUrl(options.url);
  const max = options.connections ?? 5;
  const pool = new Pool({ ...config, max, idleTimeoutMillis: 30_000 });
  // A connection that breaks while nobody uses it; whoever needs one gets another.
  pool.on("error", () => undefined);
  const database = new Database(pool, max, config, schema);
  try {
    await database.migrate(options.migrations);
    return database;
  } catch (cause) {
    await database[Symbol.asyncDispose]();
    if (cause instanceof AppError) throw cause;
    throw new AppError("database", "The Postgres database cannot be opened.", {
      facts: { database: shown, schema, reason: reasonOf(cause) },
      hint: "Check STATE_URL, and that the server runs and lets this user make a schema.",
      cause,
    });
  }
}

/** The address without its password. */
export function withoutPassword(url: string): string {
  return readUrl(url).shown;
}

class Database implements PostgresDatabase {
  readonly schema: string;
  readonly #pool: Pool;
  readonly #config: ClientConfig;
  readonly #closing = new AbortController();
  #free: number;
  readonly #queue: (() => void)[] = [];
  #listening: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(pool: Pool, connections: number, config: ClientConfig, schema: string) {
    this.#pool = pool;
    this.#free = connections;
    this.#config = config;
    this.schema = schema;
  }

  all(sql: string, ...values: readonly PostgresValue[]): Promise<readonly PostgresRow[]> {
    return this.#again(() => this.#with((client) => statementsOf(client).all(sql, ...values)));
  }

  async get(sql: string, ...values: readonly PostgresValue[]): Promise<PostgresRow | undefined> {
    return (await this.all(sql, ...values))[0];
  }

  change(sql: string, ...values: readonly PostgresValue[]): Promise<number> {
    return this.#again(() => this.#with((client) => statementsOf(client).change(sql, ...values)));
  }

  transaction<T>(work: (statements: Statements) => Promise<T>): Promise<T> {
    return this.#again(() => this.#with((client) => inTransaction(client, "BEGIN", work)));
  }

  snapshot<T>(work: (statements: Statements) => Promise<T>): Promise<T> {
    return this.#with((client) =>
      inTransaction(client, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", work),
    );
  }

  listen(channel: string, heard: () => void): void {
    const listening = this.#keepListening(`${this.schema}_${channel}`, heard);
    this.#listening = Promise.all([this.#listening, listening]).then(() => undefined);
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const client = new Client(this.#config);
    client.on("error", () => undefined);
    await client.connect();
    try {
      const sql = "SELECT pg_try_advisory_lock($1, hashtext($2)) AS free";
      const { rows } = await client.query<{ free: boolean }>(sql, [LOCK.use, this.schema]);
      if (rows[0]?.free !== true)
        throw new AppError("store-in-use", "The store is in use: stop every bot first.", {
          facts: { schema: this.schema },
        });
      return await work();
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async migrate(migrations: readonly string[]): Promise<void> {
    await this.#again(() =>
      this.#with((client) =>
        inTransaction(client, "BEGIN", async (statements) => {
          await statements.get(
            "SELECT pg_advisory_xact_lock($1, hashtext($2))",
            LOCK.migration,
            this.schema,
          );
          const known = await statements.get(
            "SELECT to_regclass($1) IS NOT NULL AS known",
            `${this.schema}.schema_version`,
          );
          let version = 0;
          if (known?.["known"] === true) {
            const row = await statements.get("SELECT version FROM schema_version");
            version = Number(row?.["version"] ?? 0);
          } else {
            // Asked first: a user who may not make schemas may use one that is there.
            const there = await statements.get("SELECT to_regnamespace($1) AS oid", this.schema);
            if (there?.["oid"] == null) await client.query(`CREATE SCHEMA ${this.schema}`);
            await client.query("CREATE TABLE schema_version (version integer NOT NULL)");
            await client.query("INSERT INTO schema_version VALUES (0)");
          }
          if (version === migrations.length) return;
          if (version > migrations.length)
            throw new AppError("database", "The database was written by a newer version.", {
              facts: { version: String(version), known: String(migrations.length) },
              hint: "Update this installation, or give it another STATE_URL.",
            });
          for (const migration of migrations.slice(version)) await client.query(migration);
          await statements.change("UPDATE schema_version SET version = $1", migrations.length);
        }),
      ),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= (async () => {
      this.#closing.abort();
      await this.#listening;
      await this.#pool.end();
    })();
    return this.#closed;
  }

  async #keepListening(channel: string, heard: () => void): Promise<void> {
    const closing = this.#closing.signal;
    for (let failures = 0; !closing.aborted; failures += 1) {
      const client = new Client(this.#config);
      const ended = new AbortController();
      const end = () => ended.abort();
      client.on("error", end);
      client.on("end", end);
      closing.addEventListener("abort", end, { once: true });
      try {
        await client.connect();
        client.on("notification", heard);
        const lock = "SELECT pg_advisory_lock_shared($1, hashtext($2))";
        await client.query(lock, [LOCK.use, this.schema]);
        await client.query(`LISTEN ${channel}`);
        failures = 0;
        heard();
        // A connection that is gone in silence is found by asking.
        while (await pause(STATEMENT_MS, ended.signal)) await client.query("SELECT 1");
      } catch {
        // Tried again below; meanwhile whoever listens has to look by itself.
      } finally {
        closing.removeEventListener("abort", end);
        await client.end().catch(() => undefined);
      }
      await pause(pauseMs(failures), closing);
    }
  }

  /**
   * Runs `work` on a connection, in turn: the pool's own queue ends after the time that connecting may take, and a burst
   * is no lost connection.
   */
  async #with<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      return await this.#connected(work);
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  /** Runs `work` on a connection; one that failed is not used again. */
  async #connected<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.#closing.signal.aborted)
      throw new AppError("store-closed", "The connection to Postgres is closed.");
    const client = await this.#pool.connect();
    let failure: unknown;
    // Between two statements of a transaction nobody else listens for it.
    const onError = () => undefined;
    client.on("error", onError);
    try {
      return await work(client);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client.off("error", onError);
      client.release(isLost(failure));
    }
  }

  async #again<T>(work: () => Promise<T>): Promise<T> {
    const until = performance.now() + RETRY_MS;
    let collisions = 0;
    for (let failures = 0; ; failures += 1) {
      try {
        return await work();
      } catch (error) {
        if (isCollision(error)) collisions += 1;
        else if (!isLost(error) || performance.now() > until) throw error;
        if (collisions > COLLISIONS) throw error;
        if (!(await pause(pauseMs(failures), this.#closing.signal))) throw error;
      }
    }
  }
}

async function inTransaction<T>(
  client: PoolClient,
  begin: string,
  work: (statements: Statements) => Promise<T>,
): Promise<T> {
  await client.query(begin);
  try {
    const result = await work(statementsOf(client));
    await client.query("COMMIT");
    return result;
  } catch (error) {
    if (!isLost(error)) await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

function statementsOf(client: PoolClient): Statements {
  const run = (sql: string, values: readonly PostgresValue[]) =>
    client.query<Record<string, unknown>>(sql, values.map(plain));
  return {
    all: async (sql, ...values) => (await run(sql, values)).rows,
    get: async (sql, ...values) => (await run(sql, values)).rows[0],
    change: async (sql, ...values) => (await run(sql, values)).rowCount ?? 0,
  };
}

/** Postgres takes every character but the zero; bytes are given as its client wants them. */
function plain(value: PostgresValue): unknown {
  if (typeof value === "string") return value.replaceAll("\0", "\uFFFD");
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}

/** Longer after each failure, and not the same for everybody. */
function pauseMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, 25 * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
}

/** False when it was aborted. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}

function readUrl(given: string): { schema: string; config: ClientConfig; shown: string } {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    // Without the cause, which holds the password.
    throw new AppError("config", "STATE_URL is no address.", {
      hint: "It looks like postgres://user:password@host:5432/database",
    });
  }
  const schema = url.searchParams.get("schema") ?? DEFAULT_SCHEMA;
  if (!SCHEMA.test(schema))
    throw new AppError("config", "The schema in STATE_URL is no name of a schema.", {
      facts: { schema: schema.slice(0, 80) },
      hint: "Small letters, digits and underscores.",
    });
  url.searchParams.delete("schema");
  const shown = `${url.host}${url.pathname}`;
  return {
    schema,
    shown,
    config: {
      connectionString: url.href,
      application_name: "ask-marvin",
      options: `-c search_path=${schema}`,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: STATEMENT_MS,
      keepAlive: true,
      types: { getTypeParser },
    },
  };
}

/** Counts and times fit into a number. */
function getTypeParser(...[oid, format]: Parameters<typeof defaultTypes.getTypeParser>) {
  return oid === defaultTypes.builtins.INT8
    ? Number
    : (defaultTypes.getTypeParser(oid, format) as unknown);
}
