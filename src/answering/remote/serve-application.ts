/** The answering thread's side: takes questions from a port and sends their events back. */
import type { MessagePort } from "node:worker_threads";
import type { Application } from "../application.ts";
import {
  type CoreFacts,
  type CoreReports,
  type FromCore,
  type ToCore,
  plainError,
} from "./messages.ts";

/** Makes each report when it is asked for. */
export type Reporters = {
  readonly [What in keyof CoreReports]: () => Promise<CoreReports[What]>;
};

/** A question was aborted on the other side of the port. */
class AbortedElsewhereError extends Error {}

/**
 * Says that it is ready, then serves until the other side says "close"; resolves then, when nothing runs any more. The caller
 * disposes of the application and closes the port.
 */
export async function serveApplication(
  port: Pick<MessagePort, "on" | "postMessage">,
  core: {
    /** In Prometheus' text format. */
    readonly metrics?: () => string;
    readonly application: Application;
    readonly facts: CoreFacts;
    /** Without them every report is refused. */
    readonly reporters?: Reporters;
  },
): Promise<void> {
  const running = new Map<
    number,
    { readonly abort: AbortController; readonly done: Promise<void> }
  >();
  const closed = Promise.withResolvers<void>();
  const tell = (message: FromCore) => port.postMessage(message);

  async function answer(id: number, signal: AbortSignal, question: AskMessage["question"]) {
    try {
      for await (const event of core.application.ask({ ...question, signal }))
        tell({ kind: "event", id, event });
      tell({ kind: "end", id });
    } catch (error) {
      tell({ kind: "failed", id, error: plainError(error) });
    }
  }

  async function posted({ id, args }: PostedMessage): Promise<void> {
    try {
      await core.application.posted(...args);
      tell({ kind: "end", id });
    } catch (error) {
      tell({ kind: "failed", id, error: plainError(error) });
    }
  }

  async function report({ id, what }: ReportMessage): Promise<void> {
    try {
      if (core.reporters === undefined) throw new Error("There are no reports.");
      tell({ kind: "reported", id, report: await core.reporters[what]() });
    } catch (error) {
      tell({ kind: "failed", id, error: plainError(error) });
    }
  }

  port.on("message", (message: ToCore) => {
    switch (message.kind) {
      case "metrics":
        tell({ kind: "metrics", text: core.metrics?.() ?? "" });
        return;
      case "ask": {
        const abort = new AbortController();
        const done = answer(message.id, abort.signal, message.question).finally(() =>
          running.delete(message.id),
        );
        running.set(message.id, { abort, done });
        return;
      }
      case "abort":
        running.get(message.id)?.abort.abort(new AbortedElsewhereError(message.why));
        return;
      case "posted":
        void posted(message);
        return;
      case "report":
        void report(message);
        return;
      case "ping":
        tell({ kind: "pong" });
        return;
      case "close":
        for (const { abort } of running.values()) abort.abort(new AbortedElsewhereError("closing"));
        void Promise.all([...running.values()].map(({ done }) => done)).then(() =>
          closed.resolve(),
        );
        return;
    }
  });
  tell({ kind: "ready", facts: core.facts });
  await closed.promise;
}

type AskMessage = Extract<ToCore, { kind: "ask" }>;
type ReportMessage = Extract<ToCore, { kind: "report" }>;
type PostedMessage = Extract<ToCore, { kind: "posted" }>;
