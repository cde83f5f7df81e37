/**
 * Names of products in a question: how a product may be written, and the products that people of this trade speak of.
 * Which products are indexed, and what they are called, is data of the index version's sources.
 */
import { z } from "zod";
import { joinWords, KnownProduct, type ProductWords } from "../documents/product-words.ts";
import type { IndexVersion, SourceSummary } from "../store/chunk-index.ts";
import orchestrators from "./orchestrators.json" with { type: "json" };

/** Products of workflow orchestration that a question may be about. */
export const ORCHESTRATORS: readonly KnownProduct[] = z
  .array(KnownProduct)
  .readonly()
  .parse(orchestrators);

/** A product that the index holds, with every name its sources know for it. */
export type IndexedProduct = Omit<KnownProduct, "onlyIndexed">;

/** Where a name stands in a text. */
export type NamePlace = { readonly start: number; readonly end: number };

/** The first place where `text` names the product; undefined when it does not. */
export function findName(
  text: string,
  { names, not = [] }: Pick<KnownProduct, "names" | "not">,
): NamePlace | undefined {
  const other = not.length === 0 ? undefined : phrasesPattern(not, "iuy");
  for (const match of text.matchAll(phrasesPattern(names, "giu"))) {
    if (other !== undefined) {
      other.lastIndex = match.index;
      if (other.test(text)) continue;
    }
    return { start: match.index, end: match.index + match[0].length };
  }
  return undefined;
}

const patterns = new Map<string, RegExp>();
/** Lists are few; what is beyond belongs to an index that is gone. */
const MAX_PATTERNS = 500;

/** Any of `phrases` as whole words, the longest first. */
function phrasesPattern(phrases: readonly string[], flags: string): RegExp {
  const key = `${flags} ${phrases.join("\n")}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const any = phrases
    .toSorted((a, b) => b.length - a.length)
    .map((phrase) =>
      phrase
        .trim()
        .split(/[\s_-]+/u)
        .map((word) => word.replaceAll(/[$()*+./?[\\\]^{|}]/gu, String.raw`\$&`))
        .join("[ _-]?"),
    )
    .join("|");
  const pattern = new RegExp(String.raw`(?<![\p{L}\p{N}_])(?:${any})(?![\p{L}\p{N}_])`, flags);
  if (patterns.size >= MAX_PATTERNS) patterns.clear();
  patterns.set(key, pattern);
  return pattern;
}

/** The known product that goes by one of `names`; undefined for a product of which nothing is known. */
export function knownProduct(
  names: readonly string[],
  known: readonly KnownProduct[] = ORCHESTRATORS,
): KnownProduct | undefined {
  return known.find((product) =>
    names.some((name) => {
      const place = findName(name, product);
      if (place === undefined) return false;
      // "Airflow", "Apache Airflow" and "Airflow Platform" are it, "A plugin for Airflow" is not.
      const behind = name.slice(place.end).trim().split(/\s+/u);
      return place.end - place.start >= name.length / 2 || (place.start === 0 && behind.length < 2);
    }),
  );
}

/** What the sources of an index version are about, one entry a product, with all names. */
export function indexedProducts(
  sources: readonly Pick<SourceSummary, "product" | "title" | "names">[],
): readonly IndexedProduct[] {
  return [...Map.groupBy(sources, ({ product }) => product)].map(([product, ofProduct]) => {
    const title = ofProduct.find((source) => source.title !== undefined)?.title ?? product;
    const own = [product, title, ...ofProduct.flatMap(({ names = [] }) => names)];
    const known = knownProduct(own);
    const names = [...own, ...(known?.names ?? [])]
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== "");
    return {
      product,
      title,
      names: [...new Set(names)],
      ...(known?.not === undefined ? {} : { not: known.not }),
    };
  });
}

/** The words of the product, or of all that the version holds; undefined when its sources have none. */
export function wordsOf(
  { sources }: Pick<IndexVersion, "sources">,
  product?: string,
): ProductWords | undefined {
  const all = sources.flatMap((source) =>
    source.words === undefined || (product !== undefined && source.product !== product)
      ? []
      : [source.words],
  );
  return all.length === 0 ? undefined : joinWords(all);
}
