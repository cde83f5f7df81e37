/** An answer that rests on what was said before in the conversation. */
import type { AnswerEvent } from "./application.ts";
import { type Asked, type Attempt, NOTHING, passedOn } from "./attempt.ts";
import { createClaimDesk } from "./claim-desk.ts";
import { mapInOrder } from "./in-order.ts";
import { pageClaim } from "./page-claim.ts";
import { answerFromThread } from "./thread/thread-answer.ts";
import type { ClaimChecks } from "../writing/model/claim-checks.ts";

export async function* fromThread(
  asked: Asked,
  checks: ClaimChecks | undefined,
): AsyncGenerator<AnswerEvent, Attempt> {
  const { parts, resolution, log } = asked;
  const found = await log.timed("thread", () =>
    answerFromThread({
      resolution,
      conversation: asked.before,
      retriever: parts.retriever,
      question: asked.question.text,
      ...passedOn(asked),
    }),
  );
  if (!found.handled) return { ...NOTHING, end: "passed-on" };
  const chunks = new Map(found.chunks.map((chunk) => [chunk.id, chunk]));
  const desk = createClaimDesk({
    question: resolution.question,
    chunks,
    checks,
    readerName: parts.claimReader?.name,
    log,
  });
  checks?.begin();
  const judged = mapInOrder(found.drafts, (draft) => pageClaim(draft, chunks) ?? desk.judge(draft));
  for await (const each of judged) {
    if ("kind" in each) yield* desk.accept(each);
    else yield desk.show(each);
  }
  const remarks = found.remarks.map(({ chunkId, ...remark }) => {
    const chunk = chunkId === undefined ? undefined : chunks.get(chunkId);
    return chunk === undefined ? remark : { ...remark, citation: desk.citation(chunk).number };
  });
  const isEmpty = desk.claims.length === 0;
  return {
    ...NOTHING,
    end: isEmpty ? "not-found" : "answered",
    ...(isEmpty ? { reason: "silent" } : {}),
    desk,
    remarks,
    evidence: found.chunks.map((chunk, index) => ({
      chunk,
      rank: index + 1,
      score: 0,
      why: "from the thread",
    })),
  };
}
