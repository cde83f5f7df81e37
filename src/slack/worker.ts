/**
 * Takes questions out of the inbox and answers them: several at a time, one at a time a thread, each under a lease
 * that other processes respect. Whatever ends it in the middle, the next one to claim the question goes on from the
 * state that the inbox holds.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { describeError } from "../platform/errors.ts";
import {
  type AnswerJobParts,
  createJobAnswerer,
  type Job,
  JobEndedError,
  showStatus,
} from "./answer-job.ts";
import type { Bot } from "./bot.ts";
import { inTime } from "./in-time.ts";
import type { InboxQuestion } from "./inbox.ts";
import { StoppedByUserError } from "./message-writer.ts";
import { STATUS } from "./notices.ts";
import { backoffMs, isGone, isMisconfigured, refusalOf } from "./slack-calls.ts";

/** How often the inbox is looked at when nothing wakes the worker: for waits that ended and leases that ran out. */
const POLL_MS = 1000;
/** Questions taken up before others have a turn of the event loop. */
const CLAIMS_A_TURN = 4;
/** A status line disappears after two minutes; it is renewed before. */
const STATUS_RENEWAL_MS = 90_000;
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

export type WorkerParts = AnswerJobParts & { readonly owner: string };

export function createWorker(bot: Bot, parts: WorkerParts): Worker {
  const { inbox, settings, clock, logger, metrics } = bot;
  const { owner, status, alerts } = parts;
  const answer = createJobAnswerer(bot, parts);
  const jobs = new Map<string, Job>();
  const stopping = new AbortController();
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
          showStatus(status, job.question, STATUS.received);
        }
      }
    })();
    return ended;
  }

  async function work(job: Job): Promise<void> {
    try {
      const outcome = await answer(job);
      if (outcome !== "postponed") metrics.count(`questions_${outcome}`);
    } catch (error) {
      await failed(job, error);
    }
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
          showStatus(status, question, "");
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
