/**
 * Takes questions out of the inbox and answers them: several at a time, one at a time a thread, each under a lease
 * that other processes respect. Whatever ends it in the middle, the next one to claim the question goes on from the
 * state that the inbox holds.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Application, HistoryMessage, Step } from "../answering/application.ts";
import type { Answer, Citation, Claim } from "../documents/answer.ts";
import { openingSentence } from "../documents/answer-text.ts";
import type { Clock } from "../platform/clock.ts";
import { describeError } from "../platform/errors.ts";
import type { Alerts } from "./alerts.ts";
import type { Bot } from "./bot.ts";
import {
  type RenderOptions,
  type SlackMessage,
  answerMessages,
  notice,
} from "./blocks/answer-blocks.ts";
import { createButtonRows } from "./button-rows.ts";
import { DAY_MS, takeWithin, waitSentence } from "./budget.ts";
import { conversationId, questionKey } from "./events.ts";
import { coreKey } from "./core-key.ts";
import { asksSomething, isSettled, isWorthSaying } from "./help-channels.ts";
import { inTime } from "./in-time.ts";
import type { InboxQuestion, Outcome } from "./inbox.ts";
import { isWordless, withFiles } from "./message-text.ts";
import { NOTICES, STATUS, unreadSentence } from "./notices.ts";
import type { FileContents, FileReader } from "./read-files.ts";
import {
  type Finished,
  type Reply,
  type ReplyPlace,
  type StreamMemory,
  StoppedByUserError,
  createReply,
  findOwnMessage,
} from "./reply.ts";
import { backoffMs, isGone, isMisconfigured, refusalOf } from "./slack-calls.ts";
import type { StatusLine } from "./status.ts";
import { createThreadExtras } from "./thread-extras.ts";
import { threadHistory } from "./thread.ts";

/** How often the inbox is looked at when nothing wakes the worker: for waits that ended and leases that ran out. */
const POLL_MS = 1000;
/** Questions taken up before others have a turn of the event loop. */
const CLAIMS_A_TURN = 4;
/** Attempts at one question before it gets an apology. */
const MAX_ATTEMPTS = 4;
/** Messages of a thread that are read for what the store has not seen. */
const HISTORY_MESSAGES = 15;
/** Slack gives the oldest first; of a page of these the newest are kept. */
const HISTORY_PAGE = 200;
const HISTORY_TIMEOUT_MS = 4000;
/** Of a thread with more messages than a page has: the last hour, day and month, whichever has enough. */
const HISTORY_SPANS_S = [3600, 86_400, 30 * 86_400] as const;
const HISTORY_PAGES = 5;
/** A status line disappears after two minutes; it is renewed before. */
const STATUS_RENEWAL_MS = 90_000;
/** A direct message at top level goes on with what was answered in this time before it. */
const GOES_ON_MS = 3 * DAY_MS;
/** How long a workspace is not asked again for what it refused. */
const REFUSED_FOR_MS = 10 * 60_000;
/** How long the first status line stays before steps are told. */
const STATUS_STEP_MS = 700;

export interface Worker {
  /** Looks for work now. */
  wake(): void;
  /** Ends work on a question because its text changed, it was deleted, or the person stopped it. */
  abort(key: string, why: "edited" | "cancelled" | "stopped"): void;
  /** True while this process works on a question of which Slack has task cards and nothing else. */
  showsOnlyCards(key: string): boolean;
  readonly running: number;
  /** Takes up nothing more, lets what is under way end until the deadline, then hands it back. */
  stop(deadlineMs: number): Promise<void>;
}

/** Why work on a question ended before its end. */
class JobEndedError extends Error {
  readonly why: "edited" | "cancelled" | "lost" | "shutdown";
  constructor(why: JobEndedError["why"]) {
    super(why);
    this.why = why;
  }
}

type Job = {
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

export type WorkerParts = {
  readonly owner: string;
  readonly application: Application;
  readonly status: StatusLine;
  readonly files: FileReader;
  readonly alerts: Alerts;
  /** Forgets what the core answered to a question, by the key it knows it by. */
  readonly forgetTurn: (key: string) => Promise<unknown>;
};

export function createWorker(bot: Bot, parts: WorkerParts): Worker {
  const { self, inbox, calls, settings, rules, clock, logger, metrics } = bot;
  const { owner, application, status, files, alerts } = parts;
  const startedAt = clock.now();
  const jobs = new Map<string, Job>();
  const stopping = new AbortController();
  const streams = createStreamMemory(clock);
  const buttonRows = createButtonRows({ calls, logger });
  const extras = createThreadExtras({ calls, clock, logger, prompts: settings.prompts });
  let pumping = false;
  let again = false;
  let claims = 0;

  const wake = () => {
    again = true;
    if (pumping || stopping.signal.aborted) return;
    pumping = true;
    void pump().finally(() => {
      pumping = false;
    });
  };

  async function pump(): Promise<void> {
    while (again && !stopping.signal.aborted) {
      again = false;
      while (jobs.size < settings.concurrency && !stopping.signal.aborted) {
        let question: InboxQuestion | undefined;
        claims += 1;
        const claimant = `${owner}:${claims}`;
        try {
          question = await inbox.claim(claimant, clock.now(), settings.leaseMs);
        } catch (error) {
          logger.error("slack.inbox", { error: describeError(error) });
          alerts.failure("inbox", describeError(error));
          break;
        }
        if (question === undefined) break;
        // Our own lease may have run out while this process was held up; the older claim is void then.
        const older = jobs.get(question.key);
        older?.whole.abort(new JobEndedError("lost"));
        await older?.done;
        begin(question, claimant);
        // A burst of claims is many small transactions; deliveries are admitted in between.
        if (claims % CLAIMS_A_TURN === 0) await nextTurn();
      }
    }
  }

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock
        .sleep(Math.min(POLL_MS, settings.leaseMs / 2), stopping.signal)
        .catch(() => undefined);
      wake();
    }
  }
  void poll();
  inbox.watch(wake);

  function begin(question: InboxQuestion, claimant: string): void {
    const job: Job = {
      owner: claimant,
      question,
      whole: new AbortController(),
      generation: new AbortController(),
      reply: undefined,
      stopped: false,
      done: Promise.resolve(),
    };
    jobs.set(question.key, job);
    const kept = keepLease(job);
    job.done = work(job)
      .catch((error: unknown) => {
        logger.error("slack.worker", { error: describeError(error) });
      })
      .finally(() => {
        kept.abort();
        jobs.delete(question.key);
        wake();
      });
  }

  /** Extends the lease and the status line while the job runs; a lost lease ends the job. */
  function keepLease(job: Job): AbortController {
    const ended = new AbortController();
    let statusAt = clock.elapsed();
    void (async () => {
      while (!ended.signal.aborted) {
        await clock.sleep(settings.leaseMs / 3, ended.signal).catch(() => undefined);
        if (ended.signal.aborted) return;
        const renewed = await inbox
          .renew(job.question.key, job.owner, clock.now() + settings.leaseMs)
          .catch(() => true);
        if (!renewed && !job.whole.signal.aborted) job.whole.abort(new JobEndedError("lost"));
        if (clock.elapsed() - statusAt > STATUS_RENEWAL_MS) {
          statusAt = clock.elapsed();
          showStatus(job.question, STATUS.received);
        }
      }
    })();
    return ended;
  }

  /** Nothing shows that a question is worked on which nobody asked of us. */
  function showStatus(question: InboxQuestion, line: string): void {
    if (question.surface !== "channel") status.set(question, line);
  }

  async function work(job: Job): Promise<void> {
    try {
      const outcome = await answer(job);
      if (outcome === "postponed") return;
      metrics.count(`questions_${outcome}`);
    } catch (error) {
      await failed(job, error);
    }
  }

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
      showStatus(question, "");
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
      streams,
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
    showStatus(question, STATUS.received);
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
    const history = question.inThread ? await readHistory(question, reply, signal) : [];
    const { scope } = await rules.of(question.channel);
    const shownSoFar: { claims: Claim[]; citations: Citation[] } = { claims: [], citations: [] };
    let whole: Answer | undefined;
    const isOver = new AbortController();
    const tellStep = stepTeller(
      (step) => {
        if (shownSoFar.claims.length === 0 && !reply.showsProgress)
          showStatus(question, STATUS[step]);
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
    showStatus(question, "");
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

  /**
   * What the thread holds that the store has not seen; nothing when Slack does not tell in time, which the answer then says
   * when there was something to be read.
   */
  async function readHistory(
    question: InboxQuestion,
    reply: Reply,
    signal: AbortSignal,
  ): Promise<readonly HistoryMessage[]> {
    const thread = await inbox.thread(question.team, question.channel, question.threadTs);
    const earlier = thread.filter(
      ({ key, outcome }) => key !== question.key && outcome === "answered",
    );
    const since = earlier.at(-1)?.ts;
    // Between two there is nobody else to read.
    if (question.surface === "direct" && since !== undefined) return [];
    try {
      const messages = await withTimeout(
        newestBefore(question, since),
        AbortSignal.any([signal, AbortSignal.timeout(HISTORY_TIMEOUT_MS)]),
      );
      return threadHistory(messages, {
        own: self,
        before: question.ts,
        after: since,
        known: new Set(thread.flatMap(({ ts, messageTs }) => [ts, ...messageTs])),
        limit: HISTORY_MESSAGES,
      });
    } catch (error) {
      if (isGone(error)) throw error;
      signal.throwIfAborted();
      logger.info("slack.no-history", { channel: question.channel, error: describeError(error) });
      if (since === undefined) reply.note(NOTICES.noHistory);
      return [];
    }
  }

  /** The newest messages of a thread before the question: Slack gives the oldest of a span first, so the span is narrowed. */
  async function newestBefore(
    question: InboxQuestion,
    since: string | undefined,
  ): Promise<readonly unknown[]> {
    const page = async (oldest: string | undefined, cursor?: string) => {
      if (!calls.budget.take("conversations.replies", 10))
        throw new Error("No more calls are granted for reading threads.");
      const result = await calls.once("conversations.replies", {
        channel: question.channel,
        ts: question.threadTs,
        latest: question.ts,
        limit: HISTORY_PAGE,
        include_all_metadata: true,
        ...(oldest === undefined ? {} : { oldest }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      const messages: readonly unknown[] = Array.isArray(result["messages"])
        ? result["messages"]
        : [];
      const next = (result["response_metadata"] as { next_cursor?: unknown } | undefined)
        ?.next_cursor;
      return { messages, next: typeof next === "string" && next !== "" ? next : undefined };
    };

    let found = await page(since);
    if (found.next === undefined) return found.messages;
    for (const seconds of HISTORY_SPANS_S) {
      const from = (Number(question.ts) - seconds).toFixed(6);
      const oldest = since !== undefined && since > from ? since : from;
      const narrow = await page(oldest);
      // Slack gives the thread's first message whatever the span is.
      if (narrow.messages.length <= HISTORY_MESSAGES && oldest !== since) continue;
      found = narrow;
      break;
    }
    let { messages } = found;
    for (let pages = 1; found.next !== undefined && pages < HISTORY_PAGES; pages += 1) {
      found = await page(since, found.next);
      messages = [...messages, ...found.messages].slice(-HISTORY_PAGE);
    }
    return messages;
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

  async function failed(job: Job, error: unknown): Promise<void> {
    const { question } = job;
    const ended = endedBy(job, error);
    if (ended !== undefined) {
      switch (ended) {
        case "edited":
        case "lost":
          return;
        case "cancelled":
          showStatus(question, "");
          await job.reply?.withdraw();
          return;
        case "shutdown":
          await inbox.release(question.key, job.owner, clock.now(), false);
          return;
      }
    }
    if (isGone(error)) {
      logger.info("slack.place-gone", { channel: question.channel, error: refusalOf(error) });
      await inbox.close(question.key, job.owner, "cancelled");
      metrics.count("questions_cancelled");
      return;
    }
    const detail = describeError(error);
    metrics.count("failures");
    if (isMisconfigured(error)) {
      logger.error("slack.misconfigured", { error: refusalOf(error), hint: "npm run doctor" });
      alerts.failure("settings", `${refusalOf(error)}; npm run doctor says what to mend`);
      // It waits for the operator as long as it is young enough: these are no attempts.
      await inbox.release(question.key, job.owner, clock.now() + 60_000, false);
      return;
    }
    logger.error("slack.answer-failed", {
      key: question.key,
      attempt: question.attempts,
      error: detail,
    });
    alerts.failure("answer", detail.split("\n")[0] ?? "");
    await inbox.release(question.key, job.owner, clock.now() + backoffMs(question.attempts), true);
  }

  function endedBy(job: Job, error: unknown): JobEndedError["why"] | undefined {
    const reason: unknown = job.whole.signal.aborted ? job.whole.signal.reason : error;
    return reason instanceof JobEndedError ? reason.why : undefined;
  }

  return {
    wake,
    abort(key, why) {
      const job = jobs.get(key);
      if (job === undefined) return;
      if (why === "stopped") {
        job.stopped = true;
        job.generation.abort(new StoppedByUserError("stopped by the person"));
        return;
      }
      job.generation.abort(new JobEndedError(why));
      if (why === "cancelled") void job.reply?.stop().catch(() => undefined);
      job.whole.abort(new JobEndedError(why));
    },
    showsOnlyCards: (key) => jobs.get(key)?.reply?.showsOnlyCards === true,
    get running() {
      return jobs.size;
    },
    async stop(deadlineMs) {
      stopping.abort(new JobEndedError("shutdown"));
      const drained = () => Promise.all([...jobs.values()].map((job) => job.done));
      await inTime(clock, deadlineMs, drained());
      for (const job of jobs.values()) job.whole.abort(new JobEndedError("shutdown"));
      await drained();
    },
  };
}

function createStreamMemory(clock: Clock): StreamMemory {
  const refusedAt = new Map<string, number>();
  const cardsRefusedAt = new Map<string, number>();
  const isFresh = (at: number | undefined) =>
    at !== undefined && clock.elapsed() - at < REFUSED_FOR_MS;
  return {
    refused: (channel) => isFresh(refusedAt.get(channel)),
    refuse(channel) {
      refusedAt.set(channel, clock.elapsed());
    },
    cardsRefused: (channel) => isFresh(cardsRefusedAt.get(channel)),
    refuseCards(channel) {
      cardsRefusedAt.set(channel, clock.elapsed());
    },
  };
}

/** The same items; rejects with the signal's reason at once, even when the source does not heed it. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await withTimeout(iterator.next(), signal);
      ended = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // A source that hangs is left behind, not waited for.
    if (!ended) iterator.return?.().catch(() => undefined);
  }
}

/** `work`, or a rejection with the signal's reason. */
async function withTimeout<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    aborted.promise.catch(() => undefined);
  }
}
