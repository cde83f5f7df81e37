/** Words of a message: where they stand, their stem, and which of them carry no content. */
import { z } from "zod";
import wordLists from "../lists/words.json" with { type: "json" };

export type Word = {
  /** As written. */
  readonly text: string;
  /** Lower case, apostrophes straight. */
  readonly lower: string;
  /** UTF-16 units into the text it was read from, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** True when punctuation that ends a clause stands between this word and the one before it. */
  readonly opensClause: boolean;
};

/** Identifiers, versions and paths stay whole: `persist_result`, `3.6.22`, `flow-run`, `/api/health`. */
const WORD = /[\p{L}\p{N}_@$/](?:[\p{L}\p{N}_@$/]|[.'’:+=-](?=[\p{L}\p{N}_/]))*/gu;
const CLAUSE_END = /[.,;:!?()[\]{}\n|–—]|\s-+\s/u;

export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    const start = match.index;
    const opensClause = words.length === 0 || CLAUSE_END.test(text.slice(end, start));
    end = start + match[0].length;
    const lower = match[0].toLowerCase().replaceAll("’", "'");
    words.push({ text: match[0], lower, start, end, opensClause });
  }
  return words;
}

/** Texts or words whose reading is remembered: some threads' worth of statements. */
const MOST_REMEMBERED = 20_000;

/** A reader of texts that reads each once: what was said in a thread is looked at again for every message in it. */
export function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = read(text);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(text, found);
    return found;
  };
}

/** Plural, past and progressive endings taken off: "retries" and "retried" meet "retry". Lower case in, lower case out. */
export const stem = remembering(readStem);

function readStem(word: string): string {
  if (word.length < 4 || /[^a-z]/.test(word)) return word;
  if (/(?:ss|us|is)$/.test(word)) return word;
  let base = word;
  if (base.endsWith("ies") && base.length > 4) return `${base.slice(0, -3)}y`;
  if (/(?:xes|ches|shes|sses|zes)$/.test(base)) base = base.slice(0, -2);
  else if (base.endsWith("s")) base = base.slice(0, -1);
  if (base.endsWith("ied") && base.length > 4) return `${base.slice(0, -3)}y`;
  const cut = /^(.*[aeiouy].*?)(?:ing|ed)$/.exec(base)?.[1];
  if (cut !== undefined && cut.length >= 3) {
    base = /([bdgkmnprt])\1$/.test(cut) ? cut.slice(0, -1) : cut;
  }
  return base.endsWith("e") && base.length > 4 ? base.slice(0, -1) : base;
}

const WordSet = z.string().transform((text): ReadonlySet<string> => new Set(text.split(" ")));
const lists = z
  .strictObject({
    determiners: WordSet,
    prepositions: WordSet,
    auxiliaries: WordSet,
    pronouns: WordSet,
    fillers: WordSet,
    /** In their base form; inflections are found by their stem. */
    verbs: WordSet,
    verbOrNoun: WordSet,
    emptyNouns: WordSet,
  })
  .parse(wordLists);

export const DETERMINERS = lists.determiners;

export const PREPOSITIONS = lists.prepositions;

export const AUXILIARIES = lists.auxiliaries;

export const PRONOUNS = lists.pronouns;

/** Neither content nor structure that the rules look at. */
const FILLERS = lists.fillers;

/** Verbs, in their base form; inflections are found by their stem. */
const VERBS = lists.verbs;

/** Verb or noun: what stands before decides. */
const EITHER = lists.verbOrNoun;

/** Nouns that name nothing by themselves. */
export const EMPTY_NOUNS = lists.emptyNouns;

const FUNCTION_WORDS: ReadonlySet<string> = new Set([
  ...DETERMINERS,
  ...PREPOSITIONS,
  ...AUXILIARIES,
  ...PRONOUNS,
  ...FILLERS,
]);
const VERB_STEMS = new Set([...VERBS].map(stem));
const EITHER_STEMS = new Set([...EITHER].map(stem));

export function isFunctionWord(lower: string): boolean {
  return FUNCTION_WORDS.has(lower);
}

export function isVerb(lower: string): boolean {
  return !isFunctionWord(lower) && VERB_STEMS.has(stem(lower)) && !isEither(lower);
}

export function isEither(lower: string): boolean {
  return EITHER_STEMS.has(stem(lower));
}

/** Says something about the subject matter: no function word, no empty noun. Verbs count. */
export function isContentWord(lower: string): boolean {
  return (
    !isFunctionWord(lower) && !EMPTY_NOUNS.has(lower) && (lower.length > 1 || /\d/.test(lower))
  );
}

/** Stems of the content words, in order, each once. */
export const contentStems = remembering((text: string): readonly string[] => {
  const stems = wordsOf(text)
    .filter(({ lower }) => isContentWord(lower))
    .map(({ lower }) => stem(lower));
  return [...new Set(stems)];
});

/** An identifier, a setting, an acronym or a path: what is typed, not spoken. */
export function isIdentifier(text: string): boolean {
  return (
    /[_$/=@]|[a-z][A-Z]|\d[.]\d/.test(text) ||
    /^[A-Z][A-Z0-9]+s?$/.test(text) ||
    /\w\.\w/.test(text)
  );
}
