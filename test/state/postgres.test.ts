/** The suites on Postgres, where TEST_STATE_URL names a server on this machine. */
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openPostgresState, SCHEMA_VERSION } from "../../src/state/postgres/schema.ts";
import { describeConversations } from "./conversations.suite.ts";
import { freshSchema, onServer, openInPostgres, TEST_STATE_URL } from "./engine.ts";
import { describeFeedback } from "./feedback.suite.ts";
import { describeInbox, key, LEASE_MS, question } from "./inbox.suite.ts";
import { describeOneRow } from "./one-row.suite.ts";

describe.skipIf(TEST_STATE_URL === undefined)("in Postgres", () => {
  describeInbox(openInPostgres);
  describeConversations(openInPostgres);
  describeFeedback(openInPostgres);
  describeOneRow(openInPostgres);
});

describe.skipIf(TEST_STATE_URL === undefined)("a Postgres", () => {
  const cut = (schema: string) =>
    onServer(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'ask-marvin' AND pid IN
         (SELECT pid FROM pg_locks WHERE locktype = 'advisory'
          AND objid::bigint = hashtext('${schema}')::bigint & 4294967295)`,
    );

  it("is set up once by bots that start at the same time", async () => {
    const { url, name } = freshSchema();

    const opened = await Promise.all([1, 2, 3, 4].map(() => openPostgresState({ url })));

    for (const database of opened) await database[Symbol.asyncDispose]();
    expect(await onServer(`SELECT version FROM ${name}.schema_version`)).toEqual([
      { version: SCHEMA_VERSION },
    ]);
    await onServer(`UPDATE ${name}.schema_version SET version = 99`);
    await expect(openPostgresState({ url })).rejects.toThrow("newer version");
    await onServer(`DROP SCHEMA ${name} CASCADE`);
  });

  it("wakes the other bots when one puts something in, also after their connections were cut", async () => {
    await using state = await openInPostgres();
    await using other = await state.again();
    const heard: (() => void)[] = [];
    const next = () => new Promise<void>((resolve) => heard.push(resolve));
    const listening = next();
    other.inbox.watch(() => {
      for (const tell of heard.splice(0)) tell();
    });
    await listening;

    const admitted = next();
    await state.inbox.admit(question("1.1"), 0);
    await admitted;
    const back = next();
    await cut(state.schema);
    await back;
    const again = next();
    await state.inbox.admit(question("1.2"), 0);
    await again;

    expect((await other.inbox.depth()).open).toBe(2);
  });

  it("admits the others of a burst when one cannot be stored", async () => {
    await using state = await openInPostgres();
    // Longer than a key of an index may be, and not to be compressed.
    const user = randomBytes(6000).toString("base64");

    const admitted = await Promise.allSettled([
      state.inbox.admit(question("1.1"), 0),
      state.inbox.admit(question("1.2", { user }), 0),
      state.inbox.admit(question("1.3"), 0),
      state.inbox.admit(question("1.1"), 0),
    ]);

    expect(admitted.map((one) => (one.status === "fulfilled" ? one.value : "refused"))).toEqual([
      true,
      "refused",
      true,
      false,
    ]);
  });

  it("gives each question to one of many bots that claim at the same time, in order within its thread", async () => {
    await using state = await openInPostgres();
    await using other = await state.again();
    const threads = Array.from({ length: 20 }, (_, at) => `${at}.0`);
    for (const round of [0, 1])
      await Promise.all(
        threads.map((threadTs, at) =>
          (at % 2 === 0 ? state : other).inbox.admit(
            question(`${at}.${round}`, { threadTs, inThread: round > 0 }),
            round,
          ),
        ),
      );

    const claimed = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        (at % 2 === 0 ? state : other).inbox.claim(`w${at}`, 10, LEASE_MS),
      ),
    );

    const keys = claimed.flatMap((one) => one?.key ?? []);
    expect(keys.toSorted()).toEqual(threads.map((ts) => key(ts)).toSorted());
  });

  it("goes on with what it was doing when its connection is cut in the middle", async () => {
    const { url, name } = freshSchema();
    const database = await openPostgresState({ url, connections: 2 });
    let runs = 0;

    await database.transaction(async (statements) => {
      runs += 1;
      await statements.change("INSERT INTO marker (marker, at) VALUES ('m', $1)", runs);
      const [row] = await statements.all("SELECT pg_backend_pid() AS pid");
      if (runs === 1) await onServer(`SELECT pg_terminate_backend(${String(row?.["pid"])})`);
      await statements.all("SELECT 1");
    });

    expect(runs).toBe(2);
    expect(await database.all("SELECT at FROM marker")).toEqual([{ at: 2 }]);
    await database[Symbol.asyncDispose]();
    await onServer(`DROP SCHEMA ${name} CASCADE`);
  });
});
