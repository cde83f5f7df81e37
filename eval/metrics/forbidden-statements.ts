import { splitSentences } from "../../src/documents/sentences.ts";
import { isNegated, statementWords } from "./statement-words.ts";

/** A sentence asserts a statement when it has more than this share of its words: of five it has all. */
const ASSERTED_ABOVE = 0.8;
/** A statement of fewer words stands in every heading on its subject. */
const LEAST_WORDS = 3;

/** "If it is set, results are persisted" does not say that results are persisted. */
const CONDITION = /\b(?:if|unless|once|when)\b/i;

/**
 * The forbidden statements that a sentence of these texts asserts, by words alone: more than four fifths of the statement's
 * content words in one sentence, negated alike, under no condition that the statement lacks. It misses
 * paraphrases and cannot weigh meaning; a judge can. [pure]
 */
export function forbiddenStatements(
  texts: readonly string[],
  forbidden: readonly string[],
): readonly string[] {
  const said = texts.flatMap(sentencesOf).map((text) => ({
    words: statementWords(text),
    negated: isNegated(text),
    conditional: CONDITION.test(text),
  }));
  return forbidden.filter((statement) => {
    const words = [...statementWords(statement)];
    const negated = isNegated(statement);
    const conditional = CONDITION.test(statement);
    return (
      words.length >= LEAST_WORDS &&
      said.some(
        (sentence) =>
          sentence.negated === negated &&
          (conditional || !sentence.conditional) &&
          words.filter((word) => sentence.words.has(word)).length > ASSERTED_ABOVE * words.length,
      )
    );
  });
}

function sentencesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .flatMap((line) => splitSentences(line).map(({ start, end }) => line.slice(start, end)));
}
