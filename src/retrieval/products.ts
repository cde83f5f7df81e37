/**
 * Which product a question is about, given those that the index holds. A product that is only compared with, left
 * behind or connected to is not what is asked about.
 */
import type { KnownProduct } from "../documents/product-words.ts";
import { findName, type IndexedProduct, ORCHESTRATORS } from "./product-names.ts";

/** Before a name: it is where somebody comes from, or what something is compared with or connected to. */
const ASIDE_BEFORE =
  /\b(?:from|off|than|versus|vs\.?|unlike|instead of|rather than|replac\w+|leav\w+|left|ditch\w*|migrat\w+|mov\w+|switch\w*|similar to|equivalent (?:of|to|in)|counterpart (?:of|to|in)|compar\w+ (?:to|with)|like|used to|as in|trigger\w*|call\w*|via|through)\s+(?:(?:a|an|our|my|the|old|existing|apache)\s+){0,2}$/iu;

/** Behind a name: something in the manner of that product, asked of another. */
const ASIDE_AFTER = /^(?:'s)?[ -](?:styled?|like|ish|esque)\b/iu;

export type ProductReading = {
  /** The indexed product that the question names. */
  readonly product?: string;
  /** Name for people of a known product that it asks about and the index does not hold. */
  readonly unknown?: string;
};

/** What is beyond decides nothing: a question is short, what is pasted below it may name anything. */
const MAX_LENGTH = 5000;

/** Reads which product `question` is about. */
export function readProduct(
  question: string,
  indexed: readonly IndexedProduct[],
  known: readonly KnownProduct[] = ORCHESTRATORS,
): ProductReading {
  const text = question.slice(0, MAX_LENGTH);
  const named = indexed.filter((product) => findName(text, product) !== undefined);
  if (named.length > 0) {
    // Two indexed products in one question are both searched.
    const [only] = named;
    return named.length === 1 && only !== undefined ? { product: only.product } : {};
  }
  const ours = (other: KnownProduct) =>
    indexed.some(({ product, names }) =>
      [product.toLowerCase(), ...names].some(
        (name) => name === other.product || other.names.includes(name),
      ),
    );
  for (const other of known) {
    if (other.onlyIndexed === true || ours(other)) continue;
    const place = findName(text, other);
    if (
      place !== undefined &&
      !ASIDE_BEFORE.test(text.slice(0, place.start)) &&
      !ASIDE_AFTER.test(text.slice(place.end))
    ) {
      return { unknown: other.title };
    }
  }
  return {};
}

/** The version of `product` that the question names, if it is one of `versions`: "prefect 2", "v3", "version 2.14". */
export function readVersion(
  question: string,
  product: Pick<IndexedProduct, "names">,
  versions: readonly string[],
): string | undefined {
  const names = product.names.map((name) => name.replaceAll(/[^a-z0-9]/giu, "."));
  const named = new RegExp(
    `\\b(?:${[...names, "version", "v"].join("|")})[ -]?v?(\\d+(?:\\.\\d+)*)\\b`,
    "giu",
  );
  for (const match of question.slice(0, MAX_LENGTH).matchAll(named)) {
    const asked = match[1] ?? "";
    const found = versions.find((version) => version === asked || version === asked.split(".")[0]);
    if (found !== undefined) return found;
  }
  return undefined;
}
