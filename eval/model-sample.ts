/** [pure] A sample of cases drawn by a seed, and what became of the sentences that a model wrote for them. */
import type { Receipt } from "../src/answering/receipt.ts";
import { congruentialNumbers } from "../src/platform/random-numbers.ts";
import type { EvalCase } from "./case.ts";
import type { EvalRecord } from "./record.ts";

/** `count` of the cases in an order that the seed alone decides. */
export function drawCases<T extends Pick<EvalCase, "id">>(
  cases: readonly T[],
  count: number,
  seed: number,
): readonly T[] {
  const next = congruentialNumbers(seed);
  return cases
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map((value) => ({ value, at: next() }))
    .toSorted((one, other) => one.at - other.at)
    .slice(0, count)
    .map(({ value }) => value);
}

export type SentenceCounts = {
  readonly answers: number;
  /** Answers that the pages gave instead. */
  readonly offline: number;
  readonly written: number;
  readonly asWritten: number;
  readonly corrected: number;
  /** Shown as the passages they stand on. */
  readonly asPassages: number;
  readonly refusedByCode: number;
  readonly refusedByChecker: number;
  /** Answers whose first sentence is in the model's words, or corrected. */
  readonly firstShown: number;
};

const BY_CODE = new Set([
  "number",
  "unit",
  "name",
  "link",
  "planted-instruction",
  "no-text",
  "no-passage",
]);

/** What became of the sentences of one answer. */
export function countSentences({ answer }: EvalRecord, receipt: Receipt): SentenceCounts {
  const own = answer.claims.filter(({ words }) => words === "writer" || words === "corrected");
  const about = answer.remarks.filter(({ kind }) => kind === "about-this-thread").length;
  const corrected = own.filter(({ words }) => words === "corrected").length;
  const dropped = (is: (reason: string) => boolean) =>
    receipt.dropped.filter(({ reason }) => is(reason)).length;
  const byCode = dropped((reason) => BY_CODE.has(reason));
  const byChecker = dropped((reason) => reason === "not-carried");
  const asPassages = dropped((reason) => reason === "not-checked" || reason === "dangling");
  const first = answer.claims[0]?.words;
  return {
    answers: 1,
    offline: answer.writer === "model" ? 0 : 1,
    written: own.length + about + byCode + byChecker + asPassages,
    asWritten: own.length - corrected + about,
    corrected,
    asPassages,
    refusedByCode: byCode,
    refusedByChecker: byChecker,
    firstShown: answer.writer === "model" && (first === "writer" || first === "corrected") ? 1 : 0,
  };
}

export function sumCounts(all: readonly SentenceCounts[]): SentenceCounts {
  const names = Object.keys(all[0] ?? {}) as (keyof SentenceCounts)[];
  return Object.fromEntries(
    names.map((name) => [name, all.reduce((sum, counts) => sum + counts[name], 0)]),
  ) as SentenceCounts; // The same names as each of them.
}

export function renderCounts(counts: SentenceCounts): string {
  const share = (part: number, all: number) =>
    `${String(part).padStart(5)}  ${all === 0 ? "" : `${((100 * part) / all).toFixed(0)} %`}`;
  const { answers, written } = counts;
  return [
    `answers                      ${share(answers, 0)}`,
    `  given by the pages         ${share(counts.offline, answers)}`,
    `  first sentence shown       ${share(counts.firstShown, answers)}`,
    `sentences written            ${share(written, 0)}`,
    `  shown as written           ${share(counts.asWritten, written)}`,
    `  shown as corrected         ${share(counts.corrected, written)}`,
    `  shown as their passages    ${share(counts.asPassages, written)}`,
    `  refused by code            ${share(counts.refusedByCode, written)}`,
    `  refused by the checker     ${share(counts.refusedByChecker, written)}`,
  ].join("\n");
}
