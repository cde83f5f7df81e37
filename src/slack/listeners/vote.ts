/** The two buttons under an answer, and the question why that follows a "not helpful". */
import { z } from "zod";
import { VoteKind } from "../../feedback/feedback.ts";
import { ACTIONS } from "../blocks/answer-blocks.ts";
import { form, input } from "../blocks/build.ts";
import { coreKey } from "../core-key.ts";
import { conversationId } from "../events.ts";
import { NOTICES } from "../notices.ts";
import { onStoredPress, onSubmit, type Press, tell } from "./interaction.ts";
import type { Listener, ListenerParts } from "./listener.ts";

/** The buttons of a row have ids of their own; older messages have one id for both. */
const VOTE_ACTION = new RegExp(`^${ACTIONS.vote}(?:_|$)`);
const REASON_VIEW = "vote_reason";
const REASON_INPUT = "reason";
const REASON_LIMIT = 1000;

const VoteValue = z.object({ answer: z.string().min(1), vote: VoteKind });

export const registerVote: Listener = (app, parts) => {
  const { feedback, clock, calls, background } = parts;

  onStoredPress(app, VOTE_ACTION, async (press) => {
    const value = readValue(press.value);
    if (value === undefined) return;
    const stored = await storeVote(parts, press, value);
    if (!stored) return background(tell(parts, press, NOTICES.voteUnknown));
    const isHelpful = value.vote === "helpful";
    if (!isHelpful)
      background(
        calls.once("views.open", { trigger_id: press.triggerId, view: reasonForm(value.answer) }),
      );
    background(tell(parts, press, isHelpful ? NOTICES.voteHelpful : NOTICES.voteNotHelpful));
  });

  onSubmit(app, REASON_VIEW, async ({ user, about, text }) => {
    const reason = text(REASON_INPUT).slice(0, REASON_LIMIT);
    const now = new Date(clock.now()).toISOString();
    if (reason !== "") await feedback.reason(about, user, reason, now);
    return undefined;
  });
};

function readValue(text: string): z.infer<typeof VoteValue> | undefined {
  try {
    return VoteValue.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** False when nobody knows the answer any more. */
async function storeVote(
  parts: ListenerParts,
  press: Press,
  { answer: answerId, vote }: z.infer<typeof VoteValue>,
): Promise<boolean> {
  const { inbox, records, feedback, clock, metrics } = parts;
  const question =
    (await inbox.findByAnswer(answerId)) ??
    (await inbox.findByMessage(press.channel, press.messageTs));
  if (question === undefined) return false;
  const key = coreKey(question);
  const turn = await records.findTurn(key);
  const votedAt = new Date(clock.now()).toISOString();
  await feedback.vote(
    { answerId, user: press.user, vote, reason: undefined, votedAt },
    {
      answerId,
      key,
      conversationId: conversationId(question),
      question: question.text,
      answer: turn?.answer,
      receipt: await records.receipt(key),
    },
  );
  metrics.count(vote === "helpful" ? "votes_helpful" : "votes_not_helpful");
  return true;
}

function reasonForm(answerId: string) {
  const element = { multiline: true, max_length: REASON_LIMIT };
  return form({
    id: REASON_VIEW,
    about: answerId,
    title: "What was wrong?",
    submit: "Send",
    close: "Skip",
    blocks: [input(REASON_INPUT, "What did you expect, or what is missing?", element, true)],
  });
}
