/**
 * Single messages of an answer in its thread: each is made once, whatever becomes of the response, and made to be what it
 * should be, whatever stands there.
 */
import type { Claim } from "../documents/answer.ts";
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../platform/clock.ts";
import type { Block, SlackMessage } from "./blocks/answer-blocks.ts";
import { SLACK_LIMITS } from "./blocks/limits.ts";
import { findOwnMessage } from "./find-own-message.ts";
import { fitMessage, halves, isTooLong, textOf } from "./message-size.ts";
import type { Refusals } from "./refusals.ts";
import {
  type SlackCalls,
  SlackCallError,
  backoffMs,
  isMendable,
  isMisconfigured,
} from "./slack-calls.ts";

/** Refusals of a stream that are about its reader. */
const ABOUT_THE_PERSON = new Set(["user_not_found", "user_disabled", "user_not_in_channel"]);
/** How long a lost message is given to show up before it is looked for. */
const LOOK_UP_DELAY_MS = 1000;

export type ReplyPlace = {
  readonly key: string;
  readonly team: string;
  readonly channel: string;
  readonly threadTs: string;
  /** `ts` of the question. */
  readonly ts: string;
  readonly user: string;
  /** The workspace of the person, which differs from `team` in a channel that is shared between workspaces. */
  readonly userTeam: string;
  /** The bot's own user and bot id, to know its messages by. */
  readonly own: { readonly userId: string; readonly botId: string };
};

/** Where the writer says what it is about to do and what it did, before and after each message. */
export interface ReplyRecord {
  /** Before a message is made, each time; rejects when the question is no longer ours to answer. */
  posting(): Promise<void>;
  /** A message exists. */
  shown(messageTs: string): Promise<void>;
  /** Messages in the thread that belong to other questions, or to notices. */
  others(): Promise<ReadonlySet<string>>;
}

export type MessagePart = {
  readonly ts: string;
  mode: "stream" | "update";
  claims: readonly Claim[];
  lastWriteAt: number;
  /** What stands there is not known exactly: the whole message is written again at the end. */
  uncertain: boolean;
  /** What stands there where Slack refused the blocks. */
  plain: string | undefined;
};

/** Slack did not take a message because of how much it holds, and it can be divided further. */
export class TooLongError extends Error {}

/** Slack takes less of it, or takes no blocks and less text than they hold; and it can be divided. */
function isToBeDivided(error: SlackCallError, message: SlackMessage): boolean {
  const tooMuch = isTooLong(error.slackError) || textOf(message.blocks).length > SLACK_LIMITS.text;
  return tooMuch && halves(message).length > 1;
}

/** Slack stopped the stream because the person asked for it. */
export class StoppedByUserError extends Error {}

/** A piece of a stream. */
export type Chunk = Readonly<Record<string, unknown>>;

export type MessageWriterParts = {
  readonly calls: SlackCalls;
  readonly place: ReplyPlace;
  readonly record: ReplyRecord;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Streams, and task cards in them, by channel. */
  readonly refusals: Refusals;
  readonly signal: AbortSignal;
};

/** `made`: the messages of this answer so far. */
export function createMessageWriter(
  { calls, place, record, clock, logger, refusals, signal }: MessageWriterParts,
  made: () => readonly MessagePart[],
) {
  const { channel } = place;
  const metadata = { event_type: "answer", event_payload: { question: place.key } };

  /** The new stream; undefined when streaming, or streaming cards, is not to be had here. */
  async function startStream(
    chunks: readonly Chunk[],
    withCards: boolean,
  ): Promise<{ readonly ts: string; readonly uncertain: boolean } | undefined> {
    await record.posting();
    try {
      const result = await calls.once("chat.startStream", {
        channel,
        thread_ts: place.threadTs,
        recipient_user_id: place.user,
        recipient_team_id: place.userTeam,
        chunks,
      });
      return { ts: String(result["ts"]), uncertain: false };
    } catch (error) {
      // Whatever Slack has against a stream, a post may do: when the place is gone, that says so.
      if (!(error instanceof SlackCallError) || isMisconfigured(error)) throw error;
      if (error.kind === "rate-limited") return undefined;
      if (error.kind === "unknown") {
        const found = await lookUp();
        if (found === undefined) return undefined;
        // It began, but how is not known: it is ended, and updated from here on.
        await endStream(found);
        return { ts: found, uncertain: true };
      }
      logger.info("slack.stream-refused", { channel, error: error.slackError });
      // Whether it was the cards or the stream, the first claim shows.
      if (withCards) {
        refusals.add(`cards ${channel}`);
        return undefined;
      }
      // Of one person it says nothing about the channel.
      if (!ABOUT_THE_PERSON.has(error.slackError)) refusals.add(`stream ${channel}`);
      return undefined;
    }
  }

  /** Posts as much of a message, from its beginning, as Slack takes. */
  async function postFirst(message: SlackMessage) {
    let [first = message, ...rest] = fitMessage(message);
    let whole = rest.length === 0;
    for (;;) {
      try {
        return { ...(await post(first)), whole };
      } catch (error) {
        if (!(error instanceof TooLongError)) throw error;
        [first = message, ...rest] = halves(first);
        whole &&= rest.length === 0;
      }
    }
  }

  /**
   * Makes a message exactly once: a lost response is looked up before the call is made again. Rejects with `TooLongError`
   * when Slack says so and the message can be divided.
   */
  async function post(
    message: SlackMessage,
  ): Promise<{ readonly ts: string; readonly plain: string | undefined }> {
    let plain = false;
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted();
      await calls.budget.wait("chat.postMessage", signal, channel);
      await record.posting();
      try {
        const result = await calls.once("chat.postMessage", {
          channel,
          thread_ts: place.threadTs,
          text: plain ? message.plain : message.text,
          ...(plain ? {} : { blocks: message.blocks }),
          metadata,
          unfurl_links: false,
          unfurl_media: false,
        });
        return { ts: String(result["ts"]), plain: plain ? message.plain : undefined };
      } catch (error) {
        if (!isMendable(error)) throw error;
        if (error.kind === "refused") {
          if (plain) throw error;
          if (isToBeDivided(error, message))
            throw new TooLongError(error.slackError, { cause: error });
          logger.warn("slack.blocks-refused", { error: error.slackError });
          plain = true;
          continue;
        }
        if (error.kind === "unknown") {
          const found = await lookUp(attempt);
          if (found !== undefined) return { ts: found, plain: plain ? message.plain : undefined };
        }
      }
    }
  }

  /** A message of ours after the question that nobody accounts for: one whose response was lost. */
  async function lookUp(attempt = 0): Promise<string | undefined> {
    await clock.sleep(Math.max(LOOK_UP_DELAY_MS, attempt === 0 ? 0 : backoffMs(attempt)), signal);
    const others = await record.others();
    const known = new Set([...others, ...made().map(({ ts }) => ts)]);
    return findOwnMessage({ calls, place, known, signal });
  }

  /** False when how it ended is not known. */
  async function endStream(ts: string, chunks: readonly Chunk[] = []): Promise<boolean> {
    const more = chunks.length === 0 ? {} : { chunks };
    try {
      await calls.repeat("chat.stopStream", { channel, ts, metadata, ...more }, signal);
      return true;
    } catch (error) {
      if (!isMendable(error)) throw error;
      return false;
    }
  }

  /** Ends the stream with what is still to be shown; false when it has to be settled by an update. */
  async function finishStream(
    ts: string,
    chunks: readonly Chunk[],
    closing: readonly Block[],
  ): Promise<boolean> {
    for (;;) {
      try {
        await calls.budget.wait("chat.stopStream", signal);
        await calls.once("chat.stopStream", {
          channel,
          ts,
          ...(chunks.length === 0 ? {} : { chunks }),
          ...(closing.length === 0 ? {} : { blocks: closing }),
          metadata,
        });
        return true;
      } catch (error) {
        if (!isMendable(error)) throw error;
        if (error.slackError === "stopped_by_user")
          throw new StoppedByUserError("stopped by the person");
        if (error.kind !== "rate-limited") return false;
      }
    }
  }

  /** Makes a message be what it should be, whatever stands there now. */
  async function settle(shown: MessagePart, message: SlackMessage): Promise<void> {
    const update = (plain: boolean) =>
      calls.repeat(
        "chat.update",
        {
          channel,
          ts: shown.ts,
          text: plain ? message.plain : message.text,
          // None, and not no word of them: those that stand there would stay.
          blocks: plain ? [] : message.blocks,
          metadata,
        },
        signal,
      );
    let plain = false;
    for (let ended = false; ;) {
      try {
        await update(plain);
        break;
      } catch (error) {
        if (!isMendable(error) || plain) throw error;
        if (error.slackError === "streaming_state_conflict") {
          if (ended) throw error;
          ended = true;
          await endStream(shown.ts);
        } else if (isToBeDivided(error, message)) {
          throw new TooLongError(error.slackError, { cause: error });
        } else {
          logger.warn("slack.blocks-refused", { error: error.slackError });
          plain = true;
        }
      }
    }
    shown.plain = plain ? message.plain : undefined;
    shown.uncertain = false;
    shown.mode = "update";
  }

  return { startStream, postFirst, post, endStream, finishStream, settle };
}
