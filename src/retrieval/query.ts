/** A question as groups of tokens: each word of it, and other forms of that word which the documentation has. */
import { hashToken, pairHash, STOP_WORDS, tokenize } from "../documents/tokenize.ts";
import { abbreviationsOf } from "./abbreviations.ts";
import { impliedWords } from "./implied-words.ts";
import { withoutOwnNames } from "./own-names.ts";
import { readLines } from "./read-lines.ts";
import { inflections, nearSpellings } from "./word-forms.ts";

/** More distinct words than this are no question; the heaviest and first are kept. */
const MAX_WORDS = 64;
/** A correction must be a word that the documentation uses more than now and then. */
const MIN_CORRECTION_FREQUENCY = 3;
const MAX_CORRECTIONS = 2;

/** How much an added form counts in the search, and as a cover of its word in titles and headings. */
const WEIGHTS = {
  correction: { search: 0.7, cover: 0.7 },
  inflection: { search: 0.4, cover: 0.7 },
  abbreviation: { search: 0.5, cover: 0.8 },
} as const;

const IMPLIED_WEIGHT = 0.5;

/** "(not the task)", "not the task, ..." at the end of a clause: named to be left out. */
const LEFT_OUT =
  /\(\s*(?:i mean\s+)?not\b[^()]{1,60}\)|,\s*not (?:the|a|an|my|our)\s+\w+(?=\s*[,.;?!]|\s*$)/giu;

export type QueryWord = { readonly token: string; readonly weight: number };

/** A form of a word, by hash, with its weights. */
export type QueryForm = { readonly hash: number; readonly search: number; readonly cover: number };

export type WordGroup = {
  readonly word: QueryWord;
  /** In how many chunks the word itself occurs. */
  readonly documentFrequency: number;
  /** The word first, then added forms. */
  readonly forms: readonly QueryForm[];
  /** Smallest document frequency is the rarest form's, largest the commonest's. */
  readonly commonest: number;
};

export type Query = {
  readonly groups: readonly WordGroup[];
  /** Words that the question does not have and implies: hash and weight. */
  readonly implied: readonly (readonly [hash: number, weight: number])[];
  /** Hashes of neighbouring words. */
  readonly pairs: readonly number[];
};

/** In how many chunks each token occurs, the same order. */
export type Frequencies = (tokens: readonly string[]) => Promise<readonly number[]>;

/** Distinct words in order of first use; question words are left out unless there is nothing else. */
export function queryWords(question: string): readonly QueryWord[] {
  const weights = new Map<string, number>();
  for (const { text, weight } of readLines(asked(question))) {
    for (const token of tokenize(text))
      weights.set(token, Math.max(weights.get(token) ?? 0, weight));
  }
  const all = [...weights].map(([token, weight]) => ({ token, weight }));
  const content = all.filter(({ token }) => !STOP_WORDS.has(token));
  const kept = content.length === 0 ? all : content;
  // A stable sort: within one weight the order of the question stays.
  return kept.length <= MAX_WORDS
    ? kept
    : kept.toSorted((a, b) => b.weight - a.weight).slice(0, MAX_WORDS);
}

/** True when a text has a word that is worth searching for by itself. */
export function hasContent(text: string): boolean {
  return tokenize(text).some((token) => !STOP_WORDS.has(token));
}

/** The question without what it says it is not about, if anything else is left. */
function asked(question: string): string {
  const rest = question.replaceAll(LEFT_OUT, " ");
  return /[\p{L}\p{N}]/u.test(rest) ? rest : question;
}

/** Hashes of the pairs of words that stand next to each other, question words apart. */
export function queryPairs(question: string): readonly number[] {
  const pairs = new Set<number>();
  for (const { text, weight } of readLines(question)) {
    if (weight < 1) continue;
    const tokens = tokenize(text);
    for (let at = 0; at + 1 < tokens.length && pairs.size < 2 * MAX_WORDS; at += 1) {
      const [first = "", second = ""] = tokens.slice(at, at + 2);
      if (STOP_WORDS.has(first) || STOP_WORDS.has(second)) continue;
      pairs.add(pairHash(hashToken(first), hashToken(second)));
    }
  }
  return [...pairs];
}

/** Reads `whole`; `frequencies` answers from the index, `dead` are the product's words for what died. */
export async function readQuery(
  whole: string,
  frequencies: Frequencies,
  dead?: readonly string[],
): Promise<Query> {
  const question = await withoutOwnNames(whole, frequencies);
  const words = queryWords(question);
  const tokens = words.map(({ token }) => token);
  const known = await lookUp(tokens, frequencies);
  const corrections = await correct(
    tokens.filter((token) => known.get(token) === 0),
    frequencies,
  );
  const guesses = new Map(words.map((word) => [word.token, guessesOf(word.token, corrections)]));
  const found = await lookUp(
    [...guesses.values()].flatMap((forms) => forms.map(({ token }) => token)),
    frequencies,
  );
  const groups = words.map((word): WordGroup => {
    const documentFrequency = known.get(word.token) ?? 0;
    const forms = [{ hash: hashToken(word.token), search: word.weight, cover: 1 }];
    let commonest = documentFrequency;
    const there = (guesses.get(word.token) ?? []).filter(
      ({ token }) => (found.get(token) ?? 0) > 0 && !known.has(token),
    );
    for (const { token, kind } of there) {
      // Many forms of one word together do not outweigh it.
      const share =
        kind === "correction" ? 1 : Math.sqrt(there.filter((other) => other.kind === kind).length);
      const { search, cover } = WEIGHTS[kind];
      forms.push({
        hash: hashToken(token),
        search: (word.weight * search) / share,
        cover: cover / share,
      });
      commonest = Math.max(commonest, found.get(token) ?? 0);
    }
    return { word, documentFrequency, forms, commonest };
  });
  const spoken = dead?.flatMap((word) => tokenize(word));
  const implied = impliedWords(tokens, spoken).map((token): readonly [number, number] => [
    hashToken(token),
    IMPLIED_WEIGHT,
  ]);
  return { groups, implied, pairs: queryPairs(question) };
}

type Guess = { readonly token: string; readonly kind: keyof typeof WEIGHTS };

function guessesOf(
  token: string,
  corrections: ReadonlyMap<string, readonly string[]>,
): readonly Guess[] {
  const corrected = corrections.get(token) ?? [];
  const guesses = new Map<string, Guess>();
  const add = (forms: readonly string[], kind: Guess["kind"]) => {
    for (const form of forms) {
      if (form !== token && !guesses.has(form)) guesses.set(form, { token: form, kind });
    }
  };
  add(corrected, "correction");
  for (const word of [token, ...corrected]) {
    add(abbreviationsOf(word), "abbreviation");
    add(inflections(word), "inflection");
  }
  return [...guesses.values()];
}

async function lookUp(
  tokens: readonly string[],
  frequencies: Frequencies,
): Promise<ReadonlyMap<string, number>> {
  const distinct = [...new Set(tokens)];
  if (distinct.length === 0) return new Map();
  const counts = await frequencies(distinct);
  return new Map(distinct.map((token, at) => [token, counts[at] ?? 0]));
}

/** For each unknown word, the commonest words one slip away. */
async function correct(
  unknown: readonly string[],
  frequencies: Frequencies,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const near = unknown.slice(0, 8).map((token) => [token, nearSpellings(token)] as const);
  const found = await lookUp(
    near.flatMap(([, spellings]) => spellings),
    frequencies,
  );
  const frequencyOf = (token: string) => found.get(token) ?? 0;
  return new Map(
    near.map(([token, spellings]) => [
      token,
      spellings
        .filter((spelling) => frequencyOf(spelling) >= MIN_CORRECTION_FREQUENCY)
        .sort((a, b) => frequencyOf(b) - frequencyOf(a) || (a < b ? -1 : 1))
        .slice(0, MAX_CORRECTIONS),
    ]),
  );
}
