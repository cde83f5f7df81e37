/** The terms an answer used, so that a later "what is that?" finds where each one is documented. */
import type { Claim, Term } from "../documents/answer.ts";

/**
 * What reads as a term of the product rather than a word of the language: identifiers (`retry_delay_seconds`,
 * `PREFECT_API_URL`, `backoffLimit`, `flow_run.state`), and names written with a capital inside a sentence
 * (states such as Crashed, products such as Prefect Cloud).
 */
const IDENTIFIER =
  /\b(?:[A-Za-z][A-Za-z0-9]*(?:[_.][A-Za-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+|[A-Z]{2,}[A-Z0-9_]*)\b/g;
const CAPITALISED =
  /(?<=[a-z0-9,;:)]["”’)]*\s["“‘(]*)(?:[A-Z][a-z]+(?:[A-Z][a-z]+)*)(?:\s[A-Z][a-z]+)*\b/g;

/** One entry a word, in order of first use, with the claims that use it and the citation of the first quote that has it. */
export function termsOf(claims: readonly Claim[]): Term[] {
  const terms = new Map<string, { claimIds: string[]; citation: number | undefined }>();
  for (const claim of claims) {
    const words = new Set([
      ...(claim.text.match(IDENTIFIER) ?? []),
      ...(claim.text.match(CAPITALISED) ?? []),
    ]);
    for (const word of words) {
      const entry = terms.get(word) ?? { claimIds: [], citation: undefined };
      entry.claimIds.push(claim.id);
      entry.citation ??= claim.quotes.find(({ text }) => text.includes(word))?.citation;
      terms.set(word, entry);
    }
  }
  return [...terms].map(([word, { claimIds, citation }]) =>
    citation === undefined ? { word, claimIds } : { word, claimIds, citation },
  );
}
