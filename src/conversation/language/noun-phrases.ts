/** Things a sentence talks about, found without a tagger: runs of words that are neither function words nor verbs. */
import {
  AUXILIARIES,
  DETERMINERS,
  EMPTY_NOUNS,
  isEither,
  isFunctionWord,
  isIdentifier,
  isVerb,
  remembering,
  stem,
  wordsOf,
  type Word,
} from "./words.ts";

export type NounPhrase = {
  /** Without its article or possessive. */
  readonly text: string;
  /** With it: units into the sentence, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** Where `text` itself starts. */
  readonly coreStart: number;
  readonly words: readonly Word[];
  /** Stem of the last word. */
  readonly head: string;
  readonly plural: boolean;
  /** An identifier or a name, or it stood in quotation marks or backticks. */
  readonly technical: boolean;
  /** The word before it, lower case, articles left out; "" at the start of a clause. */
  readonly before: string;
  /** The word after it, lower case; "" at the end of a clause. */
  readonly after: string;
};

const NUMBER = /^\d+(?:[.,:]\d+)*(?:%|s|ms|m|h|min|kb|mb|gb)?$/i;

/** True when an ambiguous word ("run", "limit") stands where a verb would. */
function standsAsVerb(words: readonly Word[], index: number): boolean {
  const word = words[index];
  const before = words[index - 1];
  if (word === undefined) return false;
  if (before === undefined || word.opensClause) {
    // "limit runs to 5", "pause a flow": an article or a noun follows; "retries on tasks" is a noun.
    const next = words[index + 1];
    if (next === undefined || next.opensClause) return false;
    return DETERMINERS.has(next.lower) || (isIdentifier(next.text) && !word.lower.endsWith("s"));
  }
  if (before.lower === "to") return true;
  if (/^(?:i|we|you|they|it|who|which|that)$/.test(before.lower)) return true;
  return AUXILIARIES.has(before.lower) && !/^(?:is|are|was|were|has|have|had)$/.test(before.lower);
}

function continuesPhrase(words: readonly Word[], index: number, open: boolean): boolean {
  const word = words[index];
  if (word === undefined) return false;
  const { lower } = word;
  if (isFunctionWord(lower) || lower.endsWith("ly")) return false;
  if (isIdentifier(word.text)) return true;
  const before = words[index - 1];
  const next = words[index + 1];
  // "the pod running the flow": what follows with its article is done by it.
  const acts = lower.endsWith("ing") && DETERMINERS.has(next?.lower ?? "");
  if (isEither(lower)) return !acts && !standsAsVerb(words, index);
  if (!isVerb(lower)) return true;
  const afterDeterminer =
    before !== undefined && !word.opensClause && DETERMINERS.has(before.lower);
  const nextIsNoun =
    next !== undefined &&
    !next.opensClause &&
    !isFunctionWord(next.lower) &&
    !(isVerb(next.lower) && !isEither(next.lower));
  // Participles and gerunds before a noun: "the failed run", "crashed flow runs", "caching policy".
  if (/(?:ed|ing)$/.test(lower)) {
    return nextIsNoun || (open && lower.endsWith("ing") && !acts);
  }
  return afterDeterminer && before.lower !== "that";
}

/** In order of standing. Phrases made of empty nouns or bare numbers only are left out. */
export const nounPhrases = remembering(readNounPhrases);

function readNounPhrases(text: string): readonly NounPhrase[] {
  const words = wordsOf(text);
  const phrases: NounPhrase[] = [];
  let run: Word[] = [];
  let runStart = 0;

  const close = (nextIndex: number) => {
    const first = run[0];
    const last = run.at(-1);
    if (first !== undefined && last !== undefined) {
      const phrase = makePhrase(text, words, run, runStart, nextIndex);
      const named = run.some(({ lower }) => !EMPTY_NOUNS.has(lower) && !NUMBER.test(lower));
      if (named) phrases.push(phrase);
    }
    run = [];
  };

  for (const [index, word] of words.entries()) {
    const gap = text.slice(words[index - 1]?.end ?? 0, word.start);
    if (run.length > 0 && (word.opensClause || /["'“”‘’`]/.test(gap))) close(index);
    if (continuesPhrase(words, index, run.length > 0)) {
      if (run.length === 0) runStart = index;
      run.push(word);
    } else close(index);
  }
  close(words.length);
  return phrases;
}

function makePhrase(
  text: string,
  words: readonly Word[],
  run: readonly Word[],
  runStart: number,
  nextIndex: number,
): NounPhrase {
  // Non-empty: the caller looked.
  const first = run[0] as Word;
  const last = run.at(-1) as Word;
  let outer = runStart;
  while (
    outer > 0 &&
    words[outer]?.opensClause === false &&
    DETERMINERS.has(words[outer - 1]?.lower ?? "")
  ) {
    outer -= 1;
  }
  const before = words[outer]?.opensClause === false ? words[outer - 1]?.lower : undefined;
  const next = words[nextIndex];
  const marked = /["'“‘`*]/.test(text[first.start - 1] ?? "");
  return {
    text: text.slice(first.start, last.end),
    start: words[outer]?.start ?? first.start,
    end: last.end,
    coreStart: first.start,
    words: run,
    head: stem(last.lower),
    plural: /[^su]s$/.test(last.lower) && !isIdentifier(last.text),
    technical:
      marked ||
      run.some(
        (word, index) =>
          isIdentifier(word.text) ||
          (/^[A-Z]/.test(word.text) && !(index === 0 && word.opensClause)),
      ),
    before: before ?? "",
    after: next === undefined || next.opensClause ? "" : next.lower,
  };
}
