/**
 * The surface's side: an `Application` whose core runs in a thread of its own, so that nothing computes on the loop that
 * holds the connection. A thread that dies or hangs is replaced. What was under way is asked again, because the same key
 * twice gives the stored answer; a question of which something was shown already, or that was under way at a second death,
 * fails instead, and the surface decides.
 */
import type { Worker } from "node:worker_threads";
import type { Logger } from "../../observability/logger.ts";
import { AppError, describeError } from "../../platform/errors.ts";
import type { AnswerEvent, Application, Question } from "../application.ts";
import {
  type CoreFacts,
  type CoreReports,
  type FromCore,
  type ToCore,
  errorOf,
} from "./messages.ts";

/** How often the thread is asked whether it still listens. */
const PING_MS = 5000;
/** Pings in a row without an answer after which it is replaced: one long computation is no reason to. */
const MISSED_PINGS = 12;
/** How long its metrics are waited for: while it computes it says nothing. */
const METRICS_MS = 3000;
/** Time the core gets to open its files for the first time, and to close them. */
const START_MS = 60_000;
const CLOSE_MS = 10_000;
/** Pause before a thread is replaced; doubled while it keeps dying early, up to the longest. */
const RESTART_MS = 200;
const LONGEST_RESTART_MS = 30_000;
/** A thread that served for so long did not die of what it was started with. */
const SETTLED_MS = 60_000;
/** Deaths that one question may live through. */
const SECOND_CHANCES = 1;

/** The thread that answers ended while something was under way. */
export class CoreEndedError extends AppError {}

export type RemoteApplicationParts = {
  /** Starts a thread that calls `serveApplication`. */
  readonly open: () => Worker;
  readonly logger: Logger;
  readonly pingMs?: number;
  readonly missedPings?: number;
  readonly startMs?: number;
};

export interface RemoteApplication extends Application {
  /** As the thread said when it started for the first time. */
  readonly facts: CoreFacts;
  /** What the thread says beside answers. Rejects with its error, or when it ended meanwhile. */
  report<What extends keyof CoreReports>(what: What): Promise<CoreReports[What]>;
  /** How often the thread was replaced. */
  readonly restarts: number;
  /** False while there is no thread that answers. */
  readonly ready: boolean;
  /** What the thread counted since it was started, in Prometheus' text format; "" when it does not say in time. */
  metrics(): Promise<string>;
}

type Pending = {
  readonly message: Extract<ToCore, { kind: "ask" | "posted" | "report" }>;
  deaths: number;
  /** False once something was handed on that must not come twice. */
  repeatable: boolean;
  readonly heard: (message: FromCore) => void;
  readonly failed: (error: Error) => void;
};

/**
 * Resolves when the core can answer. Rejects with the core's own error when it cannot start, or `AppError` "core-start" when
 * that takes too long.
 */
export async function startRemoteApplication(
  parts: RemoteApplicationParts,
): Promise<RemoteApplication> {
  const core = new RemoteCore(parts);
  try {
    const facts = await core.start(parts.startMs ?? START_MS);
    return {
      facts,
      get restarts() {
        return core.restarts;
      },
      get ready() {
        return core.ready;
      },
      metrics: () => core.metrics(),
      ask: (question) => core.ask(question),
      posted: (...args) => core.posted(args),
      report: (what) => core.report(what),
      [Symbol.asyncDispose]: () => core.close(),
    };
  } catch (error) {
    await core.close();
    throw error;
  }
}

class RemoteCore {
  readonly #parts: RemoteApplicationParts;
  readonly #pending = new Map<number, Pending>();
  readonly #firstFacts = Promise.withResolvers<CoreFacts>();
  readonly #watch: NodeJS.Timeout;
  #metrics = Promise.withResolvers<string>();
  #worker: Worker | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #ready = false;
  #readyAt = 0;
  #everReady = false;
  #closing = false;
  #nextId = 0;
  #restarts = 0;
  #earlyDeaths = 0;
  #unanswered = 0;

  constructor(parts: RemoteApplicationParts) {
    this.#parts = parts;
    this.#firstFacts.promise.catch(() => undefined);
    this.#watch = setInterval(() => this.#ping(), parts.pingMs ?? PING_MS);
    this.#watch.unref();
  }

  get restarts(): number {
    return this.#restarts;
  }

  get ready(): boolean {
    return this.#ready;
  }

  async start(withinMs: number): Promise<CoreFacts> {
    this.#open();
    const late = setTimeout(
      () =>
        this.#firstFacts.reject(
          new AppError("core-start", "The part that answers did not start.", {
            facts: { "waited for": `${withinMs} ms` },
          }),
        ),
      withinMs,
    );
    try {
      return await this.#firstFacts.promise;
    } finally {
      clearTimeout(late);
    }
  }

  async *ask({ signal, ...question }: Question): AsyncGenerator<AnswerEvent> {
    signal?.throwIfAborted();
    const events: AnswerEvent[] = [];
    let ended = false;
    let failure: { readonly error: unknown } | undefined;
    let changed = Promise.withResolvers<void>();
    const wake = () => {
      changed.resolve();
      changed = Promise.withResolvers<void>();
    };
    const id = this.#send(
      (number) => ({ kind: "ask", id: number, question }),
      (pending, message) => {
        if (message.kind === "event") {
          // Steps may be told again; a claim that was shown may not.
          if (message.event.kind !== "step") pending.repeatable = false;
          events.push(message.event);
        } else {
          ended = true;
          if (message.kind === "failed") failure = { error: errorOf(message.error) };
        }
        wake();
      },
      (error) => {
        ended = true;
        failure = { error };
        wake();
      },
    );
    const onAbort = () => {
      failure = { error: signal?.reason };
      wake();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      for (;;) {
        if (signal?.aborted === true) throw signal.reason;
        const event = events.shift();
        if (event !== undefined) yield event;
        else if (failure !== undefined) throw failure.error;
        else if (ended) return;
        else await changed.promise;
      }
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#pending.delete(id);
      if (!ended) this.#post({ kind: "abort", id, why: describeError(signal?.reason ?? "left") });
    }
  }

  async metrics(): Promise<string> {
    if (!this.#ready) return "";
    this.#post({ kind: "metrics" });
    const late = Promise.withResolvers<string>();
    const timer = setTimeout(() => late.resolve(""), METRICS_MS);
    try {
      return await Promise.race([this.#metrics.promise, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async posted(args: Parameters<Application["posted"]>): Promise<void> {
    await this.#call((id) => ({ kind: "posted", id, args }));
  }

  async report<What extends keyof CoreReports>(what: What): Promise<CoreReports[What]> {
    const said = await this.#call((id) => ({ kind: "report", id, what }));
    if (said.kind !== "reported") throw new Error("a report is answered with a report");
    // The thread answers with what was asked for.
    return said.report as CoreReports[What];
  }

  /** One message that is answered with one. */
  #call(make: (id: number) => Pending["message"]): Promise<FromCore> {
    return new Promise((resolve, reject) => {
      const id = this.#send(
        make,
        (_pending, said) => {
          this.#pending.delete(id);
          if (said.kind === "failed") reject(errorOf(said.error));
          else resolve(said);
        },
        reject,
      );
    });
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    clearInterval(this.#watch);
    clearTimeout(this.#restartTimer);
    const worker = this.#worker;
    if (worker !== undefined) {
      const exited = new Promise<void>((resolve) => {
        worker.once("exit", () => resolve());
      });
      this.#worker?.postMessage({ kind: "close" } satisfies ToCore);
      const late = setTimeout(() => void worker.terminate(), this.#ready ? CLOSE_MS : 0);
      await exited;
      clearTimeout(late);
    }
    this.#failAll(new CoreEndedError("core-ended", "The part that answers was stopped."));
  }

  #send(
    make: (id: number) => Pending["message"],
    heard: (pending: Pending, message: FromCore) => void,
    failed: (error: Error) => void,
  ): number {
    this.#nextId += 1;
    const id = this.#nextId;
    const message = make(id);
    const pending: Pending = {
      message,
      deaths: 0,
      repeatable: true,
      heard: (said) => heard(pending, said),
      failed,
    };
    if (this.#closing) {
      // Told later: the caller has not got the id yet.
      queueMicrotask(() =>
        failed(new CoreEndedError("core-ended", "The part that answers was stopped.")),
      );
      return id;
    }
    this.#pending.set(id, pending);
    // Without a thread it waits, and is sent when there is one.
    if (this.#ready) this.#post(message);
    return id;
  }

  #post(message: ToCore): void {
    if (this.#ready) this.#worker?.postMessage(message);
  }

  #open(): void {
    const worker = this.#parts.open();
    this.#worker = worker;
    this.#unanswered = 0;
    let cause: unknown;
    worker.on("message", (message: FromCore) => {
      // A thread that was replaced has nothing more to say.
      if (worker === this.#worker) this.#heard(message);
    });
    worker.on("error", (error) => {
      cause = error;
    });
    // A thread that replaces another has to become ready, too; the first one is waited for by whoever starts it.
    const late = setTimeout(() => {
      if (worker === this.#worker && !this.#ready && this.#everReady) void worker.terminate();
    }, this.#parts.startMs ?? START_MS);
    late.unref();
    worker.on("exit", () => {
      clearTimeout(late);
      if (worker === this.#worker) this.#ended(cause);
    });
  }

  #heard(message: FromCore): void {
    this.#unanswered = 0;
    switch (message.kind) {
      case "ready":
        this.#ready = true;
        this.#everReady = true;
        this.#readyAt = performance.now();
        this.#firstFacts.resolve(message.facts);
        for (const { message: waiting } of this.#pending.values()) this.#post(waiting);
        return;
      case "not-ready":
        this.#firstFacts.reject(errorOf(message.error));
        this.#parts.logger.error("core.not-ready", {
          error: describeError(errorOf(message.error)),
        });
        return;
      case "pong":
        return;
      case "metrics":
        this.#metrics.resolve(message.text);
        this.#metrics = Promise.withResolvers<string>();
        return;
      default:
        this.#pending.get(message.id)?.heard(message);
    }
  }

  #ended(cause: unknown): void {
    this.#worker = undefined;
    const settled = this.#ready && performance.now() - this.#readyAt > SETTLED_MS;
    this.#ready = false;
    if (this.#closing) return;
    const error = new CoreEndedError("core-ended", "The part that answers ended unexpectedly.", {
      facts: { reason: cause instanceof Error ? cause.message : "its thread was ended" },
      cause,
    });
    this.#firstFacts.reject(error);
    if (!this.#everReady) return;
    this.#parts.logger.error("core.ended", {
      error: describeError(error),
      pending: this.#pending.size,
    });
    for (const [id, pending] of this.#pending) {
      pending.deaths += 1;
      if (pending.repeatable && pending.deaths <= SECOND_CHANCES) continue;
      this.#pending.delete(id);
      pending.failed(error);
    }
    this.#earlyDeaths = settled ? 0 : this.#earlyDeaths + 1;
    const pause = Math.min(LONGEST_RESTART_MS, RESTART_MS * 2 ** Math.min(8, this.#earlyDeaths));
    this.#restartTimer = setTimeout(() => {
      this.#restarts += 1;
      this.#open();
    }, pause);
  }

  /** Counts unanswered pings, not time: when this thread was held up itself, that is one late tick. */
  #ping(): void {
    if (!this.#ready) return;
    if (this.#unanswered >= (this.#parts.missedPings ?? MISSED_PINGS)) {
      this.#parts.logger.error("core.hangs", { pending: this.#pending.size });
      this.#unanswered = 0;
      void this.#worker?.terminate();
      return;
    }
    this.#unanswered += 1;
    this.#post({ kind: "ping" });
  }

  #failAll(error: Error): void {
    for (const [id, { failed }] of this.#pending) {
      this.#pending.delete(id);
      failed(error);
    }
  }
}
