/** Weights of the ranking of pages, written by `npm run eval:fit-pages`. */
import { z } from "zod";
import { PAGE_TYPES } from "../documents/document.ts";
import written from "./weights.json" with { type: "json" };

/** What speaks for a page, each 0 to 1. */
export const FEATURES = [
  /** Best and second best chunk of the page by text. */
  "text",
  "textSecond",
  /** 10 / (9 + rank) in the lists of the corpus embedding and of pairs. */
  "corpusRank",
  "pairsRank",
  /** Share of the question's words that the title, and the headings above its best chunk for that, have. */
  "titleCover",
  "headingCover",
  /** Whether the text list has what stands at the top of the page. */
  "opening",
  /** How people ask for the page; only an index that has phrasings gives this list. */
  "phrasings",
  "endpoint",
] as const;

export type Feature = (typeof FEATURES)[number];

/** One ranking's weights. */
export const RankingWeights = z.strictObject({
  features: z.record(z.enum(FEATURES), z.number()),
  /** Added to the score of a page of the type. */
  pageTypes: z.record(z.enum(PAGE_TYPES), z.number()),
});
export type RankingWeights = Readonly<z.infer<typeof RankingWeights>>;

/** The shape of `weights.json`. */
export const PageWeights = z.strictObject({
  /** Learned from several products together, none of which is searched by phrasings. */
  plain: RankingWeights,
  /** Where phrasings are searched too: learned from sources that have some, starting from the plain ones. */
  phrased: RankingWeights,
});
export type PageWeights = Readonly<z.infer<typeof PageWeights>>;

let known: PageWeights | undefined;

/** The weights in use, checked once. Throws a `ZodError` when the file has another shape. */
export function pageWeights(): PageWeights {
  known ??= PageWeights.parse(written);
  return known;
}
