/** Two searches for one question -> one: what the second found comes first, what both found is kept once. */
import type { Evidence } from "../documents/evidence.ts";
import type { Retrieval } from "./retriever.ts";

/** As many chunks as one search gives at most. */
const MOST_EVIDENCE = 40;

/**
 * Evidence in turn from `second` and `first`, ranks counted anew; terms, queries and candidates of both. Scope and
 * version are those of `first`, because the second search serves the same question.
 */
export function mergeRetrievals(second: Retrieval, first: Retrieval): Retrieval {
  const evidence = new Map<string, Evidence>();
  const longest = Math.max(second.evidence.length, first.evidence.length);
  for (let index = 0; index < longest; index += 1) {
    for (const item of [second.evidence[index], first.evidence[index]]) {
      if (item !== undefined && !evidence.has(item.chunk.id)) evidence.set(item.chunk.id, item);
    }
  }
  const known = new Set(first.terms.map(({ token }) => token));
  return {
    ...first,
    evidence: [...evidence.values()]
      .slice(0, MOST_EVIDENCE)
      .map((item, index) => ({ ...item, rank: index + 1 })),
    candidates: [...first.candidates, ...second.candidates],
    terms: [...first.terms, ...second.terms.filter(({ token }) => !known.has(token))],
    queries: [...first.queries, ...second.queries],
  };
}
