/** A message as the rules read it: Slack's markup gone, what it quotes set apart, small words around it stripped. */

import { spellOut } from "./language/hurried.ts";

export type QuotedPassage = {
  readonly text: string;
  /** `quoted`: in quotation marks; `block`: a line that begins with ">"; `code`: in backticks. */
  readonly by: "quoted" | "block" | "code";
};

export type Message = {
  /** One line of plain text, quotation marks kept, block quotes left out. */
  readonly text: string;
  /** The same without the passages in quotation marks (terms of up to three words and code stay). */
  readonly body: string;
  readonly passages: readonly QuotedPassage[];
};

const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
/** A longer text is pasted, not asked; the rules look at its beginning. */
const MAX_LENGTH = 8000;

/**
 * Slack's markup turned into plain text: mentions and emoji dropped, links by their label, entities decoded.
 * Line breaks stay. https://docs.slack.dev/messaging/formatting-message-text
 */
export function plainText(raw: string): string {
  return raw
    .slice(0, MAX_LENGTH)
    .replaceAll(/<[@!][^>\n]*>/g, " ")
    .replaceAll(/<#[^|>\n]*\|([^>\n]*)>/g, "#$1")
    .replaceAll(/<(?:https?|mailto):[^|>\n]*\|([^>\n]*)>/g, "$1")
    .replaceAll(/<((?:https?|mailto):[^>\n]*)>/g, "$1")
    .replaceAll(/(?<![\w:]):(?:[a-z][a-z0-9_+-]*|[+-]1):(?![\w:])/g, " ")
    .replaceAll(/\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F|\u200D)*/gu, " ")
    .replaceAll(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])/g, "$1")
    .replaceAll(/(?<![\w~])~([^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])/g, "$1")
    .replaceAll(/(?<![\w_])_([^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])/g, "$1")
    .replaceAll(/[“”„‟«»]/g, '"')
    .replaceAll(/[‘’‚‛]/g, "'")
    .replaceAll(/[\u200B-\u200D\u2060\uFEFF]/g, "");
}

const EMOJI = /(?<![\w:]):(?:[a-z][a-z0-9_+-]*|[+-]1):(?![\w:])|\p{Extended_Pictographic}/u;

/** True when the message has an emoji, which `plainText` drops. */
export function hasEmoji(raw: string): boolean {
  return EMOJI.test(raw);
}

const DOUBLE = /"([^"\n]{1,2000})"/g;
const SINGLE = /(?<![\p{L}\p{N}'])'((?:[^'\n]|(?<=\p{L})'(?=\p{L})){1,600})'(?![\p{L}\p{N}'])/gu;
const CODE = /`{1,3}([^`]{1,2000})`{1,3}/g;
/** Slack sends a block quote as lines that begin with ">"; ">>>" quotes all that follows. */
const BLOCK_LINE = /^\s*>+\s?(.*)$/;

export function readMessage(raw: string): Message {
  const passages: QuotedPassage[] = [];
  const lines: string[] = [];
  let block: string[] = [];
  const closeBlock = () => {
    const text = oneLine(block.join(" "));
    if (text !== "") passages.push({ text: stripMarks(text), by: "block" });
    block = [];
  };
  for (const line of plainText(raw).split(/\r?\n/)) {
    const quoted = BLOCK_LINE.exec(line)?.[1];
    if (quoted === undefined) {
      closeBlock();
      lines.push(line);
    } else block.push(quoted);
  }
  closeBlock();

  const own = lines.join("\n");
  const collect = (pattern: RegExp, by: QuotedPassage["by"], source: string) =>
    source.replaceAll(pattern, (whole: string, inner: string) => {
      const text = oneLine(inner);
      if (text === "") return " ";
      passages.push({ text, by });
      return isTerm(text) || by === "code" ? whole : " ";
    });
  let body = collect(CODE, "code", own);
  body = collect(DOUBLE, "quoted", body);
  body = collect(SINGLE, "quoted", body);

  return {
    text: oneLine(spellOut(own).replaceAll("`", "")),
    body: oneLine(spellOut(body).replaceAll("`", "")),
    passages,
  };
}

/** A word or a few: asked about as a term, not quoted as a statement. */
export function isTerm(text: string): boolean {
  return text.trim().split(/\s+/).length <= 3;
}

function oneLine(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ([,.;:?!]+)(?=\s|$)/g, "$1")
    .trim();
}

function stripMarks(text: string): string {
  return text.replaceAll("`", "").replace(/^"(.*)"$/s, "$1");
}

const NODS =
  "nice one|good one|good stuff|great stuff|ok so|ok|okay|k|kk|oki|right|alright|great|good|nice|cool|neat|sweet|perfect|awesome|excellent|brilliant|lovely|wonderful|fair|fine|sure|yes|yeah|yep|yup|aha|ah+|oh+|hm+|mm+|uh+|um+|er+|huh|wow|lol|haha+|hehe|interesting|understood|noted|gotcha|thanks|thank you|thankyou|thx|thnx|tnx|ty|tysm|ta|cheers|hi|hello|hey|hiya|yo|howdy|greetings|gm|well|so";
const NOD_TAILS =
  "enough|then|a lot|so much|very much|a bunch|again|there|all|everyone|folks|team|marvin|bot|man|mate|call|morning|afternoon|evening|night|to know|stuff|for (?:that|the (?:help|answer|info|quick (?:reply|answer))|your help|(?:checking|looking|helping|explaining|clarifying|confirming)(?: (?:that|this|it|up|into (?:it|that|this)))?)";
const REMARKS =
  "(?:good )?(?:morning|afternoon|evening|night)|good day|got it|i see|makes sense|sounds good|much appreciated|appreciated|you rock|no problem|np|never ?mind|bye|goodbye|see you|cu|later|good bot|well done|works(?: now)?|done|solved|i'll try(?: that)?|will do|let me try(?: that)?|please|pls";
/** Remarks that are one only when nothing follows: "that works", but not "that works on ECS?". */
const WHOLE_REMARKS =
  "(?:that|this|it|which) (?:did|worked|works|helped|helps|solved|solves|fixed|fixes|answers|answered|explains|explained|clarifies|cleared)(?: (?:it|that|this|everything|things|my question|it up|a lot|perfectly|for me|the trick))*|that(?:'s| is) (?:all|it|everything)(?: (?:for now|i need(?:ed)?|thanks))?|all (?:clear|good|set)|problem solved";
const SMILEYS = String.raw`(?:[:;=8][-o']?[)(DPp/|]|<3|\^\^|\+1)`;
/** A nod, and what ends it: punctuation, the end, or the next word. */
const CHATTER = new RegExp(
  String.raw`^(?:(?:${NODS})(?: (?:${NOD_TAILS}))*|${REMARKS})(?:\s*[!.,;:~…–—-]+(?=\s|$)|\s+(?=\S)|\s*$|(?=\s*${SMILEYS}))|^(?:${WHOLE_REMARKS})(?:\s*[!.,;:~…–—-]+(?=\s|$)|\s*$)`,
  "i",
);
const SMILEY = new RegExp(String.raw`^${SMILEYS}(?=\s|$)\s*`);

/** The message without greetings, thanks and acknowledgements in front; "" when it is nothing else. */
export function stripChatter(text: string): string {
  let rest = text.trim();
  for (let round = 0; round < 12 && rest !== ""; round += 1) {
    const next = rest.replace(SMILEY, "").replace(/^[!.,;:)\-–—…~^\s]+/, "");
    const cut = next.replace(CHATTER, "");
    if (cut === rest) return rest;
    rest = cut.trim();
  }
  return rest;
}
