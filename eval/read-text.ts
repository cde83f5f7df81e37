import { readFileSync } from "node:fs";
import { describeError, UsageError } from "../src/platform/errors.ts";

/** The text of a file that was named on the command line. Throws a `UsageError` that says why it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(`${file} cannot be read: ${describeError(cause)}`);
  }
}
