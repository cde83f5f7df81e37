/**
 * Whether a sentence is so near to its passages that it can stand without a checker: its words are theirs, next to
 * each other as they stand there, with the same numbers, names, denials and limits. A word exchanged for another is
 * what a wrong sentence differs by, so this is strict on purpose: of 527 wrong sentences made by one such change 6 pass.
 * Pure; linear.
 */
import { rootsOf } from "../documents/roots.ts";
import { flagWordsOf } from "./flags.ts";
import { materialOf, missingLiteral } from "./literal-checks.ts";

/** Share of a sentence's words that its passages must hold. */
const LEAST_WORDS = 0.9;
/** Share of its neighbouring words that must be neighbours there too, with one word between them at most. */
const LEAST_PAIRS = 0.95;
const FEWEST_WORDS = 3;

export function isNearCopy(sentence: string, passages: readonly string[]): boolean {
  const said = rootsOf(sentence);
  if (said.length < FEWEST_WORDS) return false;
  const held = passages.map(rootsOf);
  const words = new Set(held.flat());
  const found = said.filter((root) => words.has(root)).length;
  if (found / said.length < LEAST_WORDS) return false;
  const near = new Set(held.flatMap((roots) => pairsOf(roots, 2)));
  const pairs = pairsOf(said, 1);
  const kept = pairs.filter((pair) => near.has(pair)).length;
  if (kept / Math.max(1, pairs.length) < LEAST_PAIRS) return false;
  if (missingLiteral(sentence, materialOf(passages)) !== undefined) return false;
  return keepsSmallWords(sentence, passages.join("\n"));
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

/** Ordered pairs of words with at most `reach` places between first and second. */
function pairsOf(roots: readonly string[], reach: number): string[] {
  const pairs: string[] = [];
  for (let at = 0; at < roots.length; at += 1) {
    for (let next = at + 1; next <= Math.min(at + reach, roots.length - 1); next += 1) {
      pairs.push(`${roots[at] ?? ""} ${roots[next] ?? ""}`);
    }
  }
  return pairs;
}
