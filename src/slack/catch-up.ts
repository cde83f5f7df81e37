/**
 * Finds the questions that Slack gave up delivering. It delivers again for some minutes; after a longer outage what was asked
 * meanwhile stands in the channels and nowhere else. So the bot notes that it is connected, and when it comes back after a
 * gap it reads the channels it may answer in, and the threads it knows, from there on. What it finds goes the way of
 * every delivery, where a message that is known already changes nothing.
 */
import { z } from "zod";
import { describeError } from "../platform/errors.ts";
import type { Bot } from "./bot.ts";
import { nextCursor } from "./slack-calls.ts";

/** How often it is noted that the bot is connected. */
export const ALIVE_MS = 30_000;
const ALIVE = "alive";
/** A shorter gap is left to Slack, which delivers again at once, after a minute and after five. */
const GAP_MS = 60_000;
/** Read so far back before the gap: the note may be newer than the last delivery. */
const OVERLAP_MS = 60_000;
/** Threads with a question in this time before the gap are looked through for new ones. */
const THREADS_MS = 3 * 86_400_000;
/** Bounds of one catching up. */
const MOST_CHANNELS = 50;
const MOST_THREADS = 100;
const MOST_CALLS = 200;
const PAGE = 200;

const Message = z.looseObject({
  ts: z.string(),
  thread_ts: z.string().optional(),
  latest_reply: z.string().optional(),
  text: z.string().optional(),
});
type Message = z.infer<typeof Message>;
/** What is no message is left out. */
const Messages = z
  .array(Message.optional().catch(undefined))
  .catch([])
  .transform((messages) => messages.filter((message) => message !== undefined));

export interface CatchUp {
  /** Notes that deliveries arrive, and looks for what was missed when they did not for a while. */
  alive(): Promise<void>;
}

export function createCatchUp(
  { self, inbox, calls, settings, rules, clock, logger, metrics }: Bot,
  /** Takes what was found as if Slack had delivered it. */
  admit: (body: unknown) => Promise<void>,
  signal: AbortSignal,
): CatchUp {
  let running: Promise<void> | undefined;

  async function readSince(sinceMs: number): Promise<void> {
    const oldest = slackTime(Math.max(sinceMs - OVERLAP_MS, clock.now() - settings.maxAgeMs));
    const known = await inbox.recentThreads(sinceMs - THREADS_MS, MOST_THREADS);
    const { allowedChannels } = settings;
    const channels = new Set([
      ...allowedChannels,
      ...(await rules.helpChannels()),
      ...known
        .map(({ channel }) => channel)
        .filter(
          (channel) =>
            allowedChannels.length === 0 ||
            channel.startsWith("D") ||
            allowedChannels.includes(channel),
        ),
    ]);
    let callsLeft = MOST_CALLS;
    let left = Math.max(0, channels.size - MOST_CHANNELS);
    const found: { readonly channel: string; readonly message: Message }[] = [];

    const read = async (
      method: "conversations.history" | "conversations.replies",
      channel: string,
      options: Readonly<Record<string, unknown>>,
    ): Promise<readonly Message[]> => {
      const messages: Message[] = [];
      let cursor: string | undefined;
      do {
        if (callsLeft === 0) {
          left += 1;
          break;
        }
        callsLeft -= 1;
        const result = await calls.repeat(
          method,
          {
            channel,
            oldest,
            limit: PAGE,
            ...options,
            ...(cursor === undefined ? {} : { cursor }),
          },
          signal,
        );
        messages.push(...Messages.parse(result["messages"]));
        cursor = nextCursor(result);
      } while (cursor !== undefined);
      found.push(
        ...messages.flatMap((message) => (message.ts > oldest ? [{ channel, message }] : [])),
      );
      return messages;
    };

    for (const channel of [...channels].slice(0, MOST_CHANNELS))
      try {
        const threads = new Set(
          known.filter((thread) => thread.channel === channel).map(({ threadTs }) => threadTs),
        );
        for (const message of await read("conversations.history", channel, {}))
          if (message.latest_reply !== undefined && message.latest_reply > oldest)
            threads.add(message.ts);
        for (const ts of threads)
          await read("conversations.replies", channel, { ts }).catch((error: unknown) =>
            skipped(channel, error),
          );
      } catch (error) {
        skipped(channel, error);
      }

    let admitted = 0;
    for (const { channel, message } of found.toSorted((a, b) =>
      a.message.ts < b.message.ts ? -1 : 1,
    )) {
      signal.throwIfAborted();
      await admit(asDelivered(channel, message));
      admitted += 1;
    }
    metrics.count("caught_up_messages", admitted);
    logger.info("slack.caught-up", {
      since: new Date(sinceMs).toISOString(),
      channels: channels.size,
      messages: admitted,
      left,
    });
    if (left > 0) logger.warn("slack.caught-up-in-part", { left });
  }

  function skipped(channel: string, error: unknown): void {
    signal.throwIfAborted();
    logger.info("slack.not-caught-up", { channel, error: describeError(error) });
  }

  function asDelivered(channel: string, message: Message): unknown {
    const mentioned = (message.text ?? "").includes(`<@${self.userId}`);
    const direct = channel.startsWith("D");
    return {
      type: "event_callback",
      team_id: self.teamId,
      event_id: `caught-up:${channel}:${message.ts}`,
      event: {
        ...message,
        type: mentioned && !direct ? "app_mention" : "message",
        channel,
        channel_type: direct ? "im" : "channel",
      },
    };
  }

  return {
    alive() {
      running ??= noteAlive().finally(() => {
        running = undefined;
      });
      return running;
    },
  };

  async function noteAlive(): Promise<void> {
    const now = clock.now();
    const before = await inbox.markedAt(ALIVE);
    // Noted after it: a process that ends in the middle begins again.
    if (before !== undefined && now - before > GAP_MS) await readSince(before);
    await inbox.mark(ALIVE, now);
  }
}

/** Milliseconds as Slack writes times of messages. */
function slackTime(ms: number): string {
  return (ms / 1000).toFixed(6);
}
