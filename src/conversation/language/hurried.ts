/** [pure] Hurried typing spelled out, so that rules need to know one spelling: "wdym", "dont", "whats". */
import { z } from "zod";
import lists from "../lists/hurried.json" with { type: "json" };
import { isFunctionWord } from "./words.ts";

const { short: SHORT, apostrophes: APOSTROPHES } = z
  .strictObject({
    /** What is typed, and what it is short for; none of them is a word of its own in talk about software. */
    short: z.record(z.string(), z.string()),
    apostrophes: z.record(z.string(), z.string()),
  })
  .parse(lists);

/** A word of the message: quoted words and code are left as they are. */
const PIECE =
  /`[^`]*`|"[^"]*"|(?<![\p{L}\p{N}_@$/.-])'?[\p{L}][\p{L}\p{N}]*(?:'[\p{L}]+)?(?![\p{L}\p{N}_@$/=-]|\.[\p{L}\p{N}])/gu;

/**
 * The text with shorthand and missing apostrophes spelled out; what stands in quotation marks
 * or backticks stays as it is.
 */
export function spellOut(text: string): string {
  return text.replaceAll(PIECE, (piece, offset: number) => {
    if (/^[`"]/.test(piece)) return piece;
    const lower = piece.toLowerCase();
    const before = text.slice(0, offset);
    const after = text.slice(offset + piece.length);
    const meant = shorthand(piece, { lower, before, after });
    return meant === undefined ? piece : cased(meant, piece);
  });
}

function shorthand(
  piece: string,
  {
    lower,
    before,
    after,
  }: { readonly lower: string; readonly before: string; readonly after: string },
): string | undefined {
  if (lower === "ur" && /^\s+(?:\w+ing|an?|the|so|not|right|wrong|sure|kidding)\b/i.test(after)) {
    return "you're";
  }
  // "R" is a language.
  if (Object.hasOwn(SHORT, lower) && piece !== lower.toUpperCase()) return SHORT[lower];
  if (Object.hasOwn(APOSTROPHES, lower)) return APOSTROPHES[lower];
  if (lower === "diff") {
    const next = /^\s+([\p{L}']+)/u.exec(after)?.[1]?.toLowerCase() ?? "";
    return next === "" || isFunctionWord(next) ? "difference" : "different";
  }
  if (lower === "q" && A_QUESTION.test(before)) return "question";
  // "its not", "its a": a verb follows a possessive only in haste.
  if (
    lower === "its" &&
    /^\s+(?:a|an|the|not|our|my|your|just|still|only|been|really|always|about|because|too|so|in|on|for|supposed|possible|impossible)\b/i.test(
      after,
    )
  ) {
    return "it's";
  }
  return undefined;
}

/** What stands before a "q" that is a question. */
const A_QUESTION =
  /(?:new|next|diff|different|separate|unrelated|other|another|one|first|second|last|quick|short|my|your|the|'?s)\s+$/i;

function cased(meant: string, piece: string): string {
  return /^\p{Lu}\p{Ll}/u.test(piece) ? meant.charAt(0).toUpperCase() + meant.slice(1) : meant;
}
