/** [pure] The report as one HTML page: no script from elsewhere, no style from elsewhere, no request at all. */
import type { Receipt } from "../../src/answering/receipt.ts";
import { expectations, type EvalCase } from "../case.ts";
import { figureNamed, showChange, showValue } from "../figures.ts";
import { mean } from "../metrics/mean.ts";
import type { EvalRecord } from "../record.ts";
import { absentPages, type Cell, type Group, latency } from "../summarise.ts";
import type { ReportInput } from "./about.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { latencyPlot, rankPlot } from "./plots.ts";
import { type Ranked, worstFirst } from "./worst.ts";

/** Evidence and candidates shown for a turn, and characters of a chunk. */
const SHOWN_CHUNKS = 8;
const SHOWN_CANDIDATES = 15;
const SHOWN_CHARACTERS = 600;

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
<p>${escape(summaryLine(input))}</p>
</header>
<main>
${remainder(input)}
<section><h2>All cases</h2>${figureTable(groups[0])}</section>
<section class="plots">${plots(input)}</section>
<section><h2>By kind and style</h2>${groupTable(groups)}</section>
<section><h2>Cases, worst first</h2>
${filters(ranked)}
<div id="cases">
${ranked.map((one) => caseBlock(one, input)).join("\n")}
</div></section>
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function summaryLine({ about, evaluation }: ReportInput): string {
  const times = latency(evaluation.scores);
  const took =
    times === undefined
      ? ""
      : `, median ${Math.round(times.p50Ms)} ms a turn, 95th percentile ${Math.round(times.p95Ms)} ms`;
  return `${evaluation.cases.length} cases, ${evaluation.records.length} turns, writer ${about.writer}, index version ${about.indexVersion}, ${(evaluation.elapsedMs / 1000).toFixed(1)} s${took}`;
}

function remainder({ evaluation }: ReportInput): string {
  const parts: string[] = [];
  const absent = absentPages(evaluation.scores);
  if (absent.length > 0) {
    const items = absent.map(
      ({ id, pages }) => `<li>${escape(id)}: ${escape(pages.join(", "))}</li>`,
    );
    parts.push(
      `<details class="note"><summary>${absent.length} cases name pages that the index lacks; those pages are not counted</summary><ul>${items.join("")}</ul></details>`,
    );
  }
  const lost = evaluation.indexFacts.absentQuotes;
  if (lost.length > 0) {
    const items = lost.map(
      ({ id, page, quote }) => `<li>${escape(id)}: ${escape(page)} <q>${escape(quote)}</q></li>`,
    );
    parts.push(
      `<details class="note"><summary>${lost.length} gold quotes stand in no chunk of their page</summary><ul>${items.join("")}</ul></details>`,
    );
  }
  if (evaluation.failures.length > 0) {
    const items = evaluation.failures.map(
      ({ id, error }) =>
        `<li>${escape(id)}: ${escape(error instanceof Error ? error.message : String(error))}</li>`,
    );
    parts.push(
      `<details class="note bad" open><summary>${evaluation.failures.length} cases failed</summary><ul>${items.join("")}</ul></details>`,
    );
  }
  return parts.join("\n");
}

function figureTable(group: Group | undefined): string {
  if (group === undefined) return "";
  const compared = group.cells.some((cell) => cell.change !== undefined);
  const rows = group.cells.map((cell) => {
    const figure = figureNamed(cell.figure);
    const show = (value: number) => showValue(value, figure.unit);
    const words = figure.lexical === true ? ' <span class="dim">by words</span>' : "";
    const change = compared ? `<td class="number">${changeText(cell)}</td>` : "";
    const bar =
      figure.unit === "share"
        ? `<span class="bar"><i style="width:${percent(cell.value)}"></i><b style="left:${percent(cell.interval.low)};width:${percent(cell.interval.high - cell.interval.low)}"></b></span>`
        : "";
    return `<tr><th scope="row">${escape(figure.label)}${words}</th><td class="number">${show(cell.value)}</td><td>${bar}</td><td class="number dim">${show(cell.interval.low)} to ${show(cell.interval.high)}</td><td class="number dim">${cell.count}</td>${change}</tr>`;
  });
  return `<table><thead><tr><th>figure</th><th>value</th><th></th><th>95 % interval</th><th>cases</th>${compared ? "<th>against baseline</th>" : ""}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function changeText(cell: Cell): string {
  const { change } = cell;
  if (change === undefined) return "-";
  const figure = figureNamed(cell.figure);
  const signed = (value: number) => showChange(value, figure.unit);
  const rises = change.low > 0;
  const falls = change.high < 0;
  const better = figure.better === "higher" ? rises : falls;
  const worse = figure.better === "higher" ? falls : rises;
  const name = better ? "good" : worse ? "bad" : "dim";
  return `<span class="${name}">${signed(change.difference)}</span> <span class="dim">(${signed(change.low)} to ${signed(change.high)})</span>`;
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
  "fact-words",
  "answered",
  "abstention-recall",
  "ms",
];

function groupTable(groups: readonly Group[]): string {
  const columns = GROUP_COLUMNS.filter((name) =>
    groups.some((group) => group.cells.some((cell) => cell.figure === name)),
  );
  const head = columns.map((name) => `<th>${escape(figureNamed(name).label)}</th>`);
  const rows = groups.map((group) => {
    const cells = columns.map((name) => {
      const cell = group.cells.find(({ figure }) => figure === name);
      if (cell === undefined) return '<td class="number dim">-</td>';
      const figure = figureNamed(name);
      const moved = cell.change !== undefined && (cell.change.low !== 0 || cell.change.high !== 0);
      const change = moved ? `<small>${changeText(cell)}</small>` : "";
      const shade =
        figure.unit === "share"
          ? ` style="--share:${percent(figure.better === "higher" ? cell.value : 1 - cell.value)}"`
          : "";
      return `<td class="number shade"${shade}>${showValue(cell.value, figure.unit)}${change}</td>`;
    });
    return `<tr><th scope="row">${escape(group.name)}<small>${escape(group.ids.join(", "))}</small></th><td class="number dim">${group.cases}</td>${cells.join("")}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr><th>group</th><th>cases</th>${head.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function plots({ evaluation }: ReportInput): string {
  const at = (name: string) =>
    Array.from(
      { length: 10 },
      (_, index) =>
        mean(evaluation.scores.map((score) => score.values[`${name}@${index + 1}`])) ?? 0,
    );
  const times = latency(evaluation.scores);
  const rank = rankPlot("Gold pages among the first k pages", [
    { label: "hit@k", colour: "--one", values: at("hit") },
    { label: "recall@k", colour: "--two", values: at("recall") },
  ]);
  if (times === undefined) return rank;
  const ms = evaluation.records.map((record) => record.ms.total);
  return (
    rank +
    latencyPlot("Time a turn", ms, [
      { label: `median ${Math.round(times.p50Ms)} ms`, ms: times.p50Ms },
      { label: `95th percentile ${Math.round(times.p95Ms)} ms`, ms: times.p95Ms },
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
<label>Fault <select name="fault"><option value="">any or none</option>${options(ranked.flatMap(({ why }) => why))}</select></label>
<label>Words <input name="words" type="search" placeholder="in question or answer"></label>
<output></output></form>`;
}

function caseBlock({ score, why }: Ranked, input: ReportInput): string {
  const one = input.evaluation.cases.find(({ id }) => id === score.id);
  if (one === undefined) return "";
  const records = input.evaluation.records.filter(({ id }) => id === score.id);
  const shares = ["hit@5", "quotes@10", "citation-recall", "answered", "abstention-recall"]
    .filter((name) => score.values[name] !== undefined)
    .map(
      (name) =>
        `${figureNamed(name).label} ${showValue(score.values[name], figureNamed(name).unit)}`,
    );
  const faults = why.map((fault) => `<span class="tag">${escape(fault)}</span>`).join(" ");
  const turns = expectations(one).map((expected) => {
    const record = records[expected.turn];
    if (record === undefined) return "";
    const receipt = input.evaluation.receipts.get(`${score.id}#${expected.turn}`);
    return turnBlock(
      one,
      expected.turn,
      record,
      receipt,
      score.turns[expected.turn]?.forbidden ?? [],
    );
  });
  return `<details class="case" data-kind="${escape(score.kind)}" data-style="${escape(score.style)}" data-faults="${escape(why.join("|"))}"><summary><code>${escape(score.id)}</code> <span class="dim">${escape(score.kind)}</span> ${escape(one.turns.at(-1)?.user ?? "")} ${faults}<br><span class="dim">${escape(shares.join(", "))}</span></summary>
${one.notes === "" ? "" : `<p class="dim">${escape(one.notes)}</p>`}
${turns.join("\n")}
</details>`;
}

function turnBlock(
  one: EvalCase,
  turn: number,
  record: EvalRecord,
  receipt: Receipt | undefined,
  forbidden: readonly string[],
): string {
  const expected = expectations(one)[turn];
  const replaced = one.turns[turn]?.assistant_previous;
  const resolution = record.resolution;
  const facts = expected?.facts.map((fact) => `<li>${escape(fact)}</li>`) ?? [];
  const gold =
    expected?.gold.map(
      ({ path, anchor, quote }) =>
        `<li><code>${escape(path)}${anchor === "" ? "" : `#${escape(anchor)}`}</code> <q>${escape(quote)}</q></li>`,
    ) ?? [];
  return `<article>
<h3>${one.turns.length > 1 ? `Turn ${turn + 1}: ` : ""}${escape(record.question)}</h3>
${replaced === undefined ? "" : `<p class="dim">Fixed earlier answer: <q>${escape(replaced)}</q></p>`}
<p>Resolved (${escape(resolution.kind)}, ${resolution.confidence.toFixed(2)}, by ${escape(resolution.by)}): <b>${escape(resolution.question)}</b>${resolution.words.length === 0 ? "" : ` <span class="dim">words: ${escape(resolution.words.join("; "))}</span>`}</p>
${forbidden.length === 0 ? "" : `<p class="bad">Forbidden, by words: ${escape(forbidden.join("; "))}</p>`}
<div class="columns">
<div><h4>Answer <span class="tag">${escape(record.answer.kind)}${record.answer.reason === undefined ? "" : `: ${escape(record.answer.reason)}`}</span></h4><pre>${escape(record.rendered)}</pre></div>
<div><h4>Expected${expected?.answerable === false ? ' <span class="tag">no answer</span>' : ""}</h4><ul>${facts.join("")}</ul>${gold.length === 0 ? "" : `<h4>Gold</h4><ul>${gold.join("")}</ul>`}</div>
<div><h4>Evidence</h4>${evidence(record, expected?.gold ?? [])}</div>
<div><h4>Receipt</h4>${receiptBlock(record, receipt)}</div>
</div></article>`;
}

function evidence(record: EvalRecord, gold: readonly { readonly path: string }[]): string {
  if (record.retrieved.length === 0) return '<p class="dim">none</p>';
  const items = record.retrieved.slice(0, SHOWN_CHUNKS).map((chunk) => {
    const isGold = gold.some(({ path }) => chunk.url.endsWith(path));
    const text =
      chunk.text.length > SHOWN_CHARACTERS
        ? `${chunk.text.slice(0, SHOWN_CHARACTERS)}…`
        : chunk.text;
    return `<li${isGold ? ' class="gold"' : ""}><details><summary>${escape(chunk.title)} › ${escape(chunk.section)} <span class="dim">${chunk.score.toPrecision(3)}</span></summary><code>${escape(chunk.url)}#${escape(chunk.anchor)}</code><pre>${escape(text)}</pre></details></li>`;
  });
  const more = record.retrieved.length - items.length;
  return `<ol>${items.join("")}</ol>${more > 0 ? `<p class="dim">and ${more} more</p>` : ""}`;
}

function receiptBlock(record: EvalRecord, receipt: Receipt | undefined): string {
  const { ms, tokens } = record;
  const effort = `<p class="dim">${ms.total} ms (resolve ${ms.resolve}, retrieve ${ms.retrieve}, answer ${ms.answer}); ${tokens.input} tokens read, ${tokens.output} written; ${escape(record.model)}</p>`;
  if (receipt === undefined) {
    return `${effort}<p class="dim">answered before the run was interrupted; its receipt was not kept</p>`;
  }
  const dropped = receipt.dropped.map(
    (claim) =>
      `<li>${escape(claim.text)} <span class="dim">${escape(claim.reason)}: ${escape(claim.detail)}</span></li>`,
  );
  const candidates = receipt.candidates
    .slice(0, SHOWN_CANDIDATES)
    .map(
      (candidate) =>
        `<tr><td>${candidate.kept ? "kept" : '<span class="dim">left</span>'}</td><td>${escape(candidate.url)}#${escape(candidate.anchor)}</td><td class="number">${candidate.score.toPrecision(3)}</td><td class="dim">${escape(candidate.why)}</td></tr>`,
    );
  return `${effort}
<p>${receipt.sufficiency === undefined ? "" : `${receipt.sufficiency.sufficient ? "Sufficient" : "Not sufficient"}: ${escape(receipt.sufficiency.why)}`}</p>
<p class="dim">Queries: ${escape(receipt.queries.join(" / "))}</p>
${receipt.notes.length === 0 ? "" : `<p>${escape(receipt.notes.join("; "))}</p>`}
${dropped.length === 0 ? "" : `<details open><summary>${dropped.length} claims dropped</summary><ul>${dropped.join("")}</ul></details>`}
${candidates.length === 0 ? "" : `<details><summary>${receipt.candidates.length} candidates</summary><div class="scroll"><table>${candidates.join("")}</table></div></details>`}`;
}

function percent(share: number): string {
  return `${(Math.max(0, Math.min(1, share)) * 100).toFixed(1)}%`;
}

/** Everything that cases, pages and users wrote is text. */
function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
