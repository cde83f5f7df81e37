/** Starts a thread that looks at what the live version of the index changed. */
import { Worker } from "node:worker_threads";
import type { Config } from "./config/schema.ts";
import type { ChangesRequest } from "./changes-worker.ts";
import type { Changes } from "./slack/change-notes.ts";

/** A look takes seconds; a store of a hundred thousand answers, a minute. */
const LONGEST_MS = 10 * 60_000;

/** Undefined when the live version is `known`, or there is none. Rejects with what the thread failed with, or the signal's reason. */
export function lookForChanges(
  config: Config,
  known: string | undefined,
  signal?: AbortSignal,
): Promise<Changes | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("changes-worker.ts", import.meta.url), {
      workerData: { config, known } satisfies ChangesRequest,
    });
    // It keeps no process from ending.
    worker.unref();
    const late = setTimeout(() => void worker.terminate(), LONGEST_MS);
    late.unref();
    const onAbort = () => {
      reject(signal?.reason as Error);
      void worker.terminate();
    };
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    // The worker's own message.
    worker.once("message", (found: Changes | undefined) => resolve(found));
    worker.once("error", reject);
    worker.once("exit", () => {
      clearTimeout(late);
      signal?.removeEventListener("abort", onAbort);
      reject(new Error("Looking for changed answers took too long."));
    });
  });
}
