import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startCheckpoints } from "../../src/platform/checkpoints.ts";
import { inSteps, logLength, openDatabase } from "../../src/platform/sqlite.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "marvin-checkpoints-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A database of 3000 pages, all of them in the log: commits never bring them into the file. */
function openWithLongLog(file: string) {
  const database = openDatabase(file, {
    migrations: ["CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB NOT NULL)"],
    checkpointPages: 100_000,
  });
  database.exec(`INSERT INTO row (body)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT zeroblob(3000) FROM n`);
  return database;
}

describe("startCheckpoints", () => {
  it("brings a long log into the file, begins it anew, and changes nothing", async () => {
    const file = path.join(folder, "rows.sqlite");
    using database = openWithLongLog(file);
    const before = logLength(database);

    await using _checkpoints = startCheckpoints(file);
    while (logLength(database).pages > 10) await nextTurn();

    expect(before.waiting).toBeGreaterThan(3000);
    expect(database.prepare("SELECT COUNT(*) AS n FROM row").get()).toEqual({ n: 3000 });
    using again = openDatabase(file, { migrations: [""] });
    expect(again.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  });

  it("keeps the log bounded while many rows are deleted in steps", async () => {
    const file = path.join(folder, "rows.sqlite");
    using database = openWithLongLog(file);
    await using _checkpoints = startCheckpoints(file);
    const remove = database.prepare(
      "DELETE FROM row WHERE id IN (SELECT id FROM row ORDER BY random() LIMIT 50)",
    );
    let longest = 0;
    let first = true;

    const removed = await inSteps(database, () => {
      if (!first) longest = Math.max(longest, logLength(database).pages);
      first = false;
      return Number(remove.run().changes);
    });

    expect(removed).toBe(3000);
    expect(longest).toBeLessThanOrEqual(2000);
  });
});
