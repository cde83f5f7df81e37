/**
 * A question whose message was deleted: its text is forgotten at once, in every store, and whoever asked is asked in
 * turn whether the answer should go too.
 */
import type { RespondFn } from "@slack/bolt";
import { describeError } from "../../platform/errors.ts";
import { notice } from "../blocks/answer-blocks.ts";
import { actions, button } from "../blocks/build.ts";
import { coreKey } from "../core-key.ts";
import type { InboxQuestion } from "../inbox.ts";
import { NOTICES } from "../notices.ts";
import { isGone } from "../slack-calls.ts";
import { onPress } from "./interaction.ts";
import type { Listener, ListenerParts } from "./listener.ts";

export const REMOVE_ANSWER = "remove_answer";
export const KEEP_ANSWER = "keep_answer";

/**
 * Forgets what a deleted question said; the inbox has done so before. Its answer stays, and is offered for removal, where
 * one was shown. Throws what the stores throw, so that the deletion is delivered again.
 */
export async function forgetDeleted(parts: ListenerParts, question: InboxQuestion): Promise<void> {
  const { inbox, records, feedback, clock, calls } = parts;
  const key = coreKey(question);
  if (question.messageTs.length === 0) {
    await records.deleteTurn(key);
    return;
  }
  await records.blank(key);
  await feedback.blank(key);
  if (!(await inbox.once(`removal:${question.key}`, clock.now()))) return;
  const offer = notice(NOTICES.offerRemoval);
  parts.background(
    calls.once("chat.postEphemeral", {
      channel: question.channel,
      user: question.user,
      // Where the first message of a thread is gone, its answers still stand there.
      thread_ts: question.threadTs,
      text: offer.text,
      blocks: [
        ...offer.blocks,
        actions(
          button(REMOVE_ANSWER, "Remove the answer", question.key),
          button(KEEP_ANSWER, "Keep it", question.key),
        ),
      ],
    }),
  );
}

export const registerDeletedQuestion: Listener = (app, parts) => {
  const replace = (respond: RespondFn, text: string) =>
    respond({ response_type: "ephemeral", replace_original: true, text });
  onPress(app, parts, REMOVE_ANSWER, async ({ value, user }, respond) =>
    replace(respond, await removeAnswer(parts, value, user)),
  );
  onPress(app, parts, KEEP_ANSWER, (_press, respond) => replace(respond, NOTICES.answerKept));
};

/** Deletes the messages and what is stored of the answer; returns what the person is told. */
async function removeAnswer(parts: ListenerParts, key: string, user: string): Promise<string> {
  const { inbox, records, feedback, calls, logger } = parts;
  const question = await inbox.find(key);
  // Only whoever asked, and only what was deleted.
  if (question?.user !== user || question.text !== "") return NOTICES.voteUnknown;
  try {
    for (const ts of question.messageTs)
      await calls.once("chat.delete", { channel: question.channel, ts }).catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
  } catch (error) {
    logger.warn("slack.remove-answer", { error: describeError(error) });
    return NOTICES.answerNotRemoved;
  }
  await records.deleteTurn(coreKey(question));
  await feedback.deleteAnswers([coreKey(question)]);
  return NOTICES.answerRemoved;
}
