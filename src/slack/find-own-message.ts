/** Looks for a message whose response was lost, before it is made again. */
import type { ReplyPlace } from "./message-writer.ts";
import { isGone, nextCursor, type SlackCalls, SlackCallError } from "./slack-calls.ts";

/**
 * The first message of ours in the thread, after the question, that is not in `known`: one that was made and never
 * recorded. Undefined when there is none, or when the thread cannot be read.
 */
export async function findOwnMessage(parts: {
  readonly calls: SlackCalls;
  readonly place: ReplyPlace;
  readonly known: ReadonlySet<string>;
  readonly signal: AbortSignal;
}): Promise<string | undefined> {
  const { calls, place, known } = parts;
  let cursor: string | undefined;
  for (let page = 0; page < 10; page += 1) {
    let result;
    try {
      result = await calls.repeat(
        "conversations.replies",
        {
          channel: place.channel,
          ts: place.threadTs,
          oldest: place.ts,
          limit: 100,
          include_all_metadata: true,
          ...(cursor === undefined ? {} : { cursor }),
        },
        parts.signal,
      );
    } catch (error) {
      if (isGone(error)) throw error;
      if (error instanceof SlackCallError) return undefined;
      throw error;
    }
    for (const message of ownMessages(result["messages"], place))
      if (!known.has(message)) return message;
    cursor = nextCursor(result);
    if (cursor === undefined) return undefined;
  }
  return undefined;
}

function ownMessages(value: unknown, place: ReplyPlace): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((raw: unknown) => {
    const message = raw as {
      ts?: string;
      user?: string;
      bot_id?: string;
      metadata?: { event_type?: string; event_payload?: { question?: string } };
    };
    const own = message.user === place.own.userId || message.bot_id === place.own.botId;
    const question = message.metadata?.event_payload?.question;
    const ours = message.metadata === undefined || question === place.key;
    return own && ours && message.ts !== undefined && message.ts > place.ts ? [message.ts] : [];
  });
}
