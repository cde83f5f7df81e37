/** The thread of `checkpoints.ts`. */
import { DatabaseSync } from "node:sqlite";
import { workerData } from "node:worker_threads";
import { logLength, prepared, transaction } from "./sqlite.ts";

const LOOK_MS = 20;
/** Pages of 4 KB that make it worth waiting for the disk. */
const ENOUGH = 1000;
/** Somebody else writes: the next look will do. */
const BUSY_TIMEOUT_MS = 100;

// Given by `checkpoints.ts`.
const { path } = workerData as { readonly path: string };
const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });

function shorten(): void {
  if (logLength(database).pages < ENOUGH) return;
  // Neither readers nor writers wait for this one.
  prepared(database, "PRAGMA wal_checkpoint(PASSIVE)").get();
  const { pages, waiting } = logLength(database);
  if (pages < ENOUGH || waiting > 0) return;
  // The first write after all of the log is in the file begins it anew and waits for the disk: this one, which changes nothing.
  transaction(database, () => {
    const version = prepared(database, "PRAGMA user_version").get()?.["user_version"];
    database.exec(`PRAGMA user_version = ${Number(version)}`);
  });
}

setInterval(() => {
  try {
    shorten();
  } catch {
    // Another process holds the database, or the disk is full: whoever writes is told so.
  }
}, LOOK_MS);
