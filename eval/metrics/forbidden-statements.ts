import { isNegated, statementWords } from "./statement-words.ts";

/** Share of a forbidden statement's words that make a sentence an assertion of it. */
const ASSERTED_FROM = 0.8;

/**
 * The forbidden statements that a sentence of the answer asserts, by words alone: four fifths of the statement's
 * content words in one sentence, negated alike. It misses paraphrases and cannot weigh meaning; a judge can. [pure]
 */
export function forbiddenStatements(
  sentences: readonly string[],
  forbidden: readonly string[],
): readonly string[] {
  const said = sentences.map((text) => ({ words: statementWords(text), negated: isNegated(text) }));
  return forbidden.filter((statement) => {
    const words = [...statementWords(statement)];
    const negated = isNegated(statement);
    return (
      words.length >= 2 &&
      said.some(
        (sentence) =>
          sentence.negated === negated &&
          words.filter((word) => sentence.words.has(word)).length >= ASSERTED_FROM * words.length,
      )
    );
  });
}
