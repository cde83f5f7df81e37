/**
 * Whether the chosen blocks answer the question: whether they hold what was asked for, the thing, the number, the
 * name. Decided after choosing: a search always finds something near, and its words are always known.
 */
import { rootsOf } from "../documents/roots.ts";
import type { Candidate } from "./score.ts";

/** A word of the question that was searched for. */
export type AskedWord = {
  /** As the asker wrote it. */
  readonly surface: string;
  readonly roots: readonly string[];
  /** Some page has it. */
  readonly known: boolean;
  /** 0 to 1: its rarity against the rarest of the question. */
  readonly rarity: number;
  /** False in the story around the question. */
  readonly isAsked: boolean;
  /** Could be a name, as against a word people talk with. */
  readonly isName: boolean;
  /** Stands where a thing is named. */
  readonly isPlaced: boolean;
};

export type SufficiencyInput = {
  readonly words: readonly AskedWord[];
  /** Best first. */
  readonly chosen: readonly Candidate[];
  /** A number is asked for. */
  readonly number: boolean;
  /** The question is about one thing: "What is X?". */
  readonly aboutOne: boolean;
  /** Words of what documentation seldom holds, when the question asks for such a thing. */
  readonly outside?: string | undefined;
};

export const SUFFICIENCY_FEATURES = [
  "covered", // share of the known words asked, by rarity, that the chosen blocks and their headings have
  "covered-first", // ... that the first block and its headings have
  "pairs", // neighbouring words of the question stand together in a chosen block
  "unknown", // share of the words asked that no page has and that could be names
  "unknown-name", // one of those stands where a thing is named
  "name-missing", // a known name that stands where a thing is named, and that no chosen block has
  "number-missing", // a number is asked for, and no chosen block has one
  "about-missing", // the one thing asked about is unknown or not in the first block
  "outside", // asks for what documentation seldom holds, and no chosen block has its words
  "short", // hardly any words to go by
] as const;

export type SufficiencyFeature = (typeof SUFFICIENCY_FEATURES)[number];

/** A question with fewer words says little of what it asks for. */
const FEW_WORDS = 3;
/** A known word this rare can be missed. */
const RARE = 0.5;
/** Names told as missing. */
const MOST_MISSING = 4;

export type Assessed = {
  readonly values: Readonly<Record<SufficiencyFeature, number>>;
  /** Words of the question, as the asker wrote them, that no page or no chosen block has. */
  readonly missing: readonly string[];
};

/** How the chosen blocks stand to what was asked. */
export function assess({ words, chosen, number, aboutOne, outside }: SufficiencyInput): Assessed {
  const held = chosen.map(({ block, held: own }) => ({
    own,
    all: own.union(new Set(rootsOf([block.chunk.title, ...block.headings].join(" ")))),
  }));
  const said = new Set(held.flatMap(({ all }) => [...all]));
  const first = held[0]?.all ?? new Set<string>();
  const isIn = (roots: ReadonlySet<string>) => (word: AskedWord) =>
    word.roots.some((root) => roots.has(root));
  const asked = words.filter(({ isAsked }) => isAsked);
  const known = asked.filter((word) => word.known || isIn(said)(word));
  const unknown = asked.filter((word) => !word.known && !isIn(said)(word) && word.isName);
  const share = (roots: ReadonlySet<string>) => {
    const total = sum(known.map(({ rarity }) => rarity));
    return total === 0 ? 0 : sum(known.filter(isIn(roots)).map(({ rarity }) => rarity)) / total;
  };
  const unknownNames = unknown.filter(({ isPlaced }) => isPlaced);
  const namesMissing = known.filter(
    (word) => word.isName && word.isPlaced && word.rarity > RARE && !isIn(said)(word),
  );
  const [rarest] = asked.toSorted((left, right) => right.rarity - left.rarity);
  const hasNumber = chosen.some(({ block }) =>
    block.spans.some(({ start, end }) => /\d/u.test(block.chunk.text.slice(start, end))),
  );
  const outsideRoots = outside === undefined ? [] : rootsOf(outside);
  const flag = (condition: boolean) => (condition ? 1 : 0);
  return {
    values: {
      covered: share(said),
      "covered-first": share(first),
      pairs: Math.max(0, ...chosen.map(({ features }) => features.pairs)),
      unknown: unknown.length / Math.max(FEW_WORDS, asked.length),
      "unknown-name": flag(unknownNames.length > 0),
      "name-missing": flag(namesMissing.length > 0),
      "number-missing": flag(number && !hasNumber),
      "about-missing": flag(
        aboutOne && rarest !== undefined && (!rarest.known || !isIn(first)(rarest)),
      ),
      outside: flag(outside !== undefined && !outsideRoots.some((root) => said.has(root))),
      short: flag(asked.length < FEW_WORDS),
    },
    missing: [
      ...new Set([...unknownNames, ...namesMissing.filter(isWrittenAsName)].map(({ surface }) => surface)),
    ].slice(0, MOST_MISSING),
  };
}

/** With a capital, or by the rules of a program. */
function isWrittenAsName({ surface }: AskedWord): boolean {
  return /^\p{Lu}|[_.]\p{L}|\p{Ll}\p{Lu}|^--/u.test(surface);
}

export type Sufficiency = {
  readonly sufficient: boolean;
  /** For the receipt: the figure it was decided on and what weighed most. */
  readonly why: string;
  readonly missing: readonly string[];
};

/** The decision, by weights fitted on questions of which it is known whether the documentation answers them. */
export function suffices(
  input: SufficiencyInput,
  {
    bias,
    threshold,
    weights,
  }: {
    readonly bias: number;
    readonly threshold: number;
    readonly weights: Readonly<Record<string, number>>;
  },
): Sufficiency {
  if (input.chosen.length === 0) {
    return { sufficient: false, why: "nothing that can be quoted was found", missing: [] };
  }
  const { values, missing } = assess(input);
  const parts = SUFFICIENCY_FEATURES.map(
    (feature) => [feature, (weights[feature] ?? 0) * values[feature]] as const,
  );
  const probability = 1 / (1 + Math.exp(-bias - sum(parts.map(([, part]) => part))));
  const against = parts
    .filter(([, part]) => part < -0.2)
    .toSorted(([, left], [, right]) => left - right)
    .slice(0, 3)
    .map(([feature, part]) => `${feature} ${part.toFixed(1)}`);
  const because = against.length === 0 ? "" : `; against: ${against.join(", ")}`;
  return {
    sufficient: probability >= threshold,
    why: `answered with probability ${probability.toFixed(2)}${because}`,
    missing,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
