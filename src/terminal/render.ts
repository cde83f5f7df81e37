/** Answer -> text for a terminal or a record. Pure: colour and width are given. */
import { textFragmentUrl } from "../answering/cite.ts";
import type { Answer, Citation, Claim, Quote } from "../documents/answer.ts";
import { plainMarkup } from "../documents/markup.ts";
import { renderClaim, renderSentences } from "./render-claim.ts";
import {
  aspectHeading,
  CLOSEST_HEADING,
  fallbackSentence,
  missingSentence,
  openingSentence,
  OPTIONS_HINT,
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
  if (answer.options !== undefined) {
    const numbered = answer.options.map(({ label }, index) =>
      wrap(label, options.width, `  ${style.cyan(`${index + 1}.`)} `, "     "),
    );
    parts.push(numbered.join("\n"), style.dim(wrap(OPTIONS_HINT, options.width, "")));
  }
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
    const layout = { style, width: options.width, citations: answer.citations };
    const text =
      claims.length === 1 ? renderClaim(claims[0], layout) : renderSentences(claims, layout);
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

/** Letters, digits and nothing else: what is left when markup, labels and layout are taken away. */
function bare(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/**
 * True when the claim says what the quote says, so that quoting it once more would say it twice. The line of a table
 * is said cell by cell; its header line, by the names before the cells.
 */
export function repeatsQuote(claim: Pick<Claim, "text">, quote: Pick<Quote, "text">): boolean {
  const said = ` ${bare(plainMarkup(claim.text))} `;
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
