/** Things a text lists or compares: "A, B or C", "A vs B"; what "the second one" and "which of those" choose from. */
import type { Past } from "./past.ts";
import type { StatementId } from "./conversation.ts";

export type Option = {
  readonly text: string;
  /** The statement it stands in; undefined when the question named it. */
  readonly claimId: StatementId | undefined;
};

const VERSUS =
  /^(?:.*?\b(?:between|about|of|is|are|does|do|compare|difference)\s+)?(?<left>[^,.;:?]{2,50}?)\s+(?:vs\.?|versus|or|compared (?:to|with))\s+(?<right>[^,.;:?]{2,50}?)(?=\s*(?:[,.;:?]|$))/i;
const BETWEEN =
  /\bbetween\s+(?<left>[^,.;:?]{2,50}?)\s+and\s+(?<right>[^,.;:?]{2,50}?)(?=\s*(?:[,.;:?]|$))/i;

/** The things a question compares; [] when it compares none. */
export function comparedIn(question: string): string[] {
  const groups = BETWEEN.exec(question)?.groups ?? VERSUS.exec(question)?.groups;
  const left = groups?.["left"]?.trim();
  const right = groups?.["right"]?.trim();
  if (left === undefined || right === undefined) return [];
  return [left, right].map(bare);
}

/** A listing shown in a statement: its commas and colons list nothing. */
const LISTING = /```[\s\S]*?(?:```|$)/gu;

/** Parts of an enumeration of three or more, or of two after a colon; [] when the text has none. */
export function listedIn(text: string): string[] {
  const afterColon = /:\s+(?<list>[^:]+?)\.?$/.exec(text)?.groups?.["list"];
  const source = afterColon ?? text.replace(/\.$/, "");
  const parts = source
    .split(/\s*[,;]\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+(?=[^,;]+$)/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (parts.length < (afterColon === undefined ? 3 : 2)) return [];
  if (parts.some((part) => part.split(/\s+/).length > 12)) return [];
  // Outside a colon list the first part carries the lead of the sentence.
  return afterColon === undefined ? [] : parts.map(bare);
}

/** What "the second one" may count: things compared in the question, a list in one statement, the statements. */
export function optionsOf(past: Past): Option[] {
  for (const { id, text } of past.statements) {
    const listed = listedIn(text.replaceAll(LISTING, " "));
    if (listed.length >= 2) return listed.map((option) => ({ text: option, claimId: id }));
  }
  const compared = comparedIn(past.question);
  if (compared.length >= 2) return compared.map((text) => ({ text, claimId: undefined }));
  return past.statements.map(({ id, text }) => ({ text, claimId: id }));
}

export function pickOption(options: readonly Option[], ordinal: number): Option | undefined {
  return ordinal === -1 ? options.at(-1) : options[ordinal - 1];
}

function bare(text: string): string {
  return text
    .trim()
    .replace(/^(?:(?:the|a|an|to|either|whether|prefer|use|using)\s+)+/i, "")
    .replace(/\s+(?:one line|in short|please|pls)\b.*$/i, "");
}
