/** Posted answers whose quotes are gone or stand in a section that says something else now. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Answer, Quote } from "../../documents/answer.ts";
import type { Chunk } from "../../documents/chunk.ts";
import { isFixed } from "../../conversation/conversation.ts";
import type { ConversationStore } from "../../conversation/conversation-store.ts";
import type { IndexReader } from "../../store/chunk-index.ts";
import { compareQuote, type QuoteChange } from "./compare-quote.ts";

export type ChangedAnswer = {
  readonly answerId: string;
  readonly key: string;
  readonly conversationId: string;
  /** ISO 8601. */
  readonly askedAt: string;
  readonly question: string;
  /** Each once, in the order of the answer. */
  readonly changes: readonly SourcedChange[];
};

/** A change, and what the page was about. */
export type SourcedChange = QuoteChange & { readonly product: string };

/** Answers that were looked at, and those among them that changed. */
export type Looked = { readonly answers: number; readonly changed: ChangedAnswer | undefined };

/** Pages that are held while answers about them come by: a few megabytes. */
const PAGES = 200;
/** Quotes of which is known what became of them. */
const VERDICTS = 20_000;
/** Turns between two pauses. */
const STEP = 20;

/**
 * Every posted answer asked at `since` (ISO 8601) or later, oldest first, with what changed under it. Linear in the
 * answers; one page at a time is read. Throws what the index throws, and the signal's reason.
 */
export async function* changedSince(parts: {
  readonly store: Pick<ConversationStore, "export" | "findTurn">;
  readonly reader: Pick<IndexReader, "readPage">;
  readonly since: string;
  readonly signal?: AbortSignal;
}): AsyncGenerator<Looked> {
  const pages = new Map<string, readonly Chunk[]>();
  const verdicts = new Map<string, SourcedChange | undefined>();

  const pageOf = async (url: string): Promise<readonly Chunk[]> => {
    const page = pages.get(url) ?? (await parts.reader.readPage(url));
    // The one that was asked for last goes last.
    pages.delete(url);
    pages.set(url, page);
    const [oldest] = pages.keys();
    if (pages.size > PAGES && oldest !== undefined) pages.delete(oldest);
    return page;
  };

  /** Whether the cited page has the same chunk still: its id follows from its text. */
  const stands = async (quote: Quote, { citations }: Answer): Promise<boolean> => {
    const cited = citations.find(({ number }) => number === quote.citation);
    if (cited === undefined) return false;
    const page = await pageOf(cited.url.split("#", 1)[0] ?? "");
    return page.some(({ id }) => id === quote.chunkId);
  };

  let answers = 0;
  for await (const turn of parts.store.export(undefined, {
    since: parts.since,
    // Most of the reading, and of use only where something changed.
    evidence: false,
  })) {
    const { answer } = turn;
    if (turn.state !== "posted" || answer === undefined || isFixed(answer)) continue;
    answers += 1;
    if (answers % STEP === 0) {
      parts.signal?.throwIfAborted();
      await nextTurn();
    }
    const changes: SourcedChange[] = [];
    let evidence: readonly Chunk[] | undefined;
    for (const quote of answer.claims.flatMap(({ quotes }) => quotes)) {
      const key = `${quote.chunkId} ${quote.start} ${quote.end}`;
      if (!verdicts.has(key)) {
        if (verdicts.size >= VERDICTS) verdicts.clear();
        if (await stands(quote, answer)) verdicts.set(key, undefined);
        else {
          evidence ??= (await parts.store.findTurn(turn.key))?.evidence ?? [];
          const was = evidence.find(({ id }) => id === quote.chunkId);
          // It was not kept with the answer, or is damaged.
          if (was === undefined) continue;
          const found = compareQuote(quote, was, await pageOf(was.url));
          verdicts.set(key, found && { ...found, product: was.product });
          // A long page takes a while.
          await nextTurn();
        }
      }
      const change = verdicts.get(key);
      if (change !== undefined && !isListed(changes, change)) changes.push(change);
    }
    const { key, conversationId, askedAt, question } = turn;
    const changed =
      changes.length === 0
        ? undefined
        : { answerId: answer.id, key, conversationId, askedAt, question, changes };
    yield { answers, changed };
  }
}

/** Two quotes of one section that changed around them show the same words. */
function isListed(changes: readonly QuoteChange[], { kind, was, now }: QuoteChange): boolean {
  return changes.some(
    (each) =>
      each.kind === kind &&
      each.was.url === was.url &&
      each.was.words === was.words &&
      each.now?.words === now?.words,
  );
}

/** What became of a quote, in a few words. */
export function changeName(kind: QuoteChange["kind"]): string {
  switch (kind) {
    case "page-gone":
      return "the page is gone";
    case "gone":
      return "the words are gone";
    case "numbers":
      return "other numbers";
    case "reworded":
      return "other words";
    case "moved":
      return "moved to another section";
    case "section":
      return "the section says something else";
  }
}
