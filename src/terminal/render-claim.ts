/** [pure] A claim as text: its paragraphs, lists, tables and listings, each with an indent that fits it. */
import type { Citation, Claim } from "../documents/answer.ts";
import {
  isLabelled,
  isPageSentence,
  LABEL,
  type ListItem,
  type MarkupBlock,
  parseMarkup,
  type Run,
  runsText,
} from "../documents/markup.ts";
import { wrap } from "./layout.ts";
import { renderTable } from "./render-table.ts";
import type { Style } from "./style.ts";

export type ClaimLayout = {
  readonly style: Style;
  /** Columns to wrap at; no wrapping when absent. Listings are never wrapped. */
  readonly width: number | undefined;
  readonly citations: readonly Citation[];
};

const INDENT = "  ";
/** How wide a table may be where nothing is wrapped. */
const TABLE_WIDTH = 100;

/** One claim with its citation numbers and conditions; the page's own sentence stands between quotation marks. */
export function renderClaim(claim: Claim, layout: ClaimLayout): string {
  const { style, width, citations } = layout;
  const blocks = quoted(claim);
  const numbers = [...new Set(claim.quotes.map((quote) => quote.citation))];
  const tail = tailOf(claim, style);
  // A mark follows words: never a listing, a table or a heading.
  const words = blocks.findLastIndex(({ kind }) => kind === "paragraph" || kind === "list");
  const parts = blocks.map((block, index) =>
    // Kept with the word before it.
    renderBlock(block, index === words ? `\u00A0${tail}` : "", layout),
  );
  if (words === -1) {
    const citation = citations.find(({ number }) => number === numbers[0]);
    const name = citation?.section || citation?.title || "From the documentation";
    parts.push(wrap(`${name}\u00A0${tail}`, width, INDENT));
  }
  let text = "";
  for (const [index, part] of parts.entries()) {
    text += index === 0 ? part : gapBetween(blocks[index - 1], blocks[index]) + part;
  }
  return text;
}

/** Sentences as running text, each with its numbers and conditions. */
export function renderSentences(claims: readonly Claim[], layout: ClaimLayout): string {
  const { style, width } = layout;
  const text = claims.map((claim) => {
    const said = parseMarkup(claim.text).flatMap((block) =>
      block.kind === "paragraph" ? styled(block.runs, style).replaceAll("\n", " ") : [],
    );
    return `${said.join(" ") || claim.text}\u00A0${tailOf(claim, style)}`;
  });
  return wrap(text.join(" "), width, INDENT);
}

/** Citation numbers and conditions. */
function tailOf(claim: Claim, style: Style): string {
  const numbers = [...new Set(claim.quotes.map((quote) => quote.citation))];
  const conditions = claim.conditions
    .filter((condition) => !claim.text.includes(condition))
    .map((condition) => style.dim(` (${condition})`))
    .join("");
  return `${style.cyan(numbers.map((number) => `[${number}]`).join(""))}${conditions}`;
}

/** A list follows its lead-in, and a line of a label the one before it, without a blank line. */
function gapBetween(before: MarkupBlock | undefined, after: MarkupBlock | undefined): string {
  const isLead = before?.kind === "paragraph" && after?.kind === "list";
  const isTitle = before?.kind === "heading";
  const areLabels = isLabelled(before) && isLabelled(after);
  return isLead || isTitle || areLabels ? "\n" : "\n\n";
}

function quoted(claim: Claim): readonly MarkupBlock[] {
  const blocks = parseMarkup(claim.text);
  const [first] = blocks;
  if (first?.kind !== "paragraph" || !isPageSentence(claim)) return blocks;
  const mark = (text: string): Run => ({ text, code: false });
  return [{ kind: "paragraph", runs: [mark("“"), ...first.runs, mark("”")] }];
}

function renderBlock(block: MarkupBlock, end: string, layout: ClaimLayout): string {
  const { style, width } = layout;
  switch (block.kind) {
    case "heading":
      return wrap(style.bold(runsText(block.runs)), width, INDENT);
    case "paragraph":
      return renderParagraph(styled(block.runs, style), end, layout);
    case "list":
      return block.items
        .map((item, index) => renderItem(item, index === block.items.length - 1 ? end : "", layout))
        .join("\n");
    case "listing":
      return block.text
        .split("\n")
        .map((line) => `${INDENT}${INDENT}${style.green(line)}`.trimEnd())
        .join("\n");
    case "table":
      return renderTable({
        header: block.header?.map(runsText),
        rows: block.rows.map((row) => row.map((cell) => styled(cell, style))),
        indent: INDENT,
        width: width ?? TABLE_WIDTH,
        bold: style.bold,
        dim: style.dim,
      });
  }
}

/** Lines of a paragraph; where several begin with a label ("Type: number"), labels step back behind their values. */
function renderParagraph(text: string, end: string, { style, width }: ClaimLayout): string {
  const lines = text.split("\n");
  const areLabelled = lines.filter((line) => LABEL.test(line)).length > 1;
  return lines
    .map((line, index) => {
      const after = index === lines.length - 1 ? end : "";
      const label = areLabelled ? LABEL.exec(line)?.[0] : undefined;
      if (label === undefined) return wrap(line + after, width, INDENT);
      const said = style.dim(label.trimEnd().replaceAll(" ", "\u00A0"));
      return wrap(`${said} ${line.slice(label.length)}${after}`, width, INDENT, `${INDENT}  `);
    })
    .join("\n");
}

function renderItem({ depth, number, runs }: ListItem, end: string, layout: ClaimLayout): string {
  const marker = number === undefined ? "- " : `${number}. `;
  const indent = INDENT + "   ".repeat(depth);
  const text = styled(runs, layout.style).replaceAll("\n", " ");
  return wrap(text + end, layout.width, indent + marker, indent + " ".repeat(marker.length));
}

/** Code stands out by its colour; where there is none, by backticks. */
function styled(runs: readonly Run[], style: Style): string {
  const code = (text: string) => {
    const coloured = style.green(text);
    return coloured === text ? `\`${text}\`` : coloured;
  };
  return runs.map((run) => (run.code ? code(run.text) : run.text)).join("");
}
