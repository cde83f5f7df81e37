import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/platform/sqlite.ts";

/** Has a new file for itself as a process has it that switches it to its write-ahead log: for so long, then lets go. */
const HOLDER = `
  const { DatabaseSync } = require("node:sqlite");
  const { parentPort, workerData } = require("node:worker_threads");
  const database = new DatabaseSync(workerData.file);
  database.exec("CREATE TABLE t (x); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
  parentPort.postMessage("held");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData.ms);
  database.exec("COMMIT");
  database.close();
`;

describe("openDatabase", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "sqlite-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("waits for another process that has a new file for itself", async () => {
    const file = path.join(folder, "shared.sqlite");
    const holder = new Worker(HOLDER, { eval: true, workerData: { file, ms: 80 } });
    await once(holder, "message");

    const database = openDatabase(file, { migrations: ["CREATE TABLE later (x)"] });

    expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(database.prepare("SELECT x FROM t").all()).toHaveLength(1);
    database.close();
    await holder.terminate();
  });
});
