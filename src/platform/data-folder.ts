/** The folder that holds everything the bot keeps. */
import { accessSync, constants, mkdirSync } from "node:fs";
import path from "node:path";
import { AppError } from "./errors.ts";

/**
 * The absolute path of `folder` (or of the folder `inside` it), made if need be. Throws `AppError` when it cannot
 * be made, is not a folder, or may not be read and written.
 */
export function prepareDataFolder(folder: string, inside?: string): string {
  const target = inside === undefined ? path.resolve(folder) : path.resolve(folder, inside);
  try {
    mkdirSync(target, { recursive: true });
    accessSync(target, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new AppError("data-folder", `The data folder ${target} cannot be used.`, {
      facts: { reason: cause instanceof Error ? cause.message : String(cause) },
      hint: "Set DATA_DIR to a folder that this user may read and write.",
      cause,
    });
  }
  return target;
}
