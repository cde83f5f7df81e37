/** A store moves from SQLite to Postgres and back through the file that `npm run backup` makes. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStores, type StateOptions } from "../../src/configured-state.ts";
import { backUp, restore } from "../../src/state/backup.ts";
import { backUpPostgres, restoreToPostgres } from "../../src/state/postgres/backup.ts";
import { openPostgresState } from "../../src/state/postgres/schema.ts";
import { openState } from "../../src/state/schema.ts";
import { runCommand } from "../support/run-command.ts";
import { freshSchema, onServer, TEST_STATE_URL } from "./engine.ts";

const BEFORE = path.join(import.meta.dirname, "../fixtures/state/before-one-store");
const NOW = Date.parse("2026-11-24T09:00:00.000Z");
const ONCE = { replace: false, now: NOW };

describe.skipIf(TEST_STATE_URL === undefined)("a store that moves", () => {
  let folder = "";
  let stateUrl = "";
  let schema = "";
  const data = (name = "data") => path.join(folder, name);
  const file = (name: string) => path.join(folder, `${name}.sqlite`);

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "move-"));
    cpSync(BEFORE, data(), { recursive: true });
    mkdirSync(data("new"));
    ({ url: stateUrl, name: schema } = freshSchema());
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    const rows = await onServer(
      `SELECT nspname FROM pg_namespace WHERE nspname LIKE '${schema.replaceAll("_", "\\_")}%'`,
    );
    for (const { nspname } of rows) await onServer(`DROP SCHEMA ${String(nspname)} CASCADE`);
  });

  async function everything(options: StateOptions) {
    await using stores = await openStores(options);
    const turns = await Array.fromAsync(stores.conversations.export());
    const receipts = await Promise.all(turns.map(({ key }) => stores.conversations.receipt(key)));
    const questions = await Promise.all(
      [...new Set(turns.map(({ author }) => author))].map((user) => stores.inbox.ofUser(user)),
    );
    return { turns, receipts, questions, votes: await Array.fromAsync(stores.feedback.all()) };
  }

  it("holds the same in Postgres, and the same again in a file", async () => {
    await backUp(data(), file("one"));
    const before = await everything({ dataFolder: data() });

    const moved = await restoreToPostgres(stateUrl, file("one"), ONCE);
    const inPostgres = await everything({ dataFolder: "", stateUrl });
    const made = await backUpPostgres(stateUrl, file("two"));
    await restore(data("new"), file("two"), ONCE);

    expect(moved).toMatchObject({ questions: 10, turns: 6, votes: 2, kept: undefined });
    expect(made).toMatchObject({ questions: 10, turns: 6, votes: 2 });
    expect(before.turns).toHaveLength(6);
    expect(inPostgres).toEqual(before);
    expect(await everything({ dataFolder: data("new") })).toEqual(before);
    expect(statSync(file("two")).mode & 0o077).toBe(0);
    expect(existsSync(`${file("two")}-wal`)).toBe(false);
  });

  it("goes on where it was: new turns and questions come last", async () => {
    await backUp(data(), file("one"));
    await restoreToPostgres(stateUrl, file("one"), ONCE);

    await using stores = await openStores({ dataFolder: "", stateUrl });
    const open = (await stores.inbox.depth()).open;
    const turn = { conversationId: "c", key: "new", author: "U9", question: "?", askedAt: "2027" };
    expect(await stores.conversations.ask(turn)).toBe(true);

    const turns = await Array.fromAsync(stores.conversations.export());
    expect(turns.at(-1)?.key).toBe("new");
    expect(open).toBeGreaterThan(0);
    expect(await stores.inbox.claim("w", Date.parse("2027-01-01"), 1000)).toBeDefined();
  });

  it("asks before it replaces, and keeps what was there", async () => {
    await backUp(data(), file("one"));
    await restoreToPostgres(stateUrl, file("one"), ONCE);

    await expect(restoreToPostgres(stateUrl, file("one"), ONCE)).rejects.toMatchObject({
      code: "store-exists",
    });
    const again = await restoreToPostgres(stateUrl, file("one"), { replace: true, now: NOW });

    expect(again.kept).toBe(`${schema}_before_20261124090000000`);
    const [kept] = await onServer(`SELECT COUNT(*) AS n FROM ${again.kept}.question`);
    expect(Number(kept?.["n"])).toBe(10);
    expect((await everything({ dataFolder: "", stateUrl })).turns).toHaveLength(6);
  });

  it("is not replaced while a bot uses it, nor by a copy that is damaged", async () => {
    await backUp(data(), file("one"));
    await restoreToPostgres(stateUrl, file("one"), ONCE);
    const damaged = openState(file("one"));
    damaged.exec("UPDATE question SET receipt = x'00ff' WHERE receipt IS NOT NULL");
    damaged.close();
    await expect(
      restoreToPostgres(stateUrl, file("one"), { replace: true, now: NOW }),
    ).rejects.toMatchObject({ code: "backup-damaged" });
    await backUpPostgres(stateUrl, file("two"));

    await using stores = await openStores({ dataFolder: "", stateUrl });
    await new Promise<void>((resolve) => {
      stores.inbox.watch(resolve);
    });
    await expect(
      restoreToPostgres(stateUrl, file("two"), { replace: true, now: NOW }),
    ).rejects.toMatchObject({ code: "store-in-use" });

    expect((await everything({ dataFolder: "", stateUrl })).turns).toHaveLength(6);
  });

  it("has the same columns in both engines", async () => {
    await (await openPostgresState({ url: stateUrl }))[Symbol.asyncDispose]();
    const inPostgres = await onServer(
      `SELECT table_name AS "table", column_name AS name FROM information_schema.columns
       WHERE table_schema = '${schema}' AND table_name <> 'schema_version'`,
    );

    const state = openState(":memory:");
    const inFile = state
      .prepare(
        `SELECT m.name AS "table", p.name FROM sqlite_master AS m, pragma_table_info(m.name) AS p
         WHERE m.type = 'table' AND m.name NOT IN ('taken_over', 'sqlite_sequence')`,
      )
      .all();
    state.close();

    const names = (rows: readonly Readonly<Record<string, unknown>>[]) =>
      rows.map((row) => `${String(row["table"])}.${String(row["name"])}`).toSorted();
    expect(names(inPostgres)).toEqual(names(inFile));
  });

  it("is moved by the commands, and never shows the password", async () => {
    const settings = { DATA_DIR: data() };
    const out = await runCommand("src/cli.ts", ["backup", "--to", file("one")], {
      folder,
      settings,
    });
    const into = await runCommand("src/cli.ts", ["restore", "--from", file("one")], {
      folder,
      settings: { ...settings, STATE_URL: stateUrl },
    });
    const wrong = await runCommand("src/cli.ts", ["backup", "--to", file("two")], {
      folder,
      settings: { ...settings, STATE_URL: "postgres://ann:hunter2@127.0.0.1:1/marvin" },
    });

    expect(out.code).toBe(0);
    expect(into).toMatchObject({ code: 0 });
    expect(into.out).toContain("10 questions and 2 votes restored to Postgres.");
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain("The Postgres database cannot be opened.");
    expect(wrong.err).not.toContain("hunter2");
  });
});
