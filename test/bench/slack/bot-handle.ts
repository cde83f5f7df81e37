/** Starts, questions, kills and replaces the bot's process. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { BenchOptions, BenchReport } from "./bot-process.ts";

export type BotHandle = {
  report(): Promise<BenchReport>;
  /** SIGKILL, as a machine that dies. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

export async function startBot(options: BenchOptions): Promise<BotHandle> {
  const child: ChildProcess = fork(
    path.join(import.meta.dirname, "bot-process.ts"),
    [JSON.stringify(options)],
    { stdio: ["ignore", "inherit", "inherit", "ipc"] },
  );
  await message(child, "ready");
  return {
    async report() {
      const reported = message(child, "report");
      child.send({ kind: "report" });
      // The child's own message, of that kind.
      return ((await reported) as { report: BenchReport }).report;
    },
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
    async stop() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

async function message(child: ChildProcess, kind: string): Promise<unknown> {
  for (;;) {
    const [received] = (await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() => {
        throw new Error("the bot's process ended");
      }),
    ])) as [{ kind: string }];
    if (received.kind === kind) return received;
  }
}
