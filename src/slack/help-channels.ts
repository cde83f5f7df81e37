/**
 * When the bot speaks in a help channel without being asked: only to what asks something, only with an answer that stands on
 * enough, only while nobody else has spoken. Everything else is silence. Pure.
 */
import { isQuestion, readMessage, stripChatter } from "../conversation/read-message.ts";
import type { Answer, RemarkKind } from "../documents/answer.ts";
import type { Self } from "./events.ts";
import type { InboxQuestion } from "./inbox.ts";
import { isWordless } from "./message-text.ts";

/** True when a sentence that somebody typed has the form of a question. */
export function asksSomething(text: string): boolean {
  return !isWordless(text) && readMessage(text).asks.some(isQuestion);
}

/** What an answer says of itself when it is less than it should be. */
const DOUBTS: ReadonlySet<RemarkKind> = new Set([
  "nothing-stands-out",
  "word-not-documented",
  "broke-off",
]);

/** True for an answer to the whole question that does not doubt itself. */
export function isWorthSaying(answer: Answer): boolean {
  return answer.kind === "answered" && !answer.remarks.some(({ kind }) => DOUBTS.has(kind));
}

/** A question that nobody asked of the bot, and of which nothing is in Slack yet. */
export function isUnanswered(question: InboxQuestion): boolean {
  return (
    question.surface === "channel" && (question.state === "queued" || question.state === "working")
  );
}

/** Whether a message below a question leaves nothing to say: anybody else's, and the asker's when it is only thanks. */
export function settles(
  message: { readonly user: string; readonly text: string },
  asker: string,
): boolean {
  return message.user !== asker || stripChatter(message.text) === "";
}

/** True when a person has settled the question; `messages` is what `conversations.replies` gave. */
export function isSettled(
  messages: unknown,
  question: { readonly ts: string; readonly user: string },
  own: Self,
): boolean {
  if (!Array.isArray(messages)) return false;
  return messages.some((raw: unknown) => {
    if (typeof raw !== "object" || raw === null) return false;
    const { ts, user, bot_id: bot, text } = raw as Readonly<Record<string, unknown>>;
    if (ts === question.ts || typeof user !== "string" || user === own.userId) return false;
    if (typeof bot === "string") return false;
    return settles({ user, text: typeof text === "string" ? text : "" }, question.user);
  });
}
