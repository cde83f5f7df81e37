/**
 * A copy of the store in one file, made while the bot runs, and back. A copy counts only when all of it was read: a file
 * appears under its name when it is complete and sound.
 */
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "../platform/errors.ts";
import { unpack } from "./packed.ts";
import { openState, STATE_FILE } from "./schema.ts";
import { hasState, prepareState } from "./take-over.ts";

export type Copied = {
  readonly file: string;
  readonly bytes: number;
  readonly questions: number;
  readonly turns: number;
  readonly votes: number;
};

export const PRIVATE = 0o600;

/** Copies the store of `dataFolder` to `file`. Throws `AppError` when there is nothing to copy or the file exists. */
export async function backUp(dataFolder: string, file: string): Promise<Copied> {
  const target = newFile(file);
  if (!hasState(dataFolder))
    throw new AppError("nothing-stored", "Nothing is stored yet, so there is nothing to copy.", {
      facts: { "looked in": dataFolder },
    });
  const source = openState(await prepareState(dataFolder));
  const partial = `${target}.partial`;
  try {
    rmSync(partial, { force: true });
    closeSync(openSync(partial, "wx", PRIVATE));
    // One reading of one state: whoever writes meanwhile is not held up. Freed pages are not copied.
    source.prepare("VACUUM INTO ?").run(partial);
    const copied = readBack(partial);
    finish(partial, target);
    return { ...copied, file: target };
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    source.close();
  }
}

/**
 * Puts a copy in the place of the store of `dataFolder`. The store that was there, if any, is kept beside it. Throws
 * `AppError` when the copy is not sound, when something is stored already and `replace` is false, or while a bot runs.
 */
export async function restore(
  dataFolder: string,
  file: string,
  options: { readonly replace: boolean; readonly now: number },
): Promise<Copied & { readonly kept: string | undefined }> {
  const source = path.resolve(file);
  if (!existsSync(source)) throw new AppError("no-backup", `There is no file ${source}.`);
  const target = path.join(dataFolder, STATE_FILE);
  const partial = `${target}.restoring`;
  try {
    copyFileSync(source, partial);
    chmodSync(partial, PRIVATE);
    // Brings a copy of an earlier version to today's format; refuses one of a newer version.
    openState(partial).close();
    const copied = readBack(partial);
    let kept: string | undefined;
    if (hasState(dataFolder)) {
      if (!options.replace)
        throw new AppError("store-exists", "Something is stored in the data folder already.", {
          facts: { file: target },
          hint: "Add --replace to put the copy in its place; the store is kept beside it.",
        });
      await prepareState(dataFolder);
      closeForAll(target);
      kept = `${target}.before-${new Date(options.now).toISOString().replaceAll(/[:.]/g, "")}`;
      renameSync(target, kept);
    }
    finish(partial, target);
    return { ...copied, file: target, kept };
  } finally {
    for (const end of ["", "-wal", "-shm"]) rmSync(`${partial}${end}`, { force: true });
  }
}

/** The path of a backup that is to be made. Throws `AppError` when it cannot be there. */
export function newFile(file: string): string {
  const target = path.resolve(file);
  if (existsSync(target))
    throw new AppError("backup-exists", `There is a file ${target} already.`, {
      hint: "Give another name; a backup is never written over.",
    });
  if (!existsSync(path.dirname(target)))
    throw new AppError("backup-folder", `There is no folder ${path.dirname(target)}.`);
  return target;
}

/** Reads all of a copy. Throws `AppError` "backup-damaged" when anything in it is not as it was written. */
export function readBack(file: string): Omit<Copied, "file"> {
  let copy: DatabaseSync | undefined;
  try {
    copy = new DatabaseSync(file);
    const problems = [
      ...copy
        .prepare("PRAGMA integrity_check")
        .all()
        .map((row) => String(row["integrity_check"])),
      ...copy
        .prepare("PRAGMA foreign_key_check")
        .all()
        .map(() => "a row without its question"),
    ].filter((line) => line !== "ok");
    if (problems.length > 0) throw new Error(problems[0]);
    const values = [
      ["question", "resolution"],
      ["question", "answer"],
      ["question", "receipt"],
      ["chunk", "body"],
    ] as const;
    for (const [table, column] of values) {
      const rows = copy.prepare(
        `SELECT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`,
      );
      for (const { value } of rows.iterate())
        if (unpack(value) === undefined) throw new Error(`a damaged ${column}`);
    }
    const opened = copy;
    const count = (what: string) =>
      Number(opened.prepare(`SELECT COUNT(*) AS n FROM ${what}`).get()?.["n"]);
    return {
      bytes: statSync(file).size,
      questions: count("question"),
      turns: count("question WHERE turn IS NOT NULL"),
      votes: count("vote"),
    };
  } catch (cause) {
    throw new AppError("backup-damaged", `The copy ${file} cannot be read back.`, {
      facts: { reason: cause instanceof Error ? cause.message : String(cause) },
      cause,
    });
  } finally {
    copy?.close();
  }
}

/** Takes the write-ahead log into the file and away. Throws `AppError` "store-in-use" while another process has it open. */
function closeForAll(file: string): void {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    const mode = database.prepare("PRAGMA journal_mode = DELETE").get();
    if (mode?.["journal_mode"] !== "delete") throw new Error("it is open elsewhere");
  } catch (cause) {
    throw new AppError("store-in-use", "The store is in use: stop the bot first.", {
      facts: { file },
      cause,
    });
  } finally {
    database.close();
  }
}

/** On the disk under its own name, or not at all. */
export function finish(partial: string, target: string): void {
  sync(partial);
  renameSync(partial, target);
  if (process.platform !== "win32") sync(path.dirname(target));
}

function sync(file: string): void {
  const handle = openSync(file, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
