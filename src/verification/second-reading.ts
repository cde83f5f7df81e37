/**
 * What a second reader's word does to a verdict. It may lift what the weights were unsure of and put down what they
 * took for carried; a rule that objects is not overruled, and what was refused stays refused. Pure.
 */
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import type { CheckedClaim, Reading } from "../writing/model/claim-reader.ts";
import { headingsAbove, type VerifiedQuote } from "./quoted-places.ts";
import {
  type DoubtfulClaim,
  type HoldingClaim,
  inPlaceOf,
  type RefusedClaim,
  type VerifiedClaim,
} from "./verify-claim.ts";

type Chunks = ReadonlyMap<ChunkId, Chunk>;
type Verified = HoldingClaim | DoubtfulClaim | RefusedClaim;

/**
 * What the reader is asked about a verified claim; undefined where its word would change nothing: for a copy of the
 * quote, for what a rule objects to, and for what is refused.
 */
export function toBeRead(verified: Verified, chunks: Chunks): CheckedClaim | undefined {
  const claim = claimOf(verified);
  if (claim === undefined) return undefined;
  const asRead = (quote: VerifiedQuote) => ({
    text: quote.text,
    place: headingsAbove(quote, chunks),
  });
  return { claim: claim.text, quotes: claim.quotes.map(asRead) };
}

function claimOf(verified: Verified): VerifiedClaim | undefined {
  switch (verified.verdict) {
    case "holds":
      return verified.isCopy ? undefined : verified;
    case "doubtful":
      return verified.reason === "unsure" ? verified.asWritten : undefined;
    case "refused":
      return undefined;
  }
}

/** The verdict after a reading of what `toBeRead` gave. */
export function afterReading(verified: Verified, reading: Reading, chunks: Chunks): Verified {
  const claim = claimOf(verified);
  if (claim === undefined || verified.verdict === "refused") return verified;
  if (reading.kind === "carried") return { ...claim, verdict: "holds", isCopy: false };
  const [reason, detail] =
    reading.kind === "unread"
      ? ([`second reader: ${reading.why}`, ""] as const)
      : (["second reader: not carried", reading.wrong] as const);
  if (verified.verdict === "doubtful") return { ...verified, reason, detail };
  const instead = inPlaceOf(verified, chunks);
  if (instead.length > 0) return { verdict: "doubtful", asWritten: claim, instead, reason, detail };
  // The check itself loses nothing; only a reader's no does.
  if (reading.kind === "unread") return verified;
  return { verdict: "refused", reason: "not-quotable", detail: `${reason}: ${detail}` };
}
