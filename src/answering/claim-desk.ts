/** Where what was found to hold becomes claims of the answer: numbered, cited, and kept out with a reason otherwise. */
import type { Claim, Citation } from "../documents/answer.ts";
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import { verifyClaim, type VerifiedClaim } from "../verification/verify-claim.ts";
import type { Draft } from "../writing/writer.ts";
import type { AnswerEvent } from "./application.ts";
import { createCiter } from "./cite.ts";
import type { DroppedClaim } from "./receipt.ts";
import { withSourceFirst } from "./source-first.ts";

export interface ClaimDesk {
  /** Verifies a draft; shows it, or keeps it out. */
  propose(draft: Draft): readonly AnswerEvent[];
  /** Shows what was verified already. */
  show(verified: VerifiedClaim): AnswerEvent;
  drop(claim: DroppedClaim): void;
  /** The citation of a section, numbered now when nothing cited it before. */
  citation(chunk: Chunk): Citation;
  readonly chunks: ReadonlyMap<ChunkId, Chunk>;
  readonly claims: readonly Claim[];
  readonly dropped: readonly DroppedClaim[];
  citations(): readonly Citation[];
}

/** `chunks`: every chunk a quote may come from; may grow meanwhile. */
export function createClaimDesk(chunks: ReadonlyMap<ChunkId, Chunk>): ClaimDesk {
  const citer = createCiter();
  const claims: Claim[] = [];
  const dropped: DroppedClaim[] = [];

  const show = (verified: VerifiedClaim): AnswerEvent => {
    const shown = withSourceFirst(verified, chunks);
    const { claim, citations } = citer.cite(`c${claims.length + 1}`, shown, chunks);
    claims.push(claim);
    return { kind: "claim", claim, citations };
  };

  return {
    propose(draft) {
      const verified = verifyClaim(draft, { chunks });
      if (verified.verdict === "holds") return [show(verified)];
      dropped.push({ text: draft.text, reason: verified.reason, detail: verified.detail });
      return [];
    },
    show,
    drop: (claim) => void dropped.push(claim),
    citation: (chunk) => citer.citation(chunk),
    chunks,
    claims,
    dropped,
    citations: () => citer.citations(),
  };
}
