/** [pure] The figures as text for a terminal. */
import { counted } from "./counted.ts";
import { figureNamed, type Figure, showChange, showValue } from "../figures.ts";
import { absentPages, type Cell, type Group, latency } from "../summarise.ts";
import type { Evaluation } from "../evaluate.ts";
import { describeError } from "../../src/platform/errors.ts";
import { type Style, plainStyle } from "../../src/terminal/style.ts";

/** Figures of the table by kind; the list for all cases has every figure. */
const COLUMNS = [
  "hit@5",
  "recall@5",
  "ndcg@10",
  "quotes@10",
  "quotes-true",
  "citation-precision",
  "citation-recall",
  "answered",
  "abstention-recall",
];

const COLUMN_LABELS: Readonly<Record<string, string>> = {
  "quotes@10": "quote@10",
  "quotes-true": "true",
  "citation-precision": "cite P",
  "citation-recall": "cite R",
  answered: "answered",
  "abstention-recall": "declined",
};

/** Every figure over all cases with its interval, then the chief ones by kind and style. */
export function renderTable(groups: readonly Group[], style: Style = plainStyle): string {
  const all = groups[0];
  if (all === undefined) return "";
  const lines = all.cells.map((cell) => allLine(cell, style));
  const columns = COLUMNS.filter((name) =>
    groups.some((group) => group.cells.some((cell) => cell.figure === name)),
  );
  const width = Math.max(...groups.map((group) => group.name.length)) + 2;
  const head = [
    "".padEnd(width),
    "cases".padStart(6),
    ...columns.map((name) => (COLUMN_LABELS[name] ?? figureNamed(name).label).padStart(10)),
  ].join("");
  const rows = groups.map((group) =>
    [
      group.name.padEnd(width),
      String(group.cases).padStart(6),
      ...columns.map((name) => {
        const cell = group.cells.find((one) => one.figure === name);
        return showValue(cell?.value, figureNamed(name).unit).padStart(10);
      }),
    ].join(""),
  );
  return [...lines, "", style.bold(head), ...rows].join("\n");
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
export function renderRemainder(evaluation: Evaluation, style: Style = plainStyle): string {
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
  return lines.join("\n");
}
