/**
 * The pipeline from question to answer: resolve -> retrieve -> write -> verify -> cite, with every step timed
 * and every refusal recorded in the receipt. Effects (index, store, model) come in as parts.
 */
import type { Answer, AnswerReason, Citation, Claim, Remark } from "../documents/answer.ts";
import type { Chunk } from "../documents/chunk.ts";
import type { Evidence } from "../documents/evidence.ts";
import type { Conversation, Resolution, Turn } from "../conversation/conversation.ts";
import { isFixed } from "../conversation/conversation.ts";
import type { ConversationStore } from "../conversation/conversation-store.ts";
import type { TokenUsage } from "../models/language-model.ts";
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../platform/clock.ts";
import { describeError, findCause } from "../platform/errors.ts";
import { createKeyedLock } from "../platform/keyed-lock.ts";
import { NoIndexError, type Retrieval, type Retriever } from "../retrieval/retriever.ts";
import { isUndecided, nothingStandsOut } from "../retrieval/undecided.ts";
import { IndexUnavailableError } from "../store/chunk-index.ts";
import type { AnswerEvent, Application, HistoryMessage, Question, Step } from "./application.ts";
import { createCiter, type Citer } from "./cite.ts";
import { DEFAULT_LIMITS, draftsWithin } from "../writing/extractive/extractive-writer.ts";
import {
  draftForProbe,
  isWholeAnswer,
  MAIN_LIMITS,
  missingParts,
  probesFor,
  skeletonDrafts,
  withParts,
} from "../writing/extractive/failure-skeleton.ts";
import { isDeclined } from "./decline.ts";
import { mapInOrder } from "./in-order.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { ClaimChecks } from "../writing/model/claim-checks.ts";
import type { CheckedClaim, ClaimReader } from "../writing/model/claim-reader.ts";
import { MOST_CLAIMS, roundTokens } from "../writing/model/model-writer.ts";
import type { SearchWordsFinder } from "../writing/model/search-words.ts";
import { READ_CHUNKS } from "../writing/extractive/passage-score.ts";
import { questionShape } from "../writing/extractive/question-shape.ts";
import type { DoubtfulClaim, DroppedClaim, Receipt } from "./receipt.ts";
import { assessSufficiency } from "../writing/extractive/sufficiency.ts";
import { termsOf } from "./terms.ts";
import { answerFromThread } from "./thread/thread-answer.ts";
import { isShownWhole, sayingClaim } from "./said-already.ts";
import { afterReading, toBeRead } from "../verification/second-reading.ts";
import { verifyClaim, type VerifiedClaim } from "../verification/verify-claim.ts";
import type { Draft, Writer, WriterEvent, WritingTask } from "../writing/writer.ts";

export type ApplicationParts = {
  readonly retriever: Retriever;
  readonly store: ConversationStore;
  /** Writes when there is no model, or when the model fails. */
  readonly extractiveWriter: Writer;
  readonly modelWriter?: Writer;
  /** Asked for other words when a search is undecided; without it the model asks for a second search, if at all. */
  readonly searchWords?: SearchWordsFinder;
  /** Reads each claim over its quotes before it is shown; without it verification alone decides. */
  readonly claimReader?: ClaimReader;
  /** Milliseconds the model writer may take for one answer. */
  readonly modelDeadlineMs: number;
  readonly resolve: (input: {
    readonly text: string;
    readonly conversation: Conversation;
    readonly signal?: AbortSignal;
  }) => Promise<Resolution>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
};

/** Sections named under an answer that was not found. */
const CLOSEST_SECTIONS = 3;
/** Chunks stored with a turn beside the cited ones, so that a follow-up can look further than the quotes. */
const STORED_EVIDENCE = 8;

export function createApplication(parts: ApplicationParts): Application {
  const lock = createKeyedLock();
  return {
    retriever: parts.retriever,
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

  const run = new AnswerRun(parts, { ...question, text }, before);
  yield* run.events();
  const { answer, resolution, evidence, receipt } = run.result();
  await parts.store.answer(question.key, {
    resolution,
    answer,
    evidence: evidenceToKeep(answer, run.chunks, evidence),
    receipt,
  });
  yield { kind: "done", answer, resolution, evidence, receipt };
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
    // Written by this module and stored as JSON; older ones know of no doubt.
    receipt: { doubtful: [], ...(receipt as Omit<Receipt, "doubtful">) },
  };
}

/** The conversation before this question: what is stored, and what the surface read that the store has not seen. */
async function conversationBefore(
  parts: ApplicationParts,
  question: Question,
): Promise<Conversation> {
  const history = (question.history ?? []).map((message) => ({
    ...message,
    text: maskSecrets(message.text).text,
  }));
  const stored = await parts.store.read(question.conversationId);
  const turns = stored.turns.filter(({ key }) => key !== question.key);
  const fixed = unseenTurns(turns, history, question, new Date(parts.clock.now()).toISOString());
  for (const turn of fixed) await parts.store.recordFixed(turn);
  const read = fixed.length === 0 ? stored : await parts.store.read(question.conversationId);
  return {
    id: question.conversationId,
    turns: read.turns.filter(({ key }) => key !== question.key),
    others: [...read.others, ...othersSince(history)],
  };
}

type FixedTurn = Parameters<ConversationStore["recordFixed"]>[0];

/**
 * Texts of ours in `history` that no stored turn has. After a stored turn such a text takes the place of its
 * answer; in a thread the store has never seen, each becomes a turn with the message before it as its question.
 */
function unseenTurns(
  turns: readonly Turn[],
  history: readonly HistoryMessage[],
  question: Question,
  askedAt: string,
): FixedTurn[] {
  const known = new Set(
    turns.flatMap(({ answer }) =>
      answer !== undefined && isFixed(answer) ? [answer.text.trim()] : [],
    ),
  );
  const base = { conversationId: question.conversationId, askedAt };
  const last = turns.at(-1);
  if (last !== undefined) {
    const ours = history.findLast((message) => message.ours && message.text.trim() !== "");
    if (ours === undefined || known.has(ours.text.trim())) return [];
    return [
      { ...base, key: last.key, author: last.author, question: last.question, text: ours.text },
    ];
  }
  const fixed: FixedTurn[] = [];
  let asked: HistoryMessage | undefined;
  for (const message of history) {
    if (!message.ours) {
      asked = message;
      continue;
    }
    fixed.push({
      ...base,
      key: `${question.conversationId}/history-${fixed.length + 1}`,
      author: asked?.author ?? "",
      question: asked?.text ?? "",
      text: message.text,
    });
    asked = undefined;
  }
  return fixed;
}

function othersSince(history: readonly HistoryMessage[]): Conversation["others"] {
  const lastOurs = history.findLastIndex(({ ours }) => ours);
  return history.slice(lastOurs + 1).map(({ author, text }) => ({ author, text }));
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

/** A draft with its verdict, the second reader's word included where it was asked. */
type JudgedDraft = {
  readonly kind: "judged";
  readonly draft: Draft;
  readonly verified: ReturnType<typeof verifyClaim>;
};

/** One question on its way to an answer: what has been gathered so far. */
class AnswerRun {
  readonly #parts: ApplicationParts;
  readonly #question: Question;
  readonly #before: Conversation;
  readonly #ms: Record<string, number> = {};
  readonly #startedAt: number;
  readonly #dropped: DroppedClaim[] = [];
  readonly #doubtful: DoubtfulClaim[] = [];
  /** Claims shown in the place of doubtful ones. */
  readonly #inPageWords: Claim[] = [];
  readonly #notes: string[] = [];
  readonly #models = new Set<string>();
  readonly #claims: Claim[] = [];
  readonly #remarks: Remark[] = [];
  readonly #missing: string[] = [];
  readonly #citer: Citer = createCiter();
  readonly #checks: ClaimChecks | undefined;
  /** Every chunk a quote may come from. */
  readonly chunks = new Map<string, Chunk>();
  #tokens = { input: 0, output: 0 };
  #resolution: Resolution;
  #retrieval: Retrieval | undefined;
  #evidence: readonly Evidence[] = [];
  #sufficiency: Receipt["sufficiency"];
  #closest: readonly Citation[] = [];
  #kind: Answer["kind"] | undefined;
  #reason: AnswerReason | undefined;
  #writer: Writer["kind"] = "extractive";
  #fallback: Answer["fallback"];

  constructor(parts: ApplicationParts, question: Question, before: Conversation) {
    this.#parts = parts;
    this.#question = question;
    this.#before = before;
    this.#resolution = standsAlone(question.text);
    this.#startedAt = parts.clock.elapsed();
    this.#checks =
      parts.claimReader === undefined
        ? undefined
        : new ClaimChecks({
            reader: parts.claimReader,
            mostChecks: MOST_CLAIMS,
            clock: parts.clock,
            deadlineMs: parts.modelDeadlineMs,
            signal: question.signal,
          });
  }

  async *events(): AsyncGenerator<AnswerEvent> {
    yield step("resolving");
    this.#resolution = await this.#timed("resolve", () => this.#resolve());
    if (this.#question.text === "") return this.#end("help");
    if (this.#resolution.kind === "small-talk") return this.#end("small-talk");
    if (this.#resolution.kind === "help") return this.#end("help");
    if (isDeclined(this.#question.text)) return this.#end("declined");
    try {
      yield step("searching");
      if (yield* this.#fromThread()) return undefined;
      const retrieval = await this.#timed("retrieve", () =>
        this.#parts.retriever.retrieve({
          question: this.#resolution.question,
          ...this.#passedOn(),
        }),
      );
      yield* this.#write(retrieval);
    } catch (error) {
      if (this.#question.signal?.aborted === true) throw error;
      this.#unavailable(error);
    }
    return undefined;
  }

  result(): {
    answer: Answer;
    resolution: Resolution;
    evidence: readonly Evidence[];
    receipt: Receipt;
  } {
    const answer = this.#answer();
    const elapsed = this.#parts.clock.elapsed() - this.#startedAt;
    const readings = this.#checks?.summary();
    const receipt: Receipt = {
      answerId: answer.id,
      kind: answer.kind,
      resolution: this.#resolution,
      queries: this.#retrieval?.queries ?? [],
      terms: (this.#retrieval?.terms ?? []).map(({ token, idf, documentFrequency }) => ({
        token,
        idf,
        documentFrequency,
      })),
      scope: this.#retrieval?.scope ?? this.#question.scope ?? {},
      candidates: this.#retrieval?.candidates ?? [],
      sufficiency: this.#sufficiency,
      indexVersion: this.#retrieval?.version.id,
      models: [...this.#models],
      tokens: this.#tokens,
      ms: { ...this.#ms, total: elapsed },
      dropped: this.#dropped,
      doubtful: this.#doubtful,
      notes: readings === undefined ? this.#notes : [...this.#notes, readings],
    };
    return { answer, resolution: this.#resolution, evidence: this.#evidence, receipt };
  }

  async #resolve(): Promise<Resolution> {
    const input = { text: this.#question.text, conversation: this.#before };
    const { signal } = this.#question;
    return this.#parts.resolve(signal === undefined ? input : { ...input, signal });
  }

  /** An answer that rests on what was said before; true when that was enough. */
  async *#fromThread(): AsyncGenerator<AnswerEvent, boolean> {
    const found = await this.#timed("thread", () =>
      answerFromThread({
        resolution: this.#resolution,
        conversation: this.#before,
        retriever: this.#parts.retriever,
        question: this.#question.text,
        ...this.#passedOn(),
      }),
    );
    if (!found.handled) return false;
    this.#evidence = found.chunks.map((chunk, index) => ({
      chunk,
      rank: index + 1,
      score: 0,
      why: "from the thread",
    }));
    for (const chunk of found.chunks) this.chunks.set(chunk.id, chunk);
    this.#checks?.begin();
    for await (const judged of mapInOrder(found.drafts, (draft) => this.#judge(draft))) {
      yield* this.#accept(judged);
    }
    for (const { chunkId, ...remark } of found.remarks) {
      const chunk = chunkId === undefined ? undefined : this.chunks.get(chunkId);
      const citation = chunk === undefined ? undefined : this.#citer.citation(chunk).number;
      this.#remarks.push(citation === undefined ? remark : { ...remark, citation });
    }
    if (this.#claims.length === 0) this.#end("not-found", "silent");
    return true;
  }

  async *#write(retrieval: Retrieval): AsyncGenerator<AnswerEvent> {
    this.#take(retrieval);
    if (!retrieval.productIndexed) {
      this.#missing.push(retrieval.scope.product ?? "that product");
      return this.#end("not-found", "product-not-indexed");
    }
    const { modelWriter, extractiveWriter } = this.#parts;
    if (modelWriter !== undefined) {
      const outcome = yield* this.#writeWithModel(modelWriter, retrieval);
      if (outcome !== "extractive") return outcome === "not-found" ? this.#notFound() : undefined;
    }
    const current = this.#retrieval ?? retrieval;
    const task = this.#task(current, false);
    const sufficiency = assessSufficiency(task);
    this.#sufficiency = { sufficient: sufficiency.sufficient, why: sufficiency.why };
    // A story about infrastructure that died is answered part by part, whatever else its words say.
    if (!sufficiency.sufficient && probesFor(task.question).length === 0) return this.#notFound();
    yield step("writing");
    const gathered = await this.#gather(task);
    for await (const event of gathered ?? extractiveWriter.write(task)) {
      yield* this.#hear(event);
    }
    const isGuess =
      gathered === undefined && nothingStandsOut(current.evidence, current.version.pages);
    if (isGuess && this.#claims.length > 0) {
      this.#remarks.push({ kind: "nothing-stands-out", values: {} });
    }
    for (const missing of sufficiency.missing) {
      if (!this.#missing.includes(missing)) this.#missing.push(missing);
    }
    this.#ms["answer"] = this.#parts.clock.elapsed() - this.#startedAt - sum(this.#ms);
    return this.#claims.length === 0 ? this.#notFound() : undefined;
  }

  /** "answered" when claims of the model stand, "extractive" when the other writer has to take over. */
  async *#writeWithModel(
    writer: Writer,
    first: Retrieval,
  ): AsyncGenerator<AnswerEvent, "answered" | "not-found" | "extractive"> {
    const deadline = AbortSignal.timeout(this.#parts.modelDeadlineMs);
    // Ends the writer's call when nobody waits for the answer any more.
    const stop = new AbortController();
    const asker = this.#question.signal;
    const signal = AbortSignal.any([
      deadline,
      stop.signal,
      ...(asker === undefined ? [] : [asker]),
    ]);
    this.#checks?.begin();
    this.#writer = "model";
    this.#models.add(writer.name);
    const startedAt = this.#parts.clock.elapsed();
    try {
      let retrieval = first;
      // What is gathered part by part is asked for in the documentation's words already.
      const isGathered = probesFor(this.#resolution.question).length > 0;
      if (!isGathered && isUndecided(first.evidence) && this.#parts.searchWords !== undefined) {
        yield step("searching-again");
        retrieval = await this.#searchedAgain(await this.#searchWords(first, signal), first);
      }
      const wasSearchedAgain = retrieval !== first;
      retrieval = await this.#withParts(retrieval);
      if (retrieval.evidence.length === 0) return "extractive";
      for (const round of [1, 2]) {
        yield step("writing");
        let again: string | undefined;
        const task = { ...this.#task(retrieval, round === 1 && !wasSearchedAgain), signal };
        const judged = mapInOrder(this.#written(writer, task), (event) =>
          event.kind === "draft" ? this.#judge(event.draft) : event,
        );
        for await (const event of judged) {
          if (event.kind === "search-again") again = event.query;
          else if (event.kind === "not-found") return "not-found";
          yield* event.kind === "judged" ? this.#accept(event) : this.#hear(event);
        }
        if (again === undefined || round === 2 || this.#claims.length > 0) break;
        yield step("searching-again");
        retrieval = await this.#searchedAgain(again, retrieval);
      }
    } catch (error) {
      if (this.#question.signal?.aborted === true) throw error;
      this.#fallback = deadline.aborted ? "deadline" : "error";
      this.#notes.push(describeError(error));
      this.#parts.logger.warn("model-failed", { reason: describeError(error) });
    } finally {
      stop.abort();
      this.#ms["model"] = this.#parts.clock.elapsed() - startedAt;
    }
    if (this.#claims.length > 0) return "answered";
    this.#writer = "extractive";
    this.#fallback ??= this.#dropped.length > 0 ? "all-claims-dropped" : undefined;
    if (this.#fallback === undefined) {
      this.#notes.push("the model wrote no claim");
      return this.#missing.length > 0 ? "not-found" : "extractive";
    }
    this.#missing.length = 0;
    return "extractive";
  }

  /** What the writer writes; its bill is heard at once, because claims may be waiting for what it leaves. */
  async *#written(writer: Writer, task: WritingTask): AsyncGenerator<WriterEvent> {
    const { claimReader } = this.#parts;
    if (claimReader !== undefined) {
      this.#checks?.setAside(roundTokens(claimReader.tokenBudget, task));
    }
    try {
      for await (const event of writer.write(task)) {
        if (event.kind === "usage") this.#hear(event);
        else yield event;
      }
    } finally {
      this.#checks?.setAside(0);
    }
  }

  /** What the documentation may call what is asked; undefined when the model does not say. */
  async #searchWords(retrieval: Retrieval, signal: AbortSignal): Promise<string | undefined> {
    const { searchWords } = this.#parts;
    if (searchWords === undefined) return undefined;
    const { sources } = retrieval.version;
    const products = sources.map(({ product }) => product).filter((name) => name !== "");
    const product = retrieval.scope.product ?? [...new Set(products)].join(", ");
    const inputs = { product, question: this.#resolution.question };
    const { words, usage, failed } = await searchWords.find(inputs, signal);
    if (usage !== undefined) this.#hear({ kind: "usage", model: searchWords.name, usage });
    if (failed !== undefined) this.#notes.push(`no words for a second search: ${failed}`);
    return words;
  }

  /** The evidence for the question and further words together, in place of `before`; `before` without words. */
  async #searchedAgain(words: string | undefined, before: Retrieval): Promise<Retrieval> {
    if (words === undefined) return before;
    const question = this.#resolution.question;
    const found = await this.#timed("retrieve", () =>
      this.#parts.retriever.retrieve({ question, alsoSearch: [words], ...this.#passedOn() }),
    );
    const retrieval = { ...found, candidates: [...found.candidates, ...before.candidates] };
    this.#take(retrieval);
    return retrieval;
  }

  /**
   * A failure answer gathered part by part, each searched for on its own; undefined for other questions, and where
   * one page gives most of it.
   */
  async #gather(task: WritingTask): Promise<readonly WriterEvent[] | undefined> {
    const probes = probesFor(task.question);
    if (probes.length === 0) return undefined;
    const draft = draftsWithin(task);
    if (isWholeAnswer(draft(DEFAULT_LIMITS), this.chunks)) return undefined;
    const found = await this.#retrieveAll(probes.map(({ question }) => question));
    const probed = probes.flatMap((probe, index) => {
      const retrieval = found[index];
      return retrieval === undefined
        ? []
        : [{ aspect: probe.aspect, draft: draftForProbe(probe, retrieval) }];
    });
    const drafts = skeletonDrafts(draft(MAIN_LIMITS), probed);
    return [
      ...drafts.map((draft) => ({ kind: "draft", draft }) as const),
      ...missingParts(drafts).map((text) => ({ kind: "missing", text }) as const),
    ];
  }

  /** Evidence for the parts of a failure answer behind the best of the question's own, for a model to choose from. */
  async #withParts(retrieval: Retrieval): Promise<Retrieval> {
    const probes = probesFor(this.#resolution.question);
    if (probes.length === 0) return retrieval;
    const found = await this.#retrieveAll(probes.map(({ question }) => question));
    return { ...retrieval, evidence: withParts(retrieval.evidence, found) };
  }

  async #retrieveAll(questions: readonly string[]): Promise<readonly Retrieval[]> {
    const found = await this.#timed("probe", () =>
      Promise.all(
        questions.map((question) =>
          // A passage of each part is wanted: what is not read for passages need not be fetched.
          this.#parts.retriever.retrieve({ question, most: READ_CHUNKS, ...this.#passedOn() }),
        ),
      ),
    );
    for (const { chunk } of found.flatMap(({ evidence }) => evidence)) {
      this.chunks.set(chunk.id, chunk);
    }
    return found;
  }

  #task(retrieval: Retrieval, maySearchAgain: boolean): WritingTask {
    return {
      question: this.#resolution.question,
      shape: questionShape(this.#resolution.question),
      resolution: this.#resolution,
      conversation: this.#before,
      evidence: retrieval.evidence,
      terms: retrieval.terms,
      maySearchAgain,
    };
  }

  #take(retrieval: Retrieval): void {
    this.#retrieval = retrieval;
    this.#evidence = retrieval.evidence;
    if (retrieval.standbyFor !== undefined) {
      this.#notes.push(`answered from the index in the data folder: ${retrieval.standbyFor}`);
    }
    for (const { chunk } of retrieval.evidence) this.chunks.set(chunk.id, chunk);
  }

  #hear(event: WriterEvent): readonly AnswerEvent[] {
    switch (event.kind) {
      case "draft":
        return this.#accept({
          kind: "judged",
          draft: event.draft,
          verified: this.#verify(event.draft),
        });
      case "missing":
        if (!this.#missing.includes(event.text)) this.#missing.push(event.text);
        return [];
      case "usage":
        this.#charge(event.model, event.usage);
        this.#checks?.spent(event.usage.input + event.usage.output);
        return [];
      case "search-again":
      case "not-found":
        return [];
    }
  }

  #charge(model: string, usage: TokenUsage): void {
    this.#models.add(model);
    this.#tokens = {
      input: this.#tokens.input + usage.input,
      output: this.#tokens.output + usage.output,
    };
  }

  #verify(draft: Draft): JudgedDraft["verified"] {
    return verifyClaim(draft, { chunks: this.chunks, question: this.#resolution.question });
  }

  /** Verifies a draft and, where there is a second reader whose word may change the verdict, asks it. */
  #judge(draft: Draft): JudgedDraft | Promise<JudgedDraft> {
    const verified = this.#verify(draft);
    const asked = this.#checks === undefined ? undefined : toBeRead(verified, this.chunks);
    if (this.#checks === undefined || asked === undefined) {
      return { kind: "judged", draft, verified };
    }
    return this.#checked(this.#checks, { kind: "judged", draft, verified }, asked);
  }

  async #checked(
    checks: ClaimChecks,
    judged: JudgedDraft,
    asked: CheckedClaim,
  ): Promise<JudgedDraft> {
    const { reading, usage } = await checks.read(asked);
    if (usage !== undefined) this.#charge(this.#parts.claimReader?.name ?? "", usage);
    return { ...judged, verified: afterReading(judged.verified, reading, this.chunks) };
  }

  /**
   * A claim that holds is numbered and shown; of a doubtful one what the page says itself, unless the answer says it
   * already; what is refused goes into the receipt.
   */
  #accept({ draft: { text }, verified }: JudgedDraft): readonly AnswerEvent[] {
    switch (verified.verdict) {
      case "holds":
        if (this.#inPageWords.length > 0 && isShownWhole(verified, this.#inPageWords)) {
          this.#dropped.push({ text, reason: "said-already", detail: "in the page's own words" });
          return [];
        }
        return [this.#show(verified)];
      case "doubtful": {
        const { reason, detail, instead } = verified;
        const shownAs: string[] = [];
        const events: AnswerEvent[] = [];
        for (const passage of instead) {
          const said = sayingClaim(passage, this.#claims);
          if (said === undefined) {
            const event = this.#show(passage);
            this.#inPageWords.push(event.claim);
            events.push(event);
          }
          shownAs.push((said ?? this.#claims.at(-1))?.id ?? "");
        }
        this.#doubtful.push({ text, reason, detail, shownAs });
        return events;
      }
      case "refused":
        this.#dropped.push({ text, reason: verified.reason, detail: verified.detail });
        return [];
    }
  }

  #show(verified: VerifiedClaim): Extract<AnswerEvent, { kind: "claim" }> {
    const { claim, citations } = this.#citer.cite(
      `c${this.#claims.length + 1}`,
      verified,
      this.chunks,
    );
    this.#claims.push(claim);
    return { kind: "claim", claim, citations };
  }

  #unavailable(error: unknown): void {
    const noIndex = findCause(error, NoIndexError);
    const down = findCause(error, IndexUnavailableError);
    if (noIndex === undefined && down === undefined) {
      this.#parts.logger.error("question-failed", { reason: describeError(error) });
    }
    this.#notes.push(describeError(error));
    this.#end("unavailable", noIndex === undefined ? "index-down" : "no-index");
  }

  #notFound(): void {
    const sections = new Map<string, Citation>();
    for (const { chunk } of this.#evidence) {
      const citation = this.#citer.describe(chunk, sections.size + 1);
      if (!sections.has(citation.url)) sections.set(citation.url, citation);
      if (sections.size === CLOSEST_SECTIONS) break;
    }
    this.#closest = [...sections.values()];
    this.#end("not-found", "silent");
  }

  #end(kind: Answer["kind"], reason?: AnswerReason): undefined {
    this.#kind = kind;
    this.#reason = reason;
    return undefined;
  }

  #answer(): Answer {
    const kind = this.#kind ?? (this.#missing.length > 0 ? "partial" : "answered");
    const hasClaims = kind === "answered" || kind === "partial";
    return {
      id: this.#parts.newId(),
      kind,
      ...(this.#reason === undefined ? {} : { reason: this.#reason }),
      claims: this.#claims,
      remarks: this.#remarks,
      citations: this.#citer.citations(),
      closest: this.#closest,
      missing: this.#missing,
      terms: hasClaims ? termsOf(this.#claims) : [],
      writer: this.#writer,
      ...(this.#fallback === undefined ? {} : { fallback: this.#fallback }),
    };
  }

  #passedOn(): Pick<Question, "scope" | "signal"> {
    return {
      ...(this.#question.scope === undefined ? {} : { scope: this.#question.scope }),
      ...(this.#question.signal === undefined ? {} : { signal: this.#question.signal }),
    };
  }

  async #timed<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedAt = this.#parts.clock.elapsed();
    try {
      return await work();
    } finally {
      this.#ms[name] = (this.#ms[name] ?? 0) + this.#parts.clock.elapsed() - startedAt;
    }
  }
}

function step(name: Step): AnswerEvent {
  return { kind: "step", step: name };
}

function sum(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}
