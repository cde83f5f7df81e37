/** `/ask`: an answer that only the asker sees, and a button that shares it with the channel. At most once. */
import type { types } from "@slack/bolt";
import { z } from "zod";
import { isFixed } from "../../conversation/conversation.ts";
import type { Answer } from "../../documents/answer.ts";
import { describeError } from "../../platform/errors.ts";
import { ACTIONS, answerMessages, notice } from "../blocks/answer-blocks.ts";
import { isWordless, plainQuestion } from "../message-text.ts";
import { NOTICES } from "../notices.ts";
import type { Listener, ListenerParts } from "./listener.ts";

export const COMMAND = "/ask";

const Command = z.object({
  text: z.string().default(""),
  team_id: z.string(),
  channel_id: z.string(),
  user_id: z.string(),
  trigger_id: z.string().min(1),
});

const Pressed = z.object({
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }),
  actions: z.array(z.object({ value: z.string().optional() })).min(1),
});

export const registerCommand: Listener = (app, parts) => {
  const { inbox, clock, settings } = parts;

  app.command(COMMAND, async ({ ack, body, respond }) => {
    const parsed = Command.safeParse(body);
    if (!parsed.success) {
      await ack();
      return;
    }
    const command = parsed.data;
    const question = plainQuestion(command.text, "");
    if (isWordless(question)) {
      await ack({ response_type: "ephemeral", text: NOTICES.commandEmpty });
      return;
    }
    const { allowedUsers, allowedChannels } = settings;
    if (
      (allowedUsers.length > 0 && !allowedUsers.includes(command.user_id)) ||
      (allowedChannels.length > 0 && !allowedChannels.includes(command.channel_id))
    ) {
      await ack({ response_type: "ephemeral", text: NOTICES.notAllowedHere });
      return;
    }
    const key = commandKey(command);
    if (!(await inbox.once(key, clock.now()))) {
      await ack();
      return;
    }
    await ack({ response_type: "ephemeral", text: NOTICES.commandWaiting });
    parts.background(
      answerCommand(parts, key, question, command).then(
        ({ text, blocks }) =>
          respond({
            response_type: "ephemeral",
            replace_original: true,
            text,
            // Slack's types of blocks are not read-only, and wider than ours.
            blocks: blocks as unknown as types.KnownBlock[],
          }),
        async (error: unknown) => {
          parts.logger.error("slack.command", { error: describeError(error) });
          await respond({ response_type: "ephemeral", text: NOTICES.commandFailed });
        },
      ),
    );
  });

  app.action(ACTIONS.share, async ({ ack, body, respond }) => {
    await ack();
    const pressed = Pressed.safeParse(body);
    if (!pressed.success) return;
    const { user, channel, actions } = pressed.data;
    parts.background(
      share(parts, actions[0]?.value ?? "", user.id, channel.id).then(() =>
        respond({ response_type: "ephemeral", replace_original: false, text: "Shared." }),
      ),
    );
  });
};

function commandKey(command: { readonly team_id: string; readonly trigger_id: string }): string {
  return `command:${command.team_id}:${command.trigger_id}`;
}

async function answerCommand(
  parts: ListenerParts,
  key: string,
  question: string,
  command: z.infer<typeof Command>,
) {
  const { application, settings, clock } = parts;
  const scope = settings.channelScopes[command.channel_id];
  let answer: Answer | undefined;
  for await (const event of application.ask({
    key,
    conversationId: key,
    author: command.user_id,
    text: question,
    signal: AbortSignal.timeout(settings.answerDeadlineMs),
    ...(scope === undefined ? {} : { scope }),
  }))
    if (event.kind === "done") answer = event.answer;
  if (answer === undefined) throw new Error("The core ended without an answer.");
  const message = wholeAnswer(answer, question, clock.now());
  await application.posted(key, { surface: "slack", channel: command.channel_id, command: "1" });
  return {
    text: message.text,
    blocks: [
      ...message.blocks.slice(0, 48),
      {
        type: "actions" as const,
        elements: [
          {
            type: "button" as const,
            action_id: ACTIONS.share,
            text: { type: "plain_text" as const, text: "Share with the channel" },
            value: key,
          },
        ],
      },
    ],
  };
}

function wholeAnswer(answer: Answer, question: string, now: number) {
  const messages = answerMessages(answer, { now, question, askPerson: false, plain: true });
  return messages[0] ?? notice("");
}

async function share(
  parts: ListenerParts,
  key: string,
  user: string,
  channel: string,
): Promise<void> {
  const { inbox, records, calls, clock } = parts;
  const turn = key.startsWith("command:") ? await records.findTurn(key) : undefined;
  // Only what the same person asked for can be shared by them.
  if (turn?.answer === undefined || isFixed(turn.answer) || turn.author !== user) return;
  if (!(await inbox.once(`share:${key}`, clock.now()))) return;
  const asked = notice(`Asked with ${COMMAND}: ${turn.question}`);
  const message = wholeAnswer(turn.answer, turn.question, clock.now());
  await calls.once("chat.postMessage", {
    channel,
    text: message.text,
    blocks: [...asked.blocks, ...message.blocks].slice(0, 50),
    metadata: { event_type: "notice", event_payload: { kind: "shared" } },
    unfurl_links: false,
    unfurl_media: false,
  });
}
