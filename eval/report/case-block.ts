/** [pure] One case as HTML: question, resolved question, answer, what was expected, evidence and receipt side by side. */
import type { Receipt } from "../../src/answering/receipt.ts";
import { canonicalPath } from "../canonical-path.ts";
import { expectations, type Expectation } from "../case.ts";
import { figureNamed, showValue } from "../figures.ts";
import type { EvalRecord } from "../record.ts";
import type { ReportInput } from "./about.ts";
import { answerBlock } from "./answer-block.ts";
import { counted } from "./counted.ts";
import { escape, link } from "./html-text.ts";
import type { Ranked } from "./worst.ts";

/** Evidence and candidates shown for a turn, and characters of a chunk. */
const SHOWN_CHUNKS = 8;
const SHOWN_CANDIDATES = 15;
const SHOWN_CHARACTERS = 700;

/** Figures beside the question, where the case has them. */
const CASE_FIGURES = ["hit@5", "quotes@10", "citation-recall", "answered", "abstention-recall"];

export function caseBlock({ score, badness, why }: Ranked, input: ReportInput): string {
  const one = input.evaluation.cases.find(({ id }) => id === score.id);
  if (one === undefined) return "";
  const records = input.evaluation.records.filter(({ id }) => id === score.id);
  const figures = CASE_FIGURES.filter((name) => score.values[name] !== undefined).map((name) => {
    const { label, unit } = figureNamed(name);
    const value = score.values[name] ?? 0;
    return `<span class="${value >= 1 ? "full" : value > 0 ? "part" : "none"}">${escape(label)} <b>${showValue(value, unit)}</b></span>`;
  });
  const faults = why.map((fault) => `<span class="tag">${escape(fault)}</span>`);
  const turns = expectations(one).map((expected) => {
    const record = records[expected.turn];
    if (record === undefined) return "";
    const receipt = input.evaluation.receipts.get(`${score.id}#${expected.turn}`);
    return turnBlock(expected, record, {
      receipt,
      replaced: one.turns[expected.turn]?.assistant_previous,
      forbidden: score.turns[expected.turn]?.forbidden ?? [],
      turns: one.turns.length,
      isGold: goldPages(expected, input),
    });
  });
  const grave = badness >= 3 ? "grave" : badness > 0 ? "slight" : "fine";
  return `<details class="case ${grave}" id="${escape(score.id)}" data-kind="${escape(score.kind)}" data-style="${escape(score.style)}" data-faults="${escape(why.join("|"))}"><summary>
<span class="name"><code>${escape(score.id)}</code> <span class="dim">${escape(score.kind)}${one.turns.length > 1 ? `, ${one.turns.length} turns` : ""}</span></span>
<span class="asked">${escape(one.turns.at(-1)?.user ?? "")}</span>
<span class="faults">${faults.join(" ")}</span><span class="figures">${figures.join(" ")}</span></summary>
${one.notes === "" ? "" : `<p class="notes">${escape(one.notes)}</p>`}
${turns.join("\n")}
</details>`;
}

/** Whether an address is one of the pages that a turn names. */
function goldPages(expected: Expectation, { redirects }: ReportInput): (url: string) => boolean {
  const pages = new Set(expected.gold.map(({ path }) => canonicalPath(path, redirects)));
  return (url) => pages.has(canonicalPath(url, redirects));
}

type TurnParts = {
  readonly receipt: Receipt | undefined;
  /** The fixed text that took the place of the answer before. */
  readonly replaced: string | undefined;
  readonly forbidden: readonly string[];
  /** Turns of the case. */
  readonly turns: number;
  readonly isGold: (url: string) => boolean;
};

function turnBlock(expected: Expectation, record: EvalRecord, parts: TurnParts): string {
  const { resolution, answer } = record;
  const asAsked = resolution.question === record.question;
  const reason = answer.reason === undefined ? "" : `: ${answer.reason}`;
  const words =
    resolution.words.length === 0
      ? ""
      : ` <span class="dim">words: ${escape(resolution.words.join("; "))}</span>`;
  return `<article>
${parts.replaced === undefined ? "" : `<p class="said"><span class="label">Fixed earlier answer</span>${escape(parts.replaced)}</p>`}
<p class="question"><span class="label">${parts.turns > 1 ? `Turn ${expected.turn + 1}` : "Question"}</span>${escape(record.question)}</p>
<p class="resolved"><span class="label">Resolved</span>${asAsked ? '<span class="dim">as asked</span>' : `<b>${escape(resolution.question)}</b>`} <span class="tag plain">${escape(resolution.kind)}</span> <span class="dim">confidence ${resolution.confidence.toFixed(2)}, by ${escape(resolution.by)}</span>${words}</p>
${parts.forbidden.length === 0 ? "" : `<p class="bad">Forbidden, by words: ${escape(parts.forbidden.join("; "))}</p>`}
<div class="columns">
<section class="answer"><h4>Answer <span class="tag plain">${escape(answer.kind + reason)}</span></h4>${answerBlock(answer, record.question, parts.isGold)}</section>
<section><h4>Expected${expected.answerable ? "" : ' <span class="tag plain">no answer</span>'}</h4>${expectation(expected)}</section>
<section><h4>Evidence</h4>${evidence(record, parts.isGold)}</section>
<section><h4>Receipt</h4>${receiptBlock(record, parts.receipt)}</section>
</div></article>`;
}

function expectation({ facts, forbidden, gold }: Expectation): string {
  const list = (name: string, items: readonly string[]) =>
    items.length === 0 ? "" : `<h5>${name}</h5><ul>${items.join("")}</ul>`;
  const nothing = facts.length + forbidden.length + gold.length === 0;
  return [
    nothing ? '<p class="dim">nothing in particular</p>' : "",
    list(
      "Says",
      facts.map((fact) => `<li>${escape(fact)}</li>`),
    ),
    list(
      "Never says",
      forbidden.map((statement) => `<li>${escape(statement)}</li>`),
    ),
    list(
      "Gold places",
      gold.map(({ path, anchor, quote }) => {
        const words = quote === "" ? "" : `<q>${escape(quote)}</q>`;
        return `<li><code>${escape(anchor === "" ? path : `${path}#${anchor}`)}</code>${words}</li>`;
      }),
    ),
  ].join("");
}

function evidence(record: EvalRecord, isGold: (url: string) => boolean): string {
  if (record.retrieved.length === 0) return '<p class="dim">none</p>';
  const items = record.retrieved.slice(0, SHOWN_CHUNKS).map((chunk) => {
    const text =
      chunk.text.length > SHOWN_CHARACTERS
        ? `${chunk.text.slice(0, SHOWN_CHARACTERS)}…`
        : chunk.text;
    const gold = isGold(chunk.url);
    const name =
      chunk.section === "" || chunk.section === chunk.title
        ? chunk.title
        : `${chunk.title} › ${chunk.section}`;
    const address = chunk.anchor === "" ? chunk.url : `${chunk.url}#${chunk.anchor}`;
    return `<li${gold ? ' class="gold"' : ""}><details><summary>${escape(name)} <span class="dim number">${chunk.score.toPrecision(3)}</span></summary>${link(address, `<code>${escape(address)}</code>`)}<pre>${escape(text)}</pre></details></li>`;
  });
  const left = record.retrieved.slice(items.length);
  const goldLeft = left.filter(({ url }) => isGold(url)).length;
  const more =
    left.length === 0
      ? ""
      : `<p class="dim">and ${left.length} more${goldLeft === 0 ? "" : `, ${goldLeft} of them gold`}</p>`;
  return `<ol class="evidence">${items.join("")}</ol>${more}`;
}

function receiptBlock(record: EvalRecord, receipt: Receipt | undefined): string {
  const { ms, tokens } = record;
  const rows: [string, string][] = [
    ["time", `${ms.total} ms: resolve ${ms.resolve}, retrieve ${ms.retrieve}, answer ${ms.answer}`],
    ["writer", record.model],
  ];
  if (tokens.input + tokens.output > 0) {
    rows.push(["tokens", `${tokens.input} read, ${tokens.output} written`]);
  }
  if (receipt === undefined) {
    return `${definitions(rows)}<p class="dim">Answered before the run was interrupted; its receipt was not kept.</p>`;
  }
  const { sufficiency, notes, dropped, corrected, candidates } = receipt;
  rows.push(["searched", receipt.queries.join(" / ") || "nothing"]);
  if (sufficiency !== undefined) {
    rows.push(["enough", `${sufficiency.sufficient ? "yes" : "no"}: ${sufficiency.why}`]);
  }
  if (notes.length > 0) rows.push(["notes", notes.join("; ")]);
  const claims = dropped.map(
    ({ text, reason, detail }) =>
      `<li>${escape(text)} <span class="dim">${escape(reason)}: ${escape(detail)}</span></li>`,
  );
  const corrections = corrected.map(
    ({ text, as }) => `<li>${escape(text)} <span class="dim">shown as: ${escape(as)}</span></li>`,
  );
  const places = candidates
    .slice(0, SHOWN_CANDIDATES)
    .map(
      ({ kept, url, anchor, score, why }) =>
        `<tr class="${kept ? "kept" : "left"}"><td>${kept ? "kept" : "left"}</td><td class="number">${score.toPrecision(3)}</td><td><code>${escape(canonicalPath(url) + (anchor === "" ? "" : `#${anchor}`))}</code><small>${escape(why)}</small></td></tr>`,
    );
  return `${definitions(rows)}
${corrections.length === 0 ? "" : `<details><summary>${counted(corrections.length, "claim")} corrected by the checker</summary><ul>${corrections.join("")}</ul></details>`}
${claims.length === 0 ? "" : `<details open><summary>${counted(claims.length, "claim")} dropped</summary><ul>${claims.join("")}</ul></details>`}
${places.length === 0 ? "" : `<details><summary>${counted(candidates.length, "candidate")}, the first ${places.length}</summary><table class="candidates">${places.join("")}</table></details>`}`;
}

function definitions(rows: readonly (readonly [string, string])[]): string {
  return `<dl>${rows.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join("")}</dl>`;
}
