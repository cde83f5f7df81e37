/**
 * Name of everything that makes an index version readable by this program: token rules, chunk fields, weights and
 * the corpus embedding's form. Changed with any of them; a version with another name is refused, not misread.
 */
export const PIPELINE = "lex-8 lsa-4";
