/**
 * `/ask`: an answer that only the asker sees, and a button that shares it with the channel. At most once: what is
 * under way when the process ends is lost, because only Slack's short-lived address leads back to the asker.
 */
import type { RespondFn, types } from "@slack/bolt";
import { z } from "zod";
import { isFixed } from "../../conversation/conversation.ts";
import type { Answer } from "../../documents/answer.ts";
import { describeError } from "../../platform/errors.ts";
import { type SlackMessage, ACTIONS, answerMessages, notice } from "../blocks/answer-blocks.ts";
import { actions, button } from "../blocks/build.ts";
import { noteWithin, tooLongWaitSentence, waitSentence } from "../budget.ts";
import { conversationId } from "../events.ts";
import type { NotedQuestion } from "../inbox.ts";
import { OUR_LIMITS, SLACK_LIMITS, clip } from "../blocks/limits.ts";
import { fitMessage } from "../message-size.ts";
import { isWordless, plainQuestion } from "../message-text.ts";
import { NOTICES, commandEmpty } from "../notices.ts";
import { postNotice } from "../post-notice.ts";
import { refusalOf } from "../slack-calls.ts";
import { SETTINGS_WORD, openSettings } from "./channel-settings-form.ts";
import { onPress } from "./interaction.ts";
import type { Listener, ListenerParts } from "./listener.ts";

const Command = z.object({
  text: z.string().default(""),
  team_id: z.string(),
  channel_id: z.string(),
  user_id: z.string(),
  trigger_id: z.string().min(1),
});

export const registerCommand: Listener = (app, parts) => {
  const { inbox, clock, settings } = parts;

  app.command(settings.command, async ({ ack, body, respond }) => {
    const parsed = Command.safeParse(body);
    if (!parsed.success) {
      await ack();
      return;
    }
    const command = parsed.data;
    const question = plainQuestion(command.text, "");
    if (isWordless(question)) {
      await ack({ response_type: "ephemeral", text: commandEmpty(settings.command) });
      return;
    }
    if (question.toLowerCase() === SETTINGS_WORD) {
      const refusal = openSettings(parts, {
        channel: command.channel_id,
        user: command.user_id,
        triggerId: command.trigger_id,
        from: "channel",
      });
      await ack(refusal === undefined ? undefined : { response_type: "ephemeral", text: refusal });
      return;
    }
    const { allowedUsers, allowedChannels } = settings;
    if (
      (allowedUsers.length > 0 && !allowedUsers.includes(command.user_id)) ||
      (allowedChannels.length > 0 &&
        // Like direct messages, which are for the list of people.
        !command.channel_id.startsWith("D") &&
        !allowedChannels.includes(command.channel_id))
    ) {
      await ack({ response_type: "ephemeral", text: NOTICES.notAllowedHere });
      return;
    }
    const key = commandKey(command);
    if (!(await inbox.once(key, clock.now()))) {
      await ack();
      return;
    }
    try {
      await ack({ response_type: "ephemeral", text: NOTICES.commandWaiting });
    } catch (error) {
      // The connection broke: Slack delivers it again, and then it is not to be taken for known.
      await inbox.unmark(key);
      throw error;
    }
    parts.background(
      answerCommand(parts, { ...command, key, question }, respond).catch(async (error: unknown) => {
        parts.logger.error("slack.command", { error: describeError(error) });
        await respond({ response_type: "ephemeral", text: NOTICES.commandFailed });
      }),
    );
  });

  onPress(app, parts, ACTIONS.share, async ({ value, user, channel }, respond) => {
    const text = await share(parts, value, user, channel, respond);
    if (text !== undefined)
      await respond({ response_type: "ephemeral", replace_original: false, text });
  });
};

type Asked = z.infer<typeof Command> & { readonly key: string; readonly question: string };

/** How long a question may wait for its budget: Slack takes answers for half an hour. */
const LONGEST_WAIT_MS = 25 * 60_000;
/** How many messages Slack takes in answer to one command. */
const RESPONSES = 5;

function commandKey(command: { readonly team_id: string; readonly trigger_id: string }): string {
  return `command:${command.team_id}:${command.trigger_id}`;
}

async function answerCommand(
  parts: ListenerParts,
  asked: Asked,
  respond: RespondFn,
): Promise<void> {
  const { application, inbox, settings, clock, metrics } = parts;
  const { key, question, user_id: user, channel_id: channel } = asked;
  const place = { team: asked.team_id, channel, ts: asked.trigger_id, threadTs: asked.trigger_id };
  if (!(await waitForBudget(parts, { ...place, key, user, text: question }, respond))) return;
  const { scope } = await parts.rules.of(channel);
  let answer: Answer | undefined;
  for await (const event of application.ask({
    key,
    conversationId: conversationId(place),
    author: user,
    text: question,
    signal: AbortSignal.any([AbortSignal.timeout(settings.answerDeadlineMs), parts.stopping]),
    ...(scope === null ? {} : { scope }),
  }))
    if (event.kind === "done") answer = event.answer;
  if (answer === undefined) throw new Error("The core ended without an answer.");
  await inbox.noteAnswer(key, answer.id);
  const messages = wholeAnswer(answer, question, clock.now()).slice(0, RESPONSES);
  for (const [index, message] of messages.entries())
    await say(respond, {
      ephemeral: true,
      replace: index === 0,
      message: index === messages.length - 1 ? withShare(message, key) : message,
    });
  metrics.count("commands_answered");
  await application.posted(key, { surface: "slack", channel, command: "1" });
}

/** True when the question was taken up, after a wait that the asker is told of; false when that would be too long. */
async function waitForBudget(
  { inbox, settings, clock, stopping }: ListenerParts,
  question: NotedQuestion,
  respond: RespondFn,
): Promise<boolean> {
  const latest = clock.now() + LONGEST_WAIT_MS;
  for (let told = false; ; told = true) {
    const now = clock.now();
    const wait = await noteWithin(inbox, question, settings.budgets, now);
    if (wait === undefined) return true;
    const tooLong = wait.until > latest;
    if (!told || tooLong)
      await respond({
        response_type: "ephemeral",
        text: tooLong ? tooLongWaitSentence(wait, now) : waitSentence(wait, now),
      });
    if (tooLong) return false;
    await clock.sleep(wait.until - now, stopping);
  }
}

function withShare(message: SlackMessage, key: string): SlackMessage {
  const row = actions(button(ACTIONS.share, "Share with the channel", key));
  return { ...message, blocks: [...message.blocks.slice(0, SLACK_LIMITS.blocks - 1), row] };
}

function wholeAnswer(answer: Answer, question: string, now: number): readonly SlackMessage[] {
  return answerMessages(answer, { now, question, askPerson: false }).flatMap((message) =>
    fitMessage(message),
  );
}

async function say(
  respond: RespondFn,
  { ephemeral, replace, message }: { ephemeral: boolean; replace: boolean; message: SlackMessage },
): Promise<void> {
  await respond({
    response_type: ephemeral ? "ephemeral" : "in_channel",
    replace_original: replace,
    text: message.text,
    // Slack's types of blocks are not read-only, and wider than ours.
    blocks: message.blocks as unknown as types.KnownBlock[],
  });
}

/** Returns what the person is told; undefined when there is nothing to say. */
async function share(
  parts: ListenerParts,
  key: string,
  user: string,
  channel: string,
  respond: RespondFn,
): Promise<string | undefined> {
  const { inbox, records, logger, clock } = parts;
  const turn = key.startsWith("command:") ? await records.findTurn(key) : undefined;
  // Only what the same person asked for can be shared by them.
  if (turn?.author !== user) return undefined;
  if (turn.answer === undefined || isFixed(turn.answer)) return undefined;
  if (!(await inbox.once(`share:${key}`, clock.now()))) return NOTICES.sharedBefore;
  const [first, ...more] = wholeAnswer(turn.answer, turn.question, clock.now());
  if (first === undefined) return undefined;
  const asked = notice(
    `Asked with ${parts.settings.command}: ${clip(turn.question, OUR_LIMITS.run - 100)}`,
  );
  const blocks = [...asked.blocks, ...first.blocks].slice(0, SLACK_LIMITS.blocks);
  try {
    await shareMessages(parts, channel, [{ ...first, blocks }, ...more], respond);
    return NOTICES.shared;
  } catch (error) {
    logger.warn("slack.share", { error: describeError(error) });
    if (refusalOf(error) === "") return NOTICES.shareUnsure;
    await inbox.unmark(`share:${key}`);
    return NOTICES.shareRefused;
  }
}

async function shareMessages(
  { calls }: ListenerParts,
  channel: string,
  messages: readonly SlackMessage[],
  respond: RespondFn,
): Promise<void> {
  let member = true;
  for (const message of messages) {
    if (member)
      try {
        await postNotice(calls, "shared", { channel }, message);
        continue;
      } catch (error) {
        // The command works where the bot is not: there, only the answer to the press can be seen by all.
        if (!NOT_A_MEMBER.has(refusalOf(error))) throw error;
        member = false;
      }
    await say(respond, { ephemeral: false, replace: false, message });
  }
}

const NOT_A_MEMBER = new Set(["not_in_channel", "channel_not_found"]);
