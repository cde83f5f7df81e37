/** How models judged the bundled pairs, kept in a file of the data folder by model and version of the prompt. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Checker } from "./verification/checker.ts";
import { Standing } from "./verification/checker-trust.ts";

const FILE = "checkers.json";
const Kept = z.record(z.string(), Standing);

/** Standings of models, kept in a file of the data folder. A file that cannot be read counts as none. */
export interface TrustRecord {
  standing(checker: Pick<Checker, "name" | "version">): Standing | undefined;
  keep(checker: Pick<Checker, "name" | "version">, standing: Standing): void;
}

export function openTrustRecord(dataFolder: string): TrustRecord {
  const file = path.join(dataFolder, FILE);
  const keyOf = ({ name, version }: Pick<Checker, "name" | "version">) =>
    `${name} / check ${version}`;
  const read = (): Readonly<Record<string, Standing>> => {
    if (!existsSync(file)) return {};
    try {
      return Kept.parse(JSON.parse(readFileSync(file, "utf8")));
    } catch {
      return {};
    }
  };
  return {
    standing: (checker) => read()[keyOf(checker)],
    keep(checker, standing) {
      mkdirSync(dataFolder, { recursive: true });
      const text = JSON.stringify({ ...read(), [keyOf(checker)]: standing }, undefined, 2);
      // Whole or not at all, whatever else writes it.
      writeFileSync(`${file}.${process.pid}`, `${text}\n`);
      renameSync(`${file}.${process.pid}`, file);
    },
  };
}
