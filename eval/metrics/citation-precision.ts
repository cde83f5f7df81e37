import { holdsPassage } from "../comparable.ts";
import type { Place } from "./section-recall.ts";

/** A source of an answer and the passages quoted from it; `page` is the canonical path, quotes as `passageKey` makes them. */
export type CitedSource = { readonly page: string; readonly quotes: readonly string[] };

/**
 * Share of the sources whose page is a gold page, or whose quoted text contains a gold quote. A lower bound: a
 * page outside the gold can support its sentence too, and telling so takes judgement. Undefined without sources.
 * [pure]
 */
export function citationPrecision(
  sources: readonly CitedSource[],
  gold: readonly Place[],
): number | undefined {
  if (sources.length === 0) return undefined;
  const pages = new Set(gold.map((place) => place.page));
  const valid = sources.filter(
    (source) =>
      pages.has(source.page) ||
      gold.some((place) => source.quotes.some((quote) => holdsPassage(quote, place.quote))),
  );
  return valid.length / sources.length;
}
