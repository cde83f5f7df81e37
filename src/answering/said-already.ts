/** Whether an answer says a thing already: the same sentence is not shown twice, in our words and in the page's. Pure. */
import type { Claim } from "../documents/answer.ts";
import { coverage } from "../verification/claim-support.ts";
import type { VerifiedClaim } from "../verification/verify-claim.ts";

/** Share of the words of a passage from which a claim says all of it. */
const SAID = 0.8;

/** The claim that has nearly all words of a passage, if there is one. */
export function sayingClaim(
  passage: Pick<VerifiedClaim, "text">,
  claims: readonly Claim[],
): Claim | undefined {
  return claims.find(({ text }) => coverage(passage.text, [text]) >= SAID);
}

/** Whether all that a claim stands on is shown already, whole and in the page's own words. */
export function isShownWhole(
  { quotes }: Pick<VerifiedClaim, "quotes">,
  inPageWords: readonly Claim[],
): boolean {
  const shown = inPageWords.flatMap((claim) => claim.quotes);
  return quotes.every(({ chunkId, start, end }) =>
    shown.some((quote) => quote.chunkId === chunkId && quote.start <= start && quote.end >= end),
  );
}
