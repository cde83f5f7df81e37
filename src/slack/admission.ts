/** What happens to a delivery before it is acknowledged: a question is stored, an edit or a deletion takes effect. */
import type { Bot } from "./bot.ts";
import type { ChannelSettings } from "./channel-settings.ts";
import {
  type Incoming,
  type QuestionEvent,
  otherWorkspace,
  questionKey,
  readEvent,
} from "./events.ts";
import { asksSomething, isUnanswered, settles } from "./help-channels.ts";
import type { InboxQuestion } from "./inbox.ts";
import { looksAddressed } from "./message-text.ts";
import { NOTICES, STATUS } from "./notices.ts";
import type { Admit } from "./receivers.ts";
import type { StatusLine } from "./status.ts";
import type { Worker } from "./worker.ts";

/** Who is refused hears it once in this time. */
const REFUSAL_AGAIN_MS = 3_600_000;

type StopEvent = Extract<Incoming, { kind: "stop" }>;

export function createAdmission(
  bot: Bot,
  parts: {
    readonly worker: Pick<Worker, "wake" | "abort" | "showsOnlyCards">;
    readonly status: StatusLine;
    /** Forgets a question that was deleted wherever else it is kept. */
    readonly forget: (question: InboxQuestion) => Promise<void>;
  },
): Admit {
  const { self, inbox, calls, settings, rules, clock, logger, metrics } = bot;
  const { worker, status } = parts;

  async function admitQuestion(event: QuestionEvent): Promise<void> {
    const key = questionKey(event);
    if (event.inThread && event.surface !== "direct") await leaveToPeople(event);
    const here = await rules.of(event.channel);
    const refusal = whyNot(event, here);
    if (event.surface === "channel" && (refusal !== undefined || !isForTheChannel(event, here))) {
      metrics.count("ignored");
      return;
    }
    if (refusal !== undefined) {
      metrics.count("refused");
      const marker = `refused:${event.channel}:${event.user}`;
      if (await inbox.again(marker, clock.now(), REFUSAL_AGAIN_MS)) say(event, refusal);
      return;
    }
    if (event.surface === "follow-up" && !(await isForUs(event, here))) return;
    const fresh = await inbox.admit(event, clock.now());
    if (fresh) {
      metrics.count("questions_received");
      if (event.surface !== "channel") status.set(event, STATUS.received);
    } else if (event.edited && (await edit(key, event.text))) {
      worker.abort(key, "edited");
    }
    worker.wake();
  }

  function whyNot(event: QuestionEvent, here: ChannelSettings): string | undefined {
    const { allowedUsers, allowedChannels } = settings;
    if (allowedUsers.length > 0 && !allowedUsers.includes(event.user)) return NOTICES.notAllowedYou;
    if (
      event.surface !== "direct" &&
      allowedChannels.length > 0 &&
      !allowedChannels.includes(event.channel)
    )
      return NOTICES.notAllowedHere;
    if (here.muted) return NOTICES.muted;
    return undefined;
  }

  /** Without a mention: only the asker of the last answered question, only when it is meant for us. */
  async function isForUs(event: QuestionEvent, here: ChannelSettings): Promise<boolean> {
    if (!here.followUps || event.mentionsOthers || !looksAddressed(event.text)) return false;
    const thread = await inbox.thread(event.team, event.channel, event.threadTs);
    const last = thread.filter(({ outcome }) => outcome === "answered").at(-1);
    return last !== undefined && last.user === event.user;
  }

  /** Without a mention, at top level: only where the channel is for help, only what asks, and asks nobody by name. */
  function isForTheChannel(event: QuestionEvent, here: ChannelSettings): boolean {
    return here.help && !event.mentionsOthers && asksSomething(event.text);
  }

  /** Somebody wrote below a question that nobody asked of us: people have it, or it is asked of us there. */
  async function leaveToPeople(event: QuestionEvent): Promise<void> {
    const thread = await inbox.thread(event.team, event.channel, event.threadTs);
    const waiting = thread.find(isUnanswered);
    if (waiting !== undefined && (event.surface === "mention" || settles(event, waiting.user)))
      await drop(waiting.key);
  }

  /** Cards say what is being done and nothing else: below them another question can be answered. */
  function edit(key: string, text: string): Promise<boolean> {
    return inbox.edit(key, text, worker.showsOnlyCards(key));
  }

  async function cancel(key: string): Promise<void> {
    if ((await inbox.cancel(key)) === undefined) return;
    worker.abort(key, "cancelled");
    worker.wake();
  }

  async function drop(key: string): Promise<void> {
    if ((await inbox.cancel(key)) === undefined) return;
    worker.abort(key, "cancelled");
    metrics.count("left_to_people");
  }

  /** The questions whose answers are to end: of the messages named, else of the thread. */
  async function stoppedBy(event: StopEvent): Promise<readonly { readonly key: string }[]> {
    if (event.messageTs.length === 0 && event.threadTs !== undefined)
      return inbox.thread(event.team, event.channel, event.threadTs);
    const found = event.messageTs.map((ts) => inbox.findByMessage(event.channel, ts));
    return (await Promise.all(found)).filter((question) => question !== undefined);
  }

  function say(event: QuestionEvent, text: string): void {
    if (event.surface === "follow-up") return;
    calls
      .once("chat.postEphemeral", {
        channel: event.channel,
        user: event.user,
        text,
        ...(event.inThread ? { thread_ts: event.threadTs } : {}),
      })
      .catch(() => undefined);
  }

  /** Said once a process: shared channels do that, and so does an app that was installed where it should not be. */
  const otherWorkspaces = new Set<string>();
  function tellOtherWorkspace(body: unknown): void {
    const other = otherWorkspace(body, self);
    if (other === undefined || otherWorkspaces.has(other)) return;
    otherWorkspaces.add(other);
    metrics.count("other_workspaces");
    logger.warn("slack.other-workspace", {
      team: other,
      own: self.teamId,
      hint: "Its questions are answered with this workspace's token. Remove the app there, or run a bot of its own for it, when that is not meant.",
    });
  }

  return async (body) => {
    tellOtherWorkspace(body);
    const event = readEvent(body, self, settings.allowedBots);
    switch (event.kind) {
      case "question":
        return admitQuestion(event);
      case "edit": {
        const key = questionKey(event);
        if (event.mentionsOthers) {
          const question = await inbox.find(key);
          if (question !== undefined && isUnanswered(question)) return drop(key);
        }
        if (await edit(key, event.text)) {
          worker.abort(key, "edited");
          worker.wake();
        }
        return;
      }
      case "delete": {
        const key = questionKey(event);
        // They are removed with the question, and there is no answer to be offered for removal.
        const onlyCards = worker.showsOnlyCards(key);
        await cancel(key);
        const deleted = await inbox.blank(key);
        // Another bot has admitted it between the two.
        if (deleted !== undefined && deleted.state !== "closed") await cancel(key);
        if (deleted !== undefined)
          await parts.forget(onlyCards ? { ...deleted, messageTs: [] } : deleted);
        return;
      }
      case "stop":
        for (const question of await stoppedBy(event)) worker.abort(question.key, "stopped");
        return;
      case "ignored":
        metrics.count("ignored");
        logger.debug("slack.ignored", { why: event.why });
        return;
    }
  };
}
