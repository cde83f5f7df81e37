/** The two buttons under an answer, and the question why that follows a "not helpful". */
import { z } from "zod";
import { VoteKind } from "../../feedback/feedback.ts";
import { ACTIONS } from "../blocks/answer-blocks.ts";
import { conversationId } from "../events.ts";
import { NOTICES } from "../notices.ts";
import { coreKey } from "../worker.ts";
import type { Listener, ListenerParts } from "./listener.ts";

/** The buttons of a row have ids of their own; older messages have one id for both. */
const VOTE_ACTION = new RegExp(`^${ACTIONS.vote}(?:_|$)`);
const REASON_VIEW = "vote_reason";
const REASON_INPUT = "reason";
const REASON_LIMIT = 1000;

const Pressed = z.object({
  trigger_id: z.string(),
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }),
  container: z.object({ message_ts: z.string(), thread_ts: z.string().optional() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
});
type Pressed = z.infer<typeof Pressed>;

const VoteValue = z.object({ answer: z.string().min(1), vote: VoteKind });

const Submitted = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    private_metadata: z.string(),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))),
    }),
  }),
});

export const registerVote: Listener = (app, parts) => {
  const { feedback, clock } = parts;

  app.action(VOTE_ACTION, async ({ ack, body }) => {
    const pressed = Pressed.safeParse(body);
    const value = pressed.success ? readValue(pressed.data.actions[0]?.value) : undefined;
    if (!pressed.success || value === undefined) {
      await ack();
      return;
    }
    // Stored before the acknowledgement: a press that Slack shows as done is done.
    const stored = await storeVote(parts, pressed.data, value);
    await ack();
    if (value.vote === "not-helpful" && stored) openReason(parts, pressed.data, value.answer);
    tell(
      parts,
      pressed.data,
      stored
        ? value.vote === "helpful"
          ? NOTICES.voteHelpful
          : NOTICES.voteNotHelpful
        : NOTICES.voteUnknown,
    );
  });

  app.view(REASON_VIEW, async ({ ack, body }) => {
    const submitted = Submitted.safeParse(body);
    if (submitted.success) {
      const { user, view } = submitted.data;
      const reason = view.state.values[REASON_INPUT]?.[REASON_INPUT]?.value?.trim() ?? "";
      if (reason !== "")
        await feedback.reason(
          view.private_metadata,
          user.id,
          reason.slice(0, REASON_LIMIT),
          new Date(clock.now()).toISOString(),
        );
    }
    await ack();
  });
};

function readValue(text: string | undefined): z.infer<typeof VoteValue> | undefined {
  try {
    const value = VoteValue.safeParse(JSON.parse(text ?? ""));
    return value.success ? value.data : undefined;
  } catch {
    return undefined;
  }
}

async function storeVote(
  parts: ListenerParts,
  pressed: Pressed,
  value: z.infer<typeof VoteValue>,
): Promise<boolean> {
  const { inbox, records, feedback, clock, metrics } = parts;
  const question =
    (await inbox.findByAnswer(value.answer)) ??
    (await inbox.findByMessage(pressed.channel.id, pressed.container.message_ts));
  if (question === undefined) return false;
  const key = coreKey(question);
  const turn = await records.findTurn(key);
  await feedback.vote(
    {
      answerId: value.answer,
      user: pressed.user.id,
      vote: value.vote,
      reason: undefined,
      votedAt: new Date(clock.now()).toISOString(),
    },
    {
      answerId: value.answer,
      key,
      conversationId: conversationId(question),
      question: question.text,
      answer: turn?.answer,
      receipt: await records.receipt(key),
    },
  );
  metrics.count(value.vote === "helpful" ? "votes_helpful" : "votes_not_helpful");
  return true;
}

function openReason(parts: ListenerParts, pressed: Pressed, answerId: string): void {
  parts.background(
    parts.calls.once("views.open", {
      trigger_id: pressed.trigger_id,
      view: {
        type: "modal",
        callback_id: REASON_VIEW,
        private_metadata: answerId,
        title: { type: "plain_text", text: "What was wrong?" },
        submit: { type: "plain_text", text: "Send" },
        close: { type: "plain_text", text: "Skip" },
        blocks: [
          {
            type: "input",
            block_id: REASON_INPUT,
            optional: true,
            label: { type: "plain_text", text: "What did you expect, or what is missing?" },
            element: {
              type: "plain_text_input",
              action_id: REASON_INPUT,
              multiline: true,
              max_length: REASON_LIMIT,
            },
          },
        ],
      },
    }),
  );
}

function tell(parts: ListenerParts, pressed: Pressed, text: string): void {
  const { thread_ts: threadTs } = pressed.container;
  parts.background(
    parts.calls.once("chat.postEphemeral", {
      channel: pressed.channel.id,
      user: pressed.user.id,
      text,
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    }),
  );
}
