/**
 * The pipeline from question to answer: resolve, then the ways to an answer in order (a person's own, from the thread, with the model,
 * offline) until one comes to something. Every step is timed and every refusal recorded in the receipt. Effects (index,
 * store, model) come in as parts.
 */
import type { Answer } from "../documents/answer.ts";
import type { Chunk } from "../documents/chunk.ts";
import type { Evidence } from "../documents/evidence.ts";
import type { Resolution, Turn } from "../conversation/conversation.ts";
import { isFixed } from "../conversation/conversation.ts";
import { isForeign } from "../conversation/language/foreign.ts";
import { readMessage } from "../conversation/read-message.ts";
import { describeError, findCause } from "../platform/errors.ts";
import { createKeyedLock } from "../platform/keyed-lock.ts";
import { NoIndexError, type Retrieval } from "../retrieval/retriever.ts";
import { IndexUnavailableError } from "../store/chunk-index.ts";
import type { AnswerEvent, Application, Question } from "./application.ts";
import { askBack } from "./ask-back.ts";
import { type Asked, type Attempt, NOTHING, passedOn, searched, step } from "./attempt.ts";
import { conversationBefore } from "./conversation-before.ts";
import { isDeclined } from "./decline.ts";
import {
  factsOf,
  fromThread,
  isForModel,
  lookUpThread,
  withThreadEvidence,
} from "./from-thread.ts";
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { offline } from "./offline.ts";
import type { ApplicationParts } from "./parts.ts";
import type { Receipt } from "./receipt.ts";
import { fromReviewed } from "./reviewed/from-reviewed.ts";
import { termsOf } from "./terms.ts";
import { withModel } from "./with-model.ts";
import { createWorkLog } from "./work-log.ts";

export type { ApplicationParts, ModelParts } from "./parts.ts";

/** Chunks stored with a turn beside the cited ones, so that a follow-up can look further than the quotes. */
const STORED_EVIDENCE = 8;

export function createApplication(parts: ApplicationParts): Application {
  const lock = createKeyedLock();
  return {
    async *ask(question) {
      // Questions of one conversation are answered in the order in which they were asked.
      const release = await lock.acquire(question.conversationId);
      try {
        yield* answerInTurn(parts, question);
      } finally {
        release();
      }
    },
    posted: (key, shown, answer) => parts.store.posted(key, shown, answer),
    async [Symbol.asyncDispose]() {
      await parts.store[Symbol.asyncDispose]();
    },
  };
}

async function* answerInTurn(
  parts: ApplicationParts,
  question: Question,
): AsyncGenerator<AnswerEvent> {
  const stored = await parts.store.findTurn(question.key);
  if (stored?.answer !== undefined && !isFixed(stored.answer)) {
    yield* replay(stored, stored.answer, await parts.store.receipt(question.key));
    return;
  }
  const text = maskSecrets(question.text).text.trim();
  const before = await conversationBefore(parts, question);
  await parts.store.ask({
    conversationId: question.conversationId,
    key: question.key,
    author: question.author,
    question: text,
    askedAt: new Date(parts.clock.now()).toISOString(),
  });

  const log = createWorkLog(parts.clock);
  yield step("resolving");
  const resolved = await log.timed("resolve", () =>
    parts.resolve({
      text,
      author: question.author,
      conversation: before,
      ...(question.signal === undefined ? {} : { signal: question.signal }),
    }),
  );
  const first: Asked = {
    parts,
    question: { ...question, text },
    before,
    resolution: resolved,
    log,
  };
  const { asked, attempts } = yield* walk(first);
  const { resolution } = asked;
  const answer = answerOf(attempts, parts.newId());
  const receipt = receiptOf(asked, answer, attempts);
  const evidence = attempts.findLast((each) => each.evidence.length > 0)?.evidence ?? [];
  const chunks = new Map(attempts.flatMap(({ desk }) => [...(desk?.chunks ?? [])]));
  await parts.store.answer(question.key, {
    resolution,
    answer,
    evidence: evidenceToKeep(answer, chunks, evidence),
    receipt,
  });
  yield { kind: "done", answer, resolution, evidence, receipt };
}

type Walk = {
  /** As it was understood in the end: the thread may say which product is meant. */
  readonly asked: Asked;
  readonly attempts: readonly Attempt[];
};

/** Tries the ways to an answer in order, until one comes to an end; gives all attempts. */
async function* walk(first: Asked): AsyncGenerator<AnswerEvent, Walk> {
  const { question, parts } = first;
  const ended = endsAtOnce(first);
  if (ended !== undefined) return { asked: first, attempts: [ended] };
  const attempts: Attempt[] = [];
  const isOver = () => attempts.length > 0 && attempts.at(-1)?.end !== "passed-on";
  let asked = first;
  try {
    const reviewed = await fromReviewed(first);
    if (reviewed !== undefined) return { asked: first, attempts: [reviewed] };
    yield step("searching");
    const thread = await lookUpThread(asked);
    if (thread.handled) {
      if (parts.model !== undefined && isForModel(thread)) {
        const retrieval = withThreadEvidence(await search(asked), thread);
        attempts.push(yield* withModel(asked, parts.model, retrieval, factsOf(thread)));
      }
      if (!isOver()) attempts.push(yield* fromThread(thread));
      return { asked, attempts };
    }
    let retrieval = await search(asked);
    const back = askBack({
      text: question.text,
      resolution: asked.resolution,
      conversation: asked.before,
      retrieval,
    });
    if (back?.kind === "options") {
      return { asked, attempts: [askedBack(retrieval, back.options)] };
    }
    if (back?.kind === "product") {
      asked = { ...asked, resolution: { ...asked.resolution, scope: { product: back.product } } };
      retrieval = await search(asked);
    }
    noteStandby(asked, retrieval);
    if (!retrieval.productIndexed) return { asked, attempts: [notIndexed(retrieval)] };
    if (parts.model !== undefined) {
      attempts.push(yield* withModel(asked, parts.model, retrieval));
      if (isOver()) return { asked, attempts };
      retrieval = attempts.at(-1)?.retrieval ?? retrieval;
      noteStandby(asked, retrieval);
    }
    attempts.push(yield* offline(asked, retrieval));
    return { asked, attempts };
  } catch (error) {
    if (question.signal?.aborted === true) throw error;
    return { asked, attempts: [...attempts, unavailable(asked, error)] };
  }
}

/** What needs no search: nothing asked, small talk, what the bot does not do or cannot read. */
function endsAtOnce({ question, resolution, parts }: Asked): Attempt | undefined {
  if (question.text === "") return { ...NOTHING, end: "help" };
  if (resolution.kind === "small-talk" || resolution.kind === "help") {
    return { ...NOTHING, end: resolution.kind };
  }
  if (isDeclined(question.text)) return { ...NOTHING, end: "declined" };
  if (parts.model === undefined && isForeign(readMessage(question.text).prose)) {
    return { ...NOTHING, end: "not-found", reason: "not-english" };
  }
  return undefined;
}

function search(asked: Asked): Promise<Retrieval> {
  return asked.log.timed("retrieve", () =>
    asked.parts.retriever.retrieve({ ...searched(asked), ...passedOn(asked) }),
  );
}

function askedBack(retrieval: Retrieval, options: NonNullable<Attempt["options"]>): Attempt {
  return { ...NOTHING, end: "asked-back", options, retrieval, evidence: retrieval.evidence };
}

function notIndexed(retrieval: Retrieval): Attempt {
  return {
    ...NOTHING,
    end: "not-found",
    reason: "product-not-indexed",
    missing: [retrieval.scope.product ?? "that product"],
    retrieval,
    evidence: retrieval.evidence,
  };
}

function noteStandby({ log }: Asked, { standbyFor }: Retrieval): void {
  if (standbyFor === undefined) return;
  const note = `answered from the index in the data folder: ${standbyFor}`;
  if (!log.read().notes.includes(note)) log.note(note);
}

function unavailable({ parts, log }: Asked, error: unknown): Attempt {
  const noIndex = findCause(error, NoIndexError);
  const down = findCause(error, IndexUnavailableError);
  if (noIndex === undefined && down === undefined) {
    parts.logger.error("question-failed", { reason: describeError(error) });
  }
  log.note(describeError(error));
  return {
    ...NOTHING,
    end: "unavailable",
    // A request that was refused, or a defect: nothing that waiting mends.
    reason:
      noIndex !== undefined ? "no-index" : down !== undefined ? "index-down" : "search-failed",
  };
}

function answerOf(attempts: readonly Attempt[], id: string): Answer {
  const last = attempts.at(-1);
  if (last === undefined || last.end === "passed-on") throw new Error("No attempt came to an end");
  const claims = last.desk?.claims ?? [];
  const hasClaims = last.end === "answered" || last.end === "partial";
  const fallback = attempts.findLast((each) => each.fallback !== undefined)?.fallback;
  return {
    id,
    kind: last.end,
    ...(last.reason === undefined ? {} : { reason: last.reason }),
    claims,
    remarks: last.remarks,
    citations: last.desk?.citations() ?? [],
    closest: last.closest,
    missing: last.missing,
    terms: hasClaims && last.writer !== "reviewed" ? termsOf(claims) : [],
    ...(last.options === undefined ? {} : { options: last.options }),
    writer: last.writer,
    ...(fallback === undefined ? {} : { fallback }),
  };
}

function receiptOf(asked: Asked, answer: Answer, attempts: readonly Attempt[]): Receipt {
  const { question, resolution, log } = asked;
  const retrieval = attempts.findLast((each) => each.retrieval !== undefined)?.retrieval;
  const { ms, ...work } = log.read();
  return {
    answerId: answer.id,
    kind: answer.kind,
    resolution,
    queries: retrieval?.queries ?? [],
    terms: (retrieval?.terms ?? []).map(({ token, idf, documentFrequency }) => ({
      token,
      idf,
      documentFrequency,
    })),
    scope: retrieval?.scope ?? question.scope ?? {},
    candidates: retrieval?.candidates ?? [],
    sufficiency: attempts.at(-1)?.sufficiency,
    indexVersion: retrieval?.version.id,
    ...work,
    ms: { ...ms, total: log.elapsed() },
    dropped: attempts.flatMap(({ desk }) => desk?.dropped ?? []),
    corrected: attempts.flatMap(({ corrected }) => corrected ?? []),
  };
}

/** The stored answer once more, event by event, as if it had just been written. */
function* replay(turn: Turn, answer: Answer, receipt: unknown): Generator<AnswerEvent> {
  const seen = new Set<number>();
  for (const claim of answer.claims) {
    const citations = answer.citations.filter(
      ({ number }) => !seen.has(number) && claim.quotes.some((quote) => quote.citation === number),
    );
    for (const { number } of citations) seen.add(number);
    yield { kind: "claim", claim, citations };
  }
  yield {
    kind: "done",
    answer,
    resolution: turn.resolution ?? standsAlone(turn.question),
    evidence: turn.evidence.map((chunk, index) => ({
      chunk,
      rank: index + 1,
      score: 0,
      why: "stored with the answer",
    })),
    // Written by this module and stored as JSON; older ones know of no corrections.
    receipt: { corrected: [], ...(receipt as Omit<Receipt, "corrected">) },
  };
}

function standsAlone(question: string): Resolution {
  return { kind: "first", question, claimIds: [], words: [], confidence: 1, by: "rules" };
}

function evidenceToKeep(
  answer: Answer,
  chunks: ReadonlyMap<string, Chunk>,
  evidence: readonly Evidence[],
): Chunk[] {
  const kept = new Map<string, Chunk>();
  for (const { chunkId } of answer.claims.flatMap((claim) => claim.quotes)) {
    const chunk = chunks.get(chunkId);
    if (chunk !== undefined) kept.set(chunkId, chunk);
  }
  for (const { chunk } of evidence) {
    if (kept.size >= STORED_EVIDENCE) break;
    kept.set(chunk.id, chunk);
  }
  return [...kept.values()];
}
