/** A full disk, as the system and SQLite report it, told apart from everything else that can go wrong with a file. */
import { AppError } from "./errors.ts";

/** No space, no quota, or a file larger than the file system takes. */
const CODES: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
/** SQLITE_FULL: "database or disk is full". */
const SQLITE_FULL = 13;

/** How deep causes are looked into. */
const MAX_DEPTH = 10;

/** True when `error`, one that caused it or one that it hides says that there is no room left. */
export function isDiskFull(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > MAX_DEPTH) return false;
  const { code, errcode } = error as Error & { code?: unknown; errcode?: unknown };
  // The lower byte is the code, the rest of an extended one tells where.
  if (CODES.has(code) || (typeof errcode === "number" && (errcode & 0xff) === SQLITE_FULL)) {
    return true;
  }
  // A file that cannot be closed for want of room hides what came before.
  const inside: unknown[] =
    error instanceof SuppressedError
      ? [error.error, error.suppressed]
      : error instanceof AggregateError
        ? error.errors
        : [];
  return [error.cause, ...inside].some((one) => isDiskFull(one, depth + 1));
}

/** The error for people: which folder is on the full disk. */
export function diskFullError(folder: string, cause: unknown): AppError {
  return new AppError("disk-full", "The disk is full.", {
    facts: { folder },
    hint: "Free some space, or set DATA_DIR to a folder on a larger disk; then run it again. What was there before is as it was.",
    cause,
  });
}
