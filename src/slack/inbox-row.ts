/** What a row of the store says; states and places were written by the inbox, from the same unions. [pure] */
import type { Row } from "../state/statements.ts";
import type {
  HelpNotice,
  HelpRequest,
  HelpState,
  InboxQuestion,
  Outcome,
  QuestionState,
} from "./inbox.ts";

/** `messages`: the times of our messages that answer it, oldest first, by commas. */
export function readQuestion(row: Row): InboxQuestion {
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
    messageTs: textOf(row["messages"])?.split(",") ?? [],
  };
}

export function readHelp(row: Row, messages: readonly Row[]): HelpRequest {
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

export function readHelpState(row: Row): HelpState {
  return {
    key: String(row["key"]),
    revision: Number(row["revision"]),
    state: String(row["state"]) as HelpRequest["state"],
  };
}

/** Who took a request, or solved it. */
export function personOf(row: Row): string | undefined {
  return textOf(row["person"]);
}

/** Written by `admit`. */
function readFiles(value: unknown): InboxQuestion["files"] {
  return typeof value === "string" ? (JSON.parse(value) as InboxQuestion["files"]) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
