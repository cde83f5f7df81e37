/**
 * Words compared by their root, so that "cancelled" in a question meets "cancelling" in a sentence. Coarser than the
 * tokens of the index on purpose: passages of a few retrieved chunks are compared, not a corpus.
 */
import { tokenize } from "../documents/tokenize.ts";

const SUFFIX =
  /(?:isation|ization|ations?|itions?|ences?|ances?|ments?|ities|ity|ables?|ibles?|ings?|edly|ions?|ers?|ors?|ed|es|ly|al|s|e|y)$/u;

/** The part of a word that its relatives share: "cancel" of cancelled, "persist" of persistence. Names from code stay. */
export function rootOf(token: string): string {
  if (token.length < 5 || /[^a-z]/u.test(token)) return token;
  const cut = token.replace(SUFFIX, "");
  const root = cut.length >= 3 ? cut : token;
  const doubled = root.length > 3 && root.at(-1) === root.at(-2) && !/[sz]$/u.test(root);
  return doubled ? root.slice(0, -1) : root;
}

/** Roots of a text's tokens, in order. */
export function rootsOf(text: string): readonly string[] {
  return tokenize(text).map(rootOf);
}
