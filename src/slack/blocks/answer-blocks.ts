/**
 * An answer as Slack messages. Text from documents, models and people goes into `rich_text`, where nothing is
 * markup: no mention, broadcast, link or style can come out of it, and code stays as it was written.
 *
 * The same pieces serve both ways of showing an answer: `claimBlocks` and `closingBlocks` one after the other in a
 * stream, `answerMessages` all at once.
 */
import type { Answer, Citation, Claim } from "../../documents/answer.ts";
import {
  CLOSEST_HEADING,
  fallbackSentence,
  missingSentence,
  openingSentence,
} from "../../documents/answer-text.ts";
import { isPageSentence, plainMarkup } from "../../documents/markup.ts";
import { remarkText } from "../../documents/remark-text.ts";
import { type Block, sizeOf, type Button, type Leaf, type TextStyle } from "./block.ts";
import { actions, button } from "./build.ts";
import {
  claimsBlocks,
  lineLeaves,
  NO_BREAK,
  section,
  splitClaims,
  visible,
} from "./claim-blocks.ts";
import { OUR_LIMITS, SLACK_LIMITS, clip } from "./limits.ts";
import { escapeEntities, escapeMrkdwn, mrkdwnLink, safeUrl } from "./mrkdwn.ts";

export type { Block } from "./block.ts";
export { claimsBlocks, splitClaims } from "./claim-blocks.ts";

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

function paragraph(text: string, style?: TextStyle): Block {
  return { type: "rich_text", elements: [section(lineLeaves(text, style))] };
}

// --- what stands around the claims ------------------------------------------------------------------------------

/** What stands before the claims: a fixed sentence for an answer without any, and remarks. */
export function openingBlocks(answer: Answer, options: RenderOptions): readonly Block[] {
  const opening = openingSentence(answer, options.question);
  return [...(opening === undefined ? [] : [paragraph(opening)]), ...remarkBlocks(answer)];
}

function remarkBlocks(answer: Answer): readonly Block[] {
  const citations = new Map(answer.citations.map((citation) => [citation.number, citation]));
  const room = Math.floor(OUR_LIMITS.remarks / Math.max(1, answer.remarks.length));
  return answer.remarks.map((remark): Block => {
    const leaves: Leaf[] = [...lineLeaves(clip(remarkText(remark), room))];
    const citation = remark.citation === undefined ? undefined : citations.get(remark.citation);
    const url = citation === undefined ? undefined : safeUrl(citation.url);
    if (citation !== undefined && url !== undefined)
      leaves.push(
        { type: "text", text: NO_BREAK },
        { type: "link", url, text: `[${citation.number}]` },
      );
    return { type: "rich_text", elements: [section(leaves)] };
  });
}

/** What stands below the claims: what is missing, the sources with their age, the buttons. */
export function closingBlocks(answer: Answer, options: RenderOptions): readonly Block[] {
  const sentences = [fallbackSentence(answer), missingSentence(answer)].flatMap((sentence) =>
    sentence === undefined
      ? []
      : [paragraph(clip(sentence, OUR_LIMITS.closingSentence), { italic: true })],
  );
  const row = buttons(answer, options.askPerson);
  const room =
    OUR_LIMITS.wholeMessage - sizeOf(lastClaims(answer, options)) - sizeOf([...sentences, ...row]);
  return [
    ...sentences,
    ...sources(answer, options.now, room).flatMap((lines) => sourceBlocks(lines)),
    ...row,
  ];
}

/** What stands in the last message of an answer before its closing blocks. */
function lastClaims(answer: Answer, options: RenderOptions): readonly Block[] {
  const groups = splitClaims(answer.claims, answer.citations);
  return [
    ...(groups.length > 1 ? [] : openingBlocks(answer, options)),
    ...claimsBlocks(groups.at(-1) ?? [], answer.citations),
  ];
}

/** What the answer stands on, and what is closest where it stands on nothing; about `room` characters of it. */
function sources(answer: Answer, now: number, room: number): readonly (readonly string[])[] {
  const cited = sourceLines("Sources", answer.citations, now, OUR_LIMITS.sources, room);
  const left = room - cited.join("\n").length;
  return [cited, sourceLines(CLOSEST_HEADING, answer.closest, now, OUR_LIMITS.closest, left)];
}

/** A heading with what holds for all of them, then one line each: on a phone every repeated word is a line. */
function sourceLines(
  heading: string,
  citations: readonly Citation[],
  now: number,
  limit: number,
  room: number,
): readonly string[] {
  if (citations.length === 0) return [];
  const listed = citations.slice(0, limit);
  const common = {
    origin: same(listed.map((citation) => origin(citation))),
    age: same(listed.map((citation) => age(citation.crawledAt, now))),
  };
  const lines = listed.map((citation) =>
    joined([
      `[${citation.number}] ${mrkdwnLink(citation.url, breadcrumb(citation))}`,
      common.origin === undefined ? origin(citation) : undefined,
      common.age === undefined ? age(citation.crawledAt, now) : undefined,
    ]),
  );
  const title = joined([`*${escapeMrkdwn(heading.replace(/:$/, ""))}*`, common.origin, common.age]);
  const shown: string[] = [];
  let left = room - title.length - "and 1000 more".length;
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) break;
    shown.push(line);
  }
  const more = citations.length - shown.length;
  return [title, ...shown, ...(more > 0 ? [`and ${more} more`] : [])];
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

/** One row: votes on what was said, and a person. A refusal says nothing that could be voted on. */
function buttons(answer: Answer, askPerson: boolean): readonly Block[] {
  if (answer.kind === "small-talk" || answer.kind === "help") return [];
  if (answer.options !== undefined) return [optionButtons(answer.options)];
  const elements = [
    ...(answer.claims.length === 0
      ? []
      : [
          voteButton(answer.id, "helpful", "Helpful", "This answer was helpful"),
          voteButton(answer.id, "not-helpful", "Not helpful", "This answer was not helpful"),
        ]),
    ...(askPerson
      ? [button(ACTIONS.askPerson, "Ask a person", clip(answer.id, SLACK_LIMITS.buttonValue))]
      : []),
  ];
  return elements.length === 0 ? [] : [actions(...elements)];
}

function voteButton(
  answerId: string,
  vote: "helpful" | "not-helpful",
  text: string,
  label: string,
): Button {
  const value = JSON.stringify({ answer: answerId, vote });
  return {
    ...button(`${ACTIONS.vote}_${vote}`, text, clip(value, SLACK_LIMITS.buttonValue)),
    accessibility_label: label,
  };
}

/** One button for each reading that was asked back about; its value is the label, as if it had been typed. */
function optionButtons(options: NonNullable<Answer["options"]>): Block {
  return actions(
    ...options.map(({ label }, index) =>
      button(
        `${ACTIONS.choose}${index + 1}`,
        clip(visible(label), SLACK_LIMITS.buttonText),
        clip(label, SLACK_LIMITS.buttonValue),
      ),
    ),
  );
}

// --- whole messages ---------------------------------------------------------------------------------------------

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
      text: fallbackText([...openingLines(answer, options), ...claims.map(plainText)]),
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
    text: fallbackText(claims.map(plainText)),
    plain: fitting(claims.map(plainClaim), "\n\n", SLACK_LIMITS.text),
  };
}

/** What a notification, a screen reader or an old client shows; escaped, and short enough for `chat.update`. */
function fallbackText(lines: readonly string[]): string {
  return escapeEntities(clip(visible(lines.join("\n")), OUR_LIMITS.fallbackText));
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
  const below = last ? fitting(sources(answer, options.now, room).flat(), "\n", room / 2) : "";
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
  const text = isPageSentence(claim) ? `“${plainText(claim)}”` : plainText(claim);
  return escapeMrkdwn(visible(`${text}${conditions}${NO_BREAK}${[...numbers].join("")}`));
}

/** A claim's words: a notification has one typeface, where marks of Markdown would only puzzle. */
function plainText(claim: Claim): string {
  return plainMarkup(claim.text);
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
