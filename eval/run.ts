/**
 * Asks the cases as a surface does: one conversation a case, its turns in order, through the `Application` and
 * nothing beside it. Cases run beside each other; turns never do.
 */
import { setImmediate } from "node:timers/promises";
import type { Application, HistoryMessage, Question } from "../src/answering/application.ts";
import { renderAnswer } from "../src/terminal/render.ts";
import type { Clock } from "../src/platform/clock.ts";
import { expectations, type EvalCase } from "./case.ts";
import { comparable } from "./comparable.ts";
import type { EvalRecord } from "./record.ts";
import { type DoneEvent, recordOfTurn } from "./record-of-turn.ts";
import type { Scope } from "../src/store/chunk-index.ts";
import type { Receipt } from "../src/answering/receipt.ts";

export type RunOptions = {
  readonly application: Pick<Application, "ask" | "posted">;
  readonly cases: readonly EvalCase[];
  readonly clock: Pick<Clock, "elapsed">;
  /** Part of every key and conversation id, so that two runs on one store do not meet. */
  readonly runId: string;
  /** Cases asked at the same time. */
  readonly concurrency: number;
  /** Product and version that a case is asked about, as a channel fixes them; nothing is fixed without. */
  readonly scopeOf?: (one: EvalCase) => Scope | undefined;
  readonly signal?: AbortSignal;
};

export type CaseResult =
  | {
      readonly kind: "done";
      readonly case: EvalCase;
      readonly records: readonly EvalRecord[];
      /** One a record: how each answer came about. */
      readonly receipts: readonly Receipt[];
    }
  | { readonly kind: "failed"; readonly case: EvalCase; readonly error: unknown };

/**
 * Results as the cases finish. A case that throws is a `failed` result and does not stop the others; when
 * `signal` is aborted the cases under way are dropped and the signal's reason is thrown.
 */
export async function* runCases(options: RunOptions): AsyncGenerator<CaseResult> {
  const waiting = [...options.cases];
  const running = new Map<string, Promise<CaseResult>>();
  while (waiting.length > 0 || running.size > 0) {
    options.signal?.throwIfAborted();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      running.set(next.id, runCase(options, next));
      if (running.size >= options.concurrency) break;
    }
    const result = await Promise.race(running.values());
    // Offline nothing waits for the outside, and signals are heard between tasks only.
    await setImmediate();
    running.delete(result.case.id);
    options.signal?.throwIfAborted();
    yield result;
  }
}

async function runCase(options: RunOptions, one: EvalCase): Promise<CaseResult> {
  const records: EvalRecord[] = [];
  const receipts: Receipt[] = [];
  const conversationId = `eval-${options.runId}-${one.id}`;
  /** What the bot said so far, as the conversation remembers it. */
  const said: string[] = [];
  try {
    for (const expected of expectations(one)) {
      const replaced = one.turns[expected.turn]?.assistant_previous;
      const history = historyOf(replaced, said);
      if (history !== undefined) said[said.length - 1] = history.text;
      const startedAt = options.clock.elapsed();
      const key = `${conversationId}-${expected.turn}`;
      const scope = options.scopeOf?.(one);
      const done = await ask(options.application, {
        key,
        conversationId,
        author: "asker",
        text: expected.user,
        ...(scope === undefined ? {} : { scope }),
        ...(history === undefined ? {} : { history: [history] }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      const totalMs = options.clock.elapsed() - startedAt;
      const rendered = renderAnswer(done.answer, { question: expected.user });
      await options.application.posted(key, { surface: "eval" });
      said.push(rendered);
      receipts.push(done.receipt);
      records.push(
        recordOfTurn({
          id: one.id,
          turn: expected.turn,
          kind: one.kind,
          question: expected.user,
          done,
          rendered,
          totalMs,
        }),
      );
    }
    return { kind: "done", case: one, records, receipts };
  } catch (error) {
    return { kind: "failed", case: one, error };
  }
}

/**
 * The fixed earlier answer as a message of ours, which takes the place of the answer before it; undefined when
 * there is none, or when the conversation has the very same text already.
 */
function historyOf(
  replaced: string | undefined,
  said: readonly string[],
): HistoryMessage | undefined {
  if (replaced === undefined) return undefined;
  if (said.some((text) => comparable(text) === comparable(replaced))) return undefined;
  return { author: "bot", text: replaced, ours: true };
}

async function ask(application: Pick<Application, "ask">, question: Question): Promise<DoneEvent> {
  let done: DoneEvent | undefined;
  for await (const event of application.ask(question)) {
    if (event.kind === "done") done = event;
  }
  if (done === undefined) throw new Error("the application ended its events without an answer");
  return done;
}
