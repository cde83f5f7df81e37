/** An answer made of what the pages say themselves: no model, or a model that came to nothing. */
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import type { Retrieval } from "../retrieval/retriever.ts";
import { nothingStandsOut } from "../retrieval/undecided.ts";
import { DEFAULT_LIMITS, draftsWithin } from "../writing/extractive/extractive-writer.ts";
import {
  draftForProbe,
  isWholeAnswer,
  MAIN_LIMITS,
  missingParts,
  probesFor,
  skeletonDrafts,
} from "../writing/extractive/failure-skeleton.ts";
import { assessSufficiency } from "../writing/extractive/sufficiency.ts";
import type { WriterEvent, WritingTask } from "../writing/writer.ts";
import type { AnswerEvent } from "./application.ts";
import {
  type Asked,
  type Attempt,
  chunksOf,
  closestSections,
  NOTHING,
  step,
  writingTask,
} from "./attempt.ts";
import { createClaimDesk } from "./claim-desk.ts";
import { retrieveParts } from "./retrieve-parts.ts";

export async function* offline(
  asked: Asked,
  retrieval: Retrieval,
): AsyncGenerator<AnswerEvent, Attempt> {
  const { parts, log } = asked;
  const { evidence } = retrieval;
  const task = writingTask(asked, retrieval);
  const sufficiency = assessSufficiency(task);
  const base = {
    ...NOTHING,
    evidence,
    retrieval,
    sufficiency: { sufficient: sufficiency.sufficient, why: sufficiency.why },
  };
  const notFound = () =>
    ({ end: "not-found", reason: "silent", closest: closestSections(evidence) }) as const;
  // A story about infrastructure that died is answered part by part, whatever else its words say.
  if (!sufficiency.sufficient && probesFor(task.question).length === 0) {
    return { ...base, ...notFound() };
  }
  yield step("writing");
  const startedAt = log.elapsed();
  const chunks = chunksOf(evidence);
  const desk = createClaimDesk(chunks);
  const missing: string[] = [];
  const gathered = await gather(asked, task, chunks);
  for await (const event of gathered ?? parts.extractiveWriter.write(task)) {
    if (event.kind === "draft") yield* desk.propose(event.draft);
    else if (event.kind === "missing" && !missing.includes(event.text)) missing.push(event.text);
  }
  log.took("answer", log.elapsed() - startedAt);
  const isGuess = gathered === undefined && nothingStandsOut(evidence, retrieval.version.pages);
  for (const part of sufficiency.missing) {
    if (!missing.includes(part)) missing.push(part);
  }
  if (desk.claims.length === 0) return { ...base, ...notFound(), desk, missing };
  return {
    ...base,
    end: missing.length > 0 ? "partial" : "answered",
    desk,
    missing,
    remarks: isGuess ? [{ kind: "nothing-stands-out", values: {} }] : [],
  };
}

/**
 * A failure answer gathered part by part, each searched for on its own; undefined for other questions, and where one
 * page gives most of it. What is found joins `chunks`.
 */
async function gather(
  asked: Asked,
  task: WritingTask,
  chunks: Map<ChunkId, Chunk>,
): Promise<readonly WriterEvent[] | undefined> {
  const probes = probesFor(task.question);
  if (probes.length === 0) return undefined;
  const draft = draftsWithin(task);
  if (isWholeAnswer(draft(DEFAULT_LIMITS), chunks)) return undefined;
  const found = await retrieveParts(
    asked,
    probes.map(({ question }) => question),
  );
  for (const { chunk } of found.flatMap(({ evidence }) => evidence)) chunks.set(chunk.id, chunk);
  const probed = probes.flatMap((probe, index) => {
    const retrieval = found[index];
    return retrieval === undefined
      ? []
      : [{ aspect: probe.aspect, draft: draftForProbe(probe, retrieval) }];
  });
  const drafts = skeletonDrafts(draft(MAIN_LIMITS), probed);
  return [
    ...drafts.map((each) => ({ kind: "draft", draft: each }) as const),
    ...missingParts(drafts).map((text) => ({ kind: "missing", text }) as const),
  ];
}
