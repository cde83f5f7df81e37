/** One question from its claim to its end: whether it is answered now, the answer written as it comes, and what became of it. */
import type { Application, Step } from "../answering/application.ts";
import type { Answer, Citation, Claim } from "../documents/answer.ts";
import { openingSentence } from "../documents/answer-text.ts";
import { describeError } from "../platform/errors.ts";
import type { Alerts } from "./alerts.ts";
import {
  type RenderOptions,
  type SlackMessage,
  answerMessages,
  notice,
} from "./blocks/answer-blocks.ts";
import type { Bot } from "./bot.ts";
import { DAY_MS, takeWithin, waitSentence } from "./budget.ts";
import { createButtonRows } from "./button-rows.ts";
import { coreKey } from "./core-key.ts";
import { conversationId, questionKey } from "./events.ts";
import { findOwnMessage } from "./find-own-message.ts";
import { asksSomething, isSettled, isWorthSaying } from "./help-channels.ts";
import type { InboxQuestion, Outcome } from "./inbox.ts";
import { isWordless, withFiles } from "./message-text.ts";
import { type ReplyPlace, StoppedByUserError } from "./message-writer.ts";
import { NOTICES, STATUS, unreadSentence } from "./notices.ts";
import type { FileContents, FileReader } from "./read-files.ts";
import { createRefusals } from "./refusals.ts";
import { type Finished, type Reply, createReply } from "./reply.ts";
import type { StatusLine } from "./status.ts";
import { HISTORY_PAGE, readHistory } from "./thread.ts";
import { createThreadExtras } from "./thread-extras.ts";
import { untilAborted } from "./until-aborted.ts";

/** Attempts at one question before it gets an apology. */
const MAX_ATTEMPTS = 4;
/** A direct message at top level goes on with what was answered in this time before it. */
const GOES_ON_MS = 3 * DAY_MS;
/** How long the first status line stays before steps are told. */
const STATUS_STEP_MS = 700;

/** Why work on a question ended before its end. */
export class JobEndedError extends Error {
  readonly why: "edited" | "cancelled" | "lost" | "shutdown";
  constructor(why: JobEndedError["why"]) {
    super(why);
    this.why = why;
  }
}

export type Job = {
  /** Names this claim in the inbox. */
  readonly owner: string;
  readonly question: InboxQuestion;
  /** Ends the whole job. */
  readonly whole: AbortController;
  /** Ends only the generation of the answer. */
  readonly generation: AbortController;
  reply: Reply | undefined;
  stopped: boolean;
  done: Promise<void>;
};

export type AnswerJobParts = {
  readonly application: Application;
  readonly status: StatusLine;
  readonly files: FileReader;
  readonly alerts: Alerts;
  /** Forgets what the core answered to a question, by the key it knows it by. */
  readonly forgetTurn: (key: string) => Promise<unknown>;
};

/** Nothing shows that a question is worked on which nobody asked of us. */
export function showStatus(status: StatusLine, question: InboxQuestion, line: string): void {
  if (question.surface !== "channel") status.set(question, line);
}

/** What answers one job; rejects with what ended it before its end. */
export function createJobAnswerer(
  bot: Bot,
  parts: AnswerJobParts,
): (job: Job) => Promise<Outcome | "postponed"> {
  const { self, inbox, calls, settings, rules, clock, logger, metrics } = bot;
  const { application, status, files, alerts } = parts;
  const startedAt = clock.now();
  const refusals = createRefusals(clock);
  const buttonRows = createButtonRows({ calls, logger });
  const extras = createThreadExtras({ calls, refusals, logger, prompts: settings.prompts });

  function placeOf(question: InboxQuestion): ReplyPlace {
    return {
      key: question.key,
      team: question.team,
      channel: question.channel,
      threadTs: question.threadTs,
      ts: question.ts,
      user: question.user,
      userTeam: question.userTeam ?? question.team,
      own: self,
    };
  }

  /** Messages of the thread that belong to other questions. */
  async function messagesOfOthers(question: InboxQuestion): Promise<ReadonlySet<string>> {
    const thread = await inbox.thread(question.team, question.channel, question.threadTs);
    return new Set(
      thread.filter(({ key }) => key !== question.key).flatMap(({ messageTs }) => messageTs),
    );
  }

  async function answer(job: Job): Promise<Outcome | "postponed"> {
    const { question } = job;
    const signal = job.whole.signal;
    const place = placeOf(question);

    // An earlier worker may have made the message without being able to say so; after a power cut, not even that it would.
    const adopted = [...question.messageTs];
    const mayStandThere = question.state === "posting" || question.receivedAt < startedAt;
    if (mayStandThere && adopted.length === 0) {
      const found = await findOwnMessage({
        calls,
        place,
        known: await messagesOfOthers(question),
        signal,
      });
      if (found !== undefined) {
        await inbox.shown(question.key, job.owner, found);
        adopted.push(found);
      }
      if (found !== undefined || question.state === "posting") metrics.count("recovered");
    }

    const now = clock.now();
    // What stands in Slack already was worth saying, and is completed.
    const unasked = question.surface === "channel" && adopted.length === 0;
    const here = await rules.of(question.channel);
    if (here.muted && adopted.length === 0) {
      showStatus(status, question, "");
      return keepSilent(job);
    }
    if (unasked) {
      const until = question.receivedAt + settings.helpWaitMs;
      if (now < until && question.state !== "posting") {
        await inbox.postpone(question.key, job.owner, until, true);
        return "postponed";
      }
      if (!here.help || !mayBeAnswered(question, now)) return keepSilent(job);
    }
    // A question that was taken up once was counted then.
    if (adopted.length === 0 && question.state !== "posting" && question.takenAt === undefined) {
      const wait = await takeWithin(inbox, question, settings.budgets, now);
      if (wait !== undefined && unasked) return keepSilent(job);
      if (wait !== undefined) {
        if (!question.told) tell(question, waitSentence(wait, now));
        await inbox.postpone(question.key, job.owner, wait.until, true);
        metrics.count("postponed");
        return "postponed";
      }
    } else await inbox.take(question.key, now);

    const render = { now, askPerson: here.people.length > 0 };
    const reply = createReply({
      calls,
      place,
      record: {
        async posting() {
          const until = clock.now() + settings.leaseMs;
          if (!(await inbox.posting(question.key, job.owner, until)))
            throw new JobEndedError("lost");
        },
        shown: (messageTs) => inbox.shown(question.key, job.owner, messageTs),
        others: () => messagesOfOthers(question),
      },
      clock,
      logger,
      refusals,
      render,
      question: question.text,
      adopted,
      // What nobody asked for is shown whole or not at all.
      cards: settings.taskCards && !unasked,
      onFirstShown: () => metrics.took("first_shown", clock.now() - question.receivedAt),
      signal,
    });
    job.reply = reply;
    // A writer that cannot go on ends the generation too.
    reply.ended.catch((error: unknown) => job.generation.abort(error));

    const own = ownMessage(question, adopted.length > 0, now);
    if (own !== undefined) {
      await reply.notice(own.message);
      await inbox.close(question.key, job.owner, own.outcome);
      return own.outcome;
    }
    // It was set when the question came; by now that may be long ago, or in another process.
    showStatus(status, question, STATUS.received);
    const contents = await files.read(question.files, signal);
    if (isWordless(question.text) && contents.texts.length === 0) {
      await reply.notice(notice(NOTICES.filesOnly));
      await inbox.close(question.key, job.owner, "answered");
      return "answered";
    }
    if (contents.unread.length > 0) reply.note(unreadSentence(contents.unread));
    return generate(job, reply, contents.texts, { ...render, question: question.text }, unasked);
  }

  /** Whether an unasked answer may still come: the question is one after all its edits, and young enough. */
  function mayBeAnswered(question: InboxQuestion, now: number): boolean {
    return (
      now - question.receivedAt - settings.helpWaitMs <= settings.maxAgeMs &&
      question.attempts <= MAX_ATTEMPTS &&
      asksSomething(question.text)
    );
  }

  /** Asked of Slack: replies may have come while nobody was connected, or may be on their way still. */
  async function isTakenByPeople(question: InboxQuestion, signal: AbortSignal): Promise<boolean> {
    const { channel, ts } = question;
    await calls.budget.wait("conversations.replies", signal);
    const result = await calls.once("conversations.replies", { channel, ts, limit: HISTORY_PAGE });
    return isSettled(result["messages"], question, self);
  }

  /** Ends a question as if nobody had heard it: what it said and what was found are not kept. */
  async function keepSilent(job: Job): Promise<Outcome> {
    const { key, revision } = job.question;
    if (await inbox.close(key, job.owner, "cancelled")) {
      await inbox.blank(key);
      await parts.forgetTurn(coreKey({ key, revision }));
    }
    metrics.count("kept_silent");
    return "cancelled";
  }

  /** What is said without asking the core: help, an apology, what cannot be read. */
  function ownMessage(
    question: InboxQuestion,
    begun: boolean,
    now: number,
  ): { readonly message: SlackMessage; readonly outcome: Outcome } | undefined {
    // What was begun is completed, however late: an apology must not take the place of what was read already.
    if (!begun && now - question.receivedAt - waited(question) > settings.maxAgeMs)
      return { message: notice(NOTICES.tooOld), outcome: "apologised" };
    if (question.attempts > MAX_ATTEMPTS)
      return { message: notice(NOTICES.failed), outcome: "apologised" };
    // A file may hold the question.
    if (isWordless(question.text) && question.files.length === 0) {
      const text = openingSentence({ kind: "help", missing: [] }, question.text) ?? "";
      return { message: notice(text), outcome: "answered" };
    }
    return undefined;
  }

  /** A question that waits for a budget is not late: it was told so. */
  function waited(question: InboxQuestion): number {
    return question.told ? DAY_MS : 0;
  }

  async function generate(
    job: Job,
    reply: Reply,
    attached: FileContents["texts"],
    render: RenderOptions,
    /** Nothing is shown before the whole answer is known, and known to be worth it. */
    unasked: boolean,
  ): Promise<Outcome> {
    const { question } = job;
    const key = coreKey(question);
    const signal = AbortSignal.any([
      job.whole.signal,
      job.generation.signal,
      AbortSignal.timeout(settings.answerDeadlineMs),
    ]);
    const conversation = conversationId({
      ...question,
      conversationTs: await conversationOf(question),
    });
    const read = question.inThread ? await readHistory(bot, question, signal) : [];
    const history = read ?? [];
    if (read === undefined) reply.note(NOTICES.noHistory);
    const { scope } = await rules.of(question.channel);
    const shownSoFar: { claims: Claim[]; citations: Citation[] } = { claims: [], citations: [] };
    let whole: Answer | undefined;
    const isOver = new AbortController();
    const tellStep = stepTeller(
      (step) => {
        if (shownSoFar.claims.length === 0 && !reply.showsProgress)
          showStatus(status, question, STATUS[step]);
      },
      AbortSignal.any([signal, isOver.signal]),
    );
    try {
      const events = application.ask({
        key,
        conversationId: conversation,
        author: question.user,
        text: withFiles(question.text, attached),
        signal,
        ...(scope === null ? {} : { scope }),
        ...(history.length === 0 ? {} : { history }),
      });
      for await (const event of untilAborted(events, signal)) {
        switch (event.kind) {
          case "step":
            tellStep(event.step);
            reply.progress(event.step);
            break;
          case "claim":
            if (unasked) break;
            shownSoFar.claims.push(event.claim);
            shownSoFar.citations.push(...event.citations);
            reply.claim(event.claim, event.citations);
            break;
          case "done":
            whole = event.answer;
            break;
        }
      }
      if (whole === undefined) throw new Error("The core ended without an answer.");
    } catch (error) {
      if (job.stopped || job.generation.signal.reason instanceof StoppedByUserError)
        return stopHere(job, reply, key, shownSoFar);
      // The writer's failure is what ended the generation; it says more than "aborted".
      throw job.generation.signal.aborted ? job.generation.signal.reason : error;
    } finally {
      isOver.abort();
    }
    if (unasked && !(isWorthSaying(whole) && !(await isTakenByPeople(question, signal))))
      return keepSilent(job);
    try {
      const finished = await reply.finish(whole);
      await tellCore(
        key,
        question,
        finished,
        finished.claims.length === whole.claims.length
          ? undefined
          : { ...whole, kind: "partial", claims: [...finished.claims] },
      );
      await inbox.close(question.key, job.owner, "answered", whole.id);
      const message = answerMessages(whole, render).at(-1);
      const ts = finished.messageTs.at(-1);
      if (message !== undefined && ts !== undefined) {
        const { channel } = question;
        void buttonRows.moveTo(conversationId(question), { channel, ts, message });
        extras.answered(question, whole);
      }
      metrics.took("answered", clock.now() - question.receivedAt);
      return "answered";
    } catch (error) {
      if (job.stopped || error instanceof StoppedByUserError)
        return stopHere(job, reply, key, { ...shownSoFar, answer: whole });
      throw error;
    }
  }

  /** Tells steps once the first status line has stood for a moment: one that changes at once is not read, and costs a call. */
  function stepTeller(tell: (step: Step) => void, signal: AbortSignal): (step: Step) => void {
    let latest: Step | undefined;
    let mayTell = false;
    clock.sleep(STATUS_STEP_MS, signal).then(
      () => {
        mayTell = true;
        if (latest !== undefined) tell(latest);
      },
      () => undefined,
    );
    return (step) => {
      latest = step;
      if (mayTell) tell(step);
    };
  }

  /**
   * In direct messages people go on at top level: the question belongs to the conversation of the last answered one, and a
   * thread to that of its first message.
   */
  async function conversationOf(question: InboxQuestion): Promise<string | undefined> {
    if (question.surface !== "direct" || question.conversationTs !== undefined)
      return question.conversationTs;
    const { team, channel, threadTs, key } = question;
    const before = question.inThread
      ? await inbox.find(questionKey({ team, channel, ts: threadTs }))
      : await inbox.answeredBefore(channel, key, question.receivedAt - GOES_ON_MS);
    const conversationTs = before?.conversationTs ?? before?.threadTs;
    if (conversationTs !== undefined) await inbox.joinConversation(key, conversationTs);
    return conversationTs;
  }

  async function stopHere(
    job: Job,
    reply: Reply,
    key: string,
    had: {
      readonly claims: readonly Claim[];
      readonly citations: readonly Citation[];
      readonly answer?: Answer;
    },
  ): Promise<Outcome> {
    const { question } = job;
    // A writer that ended by Slack's word has nothing more to end.
    const finished = await reply.stop().catch((): Finished => ({ messageTs: [], claims: [] }));
    const claims = finished.claims;
    if (claims.length > 0) {
      const used = new Set(claims.flatMap((claim) => claim.quotes.map((quote) => quote.citation)));
      await tellCore(key, question, finished, {
        id: had.answer?.id ?? `${key}:stopped`,
        kind: "partial",
        claims: [...claims],
        remarks: [],
        citations: had.citations.filter(({ number }) => used.has(number)),
        closest: [],
        missing: [],
        terms: [],
        writer: had.answer?.writer ?? "extractive",
      });
    }
    showStatus(status, question, "");
    await inbox.close(question.key, job.owner, "stopped", had.answer?.id);
    return "stopped";
  }

  async function tellCore(
    key: string,
    question: InboxQuestion,
    finished: Finished,
    answer: Answer | undefined,
  ): Promise<void> {
    const shown = {
      surface: "slack",
      channel: question.channel,
      thread: question.threadTs,
      messages: finished.messageTs.join(","),
    };
    try {
      await application.posted(key, shown, answer);
    } catch (error) {
      // The answer stands in Slack; that the core did not hear of it must not make it be posted again.
      logger.error("slack.posted", { key, error: describeError(error) });
      alerts.failure("core", describeError(error));
    }
  }

  function tell(question: InboxQuestion, text: string): void {
    const message = notice(text);
    status.set(question, "");
    calls
      .once("chat.postEphemeral", {
        channel: question.channel,
        user: question.user,
        thread_ts: question.threadTs,
        text: message.text,
        blocks: message.blocks,
      })
      .catch(() => undefined);
  }

  return answer;
}
