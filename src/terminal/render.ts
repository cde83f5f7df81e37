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
import { shortAddress, wrap } from "./layout.ts";
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
  for (const [index, claims] of paragraphs(answer.claims).entries()) {
    const next = aspectHeading(claims[0].aspect);
    const ends = next === undefined && heading !== undefined && index > 0;
    const title = next === heading ? undefined : ends ? "Besides" : next;
    heading = next;
    const text =
      claims.length === 1
        ? renderClaim(claims[0], style, options.width)
        : renderParagraph(claims, style, options.width);
    parts.push(title === undefined ? text : `${style.bold(title)}\n${text}`);
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
      [
        CLOSEST_HEADING,
        ...answer.closest.map((citation) => renderCitation(citation, style, options.width)),
      ].join("\n"),
    );
  }
  return parts.join("\n\n");
}

type Some = readonly [Claim, ...Claim[]];

/** Claims in the order of the answer; sentences that were written one after the other stand together. */
function paragraphs(claims: readonly Claim[]): readonly Some[] {
  const found: [Claim, ...Claim[]][] = [];
  for (const claim of claims) {
    const last = found.at(-1);
    if (last !== undefined && isWritten(claim) && last.every(isWritten)) last.push(claim);
    else found.push([claim]);
  }
  return found;
}

function isWritten({ words }: Claim): boolean {
  return words === "writer" || words === "corrected";
}

/** Sentences as running text, each with its numbers and conditions. */
function renderParagraph(claims: Some, style: Style, width: number | undefined): string {
  const text = claims
    .map((claim) => `${inlineCode(claim.text, style)}${marksOf(claim, style)}`)
    .join(" ");
  return wrap(text, width, "  ");
}

/** One claim with its citation numbers and conditions; a verbatim claim stands between quotation marks. */
export function renderClaim(claim: Claim, style: Style, width: number | undefined): string {
  const marks = marksOf(claim, style);
  const parts = splitListings(isVerbatim(claim) ? `“${claim.text}”` : claim.text);
  const last = parts.length - 1;
  return parts
    .map((part, index) => {
      // Kept with the word before it.
      const end = index === last ? marks : "";
      if (!part.isListing) return renderProse(part.text, end, style, width);
      const lines = part.text.split("\n").map((line) => `    ${style.green(line)}`.trimEnd());
      return end === "" ? lines.join("\n") : `${lines.join("\n")}\n  ${end.slice(1)}`;
    })
    .join("\n\n");
}

/** Citation numbers and conditions, kept with the word before them. */
function marksOf(claim: Claim, style: Style): string {
  const numbers = [...new Set(claim.quotes.map((quote) => quote.citation))];
  const mark = style.cyan(numbers.map((number) => `[${number}]`).join(""));
  const conditions = claim.conditions
    .filter((condition) => !claim.text.includes(condition))
    .map((condition) => style.dim(` (${condition})`))
    .join("");
  return `\u00A0${mark}${conditions}`;
}

const MARKER = /^(\s*(?:[-*•]|\d{1,3}[.)]) )/;
const LABEL = /^([\p{L}\p{N}][\p{L}\p{N} _/()-]{0,40}: )(?=\S)/u;
const NAME = /^[\p{L}_$@][\w$.@:-]*(?:\(\))?$/u;

/**
 * Paragraphs, list items and the lines of an entry ("Type: number"), each with an indent that fits it: a name on a
 * line of its own is what the lines below are about, their labels step back behind their values.
 */
function renderProse(text: string, end: string, style: Style, width: number | undefined): string {
  const lines = text.split("\n");
  const isEntry = lines.filter((line) => LABEL.test(line)).length > 1;
  const isNamed = lines.length > 1 && NAME.test((lines[0] ?? "").replaceAll("`", ""));
  return lines
    .map((line, index) => {
      const after = index === lines.length - 1 ? end : "";
      if (isNamed && index === 0) return `  ${style.bold(line.replaceAll("`", ""))}`;
      const marker = MARKER.exec(line)?.[1];
      if (marker !== undefined) {
        const item = `${inlineCode(line.slice(marker.length), style)}${after}`;
        return wrap(item, width, `  ${marker}`, `  ${" ".repeat(marker.length)}`);
      }
      const label = isEntry ? LABEL.exec(line)?.[1] : undefined;
      if (label !== undefined) {
        const value = inlineCode(line.slice(label.length), style);
        const said = style.dim(label.trimEnd().replaceAll(" ", "\u00A0"));
        return wrap(`${said} ${value}${after}`, width, "  ", "    ");
      }
      return wrap(`${inlineCode(line, style)}${after}`, width, "  ");
    })
    .join("\n");
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

/**
 * True when the claim says what the quote says, so that quoting it once more would say it twice. The line of a table
 * is said cell by cell; its header line, by the names before the cells.
 */
export function repeatsQuote(claim: Pick<Claim, "text">, quote: Pick<Quote, "text">): boolean {
  const said = ` ${bare(claim.text)} `;
  return (
    isHeaderOf(claim, quote) ||
    quote.text
      .split(/ \| |\n/)
      .every((part) => said.includes(` ${bare(part)} `) || bare(part) === "")
  );
}

/** True for a line of cells of which at least two name what follows them in the claim ("From: Running"). */
function isHeaderOf(claim: Pick<Claim, "text">, quote: Pick<Quote, "text">): boolean {
  if (quote.text.includes("\n")) return false;
  const cells = quote.text.replace(/^\| /, "").split(" | ");
  return cells.filter((cell) => cell !== "" && claim.text.includes(`${cell}: `)).length > 1;
}

/**
 * What stands below a source: the link to the first words quoted from it, and those quotes that its claims do not
 * repeat.
 */
export function quotedFrom(
  citation: Citation,
  claims: readonly Claim[],
): { readonly link: string; readonly shown: readonly string[] } {
  const quotes = claims.flatMap((claim) =>
    claim.quotes
      .filter((quote) => quote.citation === citation.number)
      .map((quote) => ({ claim, quote })),
  );
  const first = quotes.find(({ claim, quote }) => !isHeaderOf(claim, quote)) ?? quotes[0];
  const shown = quotes.filter(({ claim, quote }) => !repeatsQuote(claim, quote));
  return {
    link: first === undefined ? citation.url : textFragmentUrl(citation.url, first.quote.text),
    shown: [...new Set(shown.map(({ quote }) => quote.text))],
  };
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
  const { link, shown } = quotedFrom(citation, answer.claims);
  const number = `  ${style.cyan(`[${citation.number}]`)} `;
  return [
    wrap(sourceName(citation), width, number, "      "),
    renderLink(citation, link, style, width, "      "),
    ...shown.map((text) => wrap(`“${text.replaceAll(/\s+/g, " ")}”`, width, "      ")),
  ].join("\n");
}

function renderCitation(citation: Citation, style: Style, width: number | undefined): string {
  return [
    wrap(sourceName(citation), width, `  ${citation.number}. `, "     "),
    renderLink(citation, citation.url, style, width, "     "),
  ].join("\n");
}

/** The section's address, leading to the words quoted; in full where the terminal knows no links. */
function renderLink(
  { url }: Citation,
  link: string,
  style: Style,
  width: number | undefined,
  indent: string,
): string {
  if (style.link === undefined) return `${indent}${style.dim(link)}`;
  const room = Math.max(20, (width ?? Number.POSITIVE_INFINITY) - indent.length);
  return `${indent}${style.dim(style.link(link, shortAddress(url, room)))}`;
}

function sourceName(citation: Citation): string {
  return citation.section === citation.title || citation.section === ""
    ? citation.title
    : `${citation.title} › ${citation.section}`;
}

function inlineCode(text: string, style: Style): string {
  return text.replaceAll(/`([^`\n]+)`/g, (_, code: string) => style.green(code));
}
