/**
 * What the bot is doing, as task cards in the stream that becomes the answer: one for each step, the last one under way. Pure.
 * https://docs.slack.dev/messaging/sending-and-scheduling-messages#text-streaming
 */
import type { Step } from "../answering/application.ts";

/** A chunk of `chat.startStream` and its like. */
export type TaskChunk = {
  readonly type: "task_update";
  readonly id: string;
  readonly title: string;
  readonly status: "in_progress" | "complete";
};

const TITLES: Readonly<Record<Step, string>> = {
  resolving: "Read the thread",
  searching: "Search the documentation",
  writing: "Write from what was found",
  checking: "Check every quote",
  "searching-again": "Search once more",
};

/** Before these steps nothing was found yet, and what follows may be a sentence that nothing was. */
const FOUND_SOMETHING: ReadonlySet<Step> = new Set(["writing", "checking"]);

/** True when cards say more than a status line: something was found, and is being worked on. */
export function areWorthShowing(steps: readonly Step[]): boolean {
  return steps.some((step) => FOUND_SOMETHING.has(step));
}

/** What changes in the cards when `before` were drawn and these are the steps now; with `ended` none is under way. */
export function taskChunks(
  before: readonly Step[],
  steps: readonly Step[],
  ended = false,
): readonly TaskChunk[] {
  const first = Math.max(0, before.length - 1);
  return steps.slice(first).map((step, index): TaskChunk => {
    const place = first + index;
    const isLast = place === steps.length - 1;
    return {
      type: "task_update",
      // A step may come twice.
      id: `step-${place + 1}`,
      title: TITLES[step],
      status: isLast && !ended ? "in_progress" : "complete",
    };
  });
}
