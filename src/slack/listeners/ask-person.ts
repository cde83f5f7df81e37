/**
 * "Ask a person" as a loop: the question goes to the people that the operator named, with what was answered; its thread says
 * that somebody was asked; one of them takes it, and whoever asked, or helps, says that it is solved. Once an answer.
 */
import { z } from "zod";
import { describeError } from "../../platform/errors.ts";
import { ACTIONS } from "../blocks/answer-blocks.ts";
import {
  HELP_ACTIONS,
  type HelpMessage,
  consentMessage,
  peopleMessage,
  threadMessage,
} from "../help-messages.ts";
import type { HelpRequest, InboxQuestion } from "../inbox.ts";
import { NOTICES } from "../notices.ts";
import { receiptSummary } from "../receipt-text.ts";
import { coreKey } from "../worker.ts";
import type { Listener, ListenerParts } from "./listener.ts";

const Pressed = z.object({
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string(), name: z.string().optional() }),
  container: z.object({ message_ts: z.string(), thread_ts: z.string().optional() }),
  actions: z.array(z.object({ value: z.string().optional() })).min(1),
});
type Pressed = z.infer<typeof Pressed>;

export const registerAskPerson: Listener = (app, parts) => {
  const on = (action: string, run: (parts: ListenerParts, pressed: Pressed) => Promise<void>) => {
    app.action(action, async ({ ack, body }) => {
      await ack();
      const pressed = Pressed.safeParse(body);
      if (pressed.success) parts.background(run(parts, pressed.data));
    });
  };
  on(ACTIONS.askPerson, askFirst);
  on(HELP_ACTIONS.passOn, passOn);
  on(HELP_ACTIONS.leave, ({ calls }, pressed) => tell(calls, pressed, NOTICES.notPassed));
  on(HELP_ACTIONS.take, take);
  on(HELP_ACTIONS.solved, solve);
};

/** Passes on at once what everybody can read, and asks first where not everybody can. */
async function askFirst(parts: ListenerParts, pressed: Pressed): Promise<void> {
  const { rules, calls } = parts;
  const answerId = valueOf(pressed);
  const { people } = await rules.of(pressed.channel.id);
  const elsewhere = people.some((target) => target !== pressed.channel.id);
  if (!isPrivate(pressed) || !elsewhere || people.length === 0) return passOn(parts, pressed);
  await tell(calls, pressed, consentMessage(answerId));
}

/** Slack names private channels and direct messages so, whatever their ids begin with. */
function isPrivate({ channel }: Pressed): boolean {
  return (
    channel.name === "privategroup" ||
    channel.name === "directmessage" ||
    channel.name?.startsWith("mpdm-") === true ||
    /^[DG]/.test(channel.id)
  );
}

async function passOn(parts: ListenerParts, pressed: Pressed): Promise<void> {
  const { inbox, calls, rules, clock, logger, metrics } = parts;
  const question =
    (await inbox.findByAnswer(valueOf(pressed))) ??
    (await inbox.findByMessage(pressed.channel.id, pressed.container.message_ts));
  const { people } = await rules.of(question?.channel ?? pressed.channel.id);
  if (question === undefined || people.length === 0)
    return tell(calls, pressed, NOTICES.voteUnknown);
  if (!(await inbox.askHelp(question.key, clock.now())))
    return tell(calls, pressed, NOTICES.askedBefore);
  const request: HelpRequest = {
    key: question.key,
    state: "asked",
    person: undefined,
    messages: [],
  };
  const message = await forPeople(parts, question, request);
  let reached = 0;
  for (const target of people.filter((id) => !id.startsWith("S")))
    try {
      await show(parts, question.key, "people", { channel: target, ...message });
      reached += 1;
    } catch (error) {
      logger.error("slack.ask-person", {
        target,
        error: describeError(error),
        hint: "npm run doctor",
      });
    }
  if (reached === 0) {
    await inbox.dropHelp(question.key);
    return tell(calls, pressed, NOTICES.notPassedOn);
  }
  metrics.count("asked_people");
  await show(parts, question.key, "thread", {
    channel: question.channel,
    thread_ts: question.threadTs,
    ...threadMessage(request),
  }).catch((error: unknown) => {
    logger.info("slack.ask-person-thread", { error: describeError(error) });
  });
  await tell(calls, pressed, NOTICES.asked);
}

async function take(parts: ListenerParts, pressed: Pressed): Promise<void> {
  const key = valueOf(pressed);
  if (!(await parts.inbox.moveHelp(key, ["asked"], "taken", pressed.user.id)))
    return tell(parts.calls, pressed, NOTICES.takenBefore);
  parts.metrics.count("help_taken");
  await redraw(parts, key);
}

async function solve(parts: ListenerParts, pressed: Pressed): Promise<void> {
  const { inbox, settings, rules, calls, metrics } = parts;
  const key = valueOf(pressed);
  const question = await inbox.find(key);
  const request = await inbox.help(key);
  if (question === undefined || request === undefined)
    return tell(calls, pressed, NOTICES.voteUnknown);
  const { id } = pressed.user;
  // In the people's own place everybody helps; elsewhere the asker decides, or who is named.
  const amongPeople = request.messages.some(
    ({ where, channel, ts }) =>
      where === "people" && channel === pressed.channel.id && ts === pressed.container.message_ts,
  );
  const allowed =
    amongPeople ||
    id === question.user ||
    id === request.person ||
    settings.operators.includes(id) ||
    (await rules.of(question.channel)).people.includes(id);
  if (!allowed) return tell(calls, pressed, NOTICES.notYoursToSolve);
  if (!(await inbox.moveHelp(key, ["asked", "taken"], "solved", id))) return;
  metrics.count("help_solved");
  await redraw(parts, key);
}

/** Makes all messages of a request say how it stands. */
async function redraw(parts: ListenerParts, key: string): Promise<void> {
  const { inbox, calls, logger } = parts;
  const question = await inbox.find(key);
  const request = await inbox.help(key);
  if (question === undefined || request === undefined) return;
  const people = await forPeople(parts, question, request);
  for (const { channel, ts, where } of request.messages) {
    const message = where === "people" ? people : threadMessage(request);
    await calls
      .repeat("chat.update", { channel, ts, ...message }, parts.stopping)
      .catch((error: unknown) => {
        logger.info("slack.help-not-drawn", { channel, error: describeError(error) });
      });
  }
}

async function forPeople(
  parts: ListenerParts,
  question: InboxQuestion,
  request: HelpRequest,
): Promise<HelpMessage> {
  const { calls, records, rules, clock } = parts;
  const key = coreKey(question);
  const { people } = await rules.of(question.channel);
  const link =
    question.surface === "direct"
      ? undefined
      : await calls
          .once("chat.getPermalink", { channel: question.channel, message_ts: question.ts })
          .then((result) => String(result["permalink"]))
          .catch(() => undefined);
  return peopleMessage({
    question,
    turn: await records.findTurn(key),
    summary: receiptSummary(await records.receipt(key)),
    request,
    ping: people.filter((id) => /^[USW]/.test(id)),
    link,
    now: clock.now(),
  });
}

/** Posts one message of a request, and remembers it. */
async function show(
  { calls, inbox }: ListenerParts,
  key: string,
  where: "people" | "thread",
  message: HelpMessage & { readonly channel: string; readonly thread_ts?: string },
): Promise<void> {
  const result = await calls.once("chat.postMessage", {
    ...message,
    metadata: { event_type: "notice", event_payload: { kind: "ask-person" } },
    unfurl_links: false,
    unfurl_media: false,
  });
  await inbox.helpShown(key, {
    // A person's own conversation with the bot has an id that only the response tells.
    channel: typeof result["channel"] === "string" ? result["channel"] : message.channel,
    ts: String(result["ts"]),
    where,
  });
}

async function tell(
  calls: ListenerParts["calls"],
  { channel, user, container }: Pressed,
  message: string | HelpMessage,
): Promise<void> {
  await calls.once("chat.postEphemeral", {
    channel: channel.id,
    user: user.id,
    ...(typeof message === "string" ? { text: message } : message),
    ...(container.thread_ts === undefined ? {} : { thread_ts: container.thread_ts }),
  });
}

function valueOf({ actions }: Pressed): string {
  return actions[0]?.value ?? "";
}
