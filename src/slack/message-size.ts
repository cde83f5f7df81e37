/**
 * A message divided when it holds too much. Slack counts the characters of all blocks of a message together and refuses
 * about 12,000 with `msg_blocks_too_long`; neither the number nor what is counted is documented.
 */
import type { SlackMessage } from "./blocks/answer-blocks.ts";
import { type Block, sizeOf } from "./blocks/block.ts";
import { OUR_LIMITS, SLACK_LIMITS, clip } from "./blocks/limits.ts";
import { escapeEntities, escapeMrkdwn } from "./blocks/mrkdwn.ts";

/** Characters of one message that the bot allows itself. */
export const MESSAGE_CHARACTERS = 11_000;

/** Refusals that say that a message holds too much. */
const TOO_LONG = new Set(["msg_blocks_too_long", "msg_too_long", "msg_blocks_too_many"]);

export function isTooLong(slackError: string): boolean {
  return TOO_LONG.has(slackError);
}

type Json = { readonly [name: string]: unknown };

/**
 * The message as messages of at most `limit` characters, in order; itself when it fits. It is cut between blocks, between the
 * parts of a block, or between the rows of a table, whose header stands in each part. What cannot be cut stays whole.
 */
export function fitMessage(
  message: SlackMessage,
  limit = MESSAGE_CHARACTERS,
): readonly SlackMessage[] {
  if (sizeOf(message.blocks) <= limit) return [message];
  const parts = grouped(
    message.blocks.flatMap((one) => cut(one, limit)),
    limit,
  );
  if (parts.length < 2) return [message];
  return parts.map((blocks, index) => {
    const plain = clip(textOf(blocks), SLACK_LIMITS.text);
    return {
      blocks,
      text: index === 0 ? message.text : escapeEntities(clip(plain, OUR_LIMITS.fallbackText)),
      plain,
    };
  });
}

/** A message in two or more parts; itself when it cannot be divided. */
export function halves(message: SlackMessage): readonly SlackMessage[] {
  return fitMessage(message, Math.floor(sizeOf(message.blocks) / 2));
}

/** Letters and digits of a text: what any way of showing it keeps. */
export function bare(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt);/g, "").replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

/** A block as blocks of at most `limit` characters, where it can be cut. */
function cut(block: Block, limit: number): readonly Block[] {
  if (sizeOf(block) <= limit) return [block];
  if (block.type === "rich_text")
    return grouped(block.elements, limit).map((elements) => ({ ...block, elements }));
  if (block.type === "table") {
    const [header, ...rows] = block.rows;
    if (header === undefined || rows.length < 2) return [block];
    return grouped(rows, Math.max(1, limit - sizeOf(header))).map((part) => ({
      ...block,
      rows: [header, ...part],
    }));
  }
  return [block];
}

function grouped<T>(items: readonly T[], limit: number): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let room = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const current = groups.at(-1);
    if (current === undefined || size > room) {
      groups.push([item]);
      room = limit - size;
    } else {
      current.push(item);
      room -= size;
    }
  }
  return groups;
}

/** What blocks say, as text of Slack's own markup. */
export function textOf(blocks: readonly Block[]): string {
  return blocks
    .map((block) => said(block).trim())
    .filter((line) => line !== "")
    .join("\n");
}

/** Texts of a block, one part a line. Text of Slack's own markup is escaped already; other text is escaped here. */
function said(value: unknown): string {
  if (Array.isArray(value)) return value.map((one: unknown) => said(one)).join("");
  if (typeof value !== "object" || value === null) return "";
  const { type, text, elements, rows } = value as Json;
  if (type === "feedback_buttons" || type === "button") return "";
  if (typeof text === "string") return type === "mrkdwn" ? text : escapeMrkdwn(text);
  if (Array.isArray(rows))
    return rows
      .map((row: unknown) =>
        Array.isArray(row) ? row.map((cell: unknown) => said(cell)).join(" | ") : "",
      )
      .join("\n");
  const lines = typeof type === "string" && /^(?:rich_text|rich_text_list|context)$/.test(type);
  return Array.isArray(elements)
    ? elements.map((element: unknown) => said(element)).join(lines ? "\n" : "")
    : "";
}
