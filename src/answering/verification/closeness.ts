/**
 * How a claim stands to its quotes, measured: whether its words are theirs, whether they stand in the same relations,
 * in one clause or gathered from several, under the same "not", "only", "if". No single measure decides anything;
 * `claim-verdict.ts` weighs them. Pure.
 */
import { identifierParts, identifierSupported, isContent, matches } from "./claim-likeness.ts";
import { withNamesOf } from "./claim-terms.ts";
import { readText, type Reading, type Word } from "./claim-words.ts";
import { readClauses, type Clause } from "./clauses.ts";
import { areOpposite } from "./paraphrases.ts";

/** In the order of the weights (`verdict-weights.ts`). */
export const CLOSENESS = [
  "found",
  "otherWords",
  "used",
  "sameRelations",
  "mendedByExchange",
  "operatorsDiffer",
  "operatorsDifferNearby",
  "gathered",
  "jumps",
  "quoteClauses",
] as const;

export type Closeness = Readonly<Record<(typeof CLOSENESS)[number], number>>;

/** What may turn a clause round, restrict it or weaken it, by what it does. */
const OPERATORS: readonly RegExp[] = [
  /^(?:not|no|never|none|nothing|nobody|neither|nor|without|cannot|unable|ratherthan|nowhere|hardly|unless|except)$/,
  /^(?:only|solely|just|exclusively|alone)$/,
  /^(?:all|every|each|any|always|everything|whole|entire)$/,
  /^(?:some|most|many|several|certain|sometimes|usually|often|typically|few)$/,
  /^(?:if|when|whenever|once|unless|where|whether|otherwise|except|as)$/,
  /^(?:before|after|until|then|first|last)$/,
  /^(?:because|so|therefore|thus|hence|since)$/,
  /^(?:can|may|might|could|optional|optionally|able|possible)$/,
  /^(?:must|required|requires|require|need|needs|needed|mandatory|should)$/,
  /^(?:even|although|though|regardless|despite)$/,
  /^(?:more|least|above|higher|over|exceeds|minimum|min)$/,
  /^(?:less|most|under|below|lower|maximum|max|fewer)$/,
];

/** Function words that say what stands to what. */
const RELATION =
  /^(?:if|when|whenever|unless|because|so|therefore|while|whereas|unlike|ratherthan|before|after|until|once|only|without|except|by|from|to|into|over|against|with|for)$/;

/** Two words stand in a relation when at most one word stands between them. */
const REACH = 2;
/** From here on a claim is said in the relations of its quote, and another operator is no accident. */
const NEARBY = 0.6;

/** Where the quotes have a word of the claim: the same, in other words, only its opposite, or nowhere. */
export type FoundWord = {
  readonly word: Word;
  readonly as: "same" | "other" | "heading" | "opposite" | "nowhere";
  /** Place among the words of the quotes; -1 when it is in none. */
  readonly at: number;
};

const isSame = (word: Word, other: Word) =>
  other.lower === word.lower || (other.stem === word.stem && word.kind !== "state");

/** Each content word of a claim, looked for in the quotes and in the headings above them. */
export function findWords(
  text: string,
  quoteTexts: readonly string[],
  headingTexts: readonly string[] = [],
): readonly FoundWord[] {
  const quoteText = quoteTexts.join(" .\n");
  const claim = readText(withNamesOf(quoteText, text));
  const quotes = readText(quoteText);
  const headings = readText(headingTexts.join(" . "));
  const lowerQuotes = quoteText.toLowerCase();
  const lowerHeadings = headingTexts.join(" \n ").toLowerCase();
  const parts = identifierParts(quotes);
  return claim.words.filter(isContent).map((word): FoundWord => {
    const same = quotes.words.findIndex((other) => isSame(word, other));
    if (same !== -1) return { word, as: "same", at: same };
    if (word.kind === "identifier") {
      const at = quotes.words.findIndex(({ lower }) => lower.includes(word.lower));
      if (at !== -1 || identifierSupported(lowerQuotes, word.raw)) return { word, as: "same", at };
      return {
        word,
        as: identifierSupported(lowerHeadings, word.raw) ? "heading" : "nowhere",
        at: -1,
      };
    }
    const other = quotes.words.findIndex((each) => matches(word, each));
    if (other !== -1) return { word, as: "other", at: other };
    if (quotes.words.some((each) => areOpposite(word.stem, each.stem))) {
      return { word, as: "opposite", at: -1 };
    }
    const above = headings.words.some((each) => each.kind !== "state" && matches(word, each));
    const named = word.kind === "word" && parts.has(word.stem);
    if (word.kind !== "state" && (above || named)) return { word, as: "heading", at: -1 };
    return { word, as: "nowhere", at: -1 };
  });
}

/** Share of the claim's content words that its quotes have, 0 to 1; one whose opposite they have counts half. */
export function shareFound(found: readonly FoundWord[]): number {
  const worth = { same: 1, other: 1, heading: 1, opposite: 0.5, nowhere: 0 };
  return found.reduce((sum, { as }) => sum + worth[as], 0) / Math.max(1, found.length);
}

/** The words of a clause in order, as numbers, and whether it is told from the side of what it is done to. */
type Sequence = { readonly words: readonly number[]; readonly passive: boolean };

const PARTICIPLE = /(?:ed|en|wn|un|ut|et|ept|ade|ent)$/;
const BEING = /^(?:is|are|be|was|were|been|being|gets?)$/;

function isPassive({ words }: Clause): boolean {
  return words.some(
    ({ lower }, at) =>
      PARTICIPLE.test(lower) &&
      words.slice(Math.max(0, at - 3), at).some((before) => BEING.test(before.lower)),
  );
}

/** Clauses as sequences of numbered words; `asQuoted` gives the stem by which the quotes have a word, if they do. */
function sequencesOf(
  clauses: readonly Clause[],
  asQuoted: (word: Word) => string | undefined,
  numbers: Map<string, number>,
): readonly Sequence[] {
  const numberOf = (key: string) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  };
  return clauses.map((clause) => ({
    passive: isPassive(clause),
    words: clause.words.flatMap((word) => {
      const key = isContent(word)
        ? asQuoted(word)
        : RELATION.test(word.lower)
          ? `~${word.lower}`
          : undefined;
      return key === undefined ? [] : [numberOf(key)];
    }),
  }));
}

const MOST_NUMBERS = 4096;

/** Pairs of neighbours, each as one number; `exchanged` are two words to be read as each other. */
function relationsOf(
  words: readonly number[],
  exchanged?: readonly [number, number],
): readonly number[] {
  const read = (word: number) =>
    word === exchanged?.[0] ? exchanged[1] : word === exchanged?.[1] ? exchanged[0] : word;
  const pairs: number[] = [];
  for (let at = 0; at < words.length; at += 1) {
    for (let next = at + 1; next <= Math.min(at + REACH, words.length - 1); next += 1) {
      const [one = 0, other = 0] = [words[at], words[next]];
      if (one !== other) pairs.push(read(one) * MOST_NUMBERS + read(other));
    }
  }
  return pairs;
}

const turned = (pair: number) =>
  (pair % MOST_NUMBERS) * MOST_NUMBERS + Math.floor(pair / MOST_NUMBERS);

/** Share of a claim's relations that its quotes have, and what the share becomes when the best two words change places. */
function relations(
  claim: readonly Clause[],
  quotes: readonly Clause[],
): { readonly share: number; readonly gain: number } {
  const numbers = new Map<string, number>();
  const theirs = sequencesOf(quotes, ({ stem }) => stem, numbers).map(({ words, passive }) => ({
    passive,
    pairs: new Set(relationsOf(words)),
  }));
  const quoted = quotes.flatMap(({ words }) => words);
  const asQuoted = (word: Word) =>
    (
      quoted.find((other) => other.stem === word.stem || other.lower === word.lower) ??
      quoted.find((other) => isContent(other) && matches(word, other))
    )?.stem;
  const mine = sequencesOf(claim, asQuoted, numbers);
  const share = (exchanged?: readonly [number, number]) => {
    let kept = 0;
    let all = 0;
    for (const { words, passive } of mine) {
      for (const pair of relationsOf(words, exchanged)) {
        all += 1;
        // "rejects uploads", "uploads are rejected": the order is no difference.
        const has = theirs.some(
          (other) =>
            other.pairs.has(pair) || (other.passive !== passive && other.pairs.has(turned(pair))),
        );
        if (has) kept += 1;
      }
    }
    return all === 0 ? 0 : kept / all;
  };
  const asWritten = share();
  const free = new Set([...numbers].filter(([key]) => key.startsWith("~")).map(([, at]) => at));
  const kinds = [...new Set(mine.flatMap(({ words }) => words))].filter((word) => !free.has(word));
  let best = asWritten;
  for (const [at, one] of kinds.entries()) {
    for (const other of kinds.slice(at + 1)) best = Math.max(best, share([one, other]));
  }
  return { share: asWritten, gain: best - asWritten };
}

/** How many operators differ between the clauses of a claim and those nearest to them, weighed by how near they are. */
function operatorsDiffer(claim: readonly Clause[], quotes: readonly Clause[]): number {
  const operatorsOf = ({ words }: Clause) =>
    OPERATORS.map((kind) => words.some(({ lower }) => kind.test(lower)));
  let sum = 0;
  for (const clause of claim) {
    if (clause.content.length < 2) continue;
    const shares = quotes.map(
      ({ content }) =>
        clause.content.filter((word) =>
          content.some((other) => other.stem === word.stem || matches(word, other)),
        ).length / clause.content.length,
    );
    const nearest = Math.max(0, ...shares);
    if (nearest === 0) continue;
    const mine = operatorsOf(clause);
    const differences = quotes
      .filter((_, at) => (shares[at] ?? 0) >= nearest - 1e-9)
      .map((other) => operatorsOf(other).filter((has, at) => has !== mine[at]).length);
    sum += nearest * Math.min(...differences);
  }
  return sum;
}

/** Words of a clause of the claim that its quotes have, but not in the clause that has most of them. */
function gathered(claim: readonly Clause[], quotes: readonly Clause[]): number {
  const isIn = (word: Word, { content }: Clause) =>
    content.some(
      (other) => other.stem === word.stem || other.lower === word.lower || matches(word, other),
    );
  return claim.reduce((sum, { content }) => {
    const together = quotes.map((other) => content.filter((word) => isIn(word, other)).length);
    const anywhere = content.filter((word) => quotes.some((other) => isIn(word, other))).length;
    return sum + anywhere - Math.max(0, ...together);
  }, 0);
}

/** Neighbours in a clause of the claim that stand in different clauses of its quotes. */
function jumps(found: readonly FoundWord[], quotes: Reading, clauses: readonly Clause[]): number {
  const clauseOf = new Map<Word, Clause>();
  for (const clause of clauses) for (const word of clause.words) clauseOf.set(word, clause);
  const places = found.filter(({ at }) => at !== -1);
  return places.filter(({ word, at }, index) => {
    const before = places[index - 1];
    if (before === undefined || before.word.clause !== word.clause) return false;
    const clauseAt = (place: number) => {
      const other = quotes.words[place];
      return other === undefined ? undefined : clauseOf.get(other);
    };
    return clauseAt(before.at) !== clauseAt(at);
  }).length;
}

/** Measures of 0 to about 2 each, so that their weights can be compared. */
export function closenessOf(
  text: string,
  quotes: readonly string[],
  headings: readonly string[] = [],
): Closeness {
  const quoteText = quotes.join(" .\n");
  const claim = readText(withNamesOf(quoteText, text));
  const quoted = readText(quoteText);
  const found = findWords(text, quotes, headings);
  const claimClauses = readClauses(claim);
  const quoteClauses = readClauses(quoted);
  const { share, gain } = relations(claimClauses, quoteClauses);
  const different = operatorsDiffer(claimClauses, quoteClauses);
  const usedPlaces = new Set(found.filter(({ at }) => at !== -1).map(({ at }) => at));
  return {
    found: shareFound(found),
    otherWords: Math.min(3, found.filter(({ as }) => as === "other").length),
    used: usedPlaces.size / Math.max(1, quoted.words.filter(isContent).length),
    sameRelations: share,
    mendedByExchange: 2 * gain,
    operatorsDiffer: Math.min(4, different) / 2,
    operatorsDifferNearby: share >= NEARBY ? Math.min(3, different) : 0,
    gathered: Math.min(4, gathered(claimClauses, quoteClauses)) / 2,
    jumps: Math.min(4, jumps(found, quoted, quoteClauses)) / 2,
    quoteClauses: Math.min(8, quoteClauses.length) / 4,
  };
}
