/** [pure] An answer as HTML: claims under their headings, sources with the words quoted, gold ones marked. */
import type { Answer, Citation } from "../../src/documents/answer.ts";
import {
  aspectHeading,
  CLOSEST_HEADING,
  fallbackSentence,
  missingSentence,
  openingSentence,
} from "../../src/documents/answer-text.ts";
import { remarkText } from "../../src/documents/remark-text.ts";
import {
  isPageSentence,
  type MarkupBlock,
  parseMarkup,
  type Run,
} from "../../src/documents/markup.ts";
import { quotedFrom } from "../../src/terminal/render.ts";
import { escape, link } from "./html-text.ts";

/** `isGold` says of an address whether the case names its page. */
export function answerBlock(
  answer: Answer,
  question: string,
  isGold: (url: string) => boolean,
): string {
  const parts: string[] = [];
  const sentence = (text: string | undefined) => {
    if (text !== undefined) parts.push(`<p>${escape(text)}</p>`);
  };
  sentence(openingSentence(answer, question));
  for (const remark of answer.remarks) {
    const mark = remark.citation === undefined ? "" : ` <sup>[${remark.citation}]</sup>`;
    parts.push(`<p class="remark">${escape(remarkText(remark))}${mark}</p>`);
  }
  let heading: string | undefined;
  for (const claim of answer.claims) {
    const next = aspectHeading(claim.aspect);
    if (next !== undefined && next !== heading) parts.push(`<h5>${escape(next)}</h5>`);
    heading = next;
    const marks = [...new Set(claim.quotes.map(({ citation }) => `[${citation}]`))].join("");
    const conditions = claim.conditions.map(
      (condition) => ` <span class="tag plain">${escape(condition)}</span>`,
    );
    const text = claimText(claim.text);
    parts.push(
      `<div class="claim">${isPageSentence(claim) ? `“${text}”` : text} <sup>${marks}</sup>${conditions.join("")}</div>`,
    );
  }
  sentence(missingSentence(answer));
  sentence(fallbackSentence(answer));
  if (answer.citations.length > 0) {
    const sources = answer.citations.map((citation) => source(citation, answer, isGold));
    parts.push(`<h5>Sources</h5><ol class="sources">${sources.join("")}</ol>`);
  }
  if (answer.closest.length > 0) {
    const sections = answer.closest.map(
      (citation) =>
        `<li${isGold(citation.url) ? ' class="gold"' : ""}>${link(citation.url, escape(nameOf(citation)))}</li>`,
    );
    parts.push(`<h5>${escape(CLOSEST_HEADING)}</h5><ol class="sources">${sections.join("")}</ol>`);
  }
  return parts.join("\n");
}

/** Code, lists, tables and listings as such; the rest is text. */
function claimText(text: string): string {
  const blocks = parseMarkup(text);
  const [only] = blocks;
  return blocks.length === 1 && only?.kind === "paragraph"
    ? runsHtml(only.runs)
    : blocks.map(blockHtml).join("");
}

function blockHtml(block: MarkupBlock): string {
  switch (block.kind) {
    case "paragraph":
      return `<p>${runsHtml(block.runs)}</p>`;
    case "heading":
      return `<p><b>${runsHtml(block.runs)}</b></p>`;
    case "list":
      return `<ul>${block.items
        .map(({ depth, number, runs }) => {
          const marker = number === undefined ? "" : `${number}. `;
          return `<li style="margin-left:${depth}em">${marker}${runsHtml(runs)}</li>`;
        })
        .join("")}</ul>`;
    case "table": {
      const row = (cells: readonly (readonly Run[])[], name: "th" | "td") =>
        `<tr>${cells.map((cell) => `<${name}>${runsHtml(cell)}</${name}>`).join("")}</tr>`;
      const header = block.header === undefined ? "" : row(block.header, "th");
      return `<table>${header}${block.rows.map((cells) => row(cells, "td")).join("")}</table>`;
    }
    case "listing":
      return `<pre>${escape(block.text)}</pre>`;
  }
}

function runsHtml(runs: readonly Run[]): string {
  return runs
    .map(({ text, code }) => (code ? `<code>${escape(text)}</code>` : escape(text)))
    .join("");
}

function source(citation: Citation, answer: Answer, isGold: (url: string) => boolean): string {
  const { link: url, shown } = quotedFrom(citation, answer.claims);
  const words = shown.map((text) => `<q>${escape(text)}</q>`);
  return `<li value="${citation.number}"${isGold(citation.url) ? ' class="gold"' : ""}>${link(url, escape(nameOf(citation)))}${words.join("")}</li>`;
}

function nameOf({ title, section }: Citation): string {
  return section === title || section === "" ? title : `${title} › ${section}`;
}
