/** An answer that a language model writes from the evidence, each statement verified before it is shown. */
import { describeError } from "../platform/errors.ts";
import type { Retrieval } from "../retrieval/retriever.ts";
import { isUndecided } from "../retrieval/undecided.ts";
import { probesFor, withParts } from "../writing/extractive/failure-skeleton.ts";
import type { ClaimChecks } from "../writing/model/claim-checks.ts";
import { roundTokens } from "../writing/model/model-writer.ts";
import type { Writer, WriterEvent, WritingTask } from "../writing/writer.ts";
import type { AnswerEvent } from "./application.ts";
import {
  type Asked,
  type Attempt,
  chunksOf,
  closestSections,
  NOTHING,
  passedOn,
  step,
  writingTask,
} from "./attempt.ts";
import { createClaimDesk } from "./claim-desk.ts";
import { mapInOrder } from "./in-order.ts";
import { retrieveParts } from "./retrieve-parts.ts";

/** "passed-on" when no claim of the model can be shown and the pages have to speak for themselves. */
export async function* withModel(
  asked: Asked,
  writer: Writer,
  first: Retrieval,
  checks: ClaimChecks | undefined,
): AsyncGenerator<AnswerEvent, Attempt> {
  const { parts, question, resolution, log } = asked;
  const deadline = AbortSignal.timeout(parts.modelDeadlineMs);
  // Ends the writer's call when nobody waits for the answer any more.
  const stop = new AbortController();
  const asker = question.signal;
  const signal = AbortSignal.any([deadline, stop.signal, ...(asker === undefined ? [] : [asker])]);
  checks?.begin();
  log.used(writer.name);
  const startedAt = log.elapsed();
  const chunks = chunksOf(first.evidence);
  const desk = createClaimDesk({
    question: resolution.question,
    chunks,
    checks,
    readerName: parts.claimReader?.name,
    log,
  });
  const missing: string[] = [];
  let retrieval = first;
  let fallback: Attempt["fallback"];
  const take = (found: Retrieval) => {
    for (const { chunk } of found.evidence) chunks.set(chunk.id, chunk);
    return found;
  };
  const attempt = (end: Attempt["end"]): Attempt => ({
    ...NOTHING,
    end,
    ...(end === "not-found"
      ? { reason: "silent", closest: closestSections(retrieval.evidence) }
      : {}),
    desk,
    missing: end === "passed-on" && fallback !== undefined ? [] : missing,
    evidence: retrieval.evidence,
    retrieval,
    writer: end === "passed-on" ? "extractive" : "model",
    ...(fallback === undefined ? {} : { fallback }),
  });
  try {
    // What is gathered part by part is asked for in the documentation's words already.
    const isGathered = probesFor(resolution.question).length > 0;
    if (!isGathered && isUndecided(first.evidence) && parts.searchWords !== undefined) {
      yield step("searching-again");
      const words = await searchWords(asked, first, signal, checks);
      retrieval = take(await searchedAgain(asked, words, first));
    }
    const wasSearchedAgain = retrieval !== first;
    let shown = await withFailureParts(asked, retrieval);
    take(shown);
    if (shown.evidence.length === 0) return attempt("passed-on");
    for (const round of [1, 2]) {
      yield step("writing");
      let again: string | undefined;
      const task = { ...writingTask(asked, shown, round === 1 && !wasSearchedAgain), signal };
      const judged = mapInOrder(written(asked, writer, task, checks), (event) =>
        event.kind === "draft" ? desk.judge(event.draft) : event,
      );
      for await (const event of judged) {
        if (event.kind === "judged") yield* desk.accept(event);
        else if (event.kind === "search-again") again = event.query;
        else if (event.kind === "not-found") return attempt("not-found");
        else if (event.kind === "missing" && !missing.includes(event.text)) {
          missing.push(event.text);
        }
      }
      if (again === undefined || round === 2 || desk.claims.length > 0) break;
      yield step("searching-again");
      retrieval = take(await searchedAgain(asked, again, retrieval));
      shown = retrieval;
    }
  } catch (error) {
    if (asker?.aborted === true) throw error;
    fallback = deadline.aborted ? "deadline" : "error";
    log.note(describeError(error));
    parts.logger.warn("model-failed", { reason: describeError(error) });
  } finally {
    stop.abort();
    log.took("model", log.elapsed() - startedAt);
  }
  if (desk.claims.length > 0) return attempt(missing.length > 0 ? "partial" : "answered");
  if (fallback === undefined && desk.dropped.length > 0) fallback = "all-claims-dropped";
  if (fallback === undefined) {
    log.note("the model wrote no claim");
    return attempt(missing.length > 0 ? "not-found" : "passed-on");
  }
  return attempt("passed-on");
}

/** What the writer writes; its bill is heard at once, because claims may be waiting for what it leaves. */
async function* written(
  asked: Asked,
  writer: Writer,
  task: WritingTask,
  checks: ClaimChecks | undefined,
): AsyncGenerator<Exclude<WriterEvent, { kind: "usage" }>> {
  const { claimReader } = asked.parts;
  if (claimReader !== undefined) checks?.setAside(roundTokens(claimReader.tokenBudget, task));
  try {
    for await (const event of writer.write(task)) {
      if (event.kind === "usage") {
        asked.log.charge(event.model, event.usage);
        checks?.spent(event.usage.input + event.usage.output);
      } else yield event;
    }
  } finally {
    checks?.setAside(0);
  }
}

/** What the documentation may call what is asked; undefined when the model does not say. */
async function searchWords(
  asked: Asked,
  retrieval: Retrieval,
  signal: AbortSignal,
  checks: ClaimChecks | undefined,
): Promise<string | undefined> {
  const { searchWords: finder } = asked.parts;
  if (finder === undefined) return undefined;
  const { sources } = retrieval.version;
  const products = sources.map(({ product }) => product).filter((name) => name !== "");
  const product = retrieval.scope.product ?? [...new Set(products)].join(", ");
  const inputs = { product, question: asked.resolution.question };
  const { words, usage, failed } = await finder.find(inputs, signal);
  if (usage !== undefined) {
    asked.log.charge(finder.name, usage);
    checks?.spent(usage.input + usage.output);
  }
  if (failed !== undefined) asked.log.note(`no words for a second search: ${failed}`);
  return words;
}

/** The evidence for the question and further words together, in place of `before`; `before` without words. */
async function searchedAgain(
  asked: Asked,
  words: string | undefined,
  before: Retrieval,
): Promise<Retrieval> {
  if (words === undefined) return before;
  const { question } = asked.resolution;
  const found = await asked.log.timed("retrieve", () =>
    asked.parts.retriever.retrieve({ question, alsoSearch: [words], ...passedOn(asked) }),
  );
  return { ...found, candidates: [...found.candidates, ...before.candidates] };
}

/** Evidence for the parts of a failure answer behind the best of the question's own, for a model to choose from. */
async function withFailureParts(asked: Asked, retrieval: Retrieval): Promise<Retrieval> {
  const probes = probesFor(asked.resolution.question);
  if (probes.length === 0) return retrieval;
  const found = await retrieveParts(
    asked,
    probes.map(({ question }) => question),
  );
  return { ...retrieval, evidence: withParts(retrieval.evidence, found) };
}
