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

  /** Tells how `work` ended: by its last message, or that it failed. */
  async function serve(id: number, work: () => Promise<FromCore>): Promise<void> {
    try {
      tell(await work());
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
        const { id, question } = message;
        const abort = new AbortController();
        const done = serve(id, async () => {
          for await (const event of core.application.ask({ ...question, signal: abort.signal }))
            tell({ kind: "event", id, event });
          return { kind: "end", id };
        }).finally(() => running.delete(id));
        running.set(id, { abort, done });
        return;
      }
      case "abort":
        running.get(message.id)?.abort.abort(new AbortedElsewhereError(message.why));
        return;
      case "posted":
        void serve(message.id, async () => {
          await core.application.posted(...message.args);
          return { kind: "end", id: message.id };
        });
        return;
      case "report":
        void serve(message.id, async () => {
          if (core.reporters === undefined) throw new Error("There are no reports.");
          const report = await core.reporters[message.what]();
          return { kind: "reported", id: message.id, report };
        });
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
