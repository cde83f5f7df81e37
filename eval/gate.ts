/** [pure] Which figures fell further than is tolerated, against values kept from an earlier run. */
import { z } from "zod";
import { figureNamed, showValue } from "./figures.ts";
import { mean } from "./metrics/mean.ts";
import type { CaseScore, Values } from "./score.ts";
import { absentPages, type BaselineValues } from "./summarise.ts";

/**
 * How far the mean of a figure may move in the worse direction. One case more or less is always tolerated (a change
 * that helps many questions may cost one), except where the tolerance is 0: those are promises.
 */
export const TOLERANCES: Readonly<Record<string, number>> = {
  "quotes-true": 0,
  "citations-present": 0,
  "small-talk": 0,
  "hit@5": 0.015,
  "hit@10": 0.015,
  "recall@5": 0.015,
  "ndcg@10": 0.015,
  "quotes@10": 0.02,
  "citation-precision": 0.03,
  "citation-recall": 0.03,
  "gold-quoted": 0.03,
  "fact-words": 0.03,
  forbidden: 0.01,
  answered: 0.02,
  "abstention-recall": 0.03,
  "abstention-precision": 0.03,
  "follow-up-hit@5": 0.02,
  "resolution-kind": 0.02,
};

export type Fall = {
  readonly figure: string;
  readonly before: number;
  readonly after: number;
  /** Largest move in the worse direction that would have passed. */
  readonly allowed: number;
  /** Cases whose value got worse, worst first. */
  readonly cases: readonly string[];
};

/**
 * Falls beyond tolerance, over the cases that both sides have a value for. A figure that is gone from every case
 * of the baseline, and there was more than one, counts as fallen to the bottom.
 */
export function findFalls(
  before: BaselineValues,
  after: readonly CaseScore[],
  tolerances: Readonly<Record<string, number>> = TOLERANCES,
): readonly Fall[] {
  return Object.entries(tolerances).flatMap(([figure, tolerance]) => {
    const pairs = after.flatMap((score) => {
      const was = before.get(score.id)?.[figure];
      const is = score.values[figure];
      return was === undefined || is === undefined ? [] : [{ id: score.id, was, is }];
    });
    const sign = figureNamed(figure).better === "higher" ? 1 : -1;
    const gone = pairs.length === 0 ? hadBefore(before, after, figure) : [];
    if (gone.length > 1 && sign === 1) {
      const was = mean(gone.map((one) => one.was)) ?? 0;
      return [
        { figure, before: was, after: 0, allowed: tolerance, cases: gone.map(({ id }) => id) },
      ];
    }
    const then = mean(pairs.map((pair) => pair.was));
    const now = mean(pairs.map((pair) => pair.is));
    if (then === undefined || now === undefined) return [];
    const allowed = tolerance === 0 ? 0 : Math.max(tolerance, 1 / pairs.length);
    // A sum of many shares is not exact; a billionth is no fall.
    if (sign * (then - now) <= allowed + 1e-9) return [];
    const cases = pairs
      .map(({ id, was, is }) => ({ id, loss: sign * (was - is) }))
      .filter(({ loss }) => loss > 0)
      .toSorted((a, b) => b.loss - a.loss)
      .map(({ id }) => id);
    return [{ figure, before: then, after: now, allowed, cases }];
  });
}

function hadBefore(
  before: BaselineValues,
  after: readonly CaseScore[],
  figure: string,
): readonly { readonly id: string; readonly was: number }[] {
  return after.flatMap(({ id }) => {
    const was = before.get(id)?.[figure];
    return was === undefined ? [] : [{ id, was }];
  });
}

/**
 * Cases of which the baseline could score the search, and that now name pages which the index lacks. They count in no
 * figure, so a crawl that loses pages would pass unseen.
 */
export function lostPages(
  before: BaselineValues,
  after: readonly CaseScore[],
): readonly { readonly id: string; readonly pages: readonly string[] }[] {
  return absentPages(after).filter(({ id }) => before.get(id)?.["hit@5"] !== undefined);
}

/** Cases of the baseline that were not run: a gate that loses cases guards less. */
export function missingCases(
  before: BaselineValues,
  after: readonly CaseScore[],
): readonly string[] {
  const ran = new Set(after.map((score) => score.id));
  return [...before.keys()].filter((id) => !ran.has(id));
}

/** "hit@5 fell from 0.900 to 0.850; 0.017 is tolerated: case-1, case-2" */
export function fallText(fall: Fall): string {
  const { label, unit, better } = figureNamed(fall.figure);
  const shown = fall.cases.slice(0, 8).join(", ");
  const more = fall.cases.length > 8 ? ` and ${fall.cases.length - 8} more` : "";
  return `${label} ${better === "higher" ? "fell" : "rose"} from ${showValue(fall.before, unit)} to ${showValue(fall.after, unit)}; ${showValue(fall.allowed, unit)} is tolerated: ${shown}${more}`;
}

/** `baseline.json`: for each suite the names of its figures and, by case, their values in that order. */
export const Baseline = z.strictObject({
  suites: z.record(
    z.string(),
    z.strictObject({
      figures: z.array(z.string()),
      cases: z.record(z.string(), z.array(z.number().nullable())),
    }),
  ),
});
export type Baseline = z.infer<typeof Baseline>;

export function baselineValues(baseline: Baseline, suite: string): BaselineValues | undefined {
  const kept = baseline.suites[suite];
  if (kept === undefined) return undefined;
  return new Map(
    Object.entries(kept.cases).map(([id, values]) => [
      id,
      Object.fromEntries(
        kept.figures.map((figure, index) => [figure, values[index] ?? undefined]),
      ) as Values,
    ]),
  );
}

/** The baseline with `suite` replaced by these scores, rounded to a thousandth. */
export function withSuite(
  baseline: Baseline,
  suite: string,
  scores: readonly CaseScore[],
): Baseline {
  const figures = Object.keys(TOLERANCES).filter((figure) =>
    scores.some((score) => score.values[figure] !== undefined),
  );
  const rounded = (value: number | undefined) =>
    value === undefined ? null : Math.round(value * 1000) / 1000;
  const cases = Object.fromEntries(
    scores.map((score) => [score.id, figures.map((figure) => rounded(score.values[figure]))]),
  );
  return { suites: { ...baseline.suites, [suite]: { figures, cases } } };
}

/** JSON with one case a line, so that a change of the baseline reads well. */
export function baselineText(baseline: Baseline): string {
  const suites = Object.entries(baseline.suites)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, { figures, cases }]) => {
      const lines = Object.entries(cases).map(
        ([id, values]) => `        ${JSON.stringify(id)}: ${JSON.stringify(values)}`,
      );
      return `    ${JSON.stringify(name)}: {\n      "figures": ${JSON.stringify(figures)},\n      "cases": {\n${lines.join(",\n")}\n      }\n    }`;
    });
  return `{\n  "suites": {\n${suites.join(",\n")}\n  }\n}\n`;
}
