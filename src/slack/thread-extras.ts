/**
 * What Slack shows around a conversation of direct messages: its title, and what could be asked next. Courtesies: they never wait, and
 * their failures change nothing. A workspace that refuses them is not asked again for a while.
 */
import type { Answer } from "../documents/answer.ts";
import type { Logger } from "../observability/logger.ts";
import { followUpPrompts, threadTitle } from "./follow-up-prompts.ts";
import type { Refusals } from "./refusals.ts";
import { type SlackCalls, refusalOf } from "./slack-calls.ts";

export interface ThreadExtras {
  /** After an answer stands in the thread. */
  answered(
    question: {
      readonly surface: string;
      readonly channel: string;
      readonly threadTs: string;
      readonly inThread: boolean;
      readonly text: string;
    },
    answer: Answer,
  ): void;
}

export function createThreadExtras(parts: {
  readonly calls: SlackCalls;
  readonly refusals: Refusals;
  readonly logger: Logger;
  /** False: no prompts; titles all the same. */
  readonly prompts: boolean;
}): ThreadExtras {
  const { calls, refusals, logger } = parts;

  const call = (method: string, options: Record<string, unknown>) => {
    if (refusals.has(method)) return;
    calls.once(method, options).catch((error: unknown) => {
      if (refusalOf(error) === "") return;
      refusals.add(method);
      logger.info("slack.extra-refused", { method, error: refusalOf(error) });
    });
  };

  return {
    answered(question, answer) {
      // In channels nobody sees a title, and prompts under every answer would be in everybody's way.
      if (question.surface !== "direct") return;
      if (answer.kind === "small-talk" || answer.kind === "help") return;
      const place = { channel_id: question.channel, thread_ts: question.threadTs };
      if (!question.inThread)
        call("assistant.threads.setTitle", { ...place, title: threadTitle(question.text) });
      const prompts = parts.prompts ? followUpPrompts(answer, question.text) : [];
      if (prompts.length > 0)
        call("assistant.threads.setSuggestedPrompts", {
          ...place,
          title: "Read on",
          prompts,
        });
    },
  };
}
