/** [pure] Scores of cases -> means by kind and style, with intervals, against a baseline where there is one. */
import { FIGURES } from "./figures.ts";
import { bootstrapDifference, bootstrapMean, type Interval } from "./metrics/bootstrap.ts";
import { mean } from "./metrics/mean.ts";
import { percentile } from "./metrics/percentile.ts";
import type { CaseScore, Values } from "./score.ts";

export type Cell = {
  readonly figure: string;
  readonly value: number;
  /** Cases that have a value. */
  readonly count: number;
  readonly interval: Interval;
  /** Over the cases that both sides have. */
  readonly change?: Interval & { readonly difference: number; readonly pairs: number };
};

export type Group = {
  /** "all", "kind failure", "style slack". */
  readonly name: string;
  readonly cases: number;
  /** Named where a figure over them moves a lot with one of them; empty for larger groups. */
  readonly ids: readonly string[];
  readonly cells: readonly Cell[];
};

/** Values of earlier cases by id. */
export type BaselineValues = ReadonlyMap<string, Values>;

/** Groups up to this size name their cases. */
const FEW = 10;

const SEED = 20_240_817;

/** All cases, then each kind, then each style, in order of first use; a figure nobody has is left out. */
export function summarise(
  scores: readonly CaseScore[],
  baseline?: BaselineValues,
): readonly Group[] {
  const groups = [
    groupOf("all", scores, baseline),
    ...by(scores, (score) => `kind ${score.kind}`, baseline),
  ];
  const styles = by(scores, (score) => `style ${score.style}`, baseline);
  return styles.length > 1 ? [...groups, ...styles] : groups;
}

function by(
  scores: readonly CaseScore[],
  name: (score: CaseScore) => string,
  baseline: BaselineValues | undefined,
): Group[] {
  const groups = Map.groupBy(scores, name);
  return [...groups].map(([key, members]) => groupOf(key, members, baseline));
}

function groupOf(
  name: string,
  scores: readonly CaseScore[],
  baseline: BaselineValues | undefined,
): Group {
  const cells = FIGURES.flatMap(({ name: figure }) => {
    const cell = cellOf(figure, scores, baseline);
    return cell === undefined ? [] : [cell];
  });
  const ids = scores.length > FEW ? [] : scores.map((score) => score.id);
  return { name, cases: scores.length, ids, cells };
}

function cellOf(
  figure: string,
  scores: readonly CaseScore[],
  baseline: BaselineValues | undefined,
): Cell | undefined {
  const values = scores.map((score) => score.values[figure]).filter((one) => one !== undefined);
  const value = mean(values);
  const interval = bootstrapMean(values, { seed: SEED });
  if (value === undefined || interval === undefined) return undefined;
  const cell = { figure, value, count: values.length, interval };
  if (baseline === undefined) return cell;
  const pairs = scores.flatMap((score) => {
    const before = baseline.get(score.id)?.[figure];
    const after = score.values[figure];
    return before === undefined || after === undefined ? [] : [{ before, after }];
  });
  const change = bootstrapDifference(pairs, { seed: SEED });
  return change === undefined ? cell : { ...cell, change: { ...change, pairs: pairs.length } };
}

export type Latency = {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
};

/** Over turns; undefined without any. */
export function latency(scores: readonly CaseScore[]): Latency | undefined {
  const values = scores.flatMap((score) => score.turns.map((turn) => turn.values["ms"] ?? 0));
  const p50Ms = percentile(values, 0.5);
  const p95Ms = percentile(values, 0.95);
  const maxMs = percentile(values, 1);
  if (p50Ms === undefined || p95Ms === undefined || maxMs === undefined) return undefined;
  return { p50Ms, p95Ms, maxMs };
}

/** Cases with gold pages that the index lacks, and which pages. */
export function absentPages(
  scores: readonly CaseScore[],
): readonly { readonly id: string; readonly pages: readonly string[] }[] {
  return scores.flatMap((score) => {
    const pages = new Set(score.turns.flatMap((turn) => turn.absent.map((place) => place.page)));
    return pages.size === 0 ? [] : [{ id: score.id, pages: [...pages] }];
  });
}
