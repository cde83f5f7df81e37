/**
 * The file of records while it grows. A run writes the records of each case as it finishes, so an interrupted one
 * loses only what was under way; a note beside the file (`FILE.unfinished`) says that it was interrupted and of
 * which run it is. A finished run leaves the records in the order of the cases, and no note.
 */
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { AppError } from "../src/platform/errors.ts";
import type { EvalCase } from "./case.ts";
import { EvalRecord } from "./record.ts";

export type RecordFile = {
  /** Records of the cases that an interrupted run finished, by case id. */
  readonly kept: ReadonlyMap<string, readonly EvalRecord[]>;
  append(records: readonly EvalRecord[]): void;
  /** Puts the records in their final order and removes the note. */
  finish(records: readonly EvalRecord[]): void;
};

/**
 * Opens `file` for a run that `fingerprint` identifies (cases, index version, writer). Goes on where an
 * interrupted run of the same fingerprint stopped, unless `fresh`; otherwise starts empty.
 * Throws `AppError` when the file cannot be written.
 */
export function openRecordFile(
  file: string,
  options: {
    readonly fingerprint: string;
    readonly cases: readonly EvalCase[];
    readonly fresh: boolean;
  },
): RecordFile {
  const note = `${file}.unfinished`;
  const resumes =
    !options.fresh &&
    existsSync(file) &&
    existsSync(note) &&
    readFileSync(note, "utf8").trim() === options.fingerprint;
  const kept = resumes
    ? finishedCases(readFileSync(file, "utf8"), options.cases)
    : new Map<string, readonly EvalRecord[]>();
  writing(file, () => {
    writeFileSync(note, `${options.fingerprint}\n`);
    replaceFile(file, linesOf([...kept.values()].flat()));
  });
  return {
    kept,
    append: (records) => writing(file, () => appendFileSync(file, linesOf(records))),
    finish: (records) =>
      writing(file, () => {
        replaceFile(file, linesOf(records));
        rmSync(note, { force: true });
      }),
  };
}

/**
 * The records of complete cases in the text of a half-written file, by case id: a torn last line, lines that are
 * no records, and cases that miss a turn or ask something else are left out. [pure]
 */
export function finishedCases(
  text: string,
  cases: readonly EvalCase[],
): ReadonlyMap<string, readonly EvalRecord[]> {
  const records = text.split("\n").flatMap((line) => {
    const record = readRecord(line);
    return record === undefined ? [] : [record];
  });
  const byId = Map.groupBy(records, (record) => record.id);
  const finished = new Map<string, readonly EvalRecord[]>();
  for (const one of cases) {
    const found = byId.get(one.id)?.toSorted((a, b) => a.turn - b.turn) ?? [];
    const complete =
      found.length === one.turns.length &&
      one.turns.every(
        (turn, index) => found[index]?.turn === index && found[index]?.question === turn.user,
      );
    if (complete) finished.set(one.id, found);
  }
  return finished;
}

/**
 * The records of a finished file, all of them. Throws `AppError` with the line numbers of what is no record. [pure]
 */
export function parseRecords(text: string, name: string): readonly EvalRecord[] {
  const wrong: string[] = [];
  const records = text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "") return [];
    const record = readRecord(line);
    if (record === undefined) wrong.push(String(index + 1));
    return record === undefined ? [] : [record];
  });
  if (wrong.length > 0) {
    throw new AppError("records", `${name} is not a file of evaluation records.`, {
      facts: { lines: wrong.join(", ") },
      hint: "Make it with npm run eval -- --cases FILE --out FILE.",
    });
  }
  return records;
}

function readRecord(line: string): EvalRecord | undefined {
  try {
    const result = EvalRecord.safeParse(JSON.parse(line));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

function linesOf(records: readonly EvalRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

/** In one step: a reader sees the old file or the new one. */
function replaceFile(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

function writing(file: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new AppError("out", `${file} cannot be written.`, {
      facts: { reason: cause instanceof Error ? cause.message : String(cause) },
      hint: "Give --out a file in a folder that exists and may be written.",
      cause,
    });
  }
}
