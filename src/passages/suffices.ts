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
  /** Written by the rules of a program: known as a whole or not at all. */
  readonly isCode: boolean;
  /** Could be a name, as against a word people talk with. */
  readonly isName: boolean;
  /** Stands where a thing is named. */
  readonly isPlaced: boolean;
};

export type SufficiencyInput = {
  readonly words: readonly AskedWord[];
  /** Best first. */
  readonly chosen: readonly Candidate[];
  /** The question is about one thing: "What is X?". */
  readonly aboutOne: boolean;
  /** What the question asks for that documentation never holds, or only where the chosen blocks have its words. */
  readonly outside?: { readonly kind: "never" | "seldom"; readonly words: string } | undefined;
  /** How near the fifth page found comes to the best: 1 when none stands out. */
  readonly flatness: number;
  /** 0 to 1: how much it says that no page has a word; a small documentation lacks many words of its own trade. */
  readonly trust: number;
  /** Roots of the words that were searched for. */
  readonly searched: ReadonlySet<string>;
};

export const SUFFICIENCY_FEATURES = [
  "unknown", // share of the words asked that no page has and that could be names
  "unknown-word", // one of those is more than scenery: there are few words beside it
  "unknown-name", // one of those stands where a thing is named
  "name-missing", // a known name that stands where a thing is named, and that no chosen block has
  "about-missing", // the one thing asked about is unknown or not in the first block
  "flat", // no page stands out
  "unlike", // how little the chosen blocks are about the same, by what the search has learned of words
  "unphrased", // how far the question is from how people ask for the sections of the chosen blocks
] as const;

export type SufficiencyFeature = (typeof SUFFICIENCY_FEATURES)[number];

const AVERAGE_FARNESS = 0.5;
/** A question with fewer words says little of what it asks for. */
const FEW_WORDS = 3;
/** One unknown word in so many is part of a story. */
const SCENERY = 1 / 9;
/** A known word this rare can be missed. */
const RARE = 0.5;
/** Names told as missing. */
const MOST_MISSING = 4;

/** "recompute" is known where "compute" is. */
const PREFIX = /^(?:re|un|auto|pre|sub|multi|non|mis)-?(?=\p{L}{4})/u;

export type Assessed = {
  readonly values: Readonly<Record<SufficiencyFeature, number>>;
  /** It asks for what documentation never holds, or seldom, and no chosen block has its words. */
  readonly isOutside: boolean;
  /** Words of the question, as the asker wrote them, that no page or no chosen block has. */
  readonly missing: readonly string[];
};

/** How the chosen blocks stand to what was asked. */
export function assess(input: SufficiencyInput): Assessed {
  const { words, chosen, aboutOne, outside, searched, flatness, trust } = input;
  const held = chosen.map(({ block, held: own }) => ({
    own,
    all: own.union(new Set(rootsOf([block.chunk.title, ...block.headings].join(" ")))),
  }));
  const said = new Set(held.flatMap(({ all }) => [...all]));
  const first = held[0]?.all ?? new Set<string>();
  const isIn = (roots: ReadonlySet<string>) => (word: AskedWord) =>
    word.roots.some((root) => roots.has(root));
  const asked = words.filter(({ isAsked }) => isAsked);
  // "crashed" is known where "crashes" is.
  const isKnown = (word: AskedWord) =>
    word.known ||
    (!word.isCode &&
      word.roots.some((root) => said.has(root) || said.has(root.replace(PREFIX, ""))));
  const known = asked.filter(isKnown);
  const unknown = asked.filter((word) => !isKnown(word) && word.isName);
  const unknownNames = unknown.filter(({ isPlaced }) => isPlaced);
  const namesMissing = known.filter(
    (word) => word.isName && word.isPlaced && word.rarity > RARE && !isIn(said)(word),
  );
  const [rarest] = asked.toSorted((left, right) => right.rarity - left.rarity);
  const outsideRoots = rootsOf(outside?.words ?? "").filter((root) => searched.has(root));
  const flag = (condition: boolean) => (condition ? 1 : 0);
  /** Of an average question where there is nothing to measure it by. */
  const farness = (feature: "like" | "phrase") => {
    const nearest = Math.max(0, ...chosen.map(({ features }) => features[feature]));
    return nearest === 0 ? AVERAGE_FARNESS : 1 - nearest;
  };
  return {
    values: {
      "unknown-word": trust * flag(unknown.length > SCENERY * asked.length),
      unknown: (trust * unknown.length) / Math.max(FEW_WORDS, asked.length),
      "unknown-name": trust * flag(unknownNames.length > 0),
      "name-missing": flag(namesMissing.length > 0),
      "about-missing": flag(
        aboutOne && rarest !== undefined && (!rarest.known || !isIn(first)(rarest)),
      ),
      flat: flatness,
      unlike: farness("like"),
      unphrased: farness("phrase"),
    },
    isOutside:
      outside !== undefined &&
      (outside.kind === "never" || !outsideRoots.every((root) => said.has(root))),
    missing: [
      ...new Set(
        [...unknownNames, ...namesMissing.filter(isWrittenAsName)].map(({ surface }) => surface),
      ),
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
  const { values, missing, isOutside } = assess(input);
  if (isOutside) {
    const why = `asks for what these pages do not hold: ${input.outside?.words ?? ""}`;
    return { sufficient: false, why, missing };
  }
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
