/**
 * The one place where a raw message is read: Slack's markup gone, what was pasted told from what was typed, the sentences
 * that ask, what is quoted set apart. Pure, bounded and linear.
 */

import { splitSentences } from "../documents/sentences.ts";
import { spellOut } from "./language/hurried.ts";
import { type Pasted, splitPasted } from "./pasted.ts";

export type QuotedPassage = {
  readonly text: string;
  /** `quoted`: in quotation marks; `block`: a line that begins with ">"; `code`: in backticks. */
  readonly by: "quoted" | "block" | "code";
};

export type Message = {
  /** What was typed, line breaks kept; of a message that is nothing but pasted, its telling lines. */
  readonly prose: string;
  /** The sentences of it that ask, in order; the whole of it when none does. */
  readonly asks: readonly string[];
  /** Traces, logs, listings and block quotes, in order. */
  readonly pasted: readonly Pasted[];
  /** The prose as one line of plain text, quotation marks kept. */
  readonly text: string;
  /** The same without the passages in quotation marks (terms of up to three words and code stay). */
  readonly body: string;
  readonly passages: readonly QuotedPassage[];
};

const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
/** UTF-16 units of a message that are read: what Slack lets through. Of a longer one the head and the tail. */
const MOST_READ = 40_000;
/** What somebody typed is shorter; of more the head and the tail are read. */
const MOST_PROSE = 6000;
/** Units of a paste without a telling line that stand for it where nothing else was written. */
const MOST_UNTOLD = 300;

/** The first and the last half of `most`, cut at line breaks or spaces; questions stand at either end. */
export function headAndTail(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  const head = text.slice(0, half).replace(/\s\S*$/, "");
  const tail = text.slice(-half).replace(/^\S*\s/, "");
  return `${head}\n${tail}`;
}

/** Mentions dropped, links by their label, entities decoded; what Slack does to any text, pasted or typed. */
function withoutMarkup(raw: string): string {
  return headAndTail(raw, MOST_READ)
    .replaceAll(/<[@!][^>\n]*>/g, " ")
    .replaceAll(/<#[^|>\n]*\|([^>\n]*)>/g, "#$1")
    .replaceAll(/<(?:https?|mailto):[^|>\n]*\|([^>\n]*)>/g, "$1")
    .replaceAll(/<((?:https?|mailto):[^>\n]*)>/g, "$1")
    .replaceAll(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/[\u200B-\u200D\u2060\uFEFF]/g, "");
}

/** Emphasis and emoji dropped, quotation marks and apostrophes straight. */
function withoutEmphasis(text: string): string {
  return text
    .replaceAll(/(?<![\w:]):(?:[a-z][a-z0-9_+-]*|[+-]1):(?![\w:])/g, " ")
    .replaceAll(/\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F|\u200D)*/gu, " ")
    .replaceAll(/(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])/g, "$1")
    .replaceAll(/(?<![\w~])~([^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])/g, "$1")
    .replaceAll(/(?<![\w_])_([^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])/g, "$1")
    .replaceAll(/[“”„‟«»]/g, '"')
    .replaceAll(/[‘’‚‛]/g, "'");
}

/**
 * Slack's markup turned into plain text: mentions and emoji dropped, links by their label, entities decoded.
 * Line breaks stay. https://docs.slack.dev/messaging/formatting-message-text
 */
export function plainText(raw: string): string {
  return withoutEmphasis(withoutMarkup(raw));
}

const EMOJI = /(?<![\w:]):(?:[a-z][a-z0-9_+-]*|[+-]1):(?![\w:])|\p{Extended_Pictographic}/u;

/** True when the message has an emoji, which `plainText` drops. */
export function hasEmoji(raw: string): boolean {
  return EMOJI.test(raw);
}

const DOUBLE = /"([^"\n]{1,2000})"/g;
const SINGLE = /(?<![\p{L}\p{N}'])'((?:[^'\n]|(?<=\p{L})'(?=\p{L})){1,600})'(?![\p{L}\p{N}'])/gu;
const CODE = /`{1,3}([^`]{1,2000})`{1,3}/g;

export function readMessage(raw: string): Message {
  const split = splitPasted(withoutMarkup(raw));
  const passages: QuotedPassage[] = split.pasted.flatMap(({ kind, text }) => {
    const passage = stripMarks(oneLine(withoutEmphasis(text)));
    return kind === "quote" && passage !== "" ? [{ text: passage, by: "block" }] : [];
  });
  const typed = headAndTail(withoutEmphasis(split.prose), MOST_PROSE);
  const prose = typed === "" ? toldBy(split.pasted) : typed;
  const collect = (pattern: RegExp, by: QuotedPassage["by"], source: string) =>
    source.replaceAll(pattern, (whole: string, inner: string) => {
      const text = oneLine(inner);
      if (text === "") return " ";
      passages.push({ text, by });
      return isTerm(text) || by === "code" ? whole : " ";
    });
  let body = collect(CODE, "code", prose);
  body = collect(DOUBLE, "quoted", body);
  body = collect(SINGLE, "quoted", body);

  const text = oneLine(spellOut(prose).replaceAll("`", ""));
  return {
    prose,
    asks: asksIn(prose, text),
    pasted: split.pasted,
    text,
    body: oneLine(spellOut(body).replaceAll("`", "")),
    passages,
  };
}

/** What stands for a message without a word of its own. */
function toldBy(pasted: readonly Pasted[]): string {
  const own = pasted.filter(({ kind }) => kind !== "quote");
  const told = own.map(({ telling }) => telling).filter((telling) => telling !== "");
  return told.length > 0 ? told.join("\n") : (own[0]?.text ?? "").slice(0, MOST_UNTOLD).trim();
}

const ASKING =
  /\?["')\]]*\s*$|^(?:(?:so|and|but|ok|then|also|hey|hi|hello|thanks|please|well)[\s,]+)*(?:how|what|which|where|why|who|whose|what's|is|are|was|were|do|does|did|can|could|should|would|will|may|has|have)\b/iu;

/** True for a sentence that has the form of a question: a question mark, or the first word of one. */
export function isQuestion(sentence: string): boolean {
  return ASKING.test(sentence);
}

function asksIn(prose: string, whole: string): readonly string[] {
  // A line is a sentence where people leave out the full stop.
  const asks = prose
    .split("\n")
    .flatMap((line) => splitSentences(line).map(({ start, end }) => line.slice(start, end)))
    .map((sentence) => oneLine(spellOut(sentence).replaceAll("`", "")))
    .filter(isQuestion);
  return asks.length > 0 ? asks : whole === "" ? [] : [whole];
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
