/** Starts, questions, kills and replaces the bot's process, and takes its disk away. */
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { BenchOptions, BenchReport, Ready } from "./bot-process.ts";

export type BotHandle = {
  report(): Promise<BenchReport>;
  /** SIGKILL, as a machine that dies. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Status of its health endpoint; undefined when it does not answer. */
  health(): Promise<number | undefined>;
  /**
   * True: no file of the process can be written beyond its first byte, as on a full disk; false: again as before. Returns
   * false where the system has no way of doing that.
   */
  fullDisk(full: boolean): boolean;
};

export async function startBot(options: BenchOptions): Promise<BotHandle> {
  const child: ChildProcess = fork(
    path.join(import.meta.dirname, "bot-process.ts"),
    [JSON.stringify(options)],
    { stdio: ["ignore", "inherit", "inherit", "ipc"] },
  );
  child.on("message", (told: { readonly kind: string; readonly line?: string }) => {
    if (told.kind === "log")
      process.stderr.write(`${new Date().toISOString()} ${String(child.pid)} ${told.line ?? ""}\n`);
  });
  // The child's own first message.
  const { healthPort } = (await message(child, "ready")) as Ready;
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
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
    async health() {
      try {
        const url = `http://127.0.0.1:${healthPort ?? 0}/healthz`;
        return (await fetch(url, { signal: AbortSignal.timeout(15_000) })).status;
      } catch {
        return undefined;
      }
    },
    fullDisk(full) {
      try {
        const limit = full ? "1:" : "unlimited:";
        execFileSync("prlimit", ["--pid", String(child.pid), `--fsize=${limit}`], {
          stdio: "ignore",
        });
        return true;
      } catch {
        return false;
      }
    },
  };
}

async function message(child: ChildProcess, kind: string): Promise<unknown> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the bot's process has ended (${child.exitCode ?? child.signalCode})`);
    const [received] = (await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() => {
        throw new Error("the bot's process ended");
      }),
    ])) as [{ kind: string }];
    if (received.kind === kind) return received;
  }
}
