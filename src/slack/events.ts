/**
 * What an event of Slack means to the bot, decided from the event alone. A question is decided here and nowhere
 * else, so that a message that will not be answered never takes the place of one that will.
 */
import { z } from "zod";
import { type AttachedFile, attachedFiles, writtenText } from "./message-content.ts";
import { mentionsOthers, plainQuestion } from "./message-text.ts";

/** Who the bot is in this workspace. */
export type Self = {
  readonly teamId: string;
  readonly userId: string;
  readonly botId: string;
};

export type QuestionEvent = {
  readonly kind: "question";
  readonly team: string;
  readonly channel: string;
  readonly ts: string;
  /** `ts` of the thread's first message: where the answer goes. */
  readonly threadTs: string;
  readonly inThread: boolean;
  readonly user: string;
  /** The person's own workspace, when the event names it: in a shared channel it is not `team`. */
  readonly userTeam: string | undefined;
  readonly text: string;
  /**
   * How it reached us. A `follow-up` names nobody and is answered only by the rules of the setting; `channel` is a message at
   * top level that names nobody: a question where the channel is one for help, and nothing elsewhere.
   */
  readonly surface: "mention" | "direct" | "follow-up" | "channel";
  readonly mentionsOthers: boolean;
  readonly files: readonly AttachedFile[];
  /** The event says that the message was edited. */
  readonly edited: boolean;
};

export type Incoming =
  | QuestionEvent
  | {
      readonly kind: "edit";
      readonly team: string;
      readonly channel: string;
      readonly ts: string;
      readonly text: string;
      readonly mentionsOthers: boolean;
    }
  | {
      readonly kind: "delete";
      readonly team: string;
      readonly channel: string;
      readonly ts: string;
    }
  | {
      readonly kind: "stop";
      readonly team: string;
      readonly channel: string;
      /** The thread, for a stop before anything was shown. */
      readonly threadTs: string | undefined;
      readonly messageTs: readonly string[];
    }
  | { readonly kind: "ignored"; readonly why: string };

const Message = z.object({
  type: z.enum(["message", "app_mention"]),
  subtype: z.string().optional(),
  channel: z.string().min(1),
  channel_type: z.string().optional(),
  ts: z.string().regex(/^\d+\.\d+$/),
  thread_ts: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional(),
  user: z.string().optional(),
  user_team: z.string().optional(),
  bot_id: z.string().nullish(),
  text: z.string().nullish(),
  files: z.unknown().optional(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
  edited: z.unknown().optional(),
});

const Changed = z.object({
  channel: z.string().min(1),
  message: z.object({
    ts: z.string(),
    user: z.string().optional(),
    bot_id: z.string().nullish(),
    text: z.string().nullish(),
    subtype: z.string().optional(),
    blocks: z.unknown().optional(),
    attachments: z.unknown().optional(),
  }),
  previous_message: z.object({ text: z.string().nullish() }).optional(),
});

const Deleted = z.object({ channel: z.string().min(1), deleted_ts: z.string() });

const Stopped = z.object({
  channel: z.string(),
  thread_ts: z.string().optional(),
  streaming_message_ts: z
    .union([z.string().transform((ts) => [ts]), z.array(z.string())])
    .default([]),
});

const Body = z.object({
  type: z.literal("event_callback"),
  /** The workspace that delivers it: in a channel shared between workspaces it may be another than the bot's own. */
  team_id: z.string().min(1),
  event: z.looseObject({ type: z.string() }),
});

/** Subtypes that a person's question can have. */
const QUESTION_SUBTYPES = new Set([undefined, "file_share", "thread_broadcast"]);

/**
 * The meaning of one delivery of the Events API; whatever is not understood is `ignored` with the reason. Messages of apps and
 * workflows are, too, but for those whose bot id is in `allowedBots` when they mention the bot.
 */
export function readEvent(
  body: unknown,
  self: Self,
  allowedBots: readonly string[] = [],
): Incoming {
  const outer = Body.safeParse(body);
  if (!outer.success) return ignored("not an event");
  const { event } = outer.data;
  // A message is the same message whichever workspace delivers it: channel and ts are its name.
  const team = self.teamId === "" ? outer.data.team_id : self.teamId;
  switch (event.type) {
    case "app_mention":
      return withReadersTeam(readMessage(event, team, self, allowedBots), outer.data.team_id, team);
    case "message":
      if (event["subtype"] === "message_changed") return readEdit(event, team, self);
      if (event["subtype"] === "message_deleted") return readDeletion(event, team);
      return withReadersTeam(readMessage(event, team, self, allowedBots), outer.data.team_id, team);
    case "agent_session_stopped": {
      const stopped = Stopped.safeParse(event);
      if (!stopped.success) return ignored("malformed stop");
      const { channel, thread_ts: threadTs, streaming_message_ts: messageTs } = stopped.data;
      return { kind: "stop", team, channel, threadTs, messageTs };
    }
    case "app_home_opened":
      return ignored("for a listener");
    default:
      return ignored(`event type ${event.type.slice(0, 60)}`);
  }
}

/** An event that another workspace delivered names its people's workspace by that. */
function withReadersTeam(incoming: Incoming, deliveredBy: string, own: string): Incoming {
  return incoming.kind === "question" && incoming.userTeam === undefined && deliveredBy !== own
    ? { ...incoming, userTeam: deliveredBy }
    : incoming;
}

/** The workspace that delivered an event, when it is not the bot's own. */
export function otherWorkspace(body: unknown, self: Self): string | undefined {
  const outer = Body.safeParse(body);
  if (!outer.success || self.teamId === "" || outer.data.team_id === self.teamId) return undefined;
  return outer.data.team_id;
}

function readMessage(
  event: unknown,
  team: string,
  self: Self,
  allowedBots: readonly string[],
): Incoming {
  const parsed = Message.safeParse(event);
  if (!parsed.success) return ignored("malformed message");
  const message = parsed.data;
  const bot = message.bot_id ?? undefined;
  const allowedBot = bot !== undefined && bot !== self.botId && allowedBots.includes(bot);
  if (!QUESTION_SUBTYPES.has(message.subtype) && !(allowedBot && message.subtype === "bot_message"))
    return ignored(`subtype ${message.subtype ?? ""}`);
  if (bot !== undefined && !allowedBot) return ignored("from a bot");
  // A form of a workflow has no user; who sent it is the workflow.
  const user = message.user ?? bot;
  if (user === undefined) return ignored("from nobody");
  if (user === self.userId) return ignored("our own");
  if (user === "USLACKBOT") return ignored("from Slackbot");

  const raw = writtenText(message);
  const direct = message.channel_type === "im";
  const named = raw.includes(`<@${self.userId}>`) || raw.includes(`<@${self.userId}|`);
  // A mention in a channel arrives as app_mention too; the plain message beside it must not claim its key. With a file, and
  // from a workflow, it may arrive as nothing else.
  const onlyHere = message.subtype === "file_share" || allowedBot;
  const mention = message.type === "app_mention" || (named && !direct && onlyHere);
  if (!mention && message.type === "message" && !direct && named)
    return ignored("twin of a mention");
  if (allowedBot && !mention) return ignored("from a bot that does not mention us");
  const inThread = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  return {
    kind: "question",
    team,
    channel: message.channel,
    ts: message.ts,
    threadTs: message.thread_ts ?? message.ts,
    inThread,
    user,
    userTeam: message.user_team,
    text: plainQuestion(raw, self.userId),
    surface: mention ? "mention" : direct ? "direct" : inThread ? "follow-up" : "channel",
    mentionsOthers: mentionsOthers(raw, self.userId),
    files: attachedFiles(message.files),
    edited: message.edited !== undefined,
  };
}

function readEdit(event: unknown, team: string, self: Self): Incoming {
  const parsed = Changed.safeParse(event);
  if (!parsed.success) return ignored("malformed edit");
  const { channel, message, previous_message: previous } = parsed.data;
  if ((message.bot_id !== undefined && message.bot_id !== null) || message.user === self.userId)
    return ignored("edit by a bot");
  if (message.subtype === "tombstone") return { kind: "delete", team, channel, ts: message.ts };
  // A link preview arrives as an edit whose text is the same.
  if (previous !== undefined && previous.text === message.text)
    return ignored("edit without new text");
  return {
    kind: "edit",
    team,
    channel,
    ts: message.ts,
    text: plainQuestion(writtenText(message), self.userId),
    mentionsOthers: mentionsOthers(writtenText(message), self.userId),
  };
}

function readDeletion(event: unknown, team: string): Incoming {
  const parsed = Deleted.safeParse(event);
  if (!parsed.success) return ignored("malformed deletion");
  return { kind: "delete", team, channel: parsed.data.channel, ts: parsed.data.deleted_ts };
}

function ignored(why: string): Incoming {
  return { kind: "ignored", why };
}

/** The same message has the same key, whichever event or socket brought it. */
export function questionKey(place: {
  readonly team: string;
  readonly channel: string;
  readonly ts: string;
}): string {
  return `${place.team}:${place.channel}:${place.ts}`;
}

/** A thread is one conversation; in direct messages, what is typed at top level goes on with an earlier thread's. */
export function conversationId(place: {
  readonly team: string;
  readonly channel: string;
  readonly threadTs: string;
  readonly conversationTs?: string | undefined;
}): string {
  return `${place.team}:${place.channel}:${place.conversationTs ?? place.threadTs}`;
}
