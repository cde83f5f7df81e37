/**
 * A thread that answers from a script, for tests of what happens when it dies or hangs. What a question says is done, and
 * `asked` counts over all threads that were started with it: [threads, questions, posted].
 */
import { parentPort, workerData } from "node:worker_threads";
import { serveApplication } from "../../src/answering/remote/serve-application.ts";
import { AppError } from "../../src/platform/errors.ts";
import { ScriptedApplication } from "./scripted-application.ts";
import { threeClaims } from "./three-claims.ts";

export const COUNTS = { threads: 0, questions: 1, posted: 2, aborted: 3 } as const;

if (parentPort !== null) {
  const port = parentPort;
  // Given by the test.
  const { counts } = workerData as { readonly counts: Int32Array };
  const thread = Atomics.add(counts, COUNTS.threads, 1) + 1;
  const application = new ScriptedApplication(() => threeClaims);
  application.beforeClaim = async ({ text, signal }, index) => {
    if (index === 0) Atomics.add(counts, COUNTS.questions, 1);
    if (text === "die at once" && thread === 1) process.exit(1);
    if (text === "die each time") process.exit(1);
    if (text === "die after a claim" && index === 1) {
      // The claim before is under way; a thread that dies says nothing more.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      process.exit(1);
    }
    if (text === "hang" && thread === 1) for (;;);
    if (text === "wait" && index === 1)
      await new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          Atomics.add(counts, COUNTS.aborted, 1);
          reject(signal.reason as Error);
        });
      });
    if (text === "refuse")
      throw new AppError("some-code", "It does not work.", {
        facts: { what: "this" },
        hint: "Do that.",
      });
  };
  const posted = application.posted.bind(application);
  application.posted = async (key, shown, answer) => {
    if (key === "unknown") throw new AppError("unknown-turn", "There is no such question.");
    await posted(key, shown, answer);
    Atomics.add(counts, COUNTS.posted, 1);
  };
  await serveApplication(port, {
    metrics: () => `threads ${thread}\n`,
    application,
    facts: { pages: 3, writerName: "extractive" },
    reporters: {
      sources: async () => [{ product: "prefect", version: "3" }],
      week: () => Promise.reject(new AppError("some-code", "It cannot be counted.")),
    },
  });
  port.close();
}
