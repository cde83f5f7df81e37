/** Answer -> text for a terminal or a record. Pure: colour and width are given. */
import { textFragmentUrl } from "../answering/cite.ts";
import type { Answer, Citation, Claim, Quote } from "../documents/answer.ts";
import {
  aspectHeading,
  CLOSEST_HEADING,
  fallbackSentence,
  missingSentence,
  openingSentence,
} from "../documents/answer-text.ts";
import { remarkText } from "../documents/remark-text.ts";
import { type Style, plainStyle } from "./style.ts";

export type RenderOptions = {
  /** The question, for the tone of small talk. */
  readonly question: string;
  readonly style?: Style;
  /** Columns to wrap at; no wrapping when absent. Code is never wrapped. */
  readonly width?: number;
};

/** The whole answer: opening sentence, claims under their headings, remarks, what is missing, sources. */
export function renderAnswer(unsafe: Answer, options: RenderOptions): string {
  const answer = withoutControls(unsafe);
  const style = options.style ?? plainStyle;
  const parts: string[] = [];
  const opening = openingSentence(answer, options.question);
  if (opening !== undefined) parts.push(wrap(opening, options.width, ""));
  const corrections = answer.remarks.map((remark) => {
    const mark = remark.citation === undefined ? "" : ` ${style.dim(`[${remark.citation}]`)}`;
    return wrap(`${remarkText(remark)}${mark}`, options.width, "");
  });
  parts.push(...corrections);
  let heading: string | undefined;
  for (const [index, claim] of answer.claims.entries()) {
    const next = aspectHeading(claim.aspect);
    if (next !== undefined && next !== heading) parts.push(style.bold(next));
    if (next === undefined && heading !== undefined && index > 0) parts.push(style.bold("Besides"));
    heading = next;
    parts.push(renderClaim(claim, style, options.width));
  }
  const missing = missingSentence(answer);
  if (missing !== undefined) parts.push(style.yellow(wrap(missing, options.width, "")));
  const fallback = fallbackSentence(answer);
  if (fallback !== undefined) parts.push(style.dim(wrap(fallback, options.width, "")));
  if (answer.citations.length > 0) {
    parts.push(
      [
        style.bold("Sources"),
        ...answer.citations.map((citation) => renderSource(citation, answer, style, options.width)),
      ].join("\n"),
    );
  }
  if (answer.closest.length > 0) {
    parts.push(
      [CLOSEST_HEADING, ...answer.closest.map((citation) => renderCitation(citation, style))].join(
        "\n",
      ),
    );
  }
  return parts.join("\n\n");
}

/** One claim with its citation numbers and conditions; a verbatim claim stands between quotation marks. */
export function renderClaim(claim: Claim, style: Style, width: number | undefined): string {
  const numbers = [...new Set(claim.quotes.map((quote) => quote.citation))];
  const mark = style.cyan(numbers.map((number) => `[${number}]`).join(""));
  const conditions = claim.conditions
    .filter((condition) => !claim.text.includes(condition))
    .map((condition) => style.dim(` (${condition})`))
    .join("");
  const parts = splitListings(isVerbatim(claim) ? `“${claim.text}”` : claim.text);
  const last = parts.length - 1;
  return parts
    .map((part, index) => {
      const end = index === last ? ` ${mark}${conditions}` : "";
      if (!part.isListing) {
        return wrap(`${inlineCode(part.text, style)}${end}`, width, "  ");
      }
      const lines = part.text.split("\n").map((line) => `    ${style.green(line)}`);
      return end === "" ? lines.join("\n") : `${lines.join("\n")}\n  ${end.trimStart()}`;
    })
    .join("\n\n");
}

const LISTING = /(?:^|\n)```[^\n]*\n([\s\S]*?)\n?```(?=\n|$)/g;

/** Text and listings in order, fences and surrounding line breaks taken off. */
function splitListings(text: string): { readonly text: string; readonly isListing: boolean }[] {
  const parts: { text: string; isListing: boolean }[] = [];
  let from = 0;
  const addText = (part: string) => {
    if (part.trim() !== "") parts.push({ text: part.trim(), isListing: false });
  };
  for (const match of text.matchAll(LISTING)) {
    addText(text.slice(from, match.index));
    parts.push({ text: match[1] ?? "", isListing: true });
    from = match.index + match[0].length;
  }
  addText(text.slice(from));
  return parts;
}

/** Letters, digits and nothing else: what is left when markup, labels and layout are taken away. */
function bare(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** True when the claim is nothing but its one quote; listings are shown as such instead. */
export function isVerbatim(claim: Claim): boolean {
  const [quote, ...others] = claim.quotes;
  if (quote === undefined || others.length > 0 || claim.text.includes("```")) return false;
  return bare(quote.text) === bare(claim.text);
}

/** True when the claim repeats the quote, so that quoting it once more would say it twice. */
export function repeatsQuote(claim: Pick<Claim, "text">, quote: Pick<Quote, "text">): boolean {
  const said = ` ${bare(claim.text)} `;
  // A table row is said cell by cell, with the column names in between.
  return quote.text
    .split(/ \| |\n/)
    .every((part) => said.includes(` ${bare(part)} `) || bare(part) === "");
}

/** Control characters, but for tab and line feed: from a page or a model they could drive the terminal. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

function withoutControls<T>(value: T): T {
  if (typeof value === "string") return value.replaceAll(CONTROLS, "") as T & string;
  if (Array.isArray(value)) return value.map(withoutControls) as T & unknown[];
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, withoutControls<unknown>(part)]),
  ) as T & object;
}

function renderSource(
  citation: Citation,
  answer: Answer,
  style: Style,
  width: number | undefined,
): string {
  const quotes = answer.claims.flatMap((claim) =>
    claim.quotes
      .filter((quote) => quote.citation === citation.number)
      .map((quote) => ({ quote, repeated: repeatsQuote(claim, quote) })),
  );
  const first = quotes[0];
  const link = first === undefined ? citation.url : textFragmentUrl(citation.url, first.quote.text);
  const shown = [
    ...new Set(quotes.filter(({ repeated }) => !repeated).map(({ quote }) => quote.text)),
  ];
  return [
    `  ${style.cyan(`[${citation.number}]`)} ${sourceName(citation)}`,
    `      ${style.dim(link)}`,
    ...shown.map((text) => wrap(`“${text.replaceAll(/\s+/g, " ")}”`, width, "      ")),
  ].join("\n");
}

function renderCitation(citation: Citation, style: Style): string {
  return `  ${citation.number}. ${sourceName(citation)}\n     ${style.dim(citation.url)}`;
}

function sourceName(citation: Citation): string {
  return citation.section === citation.title || citation.section === ""
    ? citation.title
    : `${citation.title} › ${citation.section}`;
}

function inlineCode(text: string, style: Style): string {
  return text.replaceAll(/`([^`\n]+)`/g, (_, code: string) => style.green(code));
}

// oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
const ESCAPE_SEQUENCE = /\u001B\[[0-9;]*m/g;

/** Breaks at spaces so that no line is longer than `width`; escape sequences have no width. */
export function wrap(text: string, width: number | undefined, indent: string): string {
  if (width === undefined)
    return text
      .split("\n")
      .map((line) => indent + line)
      .join("\n");
  const room = Math.max(20, width - indent.length);
  return text
    .split("\n")
    .flatMap((line) => {
      const lines: string[] = [];
      let current = "";
      let length = 0;
      for (const word of line.split(" ")) {
        const size = word.replaceAll(ESCAPE_SEQUENCE, "").length;
        if (length > 0 && length + 1 + size > room) {
          lines.push(current);
          current = word;
          length = size;
        } else {
          current = current === "" && length === 0 ? word : `${current} ${word}`;
          length += size + (length > 0 ? 1 : 0);
        }
      }
      lines.push(current);
      return lines;
    })
    .map((line) => indent + line)
    .join("\n");
}
