import { existsSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { diskFullError, isDiskFull } from "../../src/platform/disk-full.ts";
import { AppError, describeError } from "../../src/platform/errors.ts";

/** What SQLite throws when a database may not grow. */
function fullDatabaseError(): unknown {
  const database = new DatabaseSync(":memory:");
  database.exec("PRAGMA max_page_count = 3; CREATE TABLE t (x)");
  try {
    database.prepare("INSERT INTO t VALUES (?)").run("x".repeat(100_000));
    return undefined;
  } catch (error) {
    return error;
  } finally {
    database.close();
  }
}

describe("isDiskFull", () => {
  it("knows SQLite's error, also below others", () => {
    const error = fullDatabaseError();

    expect(isDiskFull(error)).toBe(true);
    expect(
      isDiskFull(new AppError("index", "The index folder cannot be used.", { cause: error })),
    ).toBe(true);
    expect(isDiskFull(new SuppressedError(new Error("cannot close"), error))).toBe(true);
    expect(isDiskFull(new AggregateError([new Error("other"), error]))).toBe(true);
  });

  it.runIf(existsSync("/dev/full"))("knows the system's error", () => {
    let thrown: unknown;
    try {
      writeFileSync("/dev/full", "x");
    } catch (error) {
      thrown = error;
    }

    expect(isDiskFull(thrown)).toBe(true);
  });

  it("takes no other error for it", () => {
    expect(isDiskFull(new Error("disk is full of joy"))).toBe(false);
    expect(isDiskFull("ENOSPC")).toBe(false);
    expect(isDiskFull(undefined)).toBe(false);
  });

  it("is told with the folder and what to do", () => {
    expect(describeError(diskFullError("/data", new Error("x")))).toMatchInlineSnapshot(`
      "The disk is full.
        folder: /data
      Free some space, or set DATA_DIR to a folder on a larger disk; then run it again. What was there before is as it was."
    `);
  });
});
