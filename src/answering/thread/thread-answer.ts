/**
 * Answers that come from the thread: what a word of ours means, what a passage of ours stood on, whether we are sure,
 * what we said. They are made of drafts and remarks; the drafts go through the same verification as a writer's, and
 * what cannot be quoted afresh is not said again.
 */
import type { Chunk } from "../../documents/chunk.ts";
import type { Turn } from "../../conversation/conversation.ts";
import { isFixed } from "../../conversation/conversation.ts";
import { asksToChoose, readWordQuestion } from "../../conversation/cues.ts";
import { stripChatter, readMessage } from "../../conversation/read-message.ts";
import { asksAboutOurs, asksMeaning, needsThread } from "../../conversation/needs-thread.ts";
import { statementsIn, type Statement } from "../../conversation/statements.ts";
import {
  allWantedFrom,
  coverageOf,
  draftOfPassage,
  nearestPassages,
  wantedFrom,
  type NearPassage,
} from "./nearest-passages.ts";
import { chooseAnswer, draftOf } from "../../writing/extractive/extractive-writer.ts";
import { ANSWER_LIMITS } from "../../writing/extractive/choose-blocks.ts";
import { recheckClaim } from "./recheck.ts";
import { relatedWords } from "./related-words.ts";
import {
  neverSaid,
  NOT_FROM_THREAD,
  passedOn,
  type ThreadAnswer,
  type ThreadRemark,
  type ThreadRequest,
} from "./thread-reply.ts";
import { answerWord, sectionName } from "./word-of-ours.ts";
import type { Draft } from "../../writing/writer.ts";

export type { ThreadAnswer, ThreadRemark, ThreadRequest } from "./thread-reply.ts";

/** Claims that are checked again and shown for one doubt. */
const MAX_RECHECKED = 5;
/** The same where something is held against them: those that it is held against. */
const MOST_HELD_AGAINST = 2;
/** Share of a statement's weight that a passage must hold to stand for it. */
const SAYS_THE_SAME = 0.5;
/** For the second question of a message. */
const FURTHER_LIMITS = { ...ANSWER_LIMITS, blocks: 2, words: 80 };

/**
 * The answer to a follow-up about what we said; `handled: false` when it needs an ordinary answer to the resolved
 * question. Throws what the retriever throws.
 */
export async function answerFromThread(request: ThreadRequest): Promise<ThreadAnswer> {
  const { kind } = request.resolution;
  switch (kind) {
    case "word":
      return aboutWord(request);
    case "quote":
      return aboutQuote(request);
    case "doubt":
      return aboutDoubt(request);
    case "from-thread":
      return fromThread(request);
    case "first":
      return request.conversation.turns.length === 0 &&
        request.conversation.others.length === 0 &&
        needsThread(request.question)
        ? NOTHING_BEFORE
        : aboutForeignWord(request);
    case "new-topic":
      return aboutForeignWord(request);
    case "pointer":
    case "ellipsis":
    case "correction":
    case "small-talk":
    case "help":
      return NOT_FROM_THREAD;
  }
}

const NOTHING_BEFORE: ThreadAnswer = {
  handled: true,
  drafts: [],
  remarks: [{ kind: "nothing-before", values: {} }],
  chunks: [],
};

async function aboutWord(request: ThreadRequest): Promise<ThreadAnswer> {
  const { resolution, conversation, retriever } = request;
  const word = resolution.words[0];
  if (word === undefined) return NOT_FROM_THREAD;
  const answer = await answerWord({
    word,
    claimIds: resolution.claimIds,
    conversation,
    retriever,
    ...passedOn(request),
  });
  if (!answer.handled) return NOT_FROM_THREAD;
  const isOfTheirs = answer.remarks.every(({ kind }) => kind === "word-documented");
  if (isOfTheirs && !asksForOurs(request)) return NOT_FROM_THREAD;
  const further = furtherQuestion(resolution.question);
  return further === "" ? answer : withAnswerTo(further, answer, request);
}

/** "what do you mean by X", a passage of ours quoted: about our sentence, and not only about a word it has. */
function asksForOurs({ resolution, question }: ThreadRequest): boolean {
  const { body } = readMessage(question);
  return resolution.kind === "quote" || asksAboutOurs(stripChatter(body));
}

/**
 * "What is a checkpoint?" out of the blue, about a word that operating software in general has and this documentation
 * has not, or only for something else: says so, and quotes what it has instead.
 */
async function aboutForeignWord(request: ThreadRequest): Promise<ThreadAnswer> {
  const word = readWordQuestion(stripChatter(readMessage(request.question).body))?.term;
  if (word === undefined || relatedWords(word).length === 0) return NOT_FROM_THREAD;
  const answer = await answerWord({
    word,
    claimIds: [],
    conversation: request.conversation,
    retriever: request.retriever,
    ...passedOn(request),
  });
  const isForeign = answer.remarks.some(({ kind }) => kind === "word-not-documented");
  if (!isForeign || answer.drafts.length === 0) return NOT_FROM_THREAD;
  const cited = new Set(
    answer.drafts.flatMap(({ quotes }) => quotes.map((quote) => quote.chunkId)),
  );
  const nearest = [
    ...new Set(answer.chunks.filter(({ id }) => cited.has(id)).map((chunk) => chunk.title)),
  ].slice(0, 2);
  const remarks = answer.remarks.flatMap((remark): ThreadRemark[] => {
    switch (remark.kind) {
      case "never-said":
        // Nobody claims that we said it when we have not said anything yet.
        return request.conversation.turns.length === 0 ? [] : [remark];
      case "word-not-documented":
        return [{ ...remark, values: { ...remark.values, nearest: nearest.join("; ") } }];
      case "word-in-another-sense":
        return [{ ...remark, values: { ...remark.values, said: "no" } }];
      default:
        return [remark];
    }
  });
  return { ...answer, remarks };
}

async function aboutQuote(request: ThreadRequest): Promise<ThreadAnswer> {
  const { resolution, conversation } = request;
  const [first, passage] = resolution.words;
  if (first === undefined) return NOT_FROM_THREAD;
  if (resolution.claimIds.length === 0) {
    const remarks = [neverSaid(first, conversation)];
    return withFurther(
      { handled: true, remarks, drafts: [], chunks: [] },
      await nearest(request, first, SAYS_THE_SAME),
    );
  }
  // A word of the passage was asked about.
  if (passage !== undefined) return aboutWord(request);
  if (!asksMeaning(request.question)) return NOT_FROM_THREAD;
  const statements = pick(statementsIn(conversation), resolution.claimIds);
  return restate(request, statements);
}

/** Statements of ours with their quotes, or, where they carry none, with the passages that stand for them. */
async function restate(
  request: ThreadRequest,
  statements: readonly Statement[],
): Promise<ThreadAnswer> {
  const drafts: Draft[] = [];
  const remarks: ThreadRemark[] = [];
  const chunks: Chunk[] = [];
  for (const statement of statements.slice(0, MAX_RECHECKED)) {
    const kept = await recheck(request, statement);
    drafts.push(...kept.drafts);
    remarks.push(...kept.remarks);
    chunks.push(...kept.chunks);
  }
  const handled = drafts.length > 0 || remarks.length > 0;
  return handled ? { handled, drafts: distinct(drafts), remarks, chunks } : NOT_FROM_THREAD;
}

/** One statement: quoted again if its page still says it; fixed text by the passage that says the same, or withdrawn. */
async function recheck(request: ThreadRequest, statement: Statement): Promise<ThreadAnswer> {
  const turn = request.conversation.turns.find(({ key }) => key === statement.turnKey);
  const claim = claimOf(turn, statement);
  if (turn === undefined || claim === undefined) return recheckFixed(request, statement);
  if (claim.words === "reviewed") return passedOnBefore(turn);
  const outcome = await recheckClaim(claim, turn.evidence, request);
  if (outcome.kind === "stands") {
    const quotes = claim.quotes.map(({ text }, place) => ({
      chunkId: outcome.chunks[place]?.id ?? "",
      text,
    }));
    // Checked over these quotes when it was said, in answers from before this was recorded too.
    const words = claim.words ?? "writer";
    const draft = { text: claim.text, words, aspect: claim.aspect, quotes };
    return { handled: true, drafts: [draft], remarks: [], chunks: outcome.chunks };
  }
  const section = outcome.section === undefined ? "" : sectionName(outcome.section);
  const remark: ThreadRemark = {
    kind: "source-changed",
    values: { section, change: outcome.kind },
    ...(outcome.kind === "changed" ? { chunkId: outcome.section.id } : {}),
  };
  const chunks = outcome.kind === "changed" ? [outcome.section] : [];
  return { handled: true, drafts: [], remarks: [remark], chunks };
}

/** A person's own answer is theirs to defend: whose it was is said, and nothing of it again as ours. */
function passedOnBefore({ answer }: Turn): ThreadAnswer {
  const said =
    answer === undefined || isFixed(answer)
      ? undefined
      : answer.remarks.find(({ kind }) => kind === "reviewed");
  const values = { ...said?.values, said: "before" };
  return { handled: true, drafts: [], remarks: [{ kind: "reviewed", values }], chunks: [] };
}

async function recheckFixed(request: ThreadRequest, statement: Statement): Promise<ThreadAnswer> {
  const { evidence, terms } = await request.retriever.retrieve({
    question: statement.text,
    ...passedOn(request),
  });
  const all = allWantedFrom(terms);
  const found = nearestPassages(evidence, wantedFrom(terms), { limit: 2, perPage: 2 });
  const same = found.filter(({ text }) => coverageOf(all, text) >= SAYS_THE_SAME);
  const remarks: ThreadRemark[] =
    same.length > 0 ? [] : [{ kind: "corrected", values: { statement: statement.text } }];
  const shown = same.length > 0 ? same : found.slice(0, 1);
  return {
    handled: true,
    remarks,
    drafts: shown.map(({ passage }) => draftOfPassage(passage)),
    chunks: shown.map(({ passage }) => passage.chunk),
  };
}

/** "are you sure?": the last claims checked again; what the asker holds against them is searched for, never believed. */
async function aboutDoubt(request: ThreadRequest): Promise<ThreadAnswer> {
  const { resolution, conversation } = request;
  const statements = pick(statementsIn(conversation), resolution.claimIds);
  if (statements.length === 0) return NOT_FROM_THREAD;
  const assertion = resolution.words[0] ?? "";
  const checked = await restate(
    request,
    assertion === "" ? statements : statements.slice(0, MOST_HELD_AGAINST),
  );
  const further = assertion === "" ? furtherQuestion(resolution.question) : "";
  const search = assertion === "" ? further : resolution.question;
  // Nothing of the earlier answer stands any more: what the documentation says now.
  const question = search === "" && checked.drafts.length === 0 ? resolution.question : search;
  if (question === "") return checked;
  return further !== ""
    ? withAnswerTo(further, checked, request)
    : withFurther(checked, await nearest(request, question));
}

/** Said once more; what is chosen among is for the pages to tell. */
async function fromThread(request: ThreadRequest): Promise<ThreadAnswer> {
  const { resolution, conversation, question } = request;
  if (asksToChoose(stripChatter(readMessage(question).body))) return NOT_FROM_THREAD;
  const statements = pick(statementsIn(conversation), resolution.claimIds);
  // An item of a list inside a statement stands for itself.
  const [item] = resolution.words;
  const isPart = item !== undefined && statements[0]?.text !== item;
  return isPart ? NOT_FROM_THREAD : restate(request, statements);
}

type Near = { readonly passages: readonly NearPassage[]; readonly looked: readonly Chunk[] };

/**
 * The passages nearest to a question, and all that was looked at for them; of a sentence that nobody said only those
 * that speak of what it says, its words that no page has counted in.
 */
async function nearest(request: ThreadRequest, question: string, leastSaid = 0): Promise<Near> {
  const { searches } = request.resolution;
  const { evidence, terms } = await request.retriever.retrieve({
    question,
    ...(searches === undefined || leastSaid > 0 ? {} : { wordings: searches }),
    ...passedOn(request),
  });
  const all = allWantedFrom(terms);
  const passages = nearestPassages(evidence, wantedFrom(terms), { limit: 2, perPage: 2 }).filter(
    ({ text }) => coverageOf(all, text) >= leastSaid,
  );
  return { passages, looked: evidence.map(({ chunk }) => chunk) };
}

/** The answer to a second question of the same message, behind that to the first. */
async function withAnswerTo(
  question: string,
  answer: ThreadAnswer,
  request: ThreadRequest,
): Promise<ThreadAnswer> {
  const { evidence, terms } = await request.retriever.retrieve({
    question,
    ...passedOn(request),
  });
  const found = chooseAnswer({ question, evidence, terms }, FURTHER_LIMITS).chosen.map(
    ({ block }) => draftOf(block),
  );
  return {
    ...answer,
    handled: true,
    drafts: distinct([...answer.drafts, ...found]),
    chunks: [...answer.chunks, ...evidence.map(({ chunk }) => chunk)],
  };
}

function withFurther(answer: ThreadAnswer, { passages, looked }: Near): ThreadAnswer {
  const drafts = distinct([
    ...answer.drafts,
    // No failure answer: its headings would promise more.
    ...passages.map(({ passage }) => draftOfPassage(passage, "other")),
  ]);
  const chunks = distinctChunks([
    ...answer.chunks,
    ...passages.map(({ passage }) => passage.chunk),
    ...looked,
  ]);
  return { ...answer, handled: true, drafts, chunks };
}

/** The question behind the first one of a resolved message with two; "" when there is one. */
function furtherQuestion(question: string): string {
  return /^[^?]*\?\s+(?<further>\S.*)$/s.exec(question)?.groups?.["further"] ?? "";
}

function distinctChunks(chunks: readonly Chunk[]): Chunk[] {
  const seen = new Set<string>();
  return chunks.filter(({ id }) => !seen.has(id) && seen.add(id));
}

function distinct(drafts: readonly Draft[]): Draft[] {
  const seen = new Set<string>();
  return drafts.filter(({ text }) => {
    const known = seen.has(text);
    seen.add(text);
    return !known;
  });
}

function pick(statements: readonly Statement[], ids: readonly string[]): Statement[] {
  return ids.flatMap((id) => statements.find((statement) => statement.id === id) ?? []);
}

function claimOf(turn: Turn | undefined, statement: Statement) {
  if (turn?.answer === undefined || isFixed(turn.answer)) return undefined;
  return turn.answer.claims.find(({ id }) => `${turn.key}#${id}` === statement.id);
}
