/**
 * Buttons stand under the last answer of a thread and nowhere above it. What this process posted last in a thread is
 * kept until the next answer; after a restart an old row simply stays.
 */
import type { Logger } from "../observability/logger.ts";
import { describeError } from "../platform/errors.ts";
import type { SlackMessage } from "./blocks/answer-blocks.ts";
import type { SlackCalls } from "./slack-calls.ts";

/** Threads whose last row is known. */
const THREADS = 500;
/** Updates left for answers that are being written. */
const UPDATES_KEPT_BACK = 30;

export type PostedMessage = {
  readonly channel: string;
  readonly ts: string;
  readonly message: SlackMessage;
};

export interface ButtonRows {
  /** Says that `posted` is now the last answer of the thread; takes the buttons from the one before. Never rejects. */
  moveTo(thread: string, posted: PostedMessage): Promise<void>;
}

export function createButtonRows(parts: {
  readonly calls: SlackCalls;
  readonly logger: Logger;
}): ButtonRows {
  const { calls, logger } = parts;
  const rows = new Map<string, PostedMessage>();
  return {
    async moveTo(thread, posted) {
      const before = rows.get(thread);
      rows.delete(thread);
      rows.set(thread, posted);
      const [oldest] = rows.keys();
      if (rows.size > THREADS && oldest !== undefined) rows.delete(oldest);
      if (before === undefined || before.ts === posted.ts) return;
      const { text, blocks } = before.message;
      const left = blocks.filter(({ type }) => type !== "actions");
      if (left.length === blocks.length || left.length === 0) return;
      if (!calls.budget.take("chat.update", UPDATES_KEPT_BACK)) return;
      try {
        // With the text as it was: a changed one would be marked as edited.
        await calls.once("chat.update", {
          channel: before.channel,
          ts: before.ts,
          text,
          blocks: left,
        });
      } catch (error) {
        logger.info("slack.buttons-stay", { error: describeError(error) });
      }
    },
  };
}
