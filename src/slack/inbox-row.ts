/** What a row of the store says, whichever engine holds it. [pure] */
import type { HelpNotice, HelpRequest, InboxQuestion, Outcome, QuestionState } from "./inbox.ts";

/** Marks solved requests that nothing is made of. */
export const DISMISSED = "dismissed:";

export type InboxRow = Readonly<Record<string, unknown>>;

/** `messageTs`: our messages that answer it, oldest first. */
export function readQuestion(row: InboxRow, messageTs: readonly string[]): InboxQuestion {
  return {
    key: String(row["key"]),
    team: String(row["team"]),
    channel: String(row["channel"]),
    ts: String(row["ts"]),
    threadTs: String(row["thread_ts"]),
    inThread: row["in_thread"] === 1,
    user: String(row["user"]),
    userTeam: textOf(row["user_team"]),
    text: String(row["text"]),
    conversationTs: textOf(row["conversation_ts"]),
    // Written by `admit`, from the same union.
    surface: String(row["surface"]) as InboxQuestion["surface"],
    files: readFiles(row["attached"]),
    state: String(row["state"]) as QuestionState,
    outcome: textOf(row["outcome"]) as Outcome | undefined,
    revision: Number(row["revision"]),
    attempts: Number(row["attempts"]),
    told: row["told"] === 1,
    receivedAt: Number(row["received_at"]),
    takenAt: row["taken_at"] == null ? undefined : Number(row["taken_at"]),
    answerId: textOf(row["answer_id"]),
    messageTs,
  };
}

export function readHelp(row: InboxRow, messages: readonly InboxRow[]): HelpRequest {
  // Written by the inbox, from the same unions.
  return {
    key: String(row["key"]),
    state: String(row["state"]) as HelpRequest["state"],
    person: personOf(row),
    messages: messages.map((message) => ({
      channel: String(message["channel"]),
      ts: String(message["ts"]),
      where: String(message["place"]) as HelpNotice["where"],
    })),
  };
}

/** Who took a request, or solved it. */
export function personOf(row: InboxRow): string | undefined {
  return textOf(row["person"]);
}

/** Written by `admit`. */
function readFiles(value: unknown): InboxQuestion["files"] {
  return typeof value === "string" ? (JSON.parse(value) as InboxQuestion["files"]) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
