/** [pure] The figures as Markdown, for a pull request. */
import { expectations } from "../case.ts";
import { counted } from "./counted.ts";
import { CHIEF_FIGURES, figureNamed, showChange, showValue } from "../figures.ts";
import { absentPages, type Cell, latency } from "../summarise.ts";
import type { ReportInput } from "./about.ts";
import { worstFirst } from "./worst.ts";

const WORST = 10;

export function renderMarkdown({ about, evaluation, groups }: ReportInput): string {
  const all = groups[0];
  const compared = all?.cells.some((cell) => cell.change !== undefined) ?? false;
  const times = latency(evaluation.scores);
  const absent = absentPages(evaluation.scores);
  const lines = [
    `### ${about.title}`,
    "",
    `${counted(evaluation.cases.length, "case")}, ${counted(evaluation.records.length, "turn")}, writer ${about.writer}, index version ${about.indexVersion}.`,
    ...(times === undefined
      ? []
      : [
          `A turn took ${Math.round(times.p50Ms)} ms (median), ${Math.round(times.p95Ms)} ms (95th percentile).`,
        ]),
    "",
    ...figureTable(
      CHIEF_FIGURES.flatMap((name) => all?.cells.find(({ figure }) => figure === name) ?? []),
      compared,
    ),
    "",
    ...kindTable(groups),
    "",
    "<details><summary>Every figure</summary>",
    "",
    ...figureTable(all?.cells ?? [], compared),
    "",
    "</details>",
    "",
  ];
  if (absent.length > 0) {
    lines.push(
      `${counted(absent.length, "case names", "cases name")} pages that the index lacks: ${absent.map(({ id }) => id).join(", ")}.`,
      "",
    );
  }
  if (evaluation.failures.length > 0) {
    lines.push(`Failed: ${evaluation.failures.map(({ id }) => id).join(", ")}.`, "");
  }
  lines.push("<details><summary>Worst cases</summary>", "");
  const worst = worstFirst(evaluation.scores)
    .filter(({ badness }) => badness > 0)
    .slice(0, WORST);
  for (const { score, why } of worst) {
    const one = evaluation.cases.find(({ id }) => id === score.id);
    const question = one === undefined ? "" : (expectations(one).at(-1)?.user ?? "");
    lines.push(`- \`${score.id}\` (${why.join(", ")}): ${inline(question)}`);
  }
  lines.push("", "</details>", "");
  return lines.join("\n");
}

function figureTable(cells: readonly Cell[], compared: boolean): string[] {
  return [
    `| figure | value | 95 % interval | cases |${compared ? " change | 95 % interval |" : ""}`,
    `| --- | ---: | --- | ---: |${compared ? " ---: | --- |" : ""}`,
    ...cells.map((cell) => figureRow(cell, compared)),
  ];
}

function figureRow(cell: Cell, compared: boolean): string {
  const figure = figureNamed(cell.figure);
  const show = (value: number) => showValue(value, figure.unit);
  const row = `| ${figure.label}${figure.lexical === true ? " (by words)" : ""} | ${show(cell.value)} | ${show(cell.interval.low)} to ${show(cell.interval.high)} | ${cell.count} |`;
  if (!compared) return row;
  const { change } = cell;
  if (change === undefined) return `${row} - | - |`;
  const signed = (value: number) => showChange(value, figure.unit);
  return `${row} ${signed(change.difference)} | ${signed(change.low)} to ${signed(change.high)} |`;
}

const KIND_COLUMNS = [
  "hit@5",
  "recall@5",
  "quotes@10",
  "citation-recall",
  "answered",
  "abstention-recall",
];

function kindTable(groups: ReportInput["groups"]): string[] {
  return [
    `| group | cases | ${KIND_COLUMNS.map((name) => figureNamed(name).label).join(" | ")} |`,
    `| --- | ---: |${KIND_COLUMNS.map(() => " ---: |").join("")}`,
    ...groups.map((group) => {
      const cells = KIND_COLUMNS.map((name) => {
        const cell = group.cells.find(({ figure }) => figure === name);
        const { unit } = figureNamed(name);
        const moved = cell?.change !== undefined && showChange(cell.change.difference, unit);
        return moved === false || moved === showValue(0, unit)
          ? showValue(cell?.value, unit)
          : `${showValue(cell?.value, unit)} (${moved})`;
      });
      return `| ${group.name} | ${group.cases} | ${cells.join(" | ")} |`;
    }),
  ];
}

/** A question is data: one line, no markup, not too long. */
function inline(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const cut = line.length > 160 ? `${line.slice(0, 159)}…` : line;
  return cut.replaceAll(/[\\`*_[\]<>|@#]/g, (mark) => `\\${mark}`);
}
