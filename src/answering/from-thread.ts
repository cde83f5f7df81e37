/** An answer that rests on what was said before in the conversation. */
import type { Evidence } from "../documents/evidence.ts";
import type { Retrieval } from "../retrieval/retriever.ts";
import type { AnswerEvent } from "./application.ts";
import { type Asked, type Attempt, NOTHING, passedOn } from "./attempt.ts";
import { createClaimDesk } from "./claim-desk.ts";
import { pageClaim } from "./page-claim.ts";
import { factOf } from "./thread/fact-text.ts";
import { answerFromThread, type ThreadAnswer } from "./thread/thread-answer.ts";
import type { ThreadFacts } from "./with-model.ts";

/** What code makes of a follow-up about our own words; `handled: false` for every other question. */
export function lookUpThread(asked: Asked): Promise<ThreadAnswer> {
  return asked.log.timed("thread", () =>
    answerFromThread({
      resolution: asked.resolution,
      conversation: asked.before,
      retriever: asked.parts.retriever,
      question: asked.question.text,
      ...passedOn(asked),
    }),
  );
}

/** Shows what was found: quotes and fixed sentences. */
export function* fromThread(found: ThreadAnswer): Generator<AnswerEvent, Attempt> {
  const chunks = new Map(found.chunks.map((chunk) => [chunk.id, chunk]));
  const desk = createClaimDesk(chunks);
  for (const draft of found.drafts) {
    const claim = pageClaim(draft, chunks);
    if (claim === undefined) yield* desk.propose(draft);
    else yield desk.show(claim);
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
    evidence: evidenceOf(found),
  };
}

function evidenceOf({ chunks }: ThreadAnswer): Evidence[] {
  return chunks.map((chunk, index) => ({
    chunk,
    rank: index + 1,
    score: 0,
    why: "from the thread",
  }));
}

/** Whether there is something to tell that a model would tell better than fixed sentences do. */
export function isForModel({ remarks, drafts, chunks }: ThreadAnswer): boolean {
  const isFixed = remarks.some(({ kind }) => kind === "nothing-before" || kind === "never-said");
  return !isFixed && chunks.length > 0 && (remarks.length > 0 || drafts.some(wasSaid));
}

const wasSaid = ({ words }: ThreadAnswer["drafts"][number]) =>
  words !== undefined && words !== "page";

/** What a model is told about the conversation: each remark as a fact, and which statements of ours still stand. */
export function factsOf({ remarks, drafts }: ThreadAnswer): ThreadFacts {
  return {
    facts: [
      ...remarks.map(({ kind, values }) => {
        const remark = { kind, values };
        return { text: factOf(remark), remark };
      }),
      ...drafts.filter(wasSaid).map(({ text }) => ({
        text: `Your earlier statement "${text}" was looked up again now: the passages it was checked against still stand on their page.`,
      })),
    ],
  };
}

/** What the thread stands on, before what a search for the follow-up finds. */
export function withThreadEvidence(retrieval: Retrieval, found: ThreadAnswer): Retrieval {
  const own = evidenceOf(found);
  const known = new Set(own.map(({ chunk }) => chunk.id));
  const others = retrieval.evidence.filter(({ chunk }) => !known.has(chunk.id));
  const evidence = [...own, ...others].map((each, index) => ({ ...each, rank: index + 1 }));
  return { ...retrieval, evidence };
}
