import type { Claim } from "../../src/documents/answer.ts";

/**
 * Share of an answer's quotes that are the page's own characters at the place they name. `textOf` gives a chunk's
 * text; a chunk that nobody knows makes its quotes false. Undefined without quotes. [pure]
 */
export function quotesTrue(
  claims: readonly Pick<Claim, "quotes">[],
  textOf: (chunkId: string) => string | undefined,
): number | undefined {
  const quotes = claims.flatMap((claim) => claim.quotes);
  if (quotes.length === 0) return undefined;
  const right = quotes.filter(
    (quote) =>
      quote.text !== "" && textOf(quote.chunkId)?.slice(quote.start, quote.end) === quote.text,
  );
  return right.length / quotes.length;
}
