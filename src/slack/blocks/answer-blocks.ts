/**
 * An answer as Slack messages. Text from documents, models and people goes into `rich_text`, where nothing is
 * markup: no mention, broadcast, link or style can come out of it, and code stays as it was written.
 *
 * The same pieces serve both ways of showing an answer: `claimBlocks` and `closingBlocks` one after the other in a
 * stream, `answerMessages` all at once.
 */
import { textFragmentUrl } from "../../answering/cite.ts";
import type { Answer, Aspect, Citation, Claim } from "../../documents/answer.ts";
import {
  CLOSEST_HEADING,
  aspectHeading,
  fallbackSentence,
  missingSentence,
  openingSentence,
} from "../../documents/answer-text.ts";
import { remarkText } from "../../documents/remark-text.ts";
import { OUR_LIMITS, SLACK_LIMITS, clip, pieces } from "./limits.ts";
import { escapeEntities, escapeMrkdwn, mrkdwnLink, safeUrl } from "./mrkdwn.ts";

type TextLeaf = {
  readonly type: "text";
  readonly text: string;
  readonly style?: { readonly bold?: true; readonly italic?: true; readonly code?: true };
};
type LinkLeaf = { readonly type: "link"; readonly url: string; readonly text: string };
type Leaf = TextLeaf | LinkLeaf;

type RichElement =
  | { readonly type: "rich_text_section"; readonly elements: readonly Leaf[] }
  | {
      readonly type: "rich_text_preformatted";
      readonly elements: readonly Leaf[];
      readonly border: 0;
    };

type FeedbackButton = {
  readonly text: { readonly type: "plain_text"; readonly text: string };
  readonly value: string;
  readonly accessibility_label: string;
};

/** The few kinds of block that the bot uses. */
export type Block =
  | { readonly type: "rich_text"; readonly elements: readonly RichElement[] }
  | {
      readonly type: "table";
      readonly rows: readonly (readonly { readonly type: "raw_text"; readonly text: string }[])[];
    }
  | {
      readonly type: "context";
      readonly elements: readonly {
        readonly type: "mrkdwn";
        readonly text: string;
        readonly verbatim: true;
      }[];
    }
  | {
      readonly type: "context_actions";
      readonly elements: readonly {
        readonly type: "feedback_buttons";
        readonly action_id: string;
        readonly positive_button: FeedbackButton;
        readonly negative_button: FeedbackButton;
      }[];
    }
  | {
      readonly type: "actions";
      readonly elements: readonly {
        readonly type: "button";
        readonly action_id: string;
        readonly text: { readonly type: "plain_text"; readonly text: string };
        readonly value: string;
        readonly style?: "primary";
      }[];
    };

export type SlackMessage = {
  readonly blocks: readonly Block[];
  /** For notifications and screen readers: short, without sources. */
  readonly text: string;
  /** All of it as text, marks and sources included: what is shown where Slack refuses the blocks. */
  readonly plain: string;
};

export const ACTIONS = {
  vote: "answer_vote",
  askPerson: "ask_person",
  share: "share_answer",
  /** Followed by the option's place, from 1: ids within one block differ. */
  choose: "choose_option_",
} as const;

export type RenderOptions = {
  /** Milliseconds since the epoch, for the age of the pages. */
  readonly now: number;
  /** The question as asked: it picks the tone of small talk and is never shown. */
  readonly question: string;
  /** Adds the button that asks a person. */
  readonly askPerson: boolean;
};

/** Says under which heading a claim stands, given the one before it. */
export type ClaimContext = {
  readonly previousAspect: Aspect | undefined;
  readonly citations: ReadonlyMap<number, Citation>;
  /** Tables that the message holds already; Slack draws one. */
  readonly tables: number;
};

// --- claims -----------------------------------------------------------------------------------------------------

/** One claim: heading if its part of the answer begins, text, numbered marks, conditions. */
export function claimBlocks(claim: Claim, context: ClaimContext): readonly Block[] {
  const blocks: Block[] = [];
  let elements: RichElement[] = [];
  const flush = () => {
    if (elements.length > 0) blocks.push({ type: "rich_text", elements });
    elements = [];
  };

  const heading = headingOf(claim.aspect, context.previousAspect);
  if (heading !== undefined)
    elements.push(section([{ type: "text", text: heading, style: { bold: true } }]));

  let tables = context.tables;
  for (const part of parts(spoken(claim))) {
    switch (part.kind) {
      case "text":
        elements.push(section(inline(part.text)));
        break;
      case "code":
        for (const piece of pieces(part.text, OUR_LIMITS.run)) elements.push(preformatted(piece));
        break;
      case "table": {
        const table = tables < OUR_LIMITS.tables ? tableBlock(part.rows) : undefined;
        if (table === undefined) {
          for (const piece of pieces(alignedTable(part.rows), OUR_LIMITS.run))
            elements.push(preformatted(piece));
        } else {
          tables += 1;
          flush();
          blocks.push(table);
        }
        break;
      }
    }
  }

  const tail: Leaf[] = [];
  const conditions = claim.conditions.filter((condition) => !claim.text.includes(condition));
  if (conditions.length > 0)
    tail.push({
      type: "text",
      text: `(${clip(visible(conditions.join("; ")), OUR_LIMITS.run)}) `,
      style: { italic: true },
    });
  tail.push(...marks(claim, context.citations));
  // Marks follow the last words; after a listing or a table they get a line of their own.
  const last = elements.at(-1);
  if (last?.type === "rich_text_section" && !isHeading(last)) {
    elements[elements.length - 1] = section([
      ...last.elements,
      { type: "text", text: " " },
      ...tail,
    ]);
  } else {
    elements.push(section(tail));
  }
  flush();
  return blocks;
}

/** The heading that a claim opens: of its part of the answer, or one that ends the part before it. */
function headingOf(aspect: Aspect, previous: Aspect | undefined): string | undefined {
  const heading = aspectHeading(aspect);
  const before = previous === undefined ? undefined : aspectHeading(previous);
  if (heading === before) return undefined;
  return heading ?? "Besides";
}

/** The claim's text, between quotation marks when it is the page's own. */
function spoken(claim: Claim): string {
  const text = visible(claim.text);
  return isVerbatim(claim) ? `“${text}”` : text;
}

/** True when the claim is the page's own sentence; listings and tables need no quotation marks to show it. */
function isVerbatim(claim: Claim): boolean {
  const [quote, ...others] = claim.quotes;
  return (
    quote !== undefined &&
    others.length === 0 &&
    !/\n|^\s*```| \| /.test(claim.text) &&
    bare(claim.text) === bare(quote.text)
  );
}

function bare(text: string): string {
  return text.replaceAll(/[`\s]+/g, " ").trim();
}

function isHeading(element: RichElement): boolean {
  const first = element.elements[0];
  return element.elements.length === 1 && first?.type === "text" && first.style?.bold === true;
}

type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] };

/** Text, listings and tables of a claim, in order. */
function parts(text: string): readonly Part[] {
  const result: Part[] = [];
  let plain: string[] = [];
  let code: string[] | undefined;
  const flush = () => {
    result.push(...tablesIn(plain));
    plain = [];
  };
  for (const line of text.split("\n")) {
    const fence = /^\s*```/.test(line);
    if (fence && code === undefined) {
      flush();
      code = [];
    } else if (fence && code !== undefined) {
      if (code.length > 0) result.push({ kind: "code", text: code.join("\n") });
      code = undefined;
    } else {
      (code ?? plain).push(line);
    }
  }
  if (code === undefined) flush();
  else if (code.length > 0) result.push({ kind: "code", text: code.join("\n") });
  return result;
}

/** Two or more lines with the same number of cells are a table; the rest is text. */
function tablesIn(lines: readonly string[]): readonly Part[] {
  const result: Part[] = [];
  let at = 0;
  let text: string[] = [];
  const flush = () => {
    const joined = text.join("\n").trim();
    if (joined !== "") result.push({ kind: "text", text: joined });
    text = [];
  };
  while (at < lines.length) {
    const width = cells(lines[at] ?? "").length;
    let end = at + 1;
    while (end < lines.length && cells(lines[end] ?? "").length === width) end += 1;
    if (width > 1 && end - at > 1) {
      flush();
      result.push({ kind: "table", rows: lines.slice(at, end).map(cells) });
      at = end;
    } else {
      text.push(...lines.slice(at, end));
      at = end;
    }
  }
  flush();
  return result;
}

function cells(line: string): readonly string[] {
  return line.split(" | ").map((cell) => cell.trim());
}

function tableBlock(rows: readonly (readonly string[])[]): Block | undefined {
  const size = rows.flat().reduce((sum, cell) => sum + cell.length, 0);
  if (
    rows.length > SLACK_LIMITS.tableRows ||
    (rows[0]?.length ?? 0) > SLACK_LIMITS.tableCells ||
    size > OUR_LIMITS.run
  )
    return undefined;
  return {
    type: "table",
    rows: rows.map((row) =>
      row.map((cell) => ({ type: "raw_text" as const, text: cell === "" ? "–" : cell })),
    ),
  };
}

function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.min(40, Math.max(...rows.map((row) => (row[column] ?? "").length))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/**
 * Without control characters, and without those that turn the direction of what follows: Slack refuses or hides the
 * first, and the second would reach beyond the text they came in. Text that runs from right to left needs neither.
 */
function visible(text: string): string {
  return text.replaceAll(/[\u202A-\u202E\u2066-\u2069]|(?![\t\n])\p{Cc}/gu, "");
}

/** `code` between backticks as code, everything else literally. */
function inline(text: string): readonly Leaf[] {
  const leaves: Leaf[] = [];
  let rest = text;
  for (let match = /`([^`\n]+)`/.exec(rest); match !== null; match = /`([^`\n]+)`/.exec(rest)) {
    if (match.index > 0) leaves.push(...literal(rest.slice(0, match.index)));
    leaves.push({
      type: "text",
      text: clip(match[1] ?? "", OUR_LIMITS.run),
      style: { code: true },
    });
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== "") leaves.push(...literal(rest));
  return leaves;
}

function literal(text: string): readonly TextLeaf[] {
  return pieces(text, OUR_LIMITS.run).map((piece) => ({ type: "text", text: piece }));
}

/** "[1]" for each citation of the claim's quotes, linked to the quoted words. */
function marks(claim: Claim, citations: ReadonlyMap<number, Citation>): readonly Leaf[] {
  const firstQuotes = new Map<number, string>();
  for (const quote of claim.quotes)
    if (!firstQuotes.has(quote.citation)) firstQuotes.set(quote.citation, quote.text);
  return [...firstQuotes].map(([number, quote]) => {
    const citation = citations.get(number);
    const url =
      citation === undefined
        ? undefined
        : (safeUrl(textFragmentUrl(citation.url, quote)) ?? safeUrl(citation.url));
    const label = `[${number}]`;
    return url === undefined ? { type: "text", text: label } : { type: "link", url, text: label };
  });
}

function section(elements: readonly Leaf[]): RichElement {
  return { type: "rich_text_section", elements };
}

function preformatted(text: string): RichElement {
  return {
    type: "rich_text_preformatted",
    elements: [{ type: "text", text: text === "" ? " " : text }],
    border: 0,
  };
}

function paragraph(text: string, style?: TextLeaf["style"]): Block {
  const leaves = inline(visible(text)).map((leaf) =>
    leaf.type === "text" && style !== undefined
      ? { ...leaf, style: { ...leaf.style, ...style } }
      : leaf,
  );
  return { type: "rich_text", elements: [section(leaves)] };
}

// --- what stands around the claims ------------------------------------------------------------------------------

/** What stands before the claims: a fixed sentence for an answer without any, and remarks. */
export function openingBlocks(answer: Answer, options: RenderOptions): readonly Block[] {
  const opening = openingSentence(answer, options.question);
  return [...(opening === undefined ? [] : [paragraph(opening)]), ...remarkBlocks(answer)];
}

function remarkBlocks(answer: Answer): readonly Block[] {
  const citations = new Map(answer.citations.map((citation) => [citation.number, citation]));
  return answer.remarks.map((remark): Block => {
    const leaves: Leaf[] = [...inline(clip(remarkText(remark), OUR_LIMITS.run))];
    const citation = remark.citation === undefined ? undefined : citations.get(remark.citation);
    const url = citation === undefined ? undefined : safeUrl(citation.url);
    if (citation !== undefined && url !== undefined)
      leaves.push({ type: "text", text: " " }, { type: "link", url, text: `[${citation.number}]` });
    return { type: "rich_text", elements: [section(leaves)] };
  });
}

/** What stands below the claims: what is missing, the sources with their age, the buttons. */
export function closingBlocks(answer: Answer, options: RenderOptions): readonly Block[] {
  const blocks: Block[] = [];
  for (const sentence of [fallbackSentence(answer), missingSentence(answer)])
    if (sentence !== undefined)
      blocks.push(paragraph(clip(sentence, OUR_LIMITS.run), { italic: true }));
  for (const lines of sources(answer, options.now)) blocks.push(...sourceBlocks(lines));
  blocks.push(...buttons(answer, options.askPerson));
  return blocks;
}

/** What the answer stands on, and what is closest where it stands on nothing. */
function sources(answer: Answer, now: number): readonly (readonly string[])[] {
  return [
    sourceLines("Sources", answer.citations, now, OUR_LIMITS.sources),
    sourceLines(CLOSEST_HEADING, answer.closest, now, OUR_LIMITS.closest),
  ];
}

/** A heading with what holds for all of them, then one line each: on a phone every repeated word is a line. */
function sourceLines(
  heading: string,
  citations: readonly Citation[],
  now: number,
  limit: number,
): readonly string[] {
  if (citations.length === 0) return [];
  const shown = citations.slice(0, limit);
  const common = {
    origin: same(shown.map((citation) => origin(citation))),
    age: same(shown.map((citation) => age(citation.crawledAt, now))),
  };
  return [
    joined([`*${escapeMrkdwn(heading.replace(/:$/, ""))}*`, common.origin, common.age]),
    ...shown.map((citation) =>
      joined([
        `[${citation.number}] ${mrkdwnLink(citation.url, breadcrumb(citation))}`,
        common.origin === undefined ? origin(citation) : undefined,
        common.age === undefined ? age(citation.crawledAt, now) : undefined,
      ]),
    ),
    ...(citations.length > limit ? [`and ${citations.length - limit} more`] : []),
  ];
}

function sourceBlocks(lines: readonly string[]): readonly Block[] {
  // Elements of a context stand beside each other, lines of one element below each other.
  const texts: string[] = [];
  for (const line of lines) {
    const current = texts.at(-1);
    if (current === undefined || current.length + line.length > OUR_LIMITS.run) texts.push(line);
    else texts[texts.length - 1] = `${current}\n${line}`;
  }
  return texts.map((text) => ({
    type: "context",
    elements: [{ type: "mrkdwn", text, verbatim: true }],
  }));
}

/** The value that all have; undefined when they differ. */
function same(values: readonly (string | undefined)[]): string | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}

/** "Page › Section", or one of them when there is no more. */
function breadcrumb({ title, section }: Citation): string {
  return [...new Set([title, section])]
    .filter((part) => part.trim() !== "")
    .map((part) => clip(part, 120))
    .join(" › ");
}

/** "Prefect 3": what the page is about, ready for mrkdwn. */
function origin({ product, version }: Citation): string {
  const name = product.replaceAll(/(?<=^|-)\p{Ll}/gu, (letter) => letter.toUpperCase());
  return escapeMrkdwn(
    clip([name.replaceAll("-", " "), version].filter((part) => part !== "").join(" "), 80),
  );
}

/** How long ago the page was read: "read today", "read 12 days ago"; undefined when the time is unknown. */
export function age(crawledAt: string, now: number): string | undefined {
  const then = Date.parse(crawledAt);
  if (Number.isNaN(then)) return undefined;
  const days = Math.floor((now - then) / 86_400_000);
  if (days < 1) return "read today";
  if (days === 1) return "read yesterday";
  return days < 60 ? `read ${days} days ago` : `read ${Math.round(days / 30)} months ago`;
}

function buttons(answer: Answer, askPerson: boolean): readonly Block[] {
  if (answer.kind === "small-talk" || answer.kind === "help") return [];
  if (answer.options !== undefined) return [optionButtons(answer.options)];
  const blocks: Block[] = [];
  if (answer.kind !== "unavailable")
    blocks.push({
      type: "context_actions",
      elements: [
        {
          type: "feedback_buttons",
          action_id: ACTIONS.vote,
          positive_button: {
            text: { type: "plain_text", text: "Helpful" },
            value: voteValue(answer.id, "helpful"),
            accessibility_label: "This answer was helpful",
          },
          negative_button: {
            text: { type: "plain_text", text: "Not helpful" },
            value: voteValue(answer.id, "not-helpful"),
            accessibility_label: "This answer was not helpful",
          },
        },
      ],
    });
  if (askPerson)
    blocks.push({
      type: "actions",
      elements: [
        {
          type: "button",
          action_id: ACTIONS.askPerson,
          text: { type: "plain_text", text: "Ask a person" },
          value: clip(answer.id, SLACK_LIMITS.buttonValue),
        },
      ],
    });
  return blocks;
}

/** One button for each reading that was asked back about; its value is the label, as if it had been typed. */
function optionButtons(options: NonNullable<Answer["options"]>): Block {
  return {
    type: "actions",
    elements: options.map(({ label }, index) => ({
      type: "button",
      action_id: `${ACTIONS.choose}${index + 1}`,
      text: { type: "plain_text", text: clip(visible(label), SLACK_LIMITS.buttonText) },
      value: clip(label, SLACK_LIMITS.buttonValue),
    })),
  };
}

function voteValue(answerId: string, vote: "helpful" | "not-helpful"): string {
  return clip(JSON.stringify({ answer: answerId, vote }), SLACK_LIMITS.buttonValue);
}

// --- whole messages ---------------------------------------------------------------------------------------------

/** Claims shared out over messages: each as full as it may be, cut only between two claims. */
export function splitClaims(
  claims: readonly Claim[],
  citations: readonly Citation[],
): readonly (readonly Claim[])[] {
  const groups: Claim[][] = [];
  let room = { characters: 0, blocks: 0 };
  let size = { tables: 0, aspect: undefined as Aspect | undefined };
  const numbers = new Map(citations.map((citation) => [citation.number, citation]));
  for (const claim of claims) {
    const blocks = claimBlocks(claim, {
      previousAspect: size.aspect,
      citations: numbers,
      tables: size.tables,
    });
    const current = groups.at(-1);
    if (
      current === undefined ||
      room.characters + claim.text.length > OUR_LIMITS.messageCharacters ||
      room.blocks + blocks.length > OUR_LIMITS.claimBlocks
    ) {
      groups.push([claim]);
      room = { characters: 0, blocks: 0 };
      size = { tables: 0, aspect: undefined };
    } else {
      current.push(claim);
    }
    room = { characters: room.characters + claim.text.length, blocks: room.blocks + blocks.length };
    size = {
      tables: size.tables + blocks.filter((block) => block.type === "table").length,
      aspect: claim.aspect,
    };
  }
  return groups;
}

/** The blocks of consecutive claims of one message. */
export function claimsBlocks(
  claims: readonly Claim[],
  citations: readonly Citation[],
): readonly Block[] {
  const numbers = new Map(citations.map((citation) => [citation.number, citation]));
  const blocks: Block[] = [];
  let previousAspect: Aspect | undefined;
  for (const claim of claims) {
    const tables = blocks.filter((block) => block.type === "table").length;
    blocks.push(...claimBlocks(claim, { previousAspect, citations: numbers, tables }));
    previousAspect = claim.aspect;
  }
  return blocks;
}

/** The whole answer, as one message or as several when it is long; never none. */
export function answerMessages(answer: Answer, options: RenderOptions): readonly SlackMessage[] {
  const groups = splitClaims(answer.claims, answer.citations);
  const all = groups.length === 0 ? [[]] : groups;
  return all.map((claims, index) => {
    const last = index === all.length - 1;
    const blocks = [
      ...(index === 0 ? openingBlocks(answer, options) : []),
      ...claimsBlocks(claims, answer.citations),
      ...(last ? closingBlocks(answer, options) : []),
    ].slice(0, SLACK_LIMITS.blocks);
    return {
      blocks,
      text: fallbackText([...openingLines(answer, options), ...claims.map((claim) => claim.text)]),
      plain: plainAnswer(answer, claims, options, last),
    };
  });
}

/** Some claims of an answer that is not whole yet. */
export function claimsMessage(
  claims: readonly Claim[],
  citations: readonly Citation[],
): SlackMessage {
  return {
    blocks: claimsBlocks(claims, citations),
    text: fallbackText(claims.map((claim) => claim.text)),
    plain: fitting(claims.map(plainClaim), "\n\n", SLACK_LIMITS.text),
  };
}

/** What a notification, a screen reader or an old client shows; escaped, and short enough for `chat.update`. */
function fallbackText(lines: readonly string[]): string {
  // A notification has one typeface; fences would be three strange marks in it.
  const text = lines.join("\n").replaceAll(/^\s*```.*\n?/gm, "");
  return escapeEntities(clip(visible(text), OUR_LIMITS.fallbackText));
}

function openingLines(answer: Answer, options: RenderOptions): readonly string[] {
  const opening = openingSentence(answer, options.question);
  const numbered = (answer.options ?? []).map(({ label }, index) => `${index + 1}. ${label}`);
  return [
    ...(opening === undefined ? [] : [opening]),
    ...numbered,
    ...answer.remarks.map(remarkText),
  ];
}

/** The message as text of Slack's own markup, short enough for `chat.update`; what is left out is left out at ends. */
function plainAnswer(
  answer: Answer,
  claims: readonly Claim[],
  options: RenderOptions,
  last: boolean,
): string {
  const room = SLACK_LIMITS.text - 10;
  const below = last ? fitting(sources(answer, options.now).flat(), "\n", room / 2) : "";
  const above = [
    ...openingLines(answer, options).map((line) => escapeMrkdwn(visible(line))),
    ...claims.map(plainClaim),
  ];
  return [fitting(above, "\n\n", room - below.length), below]
    .filter((part) => part !== "")
    .join("\n\n");
}

function plainClaim(claim: Claim): string {
  const numbers = new Set(claim.quotes.map((quote) => `[${quote.citation}]`));
  const conditions = claim.conditions.length === 0 ? "" : ` (${claim.conditions.join("; ")})`;
  return escapeMrkdwn(visible(`${spoken(claim)}${conditions} ${[...numbers].join("")}`));
}

/** As many of the lines as there is room for, and an ellipsis in place of the others. */
function fitting(lines: readonly string[], separator: string, room: number): string {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + separator.length;
    if (length > room - 4) return [...kept, "…"].join(separator);
    kept.push(line);
  }
  return kept.join(separator);
}

/** A message of one plain paragraph, for notices of our own; inline `code` is allowed. */
export function notice(text: string): SlackMessage {
  const short = escapeEntities(clip(text, OUR_LIMITS.fallbackText));
  return { blocks: [paragraph(clip(text, OUR_LIMITS.run))], text: short, plain: short };
}
