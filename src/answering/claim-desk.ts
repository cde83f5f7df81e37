/** Where drafts become claims: each is verified, numbered and shown, or kept out with the reason why. */
import type { Claim, Citation } from "../documents/answer.ts";
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import { afterReading, toBeRead } from "../verification/second-reading.ts";
import { verifyClaim, type VerifiedClaim } from "../verification/verify-claim.ts";
import type { ClaimChecks } from "../writing/model/claim-checks.ts";
import type { CheckedClaim } from "../writing/model/claim-reader.ts";
import type { Draft } from "../writing/writer.ts";
import type { AnswerEvent } from "./application.ts";
import { createCiter } from "./cite.ts";
import type { DoubtfulClaim, DroppedClaim } from "./receipt.ts";
import { isShownWhole, sayingClaim } from "./said-already.ts";
import type { WorkLog } from "./work-log.ts";

/** A draft with its verdict, the second reader's word included where it was asked. */
export type JudgedDraft = {
  readonly kind: "judged";
  readonly draft: Draft;
  readonly verified: ReturnType<typeof verifyClaim>;
};

export type ClaimDeskOptions = {
  /** The resolved question. */
  readonly question: string;
  /** Every chunk a quote may come from; may grow while claims are judged. */
  readonly chunks: ReadonlyMap<ChunkId, Chunk>;
  readonly checks?: ClaimChecks | undefined;
  readonly readerName?: string | undefined;
  readonly log: WorkLog;
};

export interface ClaimDesk {
  /** Verifies a draft and, where there is a second reader whose word may change the verdict, asks it. */
  judge(draft: Draft): JudgedDraft | Promise<JudgedDraft>;
  /**
   * A claim that holds is numbered and shown; of a doubtful one what the page says itself, unless the answer says it
   * already; what is refused goes into the receipt.
   */
  accept(judged: JudgedDraft): readonly AnswerEvent[];
  /** Verifies by rules alone, and accepts. */
  propose(draft: Draft): readonly AnswerEvent[];
  /** Shows what was verified already. */
  show(verified: VerifiedClaim): AnswerEvent;
  /** The citation of a section, numbered now when nothing cited it before. */
  citation(chunk: Chunk): Citation;
  readonly chunks: ReadonlyMap<ChunkId, Chunk>;
  readonly claims: readonly Claim[];
  readonly dropped: readonly DroppedClaim[];
  readonly doubtful: readonly DoubtfulClaim[];
  citations(): readonly Citation[];
}

export function createClaimDesk(options: ClaimDeskOptions): ClaimDesk {
  const { question, chunks, checks, readerName, log } = options;
  const citer = createCiter();
  const claims: Claim[] = [];
  const dropped: DroppedClaim[] = [];
  const doubtful: DoubtfulClaim[] = [];
  /** Claims shown in the place of doubtful ones. */
  const inPageWords: Claim[] = [];

  const verify = (draft: Draft) => verifyClaim(draft, { chunks, question });

  const checked = async (
    { read }: { readonly read: ClaimChecks["read"] },
    judged: JudgedDraft,
    claim: CheckedClaim,
  ): Promise<JudgedDraft> => {
    const { reading, usage } = await read(claim);
    if (usage !== undefined) log.charge(readerName ?? "", usage);
    return { ...judged, verified: afterReading(judged.verified, reading, chunks) };
  };

  const show = (verified: VerifiedClaim): Extract<AnswerEvent, { kind: "claim" }> => {
    const { claim, citations } = citer.cite(`c${claims.length + 1}`, verified, chunks);
    claims.push(claim);
    return { kind: "claim", claim, citations };
  };

  const accept = ({ draft: { text }, verified }: JudgedDraft): readonly AnswerEvent[] => {
    switch (verified.verdict) {
      case "holds":
        if (inPageWords.length > 0 && isShownWhole(verified, inPageWords)) {
          dropped.push({ text, reason: "said-already", detail: "in the page's own words" });
          return [];
        }
        return [show(verified)];
      case "doubtful": {
        const { reason, detail, instead } = verified;
        const shownAs: string[] = [];
        const events: AnswerEvent[] = [];
        for (const passage of instead) {
          const said = sayingClaim(passage, claims);
          if (said === undefined) {
            const event = show(passage);
            inPageWords.push(event.claim);
            events.push(event);
          }
          shownAs.push((said ?? claims.at(-1))?.id ?? "");
        }
        doubtful.push({ text, reason, detail, shownAs });
        return events;
      }
      case "refused":
        dropped.push({ text, reason: verified.reason, detail: verified.detail });
        return [];
    }
  };

  return {
    judge(draft) {
      const judged = { kind: "judged", draft, verified: verify(draft) } as const;
      const claim = checks === undefined ? undefined : toBeRead(judged.verified, chunks);
      if (checks === undefined || claim === undefined) return judged;
      return checked({ read: (each) => checks.read(each) }, judged, claim);
    },
    accept,
    show,
    propose: (draft) => accept({ kind: "judged", draft, verified: verify(draft) }),
    citation: (chunk) => citer.citation(chunk),
    chunks,
    claims,
    dropped,
    doubtful,
    citations: () => citer.citations(),
  };
}
