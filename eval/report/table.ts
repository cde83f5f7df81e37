/** [pure] The figures as text for a terminal. */
import { counted } from "./counted.ts";
import {
  FIGURE_GROUPS,
  figureNamed,
  type Figure,
  GROUP_TITLES,
  showChange,
  showValue,
} from "../figures.ts";
import { absentPages, type Cell, type Group, latency } from "../summarise.ts";
import type { Evaluation } from "../evaluate.ts";
import { describeError } from "../../src/platform/errors.ts";
import { wrap } from "../../src/terminal/layout.ts";
import { type Style, plainStyle } from "../../src/terminal/style.ts";

/** Figures of the table by kind, with a name for a wide terminal and one for a narrow; the list for all cases has every figure. */
const COLUMNS: readonly {
  readonly figure: string;
  readonly wide: string;
  readonly narrow: string;
}[] = [
  { figure: "hit@5", wide: "hit@5", narrow: "hit@5" },
  { figure: "recall@5", wide: "recall@5", narrow: "rec@5" },
  { figure: "ndcg@10", wide: "nDCG@10", narrow: "nDCG" },
  { figure: "quotes@10", wide: "quote@10", narrow: "quote" },
  { figure: "quotes-true", wide: "true", narrow: "true" },
  { figure: "citation-precision", wide: "cite P", narrow: "citeP" },
  { figure: "citation-recall", wide: "cite R", narrow: "citeR" },
  { figure: "answered", wide: "answered", narrow: "answ" },
  { figure: "abstention-recall", wide: "declined", narrow: "decl" },
];

/**
 * Every figure over all cases with its interval, then the chief ones by kind and style: narrow where that would be
 * wider than `width` columns.
 */
export function renderTable(
  groups: readonly Group[],
  style: Style = plainStyle,
  width = Number.POSITIVE_INFINITY,
): string {
  const all = groups[0];
  if (all === undefined) return "";
  const lines = FIGURE_GROUPS.flatMap((name) => {
    const cells = all.cells.filter((cell) => figureNamed(cell.figure).group === name);
    return cells.length === 0
      ? []
      : [style.bold(GROUP_TITLES[name]), ...cells.map((cell) => allLine(cell, style)), ""];
  });
  const columns = COLUMNS.filter(({ figure }) =>
    groups.some((group) => group.cells.some((cell) => cell.figure === figure)),
  );
  const names = Math.max(...groups.map((group) => group.name.length)) + 1;
  const isNarrow = names + 7 + columns.length * 10 > width;
  const room = isNarrow ? 6 : 10;
  const head = [
    "".padEnd(names),
    "cases".padStart(isNarrow ? 6 : 7),
    ...columns.map(({ wide, narrow }) => (isNarrow ? narrow : wide).padStart(room)),
  ].join("");
  const rows = groups.map((group) =>
    [
      group.name.padEnd(names),
      String(group.cases).padStart(isNarrow ? 6 : 7),
      ...columns.map(({ figure }) => {
        const cell = group.cells.find((one) => one.figure === figure);
        const text = showValue(cell?.value, figureNamed(figure).unit).padStart(room);
        return cell === undefined ? style.dim(text) : text;
      }),
    ].join(""),
  );
  return [...lines, style.bold(head), ...rows].join("\n");
}

function allLine(cell: Cell, style: Style): string {
  const figure = figureNamed(cell.figure);
  const interval =
    figure.unit === "share"
      ? `${showValue(cell.interval.low, "share")} to ${showValue(cell.interval.high, "share")}`
      : "";
  const label = `${figure.label}${figure.lexical === true ? " (by words)" : ""}`;
  const text = `${label.padEnd(32)}${showValue(cell.value, figure.unit).padStart(9)}   ${style.dim(interval.padEnd(16))} ${style.dim(counted(cell.count, "case"))}`;
  return cell.change === undefined ? text : `${text}   ${changeText(cell, figure, style)}`;
}

function changeText(cell: Cell, figure: Figure, style: Style): string {
  const { change } = cell;
  if (change === undefined) return "";
  const text = showChange(change.difference, figure.unit);
  const good = figure.better === "higher" ? change.low > 0 : change.high < 0;
  const bad = figure.better === "higher" ? change.high < 0 : change.low > 0;
  return good ? style.green(text) : bad ? style.red(text) : style.dim(text);
}

/** What the figures leave out: failures, cases whose pages are not in the index, quotes it lost, times. */
export function renderRemainder(
  evaluation: Evaluation,
  style: Style = plainStyle,
  width?: number,
): string {
  const lines: string[] = [];
  const turns = evaluation.records.length;
  const times = latency(evaluation.scores);
  lines.push(
    `${counted(evaluation.cases.length, "case")}, ${counted(turns, "turn")} in ${(evaluation.elapsedMs / 1000).toFixed(1)} s${
      times === undefined
        ? ""
        : `; a turn took ${Math.round(times.p50Ms)} ms (median), ${Math.round(times.p95Ms)} ms (95th percentile)`
    }`,
  );
  const absent = absentPages(evaluation.scores);
  if (absent.length > 0) {
    lines.push(
      style.yellow(
        `${counted(absent.length, "case names", "cases name")} pages that are not in the index; those pages are not counted:`,
      ),
      ...absent.slice(0, 12).map(({ id, pages }) => `  ${id}: ${pages.join(", ")}`),
    );
    if (absent.length > 12) lines.push(`  and ${absent.length - 12} more`);
  }
  const lost = evaluation.indexFacts.absentQuotes.length;
  if (lost > 0) {
    lines.push(
      style.yellow(
        `${counted(lost, "gold quote stands", "gold quotes stand")} in no chunk of ${lost === 1 ? "its" : "their"} page`,
      ),
    );
  }
  const outages = evaluation.records.filter(({ answer }) => answer.kind === "unavailable").length;
  if (outages > 0)
    lines.push(style.red(`${counted(outages, "turn")} met an index that did not answer`));
  for (const { id, error } of evaluation.failures) {
    lines.push(style.red(`${id} failed: ${describeError(error)}`));
  }
  return wrap(lines.join("\n"), width, "");
}
