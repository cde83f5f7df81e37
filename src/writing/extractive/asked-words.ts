/** The words of a question that tell it from others, and which of them are names. Pure. */
import type { QueryTerm } from "../../documents/evidence.ts";
import { rootOf } from "../../documents/roots.ts";
import { tokenize } from "../../documents/tokenize.ts";
import type { AskedWord } from "../../passages/suffices.ts";
import { askedIn, spoken } from "./asked.ts";
import everyday from "./everyday-words.json" with { type: "json" };

const WORD = /[\p{L}\p{N}@][\p{L}\p{N}_.@'’-]*/gu;
const QUOTED =
  /(?<![\p{L}\p{N}])(?:"[^"\n]{1,80}"|'[^'\n]{1,80}'|“[^”\n]{1,80}”|‘[^’\n]{1,80}’|`[^`\n]{1,80}`)(?!\p{L})/gu;
const CODE_NAME = /[_.]\p{L}|\p{Ll}\p{Lu}|^--/u;

/**
 * The words of the question that were searched for, in order. A word that only the story around the question has is
 * marked as such; a slip of a word that `vocabulary` or everyday English has is left out.
 */
export function askedWords(
  question: string,
  terms: readonly QueryTerm[],
  vocabulary: ReadonlySet<string>,
): readonly AskedWord[] {
  const text = spoken(question);
  const quotes = [...text.matchAll(QUOTED)].map(
    ({ index, 0: quoted }) => [index, index + quoted.length] as const,
  );
  const asks = askedIn(question);
  const byToken = new Map(terms.map((term) => [term.token, term]));
  const highest = Math.max(1e-9, ...terms.map(({ idf }) => idf));
  return [...text.matchAll(WORD)].flatMap((match) => {
    const surface = match[0].replace(/[.'’-]+$/u, "");
    const found = tokenize(surface).flatMap((token) => byToken.get(token) ?? []);
    if (found.length === 0) return [];
    // A name from code is known as a whole; of a dotted one each part, because anything can be called on anything.
    const isCode = CODE_NAME.test(surface);
    const names = isCode
      ? surface.split(".").flatMap((part) => byToken.get(tokenize(part)[0] ?? "") ?? [])
      : [];
    const judged = names.length > 0 ? names : found;
    const known =
      names.length > 0
        ? names.every(({ documentFrequency }) => documentFrequency > 0)
        : found.some(({ documentFrequency }) => documentFrequency > 0);
    const isQuoted = quotes.some(([start, end]) => start <= match.index && match.index < end);
    if (!known && (isQuoted || isSlip(surface, vocabulary))) return [];
    const isAsked =
      asks.length === 0 || asks.some(({ start, end }) => start <= match.index && match.index < end);
    return [
      {
        surface,
        roots: found.map(({ token }) => rootOf(token)),
        known,
        rarity: Math.max(...judged.map(({ idf }) => idf)) / highest,
        isAsked,
        isCode,
        isName: isCode || couldBeName(surface),
        isPlaced: isPlaced(text, match.index, surface),
      },
    ];
  });
}

const everydayWords: ReadonlySet<string> = new Set(everyday);

/** A word that could be the name of something, as against a word people talk with. */
function couldBeName(surface: string): boolean {
  const word = surface.toLowerCase();
  if (/(?:error|exception)$/u.test(word)) return false;
  if (/\d/u.test(word) && !/^\p{L}{2,}\d{1,2}$/u.test(word)) return false;
  if (everydayWords.has(word) || everydayWords.has(word.replace(/(?:s|ed|ing|ly)$/u, "")))
    return false;
  return !/(?:ing|ly|ness|less|ful|ed|ously)$/u.test(word) || /^\p{Lu}/u.test(surface);
}

/** What stands where a thing is named: after a preposition, or before a word for a kind of thing. */
const BEFORE_NAME =
  /(?:^|\b)(?:in|on|with|from|to|via|over|for|using|into|through|by|of|at|called|named|and|or|state|command|setting)\s+(?:(?:a|an|the|our|my|private|apache|existing)\s+)?[`"'“]?$/iu;
const KIND_OF_THING =
  /^[`"'”]?\s*(?:workers?|work ?pools?|pools?|blocks?|integrations?|operators?|sensors?|plugins?|sdk|clusters?|databases?|queues?|topics?|buckets?|packages?|pipelines?|states?|settings?|commands?|artifacts?|librar(?:y|ies)|backend)\b/iu;

function isPlaced(text: string, at: number, surface: string): boolean {
  const before = text.slice(Math.max(0, at - 40), at);
  // After a number a capital is the name of a status ("422 Unprocessable Entity").
  if (/^\p{Lu}/u.test(surface) && /[\p{Ll},] $/u.test(before)) return true;
  const after = text.slice(at + surface.length, at + surface.length + 40);
  return BEFORE_NAME.test(before) || KIND_OF_THING.test(after);
}

function isSlip(surface: string, vocabulary: ReadonlySet<string>): boolean {
  const word = surface.toLowerCase();
  return isSlipOf(word, vocabulary, 5) || isSlipOf(word, everydayWords, 7);
}

/** Whether a word looks like a slip of a known one: one letter changed, dropped, added or swapped, not the first. */
function isSlipOf(word: string, vocabulary: ReadonlySet<string>, fromLength: number): boolean {
  if (word.length < fromLength || word.length > 40 || !/^[a-z]+$/u.test(word)) return false;
  for (const other of vocabulary) {
    if (other[0] !== word[0] || Math.abs(other.length - word.length) > 1) continue;
    if (other.length >= 4 && withinOneEdit(word, other)) return true;
  }
  return false;
}

function withinOneEdit(left: string, right: string): boolean {
  let start = 0;
  while (start < left.length && left[start] === right[start]) start += 1;
  let endLeft = left.length;
  let endRight = right.length;
  while (endLeft > start && endRight > start && left[endLeft - 1] === right[endRight - 1]) {
    endLeft -= 1;
    endRight -= 1;
  }
  const [a, b] = [left.slice(start, endLeft), right.slice(start, endRight)];
  return (
    a.length + b.length <= 1 ||
    (a.length === 1 && b.length === 1) ||
    (a.length === 2 && b === `${a[1]}${a[0]}`)
  );
}
