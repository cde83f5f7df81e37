/**
 * "Ask a person" as a loop: the question goes to the people that the operator named, with what was answered; its thread says
 * that somebody was asked; one of them takes it, and whoever asked, or helps, says that it is solved. Once an answer.
 */
import { describeError } from "../../platform/errors.ts";
import { ACTIONS } from "../blocks/answer-blocks.ts";
import type { Message } from "../blocks/build.ts";
import { coreKey } from "../core-key.ts";
import { HELP_ACTIONS, consentMessage, peopleMessage, threadMessage } from "../help-messages.ts";
import type { HelpRequest, InboxQuestion } from "../inbox.ts";
import { NOTICES } from "../notices.ts";
import { postNotice } from "../post-notice.ts";
import { receiptSummary } from "../receipt-text.ts";
import { onPress, permalink, type Press, tell } from "./interaction.ts";
import type { Listener, ListenerParts } from "./listener.ts";

export const registerAskPerson: Listener = (app, parts) => {
  const on = (action: string, run: (parts: ListenerParts, press: Press) => Promise<void>) =>
    onPress(app, parts, action, (press) => run(parts, press));
  on(ACTIONS.askPerson, askFirst);
  on(HELP_ACTIONS.passOn, passOn);
  on(HELP_ACTIONS.leave, (_parts, press) => tell(parts, press, NOTICES.notPassed));
  on(HELP_ACTIONS.take, take);
  on(HELP_ACTIONS.solved, solve);
};

/** Passes on at once what everybody can read, and asks first where not everybody can. */
async function askFirst(parts: ListenerParts, press: Press): Promise<void> {
  const { rules } = parts;
  const answerId = press.value;
  const { people } = await rules.of(press.channel);
  const elsewhere = people.some((target) => target !== press.channel);
  if (!isPrivate(press) || !elsewhere || people.length === 0) return passOn(parts, press);
  await tell(parts, press, consentMessage(answerId));
}

/** Slack names private channels and direct messages so, whatever their ids begin with. */
function isPrivate({ channel, channelName }: Press): boolean {
  return /^(?:privategroup$|directmessage$|mpdm-)/.test(channelName) || /^[DG]/.test(channel);
}

async function passOn(parts: ListenerParts, press: Press): Promise<void> {
  const { inbox, rules, clock, logger, metrics } = parts;
  const question =
    (await inbox.findByAnswer(press.value)) ??
    (await inbox.findByMessage(press.channel, press.messageTs));
  const { people } = await rules.of(question?.channel ?? press.channel);
  if (question === undefined || people.length === 0) return tell(parts, press, NOTICES.voteUnknown);
  if (!(await inbox.askHelp(question.key, clock.now())))
    return tell(parts, press, NOTICES.askedBefore);
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
      await show(parts, question.key, "people", { channel: target }, message);
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
    return tell(parts, press, NOTICES.notPassedOn);
  }
  metrics.count("asked_people");
  const thread = { channel: question.channel, thread_ts: question.threadTs };
  await show(parts, question.key, "thread", thread, threadMessage(request)).catch(
    (error: unknown) => {
      logger.info("slack.ask-person-thread", { error: describeError(error) });
    },
  );
  await tell(parts, press, NOTICES.asked);
}

async function take(parts: ListenerParts, press: Press): Promise<void> {
  const key = press.value;
  if (!(await parts.inbox.moveHelp(key, ["asked"], "taken", press.user)))
    return tell(parts, press, NOTICES.takenBefore);
  parts.metrics.count("help_taken");
  await redraw(parts, key);
}

async function solve(parts: ListenerParts, press: Press): Promise<void> {
  const { inbox, settings, rules, metrics } = parts;
  const key = press.value;
  const question = await inbox.find(key);
  const request = await inbox.help(key);
  if (question === undefined || request === undefined)
    return tell(parts, press, NOTICES.voteUnknown);
  const id = press.user;
  // In the people's own place everybody helps; elsewhere the asker decides, or who is named.
  const amongPeople = request.messages.some(
    ({ where, channel, ts }) =>
      where === "people" && channel === press.channel && ts === press.messageTs,
  );
  const allowed =
    amongPeople ||
    id === question.user ||
    id === request.person ||
    settings.operators.includes(id) ||
    (await rules.of(question.channel)).people.includes(id);
  if (!allowed) return tell(parts, press, NOTICES.notYoursToSolve);
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
): Promise<Message> {
  const { records, rules, clock } = parts;
  const key = coreKey(question);
  const { people } = await rules.of(question.channel);
  const link = question.surface === "direct" ? undefined : await permalink(parts, question);
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
  place: { readonly channel: string; readonly thread_ts?: string },
  message: Message,
): Promise<void> {
  const result = await postNotice(calls, "ask-person", place, message);
  await inbox.helpShown(key, {
    // A person's own conversation with the bot has an id that only the response tells.
    channel: typeof result["channel"] === "string" ? result["channel"] : place.channel,
    ts: String(result["ts"]),
    where,
  });
}
