/**
 * One ingest at a time in a data folder, whoever shares it: a row in `lease.sqlite` that its holder renews. A process
 * of the same machine and process space is asked for by its id and the time it started, so a killed run is taken over
 * at once and a reused id deceives nobody. Of a holder in another container only the renewals can be seen: who wants
 * the lease then watches, and takes it over when none came for a minute. No clock of one machine is compared with that
 * of another.
 */
import { readFileSync, readlinkSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../src/platform/clock.ts";
import { isDiskFull } from "../src/platform/disk-full.ts";
import { AppError } from "../src/platform/errors.ts";
import { transaction } from "../src/platform/sqlite.ts";

/** Another ingest works on the same data folder. */
export class IngestBusyError extends AppError {}

/** How often a holder renews. */
const HEARTBEAT_MS = 5000;
/** A holder that did not renew for so long is gone; longer than the longest step that lets nothing else run. */
export const LEASE_MS = 60_000;
/** How often one that waits looks. */
const LOOK_MS = 1000;

export type LeaseOptions = {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly signal?: AbortSignal;
  /** Told once when it has to watch another holder. */
  readonly note?: (text: string) => void;
  /** Who asks; for tests of other containers. */
  readonly holder?: Holder;
};

/** A process as others can recognise it. */
export type Holder = {
  /** The machine since it started, and the process space in it: two containers differ. */
  readonly place: string;
  readonly process: number;
  /** When the process started, as the system counts; "" where the system does not say. */
  readonly started: string;
  /** For people. */
  readonly host: string;
};

export interface Lease extends Disposable {
  /** Aborts when somebody else has taken the lease over. */
  readonly signal: AbortSignal;
  /** Renews now. Throws `IngestBusyError` when somebody else has taken it over: then nothing may be published. */
  renew(): void;
  /** Renews when a heartbeat is due: for steps that let no timer run. */
  renewWhenDue(): void;
}

/**
 * Takes the lease of `folder`. Throws `IngestBusyError` when another ingest is at work, and `AppError` when the folder
 * cannot be written.
 */
export async function takeLease(folder: string, options: LeaseOptions): Promise<Lease> {
  const file = path.resolve(folder, "lease.sqlite");
  const database = openLeases(file);
  try {
    const holder = options.holder ?? thisProcess();
    const id = options.newId();
    let watched: { readonly id: string; readonly beat: number; readonly since: number } | undefined;
    for (;;) {
      const held = transaction(database, () => {
        const row = readRow(database);
        const isFree =
          row === undefined ||
          isGone(row, holder) ||
          (watched?.id === row.id &&
            watched.beat === row.beat &&
            options.clock.elapsed() - watched.since >= LEASE_MS);
        if (!isFree) return row;
        database
          .prepare("INSERT OR REPLACE INTO lease VALUES (1, ?, ?, ?, ?, ?, 0, ?)")
          .run(
            id,
            holder.place,
            holder.process,
            holder.started,
            holder.host,
            new Date(options.clock.now()).toISOString(),
          );
        return undefined;
      });
      if (held === undefined) break;
      const renewed = watched?.id === held.id && watched.beat !== held.beat;
      if (renewed || (watched !== undefined && watched.id !== held.id) || isAlive(held, holder)) {
        throw new IngestBusyError("busy", "Another ingest is at work in this data folder.", {
          facts: {
            host: held.host,
            process: String(held.process),
            since: held.takenAt,
            lease: file,
          },
          hint: "Wait for it to end, or stop it.",
        });
      }
      if (watched === undefined) {
        options.note?.(
          `an ingest on ${held.host} has not given the data folder back; looking for up to ${LEASE_MS / 1000} seconds whether it is still at work`,
        );
        watched = { id: held.id, beat: held.beat, since: options.clock.elapsed() };
      }
      await options.clock.sleep(LOOK_MS, options.signal);
    }
    // What an earlier release held instead.
    rmSync(path.resolve(folder, "ingest.lock"), { force: true });
    return heldLease(database, id, options.clock);
  } catch (error) {
    database.close();
    throw isSqliteError(error) && !isDiskFull(error) ? unwritable(file, error) : error;
  }
}

function heldLease(database: DatabaseSync, id: string, clock: Clock): Lease {
  heldHere.add(id);
  const lost = new AbortController();
  let renewedAt = clock.elapsed();
  const renew = (): boolean => {
    renewedAt = clock.elapsed();
    const { changes } = database.prepare("UPDATE lease SET beat = beat + 1 WHERE id = ?").run(id);
    return Number(changes) > 0;
  };
  const lostError = () =>
    new IngestBusyError("lease-lost", "Another ingest has taken this data folder over.", {
      hint: "This run stood still for over a minute and was taken for dead. Nothing was published; run it again.",
    });
  const timer = setInterval(() => {
    try {
      if (!renew()) lost.abort(lostError());
    } catch {
      // A renewal that fails (a locked file, a full disk) is tried again; publishing renews and fails then.
    }
  }, HEARTBEAT_MS);
  timer.unref();
  return {
    signal: lost.signal,
    renew() {
      if (!renew()) throw lostError();
    },
    renewWhenDue() {
      if (clock.elapsed() - renewedAt >= HEARTBEAT_MS && !renew()) throw lostError();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      heldHere.delete(id);
      try {
        database.prepare("DELETE FROM lease WHERE id = ?").run(id);
      } catch {
        // It runs out by itself.
      }
      database.close();
    },
  };
}

type Row = Holder & { readonly id: string; readonly beat: number; readonly takenAt: string };

function openLeases(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 5000 });
    // No write-ahead log: that needs memory that two machines do not share. No waiting for the disk: a lease that a
    // power cut loses is a lease nobody holds.
    database.exec(`
      PRAGMA journal_mode = DELETE;
      PRAGMA synchronous = OFF;
      CREATE TABLE IF NOT EXISTS lease (
        only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL, place TEXT NOT NULL, process INTEGER NOT NULL,
        started TEXT NOT NULL, host TEXT NOT NULL, beat INTEGER NOT NULL, taken_at TEXT NOT NULL
      )`);
    return database;
  } catch (error) {
    database?.close();
    throw isDiskFull(error) ? error : unwritable(file, error);
  }
}

function readRow(database: DatabaseSync): Row | undefined {
  // Written by `takeLease`, whatever release of ours.
  return database.prepare("SELECT *, taken_at AS takenAt FROM lease").get() as Row | undefined;
}

/** True when the holder's process can be looked up from here and is not there any more. */
function isGone(row: Holder, own: Holder): boolean {
  if (row.place !== own.place) return false;
  if (!isRunning(row.process)) return true;
  const started = startOf(row.process);
  return row.started !== "" && started !== "" && started !== row.started;
}

/** True when the holder's process can be looked up from here, and is the one that took the lease. */
function isAlive(row: Row, own: Holder): boolean {
  if (row.place !== own.place) return false;
  // Where the system does not say when a process started, this one at least knows what it holds itself.
  return row.started === "" ? heldHere.has(row.id) : startOf(row.process) === row.started;
}

/** Leases that this process holds. */
const heldHere = new Set<string>();

export function thisProcess(): Holder {
  return {
    place: placeOf(),
    process: process.pid,
    started: startOf(process.pid),
    host: os.hostname(),
  };
}

/** Where process ids mean something: the machine's start and the process namespace; elsewhere than on Linux the name. */
function placeOf(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return os.hostname();
  }
}

/** When a process started, in ticks since the machine did (proc_pid_stat(5), field 22); "" where that is not known. */
function startOf(processId: number): string {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, "utf8");
    // The name in brackets may hold anything, brackets and blanks included.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function isSqliteError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ERR_SQLITE_ERROR";
}

function unwritable(file: string, cause: unknown): AppError {
  return new AppError("data-folder", "The data folder cannot be written.", {
    facts: { file, reason: cause instanceof Error ? cause.message : String(cause) },
    hint: "Set DATA_DIR to a folder that this user may read and write.",
    cause,
  });
}
