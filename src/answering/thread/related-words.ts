/**
 * Words of operating software in general that mean much the same, so that a word which the documentation does not have
 * finds what it has instead. Each group is one idea; none is about one product.
 */
import { z } from "zod";
import { rootsOf } from "../../documents/roots.ts";
import groups from "./related-words.json" with { type: "json" };

/** A phrase of more words says something and names nothing. */
const CLAUSE_WORDS = 3;

type Group = { readonly phrases: readonly string[]; readonly keys: ReadonlySet<string> };

const GROUPS: readonly Group[] = z
  .array(z.array(z.string()))
  .parse(groups)
  .map((phrases) => ({ phrases, keys: new Set(phrases.map(keyOf)) }));

function keyOf(phrase: string): string {
  return rootsOf(phrase).join(" ");
}

/** Other words for the idea of `word`, itself left out; [] for a word of no group. */
export function relatedWords(word: string): string[] {
  const key = keyOf(word);
  const found = GROUPS.filter(({ keys }) => keys.has(key)).flatMap(({ phrases }) => phrases);
  return [...new Set(found)].filter((phrase) => keyOf(phrase) !== key);
}

/** Of these, the ones that say what happens instead: more words than a name has. */
export function relatedClauses(word: string): string[] {
  return relatedWords(word).filter((phrase) => phrase.split(" ").length > CLAUSE_WORDS);
}
