/** What the commands have in common: help, numbers, files, and waiting for the end. */
import { readFileSync } from "node:fs";
import { describeError, UsageError } from "./platform/errors.ts";

export function asksForHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

/** Throws `UsageError` for anything but a whole number from `least` to `most`; `what` it is: "port", "number of weeks". */
export function wholeNumber(text: string, what: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isInteger(number) || number < least || number > most)
    throw new UsageError(`"${text}" is no ${what}.`, `Take ${least} to ${most}.`);
  return number;
}

/** Throws `UsageError` when there is no such file. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${describeError(error)}`);
  }
}

export async function ended(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
