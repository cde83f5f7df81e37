/** An answer that a language model writes from the evidence, each sentence checked before it is shown. */
import type { Remark } from "../documents/answer.ts";
import { isFixed } from "../conversation/conversation.ts";
import { rootsOf } from "../documents/roots.ts";
import { STOP_WORDS } from "../documents/tokenize.ts";
import { describeError } from "../platform/errors.ts";
import type { Retrieval } from "../retrieval/retriever.ts";
import { isUndecided } from "../retrieval/undecided.ts";
import { createCheckQueue } from "../verification/check-queue.ts";
import { findLink } from "../documents/links.ts";
import { probesFor, withParts } from "../writing/extractive/failure-skeleton.ts";
import { questionShape } from "../writing/extractive/question-shape.ts";
import { isPromptTag } from "../writing/model/prompt.ts";
import { evidenceForModel } from "../writing/model/evidence-for-model.ts";
import type { ProseTask, ProseWriter, ProseWriterEvent } from "../writing/model/model-writer.ts";
import type { AnswerEvent } from "./application.ts";
import {
  type Asked,
  type Attempt,
  chunksOf,
  closestSections,
  NOTHING,
  passedOn,
  productFound,
  searched,
  step,
  wordsFound,
} from "./attempt.ts";
import { createClaimDesk } from "./claim-desk.ts";
import { mapInOrder } from "./in-order.ts";
import type { ModelParts } from "./parts.ts";
import { createProseDesk, type SettledSentence } from "./prose-desk.ts";
import { retrieveParts } from "./retrieve-parts.ts";

/** What code found out about the conversation, for a follow-up about our own words. */
export type ThreadFacts = {
  /** Each with the remark that says it where the model does not. */
  readonly facts: readonly { readonly text: string; readonly remark?: Remark }[];
};

const MUST_BE_SAID = new Set<Remark["kind"]>(["corrected", "source-changed"]);

type SettledEvent = SettledSentence | Exclude<ProseWriterEvent, { readonly kind: "sentence" }>;

/** Shares of the token budget for writing once, or while it may be written twice; what is left is for checks. */
const WRITING_SHARES = { once: 0.75, firstOfTwo: 0.45 } as const;
/** The same where nothing is checked. */
const UNCHECKED_SHARES = { once: 0.95, firstOfTwo: 0.6 } as const;
/** Share of the answer's time in which it must be written, so that what is written can still be checked. */
const WRITING_TIME = 0.85;
const MOST_MISSING = 5;
const MAX_MISSING_CHARACTERS = 160;
/** Share of the words of what is missing that must be the question's: it is shown without a quote. */
const LEAST_ASKED = 0.5;

/** "passed-on" when nothing of the model can be shown and the pages have to speak for themselves. */
export async function* withModel(
  asked: Asked,
  model: ModelParts,
  first: Retrieval,
  thread: ThreadFacts = { facts: [] },
): AsyncGenerator<AnswerEvent, Attempt> {
  const { parts, question, resolution, log } = asked;
  const { writer, checker, searchWords } = model;
  const asker = question.signal === undefined ? [] : [question.signal];
  // Ends every call when nobody waits for the answer any more.
  const stop = new AbortController();
  const deadline = AbortSignal.timeout(model.deadlineMs);
  const writingDeadline = AbortSignal.timeout(Math.ceil(model.deadlineMs * WRITING_TIME));
  const signal = AbortSignal.any([deadline, stop.signal, ...asker]);
  const writingSignal = AbortSignal.any([writingDeadline, signal]);
  log.used(writer.name);
  const startedAt = log.elapsed();

  let spent = 0;
  let writing = 0;
  const charge = (name: string, usage: { readonly input: number; readonly output: number }) => {
    log.charge(name, usage);
    spent += usage.input + usage.output;
  };
  const checks = model.isTrusted()
    ? createCheckQueue({
        checker,
        question: resolution.question,
        tokensLeft: () => writer.tokenBudget - spent - writing,
        signal,
        onUsage: (usage) => charge(checker.name, usage),
        onFailure: (reason) => log.note(`a check failed: ${reason}`),
      })
    : undefined;
  const chunks = chunksOf(first.evidence);
  const desk = createClaimDesk(chunks);
  const prose = createProseDesk({
    desk,
    checks,
    asked: [question.text, resolution.question],
  });
  const missing: string[] = [];
  const unfounded: string[] = [];
  let retrieval = first;
  let fallback: Attempt["fallback"];
  let saysNotFound = false;
  let brokeOff = false;
  let repeatsPrompt = false;
  /** Of a model whose word is not taken: some passages of a reply that broke off are worth less than the offline answer. */
  const held: AnswerEvent[] = [];
  const shown = (events: readonly AnswerEvent[]): readonly AnswerEvent[] => {
    if (checks !== undefined) return events;
    held.push(...events);
    return [];
  };
  const take = (found: Retrieval) => {
    for (const { chunk } of found.evidence) chunks.set(chunk.id, chunk);
    return found;
  };

  async function* written(task: ProseTask): AsyncGenerator<ProseWriterEvent> {
    writing = task.tokens;
    try {
      yield* bounded(writer, task);
    } finally {
      writing = 0;
      checks?.finish();
    }
  }

  try {
    const isAboutThread = thread.facts.length > 0;
    // What is gathered part by part is asked for in the documentation's words already.
    const isGathered = probesFor(resolution.question, wordsFound(first)).length > 0;
    let maySearch = searchWords !== undefined && !isGathered && !isAboutThread;
    if (maySearch && isUndecided(first.evidence)) {
      yield step("searching-again");
      retrieval = take(await searchedAgain(asked, model, first, writingSignal, charge));
      maySearch = false;
    }
    for (;;) {
      const read = take(withCited(asked, await withFailureParts(asked, retrieval)));
      if (read.evidence.length === 0) return { ...NOTHING, end: "passed-on", retrieval };
      yield step("writing");
      saysNotFound = false;
      const shares = checks === undefined ? UNCHECKED_SHARES : WRITING_SHARES;
      const share = maySearch ? shares.firstOfTwo : shares.once;
      const task: ProseTask = {
        message: question.text,
        question: resolution.question,
        shape: questionShape(resolution.question),
        conversation: asked.before,
        facts: thread.facts.map(({ text }) => text),
        evidence: evidenceForModel(read.evidence, resolution.question),
        tokens: Math.floor(Math.min(writer.tokenBudget * share, writer.tokenBudget - spent)),
        signal: writingSignal,
      };
      const settled = mapInOrder<ProseWriterEvent, SettledEvent>(written(task), (event) =>
        event.kind === "sentence" ? prose.settle(event.sentence) : event,
      );
      for await (const event of settled) {
        switch (event.kind) {
          case "carried":
          case "unchecked":
          case "refused":
            yield* shown(prose.accept(event));
            break;
          case "whole":
            yield* shown(prose.showPassages(event.passages));
            break;
          case "unfounded":
            unfounded.push(event.text);
            repeatsPrompt ||= isPromptTag(event.text);
            desk.drop({ text: event.text, reason: "no-passage", detail: "" });
            break;
          case "missing":
            if (missing.length < MOST_MISSING && isAsked(event.text, asked))
              missing.push(event.text);
            break;
          case "not-found":
            saysNotFound = true;
            break;
          case "broke-off":
            brokeOff = true;
            break;
          case "prompt-cut": {
            const cut = `the model's server read ${event.read} of about ${event.sent} tokens: its context may be too small`;
            log.note(cut);
            parts.logger.warn("prompt-cut", { read: event.read, sent: event.sent });
            break;
          }
          case "usage":
            charge(writer.name, event.usage);
            break;
        }
      }
      if (!saysNotFound || !maySearch || desk.claims.length > 0) break;
      maySearch = false;
      yield step("searching-again");
      const again = take(await searchedAgain(asked, model, retrieval, writingSignal, charge));
      if (again === retrieval) break;
      retrieval = again;
    }
  } catch (error) {
    if (question.signal?.aborted === true) throw error;
    brokeOff = true;
    fallback = writingSignal.aborted ? "deadline" : "error";
    log.note(describeError(error));
    parts.logger.warn("model-failed", { reason: describeError(error) });
  } finally {
    stop.abort();
    log.took("model", log.elapsed() - startedAt);
  }

  const base = {
    ...NOTHING,
    desk,
    corrected: prose.corrected,
    evidence: retrieval.evidence,
    retrieval,
  };
  if (desk.claims.length === 0 && prose.remarks.length === 0) {
    if (fallback === undefined && saysNotFound) {
      log.note("the model says that the passages do not answer the question");
      // A model whose word is not taken does not decide that the documentation is silent.
      return model.isTrusted() && thread.facts.length === 0
        ? {
            ...base,
            end: "not-found",
            reason: "silent",
            closest: closestSections(retrieval.evidence),
            missing,
            writer: "model",
          }
        : { ...base, end: "passed-on" };
    }
    const isRefused = desk.dropped.length > unfounded.length;
    return {
      ...base,
      end: "passed-on",
      fallback: fallback ?? (isRefused ? "all-claims-dropped" : "form"),
    };
  }
  if (checks === undefined && (brokeOff || repeatsPrompt) && prose.remarks.length === 0) {
    return { ...base, end: "passed-on", fallback: fallback ?? "form" };
  }
  yield* held;
  const untold = thread.facts.flatMap(({ text, remark }) => {
    if (remark === undefined || prose.told.has(text)) return [];
    // Beside a correction in the model's words the rest may go unsaid; that something was wrong may not.
    return prose.told.size === 0 || MUST_BE_SAID.has(remark.kind) ? [remark] : [];
  });
  return {
    ...base,
    end: missing.length > 0 ? "partial" : "answered",
    remarks: [
      ...prose.remarks,
      ...untold,
      ...(brokeOff ? [{ kind: "broke-off", values: {} } as const] : []),
    ],
    missing,
    writer: "model",
    ...(prose.hasUnchecked() ? { fallback: "not-checked" } : {}),
  };
}

/** What the writer writes, until its signal is aborted: a stream that hears no signal is left behind. */
async function* bounded(writer: ProseWriter, task: ProseTask): AsyncGenerator<ProseWriterEvent> {
  for await (const event of writer.write(task)) {
    yield event;
    task.signal?.throwIfAborted();
  }
}

/** The evidence for the question and the words that the documentation may have for it, in place of `before`. */
async function searchedAgain(
  asked: Asked,
  { searchWords }: ModelParts,
  before: Retrieval,
  signal: AbortSignal,
  charge: (name: string, usage: { readonly input: number; readonly output: number }) => void,
): Promise<Retrieval> {
  if (searchWords === undefined) return before;
  const { question } = asked.resolution;
  const { sources } = before.version;
  const products = sources.map(({ product }) => product).filter((name) => name !== "");
  const product = before.scope.product ?? [...new Set(products)].join(", ");
  const { words, usage, failed } = await searchWords.find({ product, question }, signal);
  if (usage !== undefined) charge(searchWords.name, usage);
  if (failed !== undefined) asked.log.note(`no words for a second search: ${failed}`);
  if (words === undefined) return before;
  const found = await asked.log.timed("retrieve", () =>
    asked.parts.retriever.retrieve({
      ...searched(asked),
      alsoSearch: [words],
      ...passedOn(asked),
    }),
  );
  return { ...found, candidates: [...found.candidates, ...before.candidates] };
}

/** Evidence for the parts of a failure answer behind the best of the question's own, for a model to choose from. */
async function withFailureParts(asked: Asked, retrieval: Retrieval): Promise<Retrieval> {
  const probes = probesFor(asked.resolution.question, wordsFound(retrieval));
  if (probes.length === 0) return retrieval;
  const found = await retrieveParts(
    asked,
    probes.map(({ question }) => question),
    productFound(retrieval),
  );
  return { ...retrieval, evidence: withParts(retrieval.evidence, found) };
}

/** Chunks of the newest answers that a follow-up may be about. */
const MOST_CITED = 6;
/** Chunks of the search that come before them. */
const BEST_FOUND = 4;

/** What the answers before a follow-up stood on, behind the best of what was found for it. */
function withCited({ before, resolution }: Asked, retrieval: Retrieval): Retrieval {
  if (resolution.kind === "first" || resolution.kind === "new-topic") return retrieval;
  const found = new Set(retrieval.evidence.map(({ chunk }) => chunk.id));
  const cited = before.turns
    .toReversed()
    .flatMap(({ answer, evidence }) => {
      if (answer === undefined || isFixed(answer)) return [];
      const quoted = new Set(
        answer.claims.flatMap(({ quotes }) => quotes.map((each) => each.chunkId)),
      );
      return evidence.filter(({ id }) => quoted.has(id) && !found.has(id));
    })
    .slice(0, MOST_CITED)
    .map((chunk) => ({ chunk, rank: 0, score: 0, why: "cited before in the thread" }));
  const evidence = [
    ...retrieval.evidence.slice(0, BEST_FOUND),
    ...cited,
    ...retrieval.evidence.slice(BEST_FOUND),
  ].map((each, index) => ({ ...each, rank: index + 1 }));
  return { ...retrieval, evidence };
}

/** What is missing is shown without a quote, so it may only repeat the question. */
function isAsked(text: string, { question, resolution }: Asked): boolean {
  if (text.length > MAX_MISSING_CHARACTERS || findLink(text) !== undefined) return false;
  const known = new Set([...rootsOf(question.text), ...rootsOf(resolution.question)]);
  const words = rootsOf(text).filter((root) => !STOP_WORDS.has(root));
  const repeated = words.filter((root) => known.has(root)).length;
  return words.length > 0 && repeated / words.length >= LEAST_ASKED;
}
