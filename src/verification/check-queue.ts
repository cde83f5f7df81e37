/**
 * The checks of one answer: sentences are checked a few at a time while the writer goes on. The first is sent at once and
 * alone, those behind it by fours, and what is left when the writer has finished, so that an answer is complete one
 * check after it was written, and the same reply is always checked by the same calls. An endpoint that refuses a second call while it writes is asked
 * again when it has written. Writer and checks share the tokens and the deadline of the answer.
 */
import type { TokenUsage } from "../models/language-model.ts";
import { describeError } from "../platform/errors.ts";
import type { Checker, CheckItem, CheckVerdict } from "./checker.ts";

export type CheckQueueOptions = {
  readonly checker: Checker;
  readonly question: string;
  /** Tokens that all checks may cost together; asked again before each. */
  readonly tokensLeft: () => number;
  /** Ends at the deadline of the answer, and when nobody waits for it any more. */
  readonly signal: AbortSignal;
  readonly onUsage: (usage: TokenUsage) => void;
  readonly onFailure: (reason: string) => void;
};

export interface CheckQueue {
  /** The verdict on a sentence; never throws. */
  check(item: CheckItem): Promise<CheckVerdict>;
  /** The writer has finished: what waits is sent. */
  finish(): void;
}

/** Sentences in one call: more at once are judged less well. */
export const BATCH = 4;

type Waiting = {
  readonly item: CheckItem;
  readonly resolve: (verdict: CheckVerdict) => void;
  readonly isFirst: boolean;
  readonly isRetry: boolean;
};

export function createCheckQueue(options: CheckQueueOptions): CheckQueue {
  const { checker, question, signal } = options;
  let waiting: Waiting[] = [];
  const before: string[] = [];
  let count = 0;
  let reserved = 0;
  let finished = false;
  /** The endpoint does one thing at a time. */
  let oneByOne = false;

  const start = () => {
    if (signal.aborted) {
      for (const { resolve } of waiting.splice(0)) resolve({ kind: "unread", why: "deadline" });
      return;
    }
    while (waiting.length > 0) {
      const size = waiting[0]?.isFirst === true ? 1 : BATCH;
      if (!finished && (oneByOne || waiting.length < size)) return;
      const batch = waiting.slice(0, size);
      const request = { question, before: [...before], items: batch.map(({ item }) => item) };
      const tokens = checker.mostTokens(request);
      if (tokens > options.tokensLeft() - reserved) {
        // What the writer leaves of its share may be enough.
        if (!finished) return;
        for (const { resolve } of waiting.splice(0))
          resolve({ kind: "unread", why: "no tokens left" });
        return;
      }
      waiting = waiting.slice(batch.length);
      before.push(...batch.map(({ item }) => item.text));
      void run(batch, request, tokens);
    }
  };

  const run = async (
    batch: readonly Waiting[],
    request: Parameters<Checker["check"]>[0],
    tokens: number,
  ): Promise<void> => {
    reserved += tokens;
    const whileWriting = !finished;
    try {
      const { verdicts, usage } = await checker.check(request, signal);
      options.onUsage(usage ?? { input: tokens, output: 0 });
      for (const [index, { resolve }] of batch.entries()) {
        resolve(verdicts[index] ?? { kind: "unread", why: "no verdict" });
      }
    } catch (error) {
      const isLate = signal.aborted;
      if (whileWriting && !isLate && batch.every(({ isRetry }) => !isRetry)) {
        oneByOne = true;
        before.splice(-batch.length);
        waiting.unshift(...batch.map((each) => ({ ...each, isFirst: false, isRetry: true })));
      } else {
        if (!isLate) options.onFailure(describeError(error));
        for (const { resolve } of batch)
          resolve({ kind: "unread", why: isLate ? "deadline" : "failed" });
      }
    } finally {
      reserved -= tokens;
      start();
    }
  };

  signal.addEventListener("abort", start, { once: true });
  return {
    check(item) {
      const { promise, resolve } = Promise.withResolvers<CheckVerdict>();
      waiting.push({ item, resolve, isFirst: count === 0, isRetry: false });
      count += 1;
      start();
      return promise;
    },
    finish() {
      finished = true;
      start();
    },
  };
}
