/** What stands in a Slack thread, read and told as the core wants to hear of it. */
import type { HistoryMessage } from "../answering/application.ts";
import { describeError } from "../platform/errors.ts";
import type { Bot } from "./bot.ts";
import type { InboxQuestion } from "./inbox.ts";
import { writtenText } from "./message-content.ts";
import { plainQuestion } from "./message-text.ts";
import { isGone, nextCursor, type SlackCalls } from "./slack-calls.ts";
import { orAborted } from "./until-aborted.ts";

/** Messages of a thread that are read for what the store has not seen. */
const HISTORY_MESSAGES = 15;
/** Slack gives the oldest first; of a page of these the newest are kept. */
export const HISTORY_PAGE = 200;
const HISTORY_TIMEOUT_MS = 4000;
/** Of a thread with more messages than a page has: the last hour, day and month, whichever has enough. */
const HISTORY_SPANS_S = [3600, 86_400, 30 * 86_400] as const;
const HISTORY_PAGES = 5;
/** Characters of one message that are handed on. */
const MESSAGE_LIMIT = 4000;

/**
 * Messages of a thread before the question, oldest first: the bot's own marked as such, hidden and empty ones left
 * out. `messages` is what `conversations.replies` gave; anything malformed is skipped.
 */
export function threadHistory(
  messages: unknown,
  parts: {
    readonly own: { readonly userId: string; readonly botId: string };
    /** `ts` of the question; it and what follows are left out. */
    readonly before: string;
    /** `ts` of the last message that was seen; Slack gives the thread's first one in any case. */
    readonly after?: string | undefined;
    /** Messages the store knows already. */
    readonly known: ReadonlySet<string>;
    readonly limit: number;
  },
): readonly HistoryMessage[] {
  if (!Array.isArray(messages)) return [];
  const history = messages.flatMap((raw: unknown): HistoryMessage[] => {
    if (typeof raw !== "object" || raw === null) return [];
    const message = raw as {
      ts?: unknown;
      user?: unknown;
      bot_id?: unknown;
      text?: unknown;
      blocks?: unknown;
      attachments?: unknown;
      metadata?: { readonly event_type?: unknown };
    };
    if (typeof message.ts !== "string" || message.ts >= parts.before) return [];
    if (parts.known.has(message.ts) || message.ts <= (parts.after ?? "")) return [];
    const ours = message.user === parts.own.userId || message.bot_id === parts.own.botId;
    // That a person was asked, or that a page has changed, is no answer of ours.
    if (ours && message.metadata?.event_type === "notice") return [];
    const text = plainQuestion(
      writtenText({ ...message, text: typeof message.text === "string" ? message.text : "" }),
      parts.own.userId,
    );
    if (text === "") return [];
    const author =
      typeof message.user === "string"
        ? message.user
        : typeof message.bot_id === "string"
          ? message.bot_id
          : "someone";
    return [{ author, text: text.slice(0, MESSAGE_LIMIT), ours }];
  });
  return history.slice(-parts.limit);
}

/**
 * What the thread holds that the store has not seen; undefined when there was something to be read and Slack does not tell
 * in time.
 */
export async function readHistory(
  { self, inbox, calls, logger }: Bot,
  question: InboxQuestion,
  signal: AbortSignal,
): Promise<readonly HistoryMessage[] | undefined> {
  const thread = await inbox.thread(question.team, question.channel, question.threadTs);
  const earlier = thread.filter(
    ({ key, outcome }) => key !== question.key && outcome === "answered",
  );
  const since = earlier.at(-1)?.ts;
  // Between two there is nobody else to read.
  if (question.surface === "direct" && since !== undefined) return [];
  try {
    const messages = await orAborted(
      newestBefore(calls, question, since),
      AbortSignal.any([signal, AbortSignal.timeout(HISTORY_TIMEOUT_MS)]),
    );
    return threadHistory(messages, {
      own: self,
      before: question.ts,
      after: since,
      known: new Set(thread.flatMap(({ ts, messageTs }) => [ts, ...messageTs])),
      limit: HISTORY_MESSAGES,
    });
  } catch (error) {
    if (isGone(error)) throw error;
    signal.throwIfAborted();
    logger.info("slack.no-history", { channel: question.channel, error: describeError(error) });
    return since === undefined ? undefined : [];
  }
}

/** The newest messages of a thread before the question: Slack gives the oldest of a span first, so the span is narrowed. */
async function newestBefore(
  calls: SlackCalls,
  question: InboxQuestion,
  since: string | undefined,
): Promise<readonly unknown[]> {
  const page = async (oldest: string | undefined, cursor?: string) => {
    if (!calls.budget.take("conversations.replies", 10))
      throw new Error("No more calls are granted for reading threads.");
    const result = await calls.once("conversations.replies", {
      channel: question.channel,
      ts: question.threadTs,
      latest: question.ts,
      limit: HISTORY_PAGE,
      include_all_metadata: true,
      ...(oldest === undefined ? {} : { oldest }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const messages: readonly unknown[] = Array.isArray(result["messages"])
      ? result["messages"]
      : [];
    return { messages, next: nextCursor(result) };
  };

  let found = await page(since);
  if (found.next === undefined) return found.messages;
  for (const seconds of HISTORY_SPANS_S) {
    const from = (Number(question.ts) - seconds).toFixed(6);
    const oldest = since !== undefined && since > from ? since : from;
    const narrow = await page(oldest);
    // Slack gives the thread's first message whatever the span is.
    if (narrow.messages.length <= HISTORY_MESSAGES && oldest !== since) continue;
    found = narrow;
    break;
  }
  let { messages } = found;
  for (let pages = 1; found.next !== undefined && pages < HISTORY_PAGES; pages += 1) {
    found = await page(since, found.next);
    messages = [...messages, ...found.messages].slice(-HISTORY_PAGE);
  }
  return messages;
}
