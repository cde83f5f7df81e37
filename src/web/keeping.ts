/** What operators keep from the web page: how people ask for a page, cases for the evaluation, answers of people's own. */
import { z } from "zod";
import {
  parseQuote,
  renewReviewed,
  writeReviewed,
  type WritingParts,
} from "../answering/reviewed/write-reviewed.ts";
import { caseFromThread } from "../conversation/case-from-thread.ts";
import type { ConversationStore } from "../conversation/conversation-store.ts";
import type { Turn } from "../conversation/conversation.ts";
import type { FeedbackStore } from "../feedback/feedback-store.ts";
import type { Clock } from "../platform/clock.ts";
import { UsageError } from "../platform/errors.ts";
import { REVIEWED_LIMITS, type ReviewedAnswerStore } from "../state/reviewed-answers.ts";
import type { ChunkIndex } from "../store/chunk-index.ts";
import { CASES_FILE, keepCase } from "./cases.ts";
import { EMPTY_FORM, formOfAnswer, formOfTurn, type ReviewedForm } from "./draw-reviewed.ts";
import type { IndexOverview } from "./index-overview.ts";
import { addPhrasings, Asked, sourceOf } from "./insights/add-phrasings.ts";
import { readAs, RequestError } from "./request-error.ts";

export type KeepingParts = {
  readonly store: Pick<ConversationStore, "findTurn" | "export">;
  readonly feedback: Pick<FeedbackStore, "all">;
  readonly reviewed: ReviewedAnswerStore;
  readonly index: Pick<ChunkIndex, "open">;
  readonly overview: () => Promise<IndexOverview | undefined>;
  readonly dataFolder: string;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  /** Turns of a thread that a case is made of, at most. */
  readonly turns: number;
};

export type Keeping = {
  /** By path: takes what was sent, gives what is said of it. Throws `RequestError`. */
  readonly paths: Readonly<Record<string, (sent: unknown) => Promise<object>>>;
  /** What stands in the form for an answer, by the query of its address. */
  readonly form: (query: URLSearchParams) => Promise<ReviewedForm>;
};

const line = z
  .string()
  .trim()
  .max(REVIEWED_LIMITS.quote + 3000);
const Written = z.object({
  id: z.string().max(40).optional(),
  wordings: z.array(line).max(REVIEWED_LIMITS.wordings),
  text: z.string().max(REVIEWED_LIMITS.text),
  author: z.string().max(REVIEWED_LIMITS.author).default(""),
  tell: z.string().max(40).optional(),
  quotes: z.array(line).max(REVIEWED_LIMITS.quotes).default([]),
  product: z.string().trim().max(60).optional(),
});
const Named = z.object({ id: z.string().max(40) });
const Thread = z.object({ thread: z.string().min(1).max(300) });
const Phrased = z.object({ url: z.string().max(3000), asked: Asked });

export function createKeeping(parts: KeepingParts): Keeping {
  const { store, reviewed, dataFolder } = parts;

  async function phrasings(sent: unknown): Promise<object> {
    const { url, asked } = readAs(sent, Phrased);
    const read = await parts.overview();
    const page = read?.pages?.find((each) => each.url === url);
    if (read === undefined || page === undefined)
      throw new RequestError(404, "That page is not in the index.");
    const source = sourceOf(page, read.version);
    if (source === undefined)
      throw new RequestError(
        409,
        "Which source the page came from is not clear; write its file by hand.",
      );
    const count = addPhrasings(dataFolder, { source, url, asked });
    return { count, said: `Kept; the page has ${count} now. The next ingest reads them.` };
  }

  async function makeCase(sent: unknown): Promise<object> {
    const { thread } = readAs(sent, Thread);
    const turns: Turn[] = [];
    for await (const turn of store.export(thread, { evidence: false })) {
      if (turns.length === parts.turns) break;
      turns.push(turn);
    }
    if (turns.length === 0) throw new RequestError(404, "This thread is not stored any more.");
    const votes = [];
    for await (const { key, conversationId, votes: cast } of parts.feedback.all())
      if (conversationId === thread)
        for (const { vote, reason } of cast)
          if (vote === "not-helpful") votes.push({ key, reason });
    const made = caseFromThread(thread, turns, votes);
    const isNew = keepCase(dataFolder, made);
    return {
      id: made.id,
      said: isNew
        ? `Kept as ${made.id} in ${CASES_FILE} of the data folder; fill in there what is right.`
        : `It is in ${CASES_FILE} already, as ${made.id}.`,
    };
  }

  /** Does what writes an answer, with what it needs; what is wrong with it is for whoever wrote it. */
  async function writing(
    write: (writing: WritingParts) => ReturnType<typeof writeReviewed>,
  ): Promise<object> {
    await using reader = await parts.index.open().catch(() => undefined);
    try {
      const answer = await write({
        pages: reader,
        products: (reader?.version.sources ?? []).map(({ product }) => product),
        known: await reviewed.list(),
        now: new Date(parts.clock.now()).toISOString(),
      });
      await reviewed.put(answer);
      return { id: answer.id };
    } catch (error) {
      if (error instanceof UsageError) throw new RequestError(400, error.message);
      throw error;
    }
  }

  function write(sent: unknown): Promise<object> {
    const given = readAs(sent, Written);
    return writing((known) =>
      writeReviewed(
        {
          ...given,
          id: given.id ?? parts.newId().slice(0, 8),
          quotes: given.quotes.map(parseQuote),
        },
        known,
      ),
    );
  }

  function renew(sent: unknown): Promise<object> {
    const { id } = readAs(sent, Named);
    return writing((writingParts) => {
      const old = writingParts.known.find((each) => each.id === id);
      if (old === undefined) throw new RequestError(404, "There is no such answer.");
      return renewReviewed(old, undefined, writingParts);
    });
  }

  async function remove(sent: unknown): Promise<object> {
    const { id } = readAs(sent, Named);
    if (!(await reviewed.remove(id))) throw new RequestError(404, "There is no such answer.");
    return { id };
  }

  return {
    paths: {
      "/api/phrasings": phrasings,
      "/api/case": makeCase,
      "/api/reviewed": write,
      "/api/reviewed/renew": renew,
      "/api/reviewed/remove": remove,
    },
    async form(query) {
      const [id, key] = [query.get("id"), query.get("turn")];
      const answer =
        id === null ? undefined : (await reviewed.list()).find((each) => each.id === id);
      if (answer !== undefined) return formOfAnswer(answer);
      const turn = key === null ? undefined : await store.findTurn(key.slice(0, 300));
      return turn === undefined ? EMPTY_FORM : formOfTurn(turn, query.get("thread") ?? undefined);
    },
  };
}
