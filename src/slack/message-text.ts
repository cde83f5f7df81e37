/** What a person wrote, as Slack sends it, turned into plain text; and whether there is a question in it. */
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";

/** Longest question that is handed on, UTF-16 units: a pasted trace of some 300 lines. */
export const QUESTION_LIMIT = 16_000;

const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/**
 * Slack's markup as plain text: the bot's own mention removed, links as their label (or address), channels and
 * people by name, entities decoded, secrets masked. Line breaks and code fences stay.
 */
export function plainQuestion(text: string, botUserId: string): string {
  const plain = text
    .replaceAll(/<([^<>\n]{1,3000})>/g, (_whole, inner: string) => token(inner, botUserId))
    .replaceAll(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity)
    .trim();
  // Before it is cut: half a secret is not recognised.
  return bounded(maskSecrets(plain).text);
}

function token(inner: string, botUserId: string): string {
  const bar = inner.indexOf("|");
  const target = bar === -1 ? inner : inner.slice(0, bar);
  const label = bar === -1 ? "" : inner.slice(bar + 1);
  if (target === `@${botUserId}`) return "";
  if (target.startsWith("@")) return label === "" ? "@someone" : `@${label.replace(/^@/, "")}`;
  if (target.startsWith("#")) return label === "" ? "#channel" : `#${label}`;
  if (target.startsWith("!"))
    return label === "" ? `@${target.slice(1).split("^")[0] ?? ""}` : label;
  return label === "" ? target : label;
}

/** A question with the text files that hang on it, each under its name, as long as a question may be. */
export function withFiles(
  question: string,
  files: readonly { readonly name: string; readonly text: string }[],
): string {
  const parts = files.map(({ name, text }) => `${name}:\n\`\`\`\n${text}\n\`\`\``);
  return bounded([question, ...parts].filter((part) => part !== "").join("\n\n"));
}

/** The beginning and the end of a text that is too long: the question stands before or after what was pasted. */
function bounded(text: string): string {
  if (text.length <= QUESTION_LIMIT) return text;
  const half = Math.floor(QUESTION_LIMIT / 2) - 3;
  return `${safeCut(text.slice(0, half), "end")}\n…\n${safeCut(text.slice(-half), "start")}`;
}

/** Without half a surrogate pair at the side that was cut. */
function safeCut(text: string, side: "start" | "end"): string {
  if (side === "end") return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
  return /^[\uDC00-\uDFFF]/.test(text) ? text.slice(1) : text;
}

/** True when the text mentions a person or a group that is not the bot. */
export function mentionsOthers(text: string, botUserId: string): boolean {
  return [...text.matchAll(/<([@!][^<>|\n]+)/g)].some((match) => match[1] !== `@${botUserId}`);
}

/** True when nothing is left to answer: only emoji, punctuation or white space. */
export function isWordless(plain: string): boolean {
  return !/[\p{L}\p{N}]/u.test(plain.replaceAll(/:[a-z0-9_+'-]{1,80}:/gi, ""));
}

const ASKING =
  /^(?:and|but|so|then|ok(?:ay)?|hm+)?[\s,]*(?:what|why|how|when|where|which|who|whose|does|do|did|is|are|was|were|can|could|will|would|should|has|have|may|must|explain|define|tell)\b/i;
const REPLYING =
  /^(?:(?:option )?#?[1-4][.)]?$|and\b|but\b|no[,.!\s]|not\b|so\b|then\b|i meant\b|you (?:said|wrote|mean)\b|really\b|(?:are )?you sure\b|that(?:'s| is) (?:wrong|not)\b)/i;

/**
 * For threads in which the bot listens without being mentioned: true for a question, or a reply to its words
 * (a quotation, a doubt, a correction). Thanks and remarks among people are not.
 */
export function looksAddressed(plain: string): boolean {
  const text = plain.trim();
  if (isWordless(text)) return false;
  return /\?\s*$/.test(text) || /^>/m.test(text) || ASKING.test(text) || REPLYING.test(text);
}
