/** [pure] The report as one HTML page: no script from elsewhere, no style from elsewhere, no request at all. */
import { mean } from "../metrics/mean.ts";
import { absentPages, latency } from "../summarise.ts";
import type { ReportInput } from "./about.ts";
import { caseBlock } from "./case-block.ts";
import { chiefFigures, figureCards, groupTable } from "./figure-cards.ts";
import { counted } from "./counted.ts";
import { escape } from "./html-text.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { latencyPlot, rankPlot } from "./plots.ts";
import { type Ranked, worstFirst } from "./worst.ts";

export function renderHtml(input: ReportInput): string {
  const { about, evaluation, groups } = input;
  const ranked = worstFirst(evaluation.scores);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escape(about.title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${escape(about.title)}</h1>
<p>${summaryLine(input)}</p>
</header>
<main>
${chiefFigures(groups[0])}
${remainder(input)}
<div class="plots">${plots(input)}</div>
<h2>By kind and style</h2>
${groupTable(groups)}
<details class="all"><summary><h2>Every figure, with its 95 % interval</h2></summary>
${figureCards(groups[0])}</details>
<h2>Cases, worst first</h2>
${filters(ranked)}
<div id="cases">
${ranked.map((one) => caseBlock(one, input)).join("\n")}
</div>
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function summaryLine({ about, evaluation }: ReportInput): string {
  return [
    counted(evaluation.cases.length, "case"),
    counted(evaluation.records.length, "turn"),
    about.writer === "extractive" ? "offline, quoted sentences" : `writer ${about.writer}`,
    `index version ${about.indexVersion}`,
    `${(evaluation.elapsedMs / 1000).toFixed(1)} s`,
  ]
    .map((part) => `<span>${escape(part)}</span>`)
    .join("");
}

/** What the figures leave out. */
function remainder({ evaluation }: ReportInput): string {
  const parts: string[] = [];
  const note = (summary: string, items: readonly string[], more = "") => {
    parts.push(
      `<details class="note ${more}"${more === "" ? "" : " open"}><summary>${summary}</summary><ul>${items.join("")}</ul></details>`,
    );
  };
  const absent = absentPages(evaluation.scores);
  if (absent.length > 0) {
    note(
      `${counted(absent.length, "case names", "cases name")} pages that the index lacks; those pages are not counted`,
      absent.map(({ id, pages }) => `<li>${escape(id)}: ${escape(pages.join(", "))}</li>`),
    );
  }
  const lost = evaluation.indexFacts.absentQuotes;
  if (lost.length > 0) {
    note(
      `${counted(lost.length, "gold quote stands", "gold quotes stand")} in no chunk of ${lost.length === 1 ? "its" : "their"} page`,
      lost.map(
        ({ id, page, quote }) => `<li>${escape(id)}: ${escape(page)} <q>${escape(quote)}</q></li>`,
      ),
    );
  }
  const { failures } = evaluation;
  if (failures.length > 0) {
    note(
      `${counted(failures.length, "case")} failed`,
      failures.map(
        ({ id, error }) =>
          `<li>${escape(id)}: ${escape(error instanceof Error ? error.message : String(error))}</li>`,
      ),
      "bad",
    );
  }
  return parts.join("\n");
}

function plots({ evaluation }: ReportInput): string {
  const at = (name: string) =>
    Array.from(
      { length: 10 },
      (_, index) =>
        mean(evaluation.scores.map((score) => score.values[`${name}@${index + 1}`])) ?? 0,
    );
  const times = latency(evaluation.scores);
  const searched = evaluation.scores.some((score) => score.values["hit@1"] !== undefined);
  const rank = searched
    ? rankPlot("Gold pages among the first k pages", [
        { label: "hit", colour: "--one", values: at("hit") },
        { label: "recall", colour: "--two", values: at("recall") },
      ])
    : "";
  if (times === undefined) return rank;
  const ms = evaluation.records.map((record) => record.ms.total);
  return (
    rank +
    latencyPlot("Time a turn", ms, [
      { label: "median", ms: times.p50Ms },
      { label: "95th percentile", ms: times.p95Ms },
    ])
  );
}

function filters(ranked: readonly Ranked[]): string {
  const options = (values: readonly string[]) =>
    [...new Set(values)]
      .toSorted()
      .map((value) => `<option>${escape(value)}</option>`)
      .join("");
  return `<form id="filters"><label>Kind <select name="kind"><option value="">all</option>${options(ranked.map(({ score }) => score.kind))}</select></label>
<label>Style <select name="style"><option value="">all</option>${options(ranked.map(({ score }) => score.style))}</select></label>
<label>Fault <select name="fault"><option value="">any or none</option><option value="*">any</option><option value="-">none</option>${options(ranked.flatMap(({ why }) => why))}</select></label>
<label class="wide">Words <input name="words" type="search" placeholder="in question, answer, evidence"></label>
<button type="button" name="open">Open all</button><output aria-live="polite"></output></form>`;
}
