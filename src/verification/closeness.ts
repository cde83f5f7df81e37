/**
 * How a claim stands to its quotes, measured: whether its words are theirs, whether they stand in the same relations,
 * in one clause or gathered from several, under the same "not", "only", "if". No single measure decides anything;
 * `claim-verdict.ts` weighs them. Pure.
 */
import { identifierParts, identifierSupported, isContent, matches } from "./claim-likeness.ts";
import { namesUnit } from "./claim-numbers.ts";
import { withNamesOf } from "./claim-terms.ts";
import { readText, type Reading, type Word } from "./claim-words.ts";
import { readClauses, type Clause } from "./clauses.ts";
import { areOpposite } from "./paraphrases.ts";

/** In the order of the weights (`verdict-weights.ts`). */
export const CLOSENESS = [
  /** Share of what the claim speaks of that its quotes have. */
  "found",
  /** Words that its quotes have in another wording. */
  "otherWords",
  /** Share of the quotes that it repeats, where it stands in their relations; 0 where it is worded freely. */
  "repeatedNearby",
  /** What two words changing places would give it of the quotes' relations. */
  "mendedByExchange",
  "operatorsDiffer",
  /** The same where it stands in their relations. */
  "operatorsDifferNearby",
  /** Words of one of its clauses that stand in several of theirs. */
  "gathered",
  "jumps",
  /** Conditions of the quotes of which it says nothing. */
  "conditionsLeftOut",
  /** How dense the quotes are. */
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
/** From this share on a claim stands in the relations of its quotes, and what differs is no accident. */
const NEARBY = 0.6;

/** A word, name or number of a claim, and where its quotes have it. */
export type FoundWord = {
  readonly raw: string;
  readonly kind: Word["kind"] | "number";
  /** In this wording, in another, in the headings above, only something else in its place (its opposite, another state or amount), or nowhere. */
  readonly as: "same" | "other" | "heading" | "rival" | "nowhere";
  /** Place among the words of the quotes; -1 when it is in none, and for numbers. */
  readonly at: number;
  readonly clause: number;
  /** How much it says of what the claim is about: names and numbers much, general English little. */
  readonly weight: number;
};

const NAME_WEIGHT = 2;
const GENERAL_WEIGHT = 0.5;

const isSame = (word: Word, other: Word) =>
  other.lower === word.lower || (other.stem === word.stem && word.kind !== "state");

/** Each content word, name and number of a claim, looked for in the quotes and in the headings above them. */
export function findWords(
  text: string,
  quoteTexts: readonly string[],
  headingTexts: readonly string[] = [],
): readonly FoundWord[] {
  const quoteText = quoteTexts.join(" .\n");
  const claim = readText(withNamesOf(quoteText, text));
  const quotes = readText(quoteText);
  const headings = readText(headingTexts.join(" . "));
  const lowerHeadings = headingTexts.join(" \n ").toLowerCase();
  const parts = identifierParts(quotes);
  const placeOf = (word: Word): Pick<FoundWord, "as" | "at"> => {
    const same = quotes.words.findIndex((other) => isSame(word, other));
    if (same !== -1) return { as: "same", at: same };
    if (word.kind === "identifier") {
      const at = quotes.words.findIndex(({ lower }) => lower.includes(word.lower));
      if (at !== -1 || identifierSupported(quoteText.toLowerCase(), word.raw)) {
        return { as: "same", at };
      }
      return { as: identifierSupported(lowerHeadings, word.raw) ? "heading" : "nowhere", at: -1 };
    }
    const other = quotes.words.findIndex((each) => matches(word, each));
    if (other !== -1) return { as: "other", at: other };
    const rival =
      word.kind === "state"
        ? quotes.words.some(({ kind }) => kind === "state")
        : quotes.words.some((each) => areOpposite(word.stem, each.stem));
    if (rival) return { as: "rival", at: -1 };
    if (word.kind === "state") return { as: "nowhere", at: -1 };
    const above = headings.words.some((each) => each.kind !== "state" && matches(word, each));
    return { as: above || parts.has(word.stem) ? "heading" : "nowhere", at: -1 };
  };
  return [
    ...claim.words.filter(isContent).map((word) => ({
      raw: word.raw,
      kind: word.kind,
      clause: word.clause,
      weight: word.kind !== "word" ? NAME_WEIGHT : word.tier === "soft" ? GENERAL_WEIGHT : 1,
      ...placeOf(word),
    })),
    ...findNumbers(claim, quotes),
  ];
}

/** Amounts and versions of a claim: the same in the quotes, another in its place, or none. */
function findNumbers(claim: Reading, quotes: Reading): readonly FoundWord[] {
  const asNumber = (
    raw: string,
    clause: number,
    isSaid: boolean,
    hasRival: boolean,
  ): FoundWord => ({
    raw,
    kind: "number",
    as: isSaid ? "same" : hasRival ? "rival" : "nowhere",
    at: -1,
    clause,
    weight: NAME_WEIGHT,
  });
  return [
    ...claim.quantities.map((quantity) => {
      const { raw, clause, unit, value, amount } = quantity;
      return asNumber(
        raw,
        clause,
        quotes.quantities.some((other) => other.value === value || other.amount === amount),
        quotes.quantities.some((other) => other.unit === unit) || namesUnit(quantity, quotes),
      );
    }),
    ...claim.versions.map((version) =>
      asNumber(version, 0, quotes.versions.includes(version), quotes.versions.length > 0),
    ),
  ];
}

/** How much of what the claim is about its quotes have, 0 to 1; what they have something else for counts half. */
export function shareFound(found: readonly FoundWord[]): number {
  const worth = { same: 1, other: 1, heading: 1, rival: 0.5, nowhere: 0 };
  const all = found.reduce((sum, { weight }) => sum + weight, 0);
  return found.reduce((sum, { as, weight }) => sum + worth[as] * weight, 0) / Math.max(0.5, all);
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
  return places.filter(({ clause, at }, index) => {
    const before = places[index - 1];
    if (before === undefined || before.clause !== clause) return false;
    const clauseAt = (place: number) => {
      const other = quotes.words[place];
      return other === undefined ? undefined : clauseOf.get(other);
    };
    return clauseAt(before.at) !== clauseAt(at);
  }).length;
}

const CONDITION = /^(?:if|when|unless|without|until|except|once|after)$/;

/** Clauses of the quotes that state a condition no word of which the claim has. */
function conditionsLeftOut(claim: Reading, quotes: readonly Clause[]): number {
  const said = claim.words.filter(isContent);
  return quotes.filter(
    ({ opener, focus, content }) =>
      (CONDITION.test(opener ?? "") || focus === "only") &&
      content.length > 0 &&
      !content.some((other) => said.some((word) => isSame(word, other) || matches(word, other))),
  ).length;
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
  const places = new Set(found.filter(({ at }) => at !== -1).map(({ at }) => at));
  const repeated = places.size / Math.max(1, quoted.words.filter(isContent).length);
  return {
    found: shareFound(found),
    otherWords: Math.min(3, found.filter(({ as }) => as === "other").length),
    repeatedNearby: share >= NEARBY ? repeated : 0,
    mendedByExchange: 2 * gain,
    operatorsDiffer: Math.min(4, different) / 2,
    operatorsDifferNearby: share >= NEARBY ? Math.min(3, different) : 0,
    gathered: Math.min(4, gathered(claimClauses, quoteClauses)) / 2,
    jumps: Math.min(4, jumps(found, quoted, quoteClauses)) / 2,
    conditionsLeftOut: Math.min(2, conditionsLeftOut(claim, quoteClauses)),
    quoteClauses: Math.min(8, quoteClauses.length) / 4,
  };
}
