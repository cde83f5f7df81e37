/** [pure] What was measured, as `docs/figures.json` keeps it: a section a set of documents, each with when and by what. */
import { z } from "zod";
import { type CaseScore } from "../score.ts";
import { type Cell, latency, summarise } from "../summarise.ts";

export const SECTIONS = ["handbook", "documentation", "mtrag"] as const;
export type Section = (typeof SECTIONS)[number];

const MeasuredCell = z.object({
  figure: z.string(),
  value: z.number(),
  low: z.number(),
  high: z.number(),
  /** Cases that have a value. */
  count: z.int(),
});
export type MeasuredCell = Readonly<z.infer<typeof MeasuredCell>>;

const MeasuredSuite = z.object({
  name: z.string(),
  cases: z.int(),
  cells: z.array(MeasuredCell).readonly(),
});
export type MeasuredSuite = Readonly<z.infer<typeof MeasuredSuite>>;

const Measured = z.object({
  /** Day, as "2026-11-30". */
  date: z.iso.date(),
  commit: z.string(),
  command: z.string(),
  machine: z.string(),
  index: z.object({ pages: z.int(), chunks: z.int() }),
  turns: z.int(),
  /** Milliseconds of a turn: median and 95th percentile. */
  time: z.object({ p50: z.number(), p95: z.number() }),
  /** Cases that name pages the index lacks, and cases that could not be asked. */
  absent: z.int(),
  failed: z.int(),
  all: MeasuredSuite,
  suites: z.array(MeasuredSuite).readonly(),
});
export type Measured = Readonly<z.infer<typeof Measured>>;

export const Results = z.object({
  handbook: Measured.optional(),
  documentation: Measured.optional(),
  mtrag: Measured.optional(),
});
export type Results = Readonly<z.infer<typeof Results>>;

/** Means over cases, rounded as they are kept. */
export function measureSuite(name: string, scores: readonly CaseScore[]): MeasuredSuite {
  const cells = summarise(scores)[0]?.cells ?? [];
  return { name, cases: scores.length, cells: cells.map(measuredCell) };
}

function measuredCell({ figure, value, interval, count }: Cell): MeasuredCell {
  return {
    figure,
    value: rounded(value),
    low: rounded(interval.low),
    high: rounded(interval.high),
    count,
  };
}

export function measureTime(scores: readonly CaseScore[]): Measured["time"] {
  const { p50Ms = 0, p95Ms = 0 } = latency(scores) ?? {};
  return { p50: Math.round(p50Ms), p95: Math.round(p95Ms) };
}

export function cellOf(suite: MeasuredSuite, figure: string): MeasuredCell | undefined {
  return suite.cells.find((cell) => cell.figure === figure);
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
