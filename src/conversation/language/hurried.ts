/** [pure] Hurried typing spelled out, so that rules need to know one spelling: "wdym", "dont", "whats", "teh". */
import { z } from "zod";
import lists from "../lists/hurried.json" with { type: "json" };
import { isEither, isFunctionWord, isVerb } from "./words.ts";

const words = z.string().transform((text): ReadonlySet<string> => new Set(text.split(" ")));
const {
  short: SHORT,
  apostrophes: APOSTROPHES,
  oftenMistyped: OFTEN_MISTYPED,
  words: WORDS,
} = z
  .strictObject({
    /** What is typed, and what it is short for; none of them is a word of its own in talk about software. */
    short: z.record(z.string(), z.string()),
    apostrophes: z.record(z.string(), z.string()),
    /** Words that fingers trip over and that the rules look at; each long enough that nothing else is meant. */
    oftenMistyped: words,
    /** Words of English that are one slip away from those: they stay. */
    words,
  })
  .parse(lists);

/** A word of the message: quoted words and code are left as they are. */
const PIECE =
  /`[^`]*`|"[^"]*"|(?<![\p{L}\p{N}_@$/.-])'?[\p{L}][\p{L}\p{N}]*(?:'[\p{L}]+)?(?![\p{L}\p{N}_@$/=-]|\.[\p{L}\p{N}])/gu;

/**
 * The text with shorthand, missing apostrophes and slips in common words spelled out; what stands in quotation marks
 * or backticks stays as it is.
 */
export function spellOut(text: string): string {
  return text.replaceAll(PIECE, (piece, offset: number) => {
    if (/^[`"]/.test(piece)) return piece;
    const lower = piece.toLowerCase();
    const before = text.slice(0, offset);
    const after = text.slice(offset + piece.length);
    const meant = shorthand(piece, { lower, before, after }) ?? slip(lower);
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

const LEAST_LENGTH = 4;

function slip(lower: string): string | undefined {
  if (lower.length < LEAST_LENGTH - 1 || isFunctionWord(lower) || isVerb(lower) || isEither(lower))
    return undefined;
  if (OFTEN_MISTYPED.has(lower) || WORDS.has(lower)) return undefined;
  for (const word of OFTEN_MISTYPED) if (isSlipOf(lower, word)) return word;
  return undefined;
}

/** Two neighbours changed places, or a letter of a longer word is missing or typed twice. */
function isSlipOf(typed: string, word: string): boolean {
  if (typed === word || typed[0] !== word[0]) return false;
  if (typed.length === word.length) {
    const at = firstDifference(word, typed);
    return (
      typed[at] === word[at + 1] &&
      typed[at + 1] === word[at] &&
      typed.slice(at + 2) === word.slice(at + 2)
    );
  }
  if (word.length <= LEAST_LENGTH) return false;
  const [long, short] = typed.length > word.length ? [typed, word] : [word, typed];
  if (long.length !== short.length + 1) return false;
  const place = firstDifference(short, long);
  const missing = long[place];
  if (long.slice(place + 1) !== short.slice(place)) return false;
  // A letter too many is a slip when it stands beside itself.
  return long === word || missing === long[place - 1];
}

/** Place of the first letter that differs; the length of `left` when none does. */
function firstDifference(left: string, right: string): number {
  let place = 0;
  while (place < left.length && left[place] === right[place]) place += 1;
  return place;
}

function cased(meant: string, piece: string): string {
  return /^\p{Lu}\p{Ll}/u.test(piece) ? meant.charAt(0).toUpperCase() + meant.slice(1) : meant;
}
