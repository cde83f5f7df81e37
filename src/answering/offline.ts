/** An answer made of what the pages say themselves: no model, or a model that came to nothing. */
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import { readMessage } from "../conversation/read-message.ts";
import type { Retrieval } from "../retrieval/retriever.ts";
import { chooseAnswer, draftOf } from "../writing/extractive/extractive-writer.ts";
import {
  blockForProbe,
  ENOUGH_PARTS,
  missingParts,
  partsOfAnswer,
  partsOfOnePage,
  probesFor,
} from "../writing/extractive/failure-skeleton.ts";
import { isShown, shownBefore } from "../writing/extractive/shown-before.ts";
import type { WriterEvent, WritingTask } from "../writing/writer.ts";
import type { AnswerEvent } from "./application.ts";
import {
  type Asked,
  type Attempt,
  chunksOf,
  closestSections,
  NOTHING,
  productFound,
  step,
  wordsFound,
  writingTask,
} from "./attempt.ts";
import { createClaimDesk } from "./claim-desk.ts";
import { pageClaim } from "./page-claim.ts";
import { retrieveParts } from "./retrieve-parts.ts";

export async function* offline(
  asked: Asked,
  retrieval: Retrieval,
): AsyncGenerator<AnswerEvent, Attempt> {
  const { parts, log, question, resolution } = asked;
  const { evidence } = retrieval;
  const message = readMessage(question.text).text;
  const task: WritingTask = {
    ...writingTask(asked, retrieval),
    ...(resolution.kind === "first" || message === resolution.question ? {} : { message }),
  };
  const base = { ...NOTHING, evidence, retrieval };
  yield step("writing");
  const startedAt = log.elapsed();
  const chunks = chunksOf(evidence);
  const desk = createClaimDesk(chunks);
  const missing: string[] = [];
  let sufficiency: Attempt["sufficiency"];
  const gathered = await gather(asked, retrieval, task, chunks);
  for await (const event of gathered ?? parts.extractiveWriter.write(task)) {
    switch (event.kind) {
      case "draft": {
        const claim = pageClaim(event.draft, chunks);
        if (claim === undefined) yield* desk.propose(event.draft);
        else yield desk.show(claim);
        break;
      }
      case "missing":
        if (!missing.includes(event.text)) missing.push(event.text);
        break;
      case "decided":
        sufficiency = { sufficient: event.sufficient, why: event.why };
        break;
      case "not-found":
        break;
    }
  }
  log.took("answer", log.elapsed() - startedAt);
  const decided = sufficiency === undefined ? {} : { sufficiency };
  if (desk.claims.length === 0) {
    const closest = closestSections(evidence);
    return { ...base, ...decided, end: "not-found", reason: "silent", closest, desk, missing };
  }
  return { ...base, ...decided, end: missing.length > 0 ? "partial" : "answered", desk, missing };
}

/**
 * An answer about infrastructure that died, gathered part by part, each searched for on its own; undefined for other
 * questions, and where fewer than three parts are really answered. What is found joins `chunks`.
 */
async function gather(
  asked: Asked,
  retrieval: Retrieval,
  task: WritingTask,
  chunks: Map<ChunkId, Chunk>,
): Promise<readonly WriterEvent[] | undefined> {
  const probes = probesFor(task.question, wordsFound(retrieval));
  // A follow-up asks for one thing more, not for the whole of a failure.
  if (probes.length === 0 || task.message !== undefined) return undefined;
  const own = chooseAnswer(task);
  const ofOnePage = partsOfOnePage(own.ordered);
  if (ofOnePage.length > 0) return eventsOf(ofOnePage);
  const found = await retrieveParts(
    asked,
    probes.map(({ question }) => question),
    productFound(retrieval),
  );
  for (const { chunk } of found.flatMap(({ evidence }) => evidence)) chunks.set(chunk.id, chunk);
  const parts = partsOfAnswer(
    own.chosen[0],
    probes.map((probe, at) => {
      const retrieval = found[at];
      return retrieval === undefined ? undefined : blockForProbe(probe, retrieval);
    }),
  );
  // A follow-up that would hear the same parts again asks for something else.
  const before = shownBefore(task.conversation);
  const fresh = parts.filter(({ block }) => !isShown(block, before));
  return fresh.length < ENOUGH_PARTS ? undefined : eventsOf(fresh);
}

function eventsOf(shown: ReturnType<typeof partsOfAnswer>): readonly WriterEvent[] {
  return [
    { kind: "decided", sufficient: true, why: "answered part by part" },
    ...shown.map(({ block, aspect }): WriterEvent => ({
      kind: "draft",
      draft: draftOf(block, aspect),
    })),
    ...missingParts(shown).map((text): WriterEvent => ({ kind: "missing", text })),
  ];
}
