/**
 * [pure] What speaks for each page a question finds, and which of them are gold -> examples to fit the ranking of pages on.
 * A page's type counts twice: its group, learned like any feature, and the type itself, held near its group, because most
 * types stand in one product only and what they are worth there says little of the next.
 */
import { PAGE_TYPES, type PageType } from "../../src/documents/document.ts";
import type { PageFeatures } from "../../src/retrieval/fuse.ts";
import { GENERATED_PAGES } from "../../src/retrieval/phrasings.ts";
import { type Feature, FEATURES, type RankingWeights } from "../../src/retrieval/weights.ts";
import type { RankedExample } from "./listwise.ts";

/** Not learned, and kept as it is: no questions were asked of an index with an endpoint's vectors. */
const SET_BY_HAND: ReadonlySet<Feature | PageType> = new Set(["endpoint", "issue"]);

export const LEARNED: readonly Feature[] = FEATURES.filter((feature) => !SET_BY_HAND.has(feature));
const GROUPS: readonly ReadonlySet<PageType>[] = [GENERATED_PAGES, new Set(["other"])];
const TYPES: readonly PageType[] = PAGE_TYPES.filter((type) => !SET_BY_HAND.has(type));

const PENALTY = 0.002;
const TYPE_PENALTY = 0.03;
const PHRASED_PENALTY = 0.01;

/** Penalty of each column of an example. */
export const PLAIN_PENALTIES: readonly number[] = [
  ...LEARNED.map(() => PENALTY),
  ...GROUPS.map(() => PENALTY),
  ...TYPES.map(() => TYPE_PENALTY),
];
/** The same for weights that start from those. */
export const PHRASED_PENALTIES: readonly number[] = PLAIN_PENALTIES.map(() => PHRASED_PENALTY);

/** The pages of one question; features first, then groups of types, then types. */
export function pageExamples(
  pages: readonly PageFeatures[],
  isGold: (url: string) => boolean,
): readonly RankedExample[] {
  return pages.map(({ url, features, pageType }) => ({
    features: [
      ...LEARNED.map((feature) => features[feature]),
      ...GROUPS.map((types) => Number(types.has(pageType))),
      ...TYPES.map((type) => Number(type === pageType)),
    ],
    right: isGold(url),
  }));
}

/** The learned columns without one feature: its values are 0. */
export function withoutFeature(
  examples: readonly RankedExample[],
  feature: Feature,
): readonly RankedExample[] {
  const column = LEARNED.indexOf(feature);
  return examples.map(({ features, right }) => ({ features: features.with(column, 0), right }));
}

/**
 * What text weighs in the end. Learning settles the order of pages; how far they are apart is a convention that the search in
 * several wordings (`fuseWordings`), `undecided.ts` and the blocks of an answer are used to.
 */
const TEXT_WEIGHT = 5.4;

/** The factor that brings learned columns to the usual scale. */
export function usualScale(learned: readonly number[]): number {
  return TEXT_WEIGHT / (learned[LEARNED.indexOf("text")] ?? TEXT_WEIGHT);
}

/** Learned columns as weights. Types are told from guides, which are 0; what was not learned stays as in `before`. */
export function rankingWeights(
  learned: readonly number[],
  scale: number,
  before: RankingWeights,
): RankingWeights {
  const ofType = (type: PageType) => {
    const groups = GROUPS.map((types, at) => (types.has(type) ? learned[LEARNED.length + at] : 0));
    const own = learned[LEARNED.length + GROUPS.length + TYPES.indexOf(type)];
    return [...groups, own].reduce<number>((sum, weight) => sum + (weight ?? 0), 0);
  };
  return {
    features: {
      ...before.features,
      ...Object.fromEntries(
        LEARNED.map((feature, at) => [feature, round(scale * (learned[at] ?? 0))]),
      ),
    },
    pageTypes: {
      ...before.pageTypes,
      ...Object.fromEntries(
        TYPES.map((type) => [type, round(scale * (ofType(type) - ofType("guide")))]),
      ),
    },
  };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
