/** [pure] Figures as HTML: the chief ones large, all of them in cards by what they measure, and a table by kind and style. */
import {
  CHIEF_FIGURES,
  type Figure,
  FIGURE_GROUPS,
  GROUP_TITLES,
  figureNamed,
  showChange,
  showValue,
} from "../figures.ts";
import type { Cell, Group } from "../summarise.ts";
import { counted } from "./counted.ts";
import { escape, percent } from "./html-text.ts";

export function chiefFigures(all: Group | undefined): string {
  const tiles = CHIEF_FIGURES.flatMap((name) => {
    const cell = all?.cells.find(({ figure }) => figure === name);
    if (cell === undefined) return [];
    const figure = figureNamed(name);
    return [
      `<div class="tile"><span class="label">${escape(figure.label)}</span><strong>${showValue(cell.value, figure.unit)}</strong>${whiskers(cell, figure)}<small>${escape(figure.meaning)}</small>${change(cell)}</div>`,
    ];
  });
  return `<div class="tiles">${tiles.join("")}</div>`;
}

export function figureCards(all: Group | undefined): string {
  if (all === undefined) return "";
  const cards = FIGURE_GROUPS.flatMap((name) => {
    const cells = all.cells.filter((cell) => figureNamed(cell.figure).group === name);
    if (cells.length === 0) return [];
    return [
      `<section class="card"><h3>${escape(GROUP_TITLES[name])}</h3><table><tbody>${cells.map(figureRow).join("")}</tbody></table></section>`,
    ];
  });
  return `<div class="cards">${cards.join("")}</div>`;
}

function figureRow(cell: Cell): string {
  const figure = figureNamed(cell.figure);
  const show = (value: number) => showValue(value, figure.unit);
  const words = figure.lexical === true ? ' <span class="tag plain">by words</span>' : "";
  return `<tr><th scope="row">${escape(figure.label)}${words}<small>${escape(figure.meaning)}</small></th><td class="number"><b>${show(cell.value)}</b><small>${show(cell.interval.low)} to ${show(cell.interval.high)}</small></td><td class="track">${whiskers(cell, figure)}<small>${counted(cell.count, "case")}</small>${change(cell)}</td></tr>`;
}

/** A share as a bar, its interval as a line over the end of it. */
function whiskers({ value, interval }: Cell, figure: Figure): string {
  if (figure.unit !== "share") return "";
  const colour = figure.better === "higher" ? "" : " lower";
  return `<span class="bar${colour}"><i style="width:${percent(value)}"></i><b style="left:${percent(interval.low)};width:${percent(interval.high - interval.low)}"></b></span>`;
}

/** Against the baseline: coloured only where the interval leaves no doubt. */
function change(cell: Cell): string {
  if (cell.change === undefined) return "";
  const { low, high } = cell.change;
  if (low === 0 && high === 0) return "<small>as the baseline</small>";
  const { unit } = figureNamed(cell.figure);
  return `<small>${difference(cell)} (${showChange(low, unit)} to ${showChange(high, unit)})</small>`;
}

/** The same for a narrow column: nothing where nothing moved. */
function moved(cell: Cell): string {
  if (cell.change === undefined || (cell.change.low === 0 && cell.change.high === 0)) return "";
  return `<small>${difference(cell)}</small>`;
}

function difference({ figure: name, change: against }: Cell): string {
  if (against === undefined) return "";
  const figure = figureNamed(name);
  const rises = against.low > 0;
  const falls = against.high < 0;
  const better = figure.better === "higher" ? rises : falls;
  const worse = figure.better === "higher" ? falls : rises;
  return `<span class="${better ? "good" : worse ? "bad" : "dim"}">${showChange(against.difference, figure.unit)}</span>`;
}

const GROUP_COLUMNS = [
  "hit@1",
  "hit@5",
  "recall@5",
  "ndcg@10",
  "quotes@10",
  "quotes-true",
  "citation-precision",
  "citation-recall",
  "answered",
  "abstention-recall",
  "ms",
];

export function groupTable(groups: readonly Group[]): string {
  const columns = GROUP_COLUMNS.filter((name) =>
    groups.some((group) => group.cells.some((cell) => cell.figure === name)),
  ).map(figureNamed);
  const head = columns.map(
    ({ label, meaning }) => `<th class="number" title="${escape(meaning)}">${escape(label)}</th>`,
  );
  const rows = groups.map((group) => {
    const cells = columns.map((figure) => {
      const cell = group.cells.find((one) => one.figure === figure.name);
      if (cell === undefined) return '<td class="number dim">–</td>';
      const shade = figure.unit === "share" ? ` style="--share:${percent(cell.value)}"` : "";
      return `<td class="number shade"${shade}>${showValue(cell.value, figure.unit)}${moved(cell)}</td>`;
    });
    const ids = group.ids.map((id) => `<a href="#${escape(id)}">${escape(id)}</a>`);
    return `<tr><th scope="row">${escape(group.name)}<small>${ids.join(" ")}</small></th><td class="number dim">${group.cases}</td>${cells.join("")}</tr>`;
  });
  return `<div class="scroll card"><table class="groups"><thead><tr><th></th><th class="number">cases</th>${head.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}
