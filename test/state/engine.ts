/** A fresh store of one engine, for the suites that every engine has to pass. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { openStores, type Stores } from "../../src/configured-state.ts";
import { STATE_FILE } from "../../src/state/schema.ts";

export type OpenedState = AsyncDisposable &
  Stores & {
    /** Opens the same store once more, as another process does. */
    readonly again: () => Promise<Stores & AsyncDisposable>;
    /** The schema in Postgres; "" in a file. */
    readonly schema: string;
    /** Rows of a table. */
    readonly count: (table: string) => Promise<number>;
  };

/** Opens a store of its own, which is removed with the result. */
export type OpenState = () => Promise<OpenedState>;

export const openInSqlite: OpenState = async () => {
  const dataFolder = mkdtempSync(path.join(tmpdir(), "marvin-state-"));
  const stores = await openStores({ dataFolder });
  return {
    ...stores,
    schema: "",
    again: () => openStores({ dataFolder }),
    async count(table) {
      using state = new DatabaseSync(path.join(dataFolder, STATE_FILE));
      return Number(state.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get()?.["n"]);
    },
    async [Symbol.asyncDispose]() {
      await stores[Symbol.asyncDispose]();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
};

/** Address of a Postgres for tests, on this machine; undefined when there is none. */
export const TEST_STATE_URL = process.env["TEST_STATE_URL"];

/** The address of a schema that nobody else uses. */
export function freshSchema(url = TEST_STATE_URL): { readonly url: string; readonly name: string } {
  const name = `marvin_test_${randomBytes(6).toString("hex")}`;
  const address = new URL(url ?? "");
  address.searchParams.set("schema", name);
  return { url: address.href, name };
}

export async function onServer(sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: TEST_STATE_URL });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

export const openInPostgres: OpenState = async () => {
  const { url: stateUrl, name } = freshSchema();
  const stores = await openStores({ dataFolder: "", stateUrl });
  return {
    ...stores,
    schema: name,
    again: () => openStores({ dataFolder: "", stateUrl }),
    count: async (table) =>
      Number((await onServer(`SELECT COUNT(*) AS n FROM ${name}.${table}`))[0]?.["n"]),
    async [Symbol.asyncDispose]() {
      await stores[Symbol.asyncDispose]();
      await onServer(`DROP SCHEMA ${name} CASCADE`);
    },
  };
};
