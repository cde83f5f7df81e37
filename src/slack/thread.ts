/** What stands in a Slack thread, as the core wants to hear of it. */
import type { HistoryMessage } from "../answering/application.ts";
import { writtenText } from "./message-content.ts";
import { plainQuestion } from "./message-text.ts";

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
