import { statementWords } from "./statement-words.ts";

/**
 * Share of the content words of the facts that the answer has, averaged over facts: words, not meaning. It moves
 * when an answer covers more of what it should say; whether a fact is stated is a judge's to say. Undefined
 * without facts. [pure]
 */
export function factWords(answer: string, facts: readonly string[]): number | undefined {
  const said = statementWords(answer);
  const shares = facts
    .map((fact) => [...statementWords(fact)])
    .filter((words) => words.length > 0)
    .map((words) => words.filter((word) => said.has(word)).length / words.length);
  if (shares.length === 0) return undefined;
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
