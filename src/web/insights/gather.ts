/**
 * What the stored questions say about the documentation: read once, turn by turn, and counted. Questions are grouped by
 * the page that answered them, or came closest; that is what somebody can write for.
 */
import type { ConversationStore } from "../../conversation/conversation-store.ts";
import { isFixed, type Turn } from "../../conversation/conversation.ts";
import type { Answer, AnswerKind } from "../../documents/answer.ts";
import type { FeedbackStore } from "../../feedback/feedback-store.ts";
import type { ReviewedAnswerStore } from "../../state/reviewed-answers.ts";
import { readReceipt } from "../draw-receipt.ts";
import type { PageSummary } from "../index-overview.ts";

export type GroupExample = {
  /** Key of its turn. */
  readonly key: string;
  readonly question: string;
  readonly conversationId: string;
  readonly kind: AnswerKind;
};

export type Group = {
  /** Address of the page; "" for questions without one, `REVIEWED` for those that a person's answer without quotes met. */
  readonly url: string;
  readonly title: string;
  readonly product: string;
  /** Questions in each week of `Insights.weeks`. */
  readonly weeks: readonly number[];
  readonly questions: number;
  readonly notFound: number;
  readonly partial: number;
  readonly declined: number;
  readonly unavailable: number;
  readonly helpful: number;
  readonly notHelpful: number;
  /** Answers of which a check refused or corrected something. */
  readonly refused: number;
  /** Answers after which somebody asked for a person. */
  readonly askedPerson: number;
  /** Answers of people's own. */
  readonly reviewed: number;
  /** Newest first. */
  readonly examples: readonly GroupExample[];
};

export type Counted = { readonly name: string; readonly url?: string; readonly count: number };

export type ReviewedUse = {
  readonly id: string;
  readonly author: string;
  /** A question that it answers. */
  readonly wording: string;
  readonly given: number;
  /** Why it is offered no more; undefined while it is. */
  readonly lapsed: string | undefined;
};

export type Insights = {
  /** Mondays, oldest first, "2026-11-23"; the last is the week under way. */
  readonly weeks: readonly string[];
  readonly questions: number;
  readonly threads: number;
  readonly people: number;
  readonly kinds: Readonly<Partial<Record<AnswerKind, number>>>;
  readonly helpful: number;
  readonly notHelpful: number;
  /** Questions that were passed on to people; undefined where that is not known. */
  readonly help: { readonly asked: number; readonly solved: number } | undefined;
  /** Of these the newest: what the bot had to say, and whether somebody said that it is solved. */
  readonly completed: readonly (GroupExample & { readonly solved: boolean })[];
  /** The answers that people wrote, and how often each was given; those that lapsed first, then by use. */
  readonly reviewed: readonly ReviewedUse[];
  /** How often, by id; of answers that were removed since, too. */
  readonly reviewedGiven: ReadonlyMap<string, number>;
  /** Most questions first. */
  readonly groups: readonly Group[];
  /** Words that people use and no page has, most used first. */
  readonly words: readonly Counted[];
  readonly citedSections: readonly Counted[];
  /** Indexed pages that no answer cites or names as close; undefined when the index was not read. */
  readonly neverFound: readonly PageSummary[] | undefined;
  /** Receipts that were read for `words` and `refused`: of the newest answers, unanswered questions first. */
  readonly receiptsRead: number;
};

export type GatherParts = {
  readonly store: Pick<ConversationStore, "export" | "receipt">;
  readonly feedback: Pick<FeedbackStore, "all">;
  /** Questions that were passed on to people since a time (ms since the epoch), by the key of their turn. */
  readonly helpSince?: (
    since: number,
  ) => Promise<readonly { readonly key: string; readonly solved: boolean }[]>;
  readonly reviewed?: Pick<ReviewedAnswerStore, "list">;
  /** Undefined: which pages were never found is not told. */
  readonly pages: readonly PageSummary[] | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly weeks: number;
  readonly signal?: AbortSignal;
};

const MS_A_WEEK = 7 * 86_400_000;
/** A Monday. */
const FIRST_MONDAY = Date.UTC(1970, 0, 5);
/** Address of the group of reviewed answers that quote no page. */
export const REVIEWED = "reviewed:";
const EXAMPLES = 5;
const COMPLETED = 50;
const EXAMPLE_CHARACTERS = 300;
const LISTED = 100;
/** A receipt is most of a turn; that many are read, not all. */
const RECEIPTS = 10_000;
/** Different words that are counted; a word that comes late in a flood of others may be missed. */
const WORDS = 50_000;

type MutableGroup = { -readonly [Name in keyof Omit<Group, "weeks" | "examples">]: Group[Name] } & {
  readonly weeks: number[];
  readonly examples: GroupExample[];
};

/** Time and memory: linear in turns read, and in pages. Throws the signal's reason when aborted. */
export async function gatherInsights(parts: GatherParts): Promise<Insights> {
  const lastWeek = weekOf(parts.now);
  const firstWeek = lastWeek - parts.weeks + 1;
  const sinceMs = FIRST_MONDAY + firstWeek * MS_A_WEEK;
  const since = new Date(sinceMs).toISOString();
  const votes = await votesByKey(parts);
  const requests = await parts.helpSince?.(sinceMs);
  const help = new Map((requests ?? []).map(({ key, solved }) => [key, solved]));
  const completed: (GroupExample & { readonly solved: boolean })[] = [];
  const reviewedGiven = new Map<string, number>();

  const groups = new Map<string, MutableGroup>();
  const kinds: Partial<Record<AnswerKind, number>> = {};
  const cited = new Map<string, { name: string; url: string; count: number }>();
  const found = new Set<string>();
  const threads = new Set<string>();
  const people = new Set<string>();
  const missing = new Map<string, number>();
  const unanswered: (readonly [string, string])[] = [];
  const answered: (readonly [string, string])[] = [];
  let questions = 0;
  let helpful = 0;
  let notHelpful = 0;

  for await (const turn of parts.store.export(undefined, { since, evidence: false })) {
    const { answer } = turn;
    if (answer === undefined || isFixed(answer)) continue;
    questions += 1;
    if (questions % 200 === 0) {
      parts.signal?.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
    threads.add(turn.conversationId);
    people.add(turn.author);
    kinds[answer.kind] = (kinds[answer.kind] ?? 0) + 1;
    for (const { url } of [...answer.citations, ...answer.closest]) found.add(pageOf(url));
    for (const { url, title, section } of answer.citations) {
      const known = cited.get(url);
      if (known === undefined)
        cited.set(url, {
          name: title === section ? title : `${title} › ${section}`,
          url,
          count: 1,
        });
      else known.count += 1;
    }
    if (isTalk(answer)) continue;
    if (answer.writer === "reviewed") {
      const id = answer.remarks.find(({ kind }) => kind === "reviewed")?.values["id"] ?? "";
      reviewedGiven.set(id, (reviewedGiven.get(id) ?? 0) + 1);
    }

    const group = groupOf(groups, answer, parts.weeks);
    count(group, turn, answer, weekOf(Date.parse(turn.askedAt)) - firstWeek);
    const vote = votes.get(turn.key);
    group.helpful += vote?.helpful ?? 0;
    group.notHelpful += vote?.notHelpful ?? 0;
    helpful += vote?.helpful ?? 0;
    notHelpful += vote?.notHelpful ?? 0;
    const solved = help.get(turn.key);
    if (solved !== undefined) {
      group.askedPerson += 1;
      completed.unshift({ ...exampleOf(turn, answer), solved });
      if (completed.length > COMPLETED) completed.pop();
    }
    const key = [turn.key, group.url] as const;
    if (answer.kind === "answered" && (vote?.notHelpful ?? 0) === 0) answered.push(key);
    else unanswered.push(key);
  }

  // The newest, and first those about which somebody wants to know why.
  const toRead = [...unanswered.slice(-RECEIPTS), ...answered.slice(-RECEIPTS)].slice(0, RECEIPTS);
  for (const [at, [key, url]] of toRead.entries()) {
    if (at % 100 === 0) {
      parts.signal?.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const receipt = readReceipt(await parts.store.receipt(key));
    if (receipt === undefined) continue;
    const group = groups.get(url);
    const { dropped, doubtful, corrected } = receipt;
    if (group !== undefined && dropped.length + doubtful.length + corrected.length > 0)
      group.refused += 1;
    for (const { token, documentFrequency } of receipt.terms)
      if (documentFrequency === 0 && (missing.has(token) || missing.size < WORDS))
        missing.set(token, (missing.get(token) ?? 0) + 1);
  }

  return {
    weeks: Array.from({ length: parts.weeks }, (_, at) =>
      new Date(FIRST_MONDAY + (firstWeek + at) * MS_A_WEEK).toISOString().slice(0, 10),
    ),
    questions,
    threads: threads.size,
    people: people.size,
    kinds,
    helpful,
    notHelpful,
    help:
      requests === undefined
        ? undefined
        : { asked: requests.length, solved: requests.filter(({ solved }) => solved).length },
    completed,
    reviewedGiven,
    reviewed: reviewedUse((await parts.reviewed?.list().catch(() => [])) ?? [], reviewedGiven),
    groups: [...groups.values()].sort((a, b) => b.questions - a.questions),
    words: [...missing]
      .map(([name, amount]) => ({ name, count: amount }))
      .sort((a, b) => b.count - a.count)
      .slice(0, LISTED),
    citedSections: [...cited.values()].sort((a, b) => b.count - a.count).slice(0, LISTED),
    neverFound: parts.pages?.filter(({ url }) => !found.has(url)),
    receiptsRead: toRead.length,
  };
}

export function reviewedUse(
  answers: Awaited<ReturnType<ReviewedAnswerStore["list"]>>,
  given: ReadonlyMap<string, number>,
): readonly ReviewedUse[] {
  return answers
    .map(({ id, author, wordings, lapsed }) => ({
      id,
      author,
      wording: wordings[0] ?? "",
      given: given.get(id) ?? 0,
      lapsed: lapsed?.because,
    }))
    .sort(
      (a, b) =>
        Number(b.lapsed !== undefined) - Number(a.lapsed !== undefined) || b.given - a.given,
    );
}

function isTalk({ kind }: Answer): boolean {
  return kind === "small-talk" || kind === "help";
}

/** Weeks since the first Monday of 1970. */
function weekOf(ms: number): number {
  return Math.floor((ms - FIRST_MONDAY) / MS_A_WEEK);
}

function pageOf(url: string): string {
  return url.split("#")[0] ?? url;
}

function groupOf(groups: Map<string, MutableGroup>, answer: Answer, weeks: number): MutableGroup {
  const place = answer.citations[0] ?? answer.closest[0];
  const isReviewed = answer.writer === "reviewed";
  const url = place !== undefined ? pageOf(place.url) : isReviewed ? REVIEWED : "";
  const known = groups.get(url);
  if (known !== undefined) return known;
  const made: MutableGroup = {
    url,
    title:
      place !== undefined
        ? place.title || url
        : isReviewed
          ? "Answers of people's own, without a page"
          : "No page comes close",
    product: place === undefined ? "" : `${place.product} ${place.version}`.trim(),
    weeks: Array.from({ length: weeks }, () => 0),
    questions: 0,
    notFound: 0,
    partial: 0,
    declined: 0,
    unavailable: 0,
    helpful: 0,
    notHelpful: 0,
    refused: 0,
    askedPerson: 0,
    reviewed: 0,
    examples: [],
  };
  groups.set(url, made);
  return made;
}

function count(
  group: MutableGroup,
  turn: Turn & { readonly conversationId: string },
  answer: Answer,
  week: number,
): void {
  group.questions += 1;
  if (week >= 0 && week < group.weeks.length) group.weeks[week] = (group.weeks[week] ?? 0) + 1;
  if (answer.kind === "not-found") group.notFound += 1;
  if (answer.kind === "partial") group.partial += 1;
  if (answer.kind === "declined") group.declined += 1;
  if (answer.kind === "unavailable") group.unavailable += 1;
  if (answer.writer === "reviewed") group.reviewed += 1;
  const made = exampleOf(turn, answer);
  if (group.examples.some((example) => example.question === made.question)) return;
  group.examples.unshift(made);
  if (group.examples.length > EXAMPLES) group.examples.pop();
}

function exampleOf(
  turn: Turn & { readonly conversationId: string },
  { kind }: Answer,
): GroupExample {
  const question = (turn.resolution?.question ?? turn.question)
    .replaceAll(/\s+/g, " ")
    .slice(0, EXAMPLE_CHARACTERS);
  return { key: turn.key, question, conversationId: turn.conversationId, kind };
}

async function votesByKey({
  feedback,
}: GatherParts): Promise<Map<string, { helpful: number; notHelpful: number }>> {
  const votes = new Map<string, { helpful: number; notHelpful: number }>();
  for await (const record of feedback.all()) {
    const helpful = record.votes.filter(({ vote }) => vote === "helpful").length;
    votes.set(record.key, { helpful, notHelpful: record.votes.length - helpful });
  }
  return votes;
}

/** Spreadsheets take a cell that begins like this for a formula; what people wrote is text. */
const FORMULA = /^[=+\-@\t\r]/;

/** The groups as CSV (RFC 4180), a header first. */
export function insightsCsv({ groups, weeks }: Insights): string {
  const header = [
    "page",
    "title",
    "product",
    "questions",
    "not found",
    "partly answered",
    "declined",
    "unavailable",
    "helpful",
    "not helpful",
    "refused by a check",
    "asked a person",
    "reviewed answers",
    ...weeks.map((week) => `week of ${week}`),
    "example",
    "its thread",
  ];
  const rows = groups.map((group) => [
    group.url,
    group.title,
    group.product,
    group.questions,
    group.notFound,
    group.partial,
    group.declined,
    group.unavailable,
    group.helpful,
    group.notHelpful,
    group.refused,
    group.askedPerson,
    group.reviewed,
    ...group.weeks,
    group.examples[0]?.question ?? "",
    group.examples[0]?.conversationId ?? "",
  ]);
  return [header, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number): string {
  if (typeof value === "number") return `${value}`;
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
