/** Keeps a stored thread as a case of an evaluation, in a file of the data folder: one line a thread, written in one step. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { ThreadCase } from "../conversation/case-from-thread.ts";

/** Inside the data folder. */
export const CASES_FILE = path.join("cases", "threads.jsonl");

const Known = z.object({ id: z.string() });

/** False when the thread is in the file already: what somebody has filled in there stays. Lines that cannot be read stay, too. */
export function keepCase(dataFolder: string, made: ThreadCase): boolean {
  const file = path.join(dataFolder, CASES_FILE);
  const lines = existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.trim() !== "")
    : [];
  if (lines.some((line) => idOf(line) === made.id)) return false;
  mkdirSync(path.dirname(file), { recursive: true });
  const next = `${file}.next`;
  writeFileSync(next, `${[...lines, JSON.stringify(made)].join("\n")}\n`, { mode: 0o600 });
  renameSync(next, file);
  return true;
}

function idOf(line: string): string | undefined {
  try {
    return Known.safeParse(JSON.parse(line)).data?.id;
  } catch {
    return undefined;
  }
}
