/** The bot as people start it, `src/main.ts` in a process of its own with settings of its environment. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { systemClock } from "../../../src/platform/clock.ts";
import type { FakeSlack } from "../../support/fake-slack.ts";
import { commandEnvironment } from "../../support/run-command.ts";
import { freePort } from "../../support/free-port.ts";

const MAIN = path.resolve(import.meta.dirname, "../../../src/main.ts");
const READY_WITHIN_MS = 60_000;
const LOOK_MS = 50;

/** How Slack's events come to it. */
export type Receiving = "socket" | "http";

export type MainBot = {
  readonly child: ChildProcess;
  /** Where it takes events; undefined when it has a socket. */
  readonly endpoint: string | undefined;
  /** Sends it a signal; resolves with its exit code when it has ended, null when it was killed. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
};

/** Resolves when Slack can reach it; in `slack.endpoints` it is put by whoever started it, as by a load balancer. */
export async function startMainBot(
  slack: FakeSlack,
  options: {
    readonly dataFolder: string;
    readonly stateUrl: string | undefined;
    readonly receiving: Receiving;
  },
): Promise<MainBot> {
  const port = options.receiving === "http" ? await freePort() : undefined;
  const sockets = slack.socketCount;
  const child = spawn(process.execPath, [MAIN], {
    cwd: options.dataFolder,
    env: commandEnvironment({
      DATA_DIR: options.dataFolder,
      ...(options.stateUrl === undefined ? {} : { STATE_URL: options.stateUrl }),
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_API_URL: slack.apiUrl,
      ...(port === undefined
        ? { SLACK_APP_TOKEN: slack.appToken }
        : { SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_HTTP_PORT: String(port) }),
    }),
    stdio: ["ignore", "ignore", "inherit"],
  });
  const endpoint = port === undefined ? undefined : `http://127.0.0.1:${port}/slack/events`;
  const isReady = async () =>
    endpoint === undefined ? slack.socketCount > sockets : await listens(endpoint);
  for (const end = performance.now() + READY_WITHIN_MS; !(await isReady());) {
    if (child.exitCode !== null || performance.now() > end)
      throw new Error("The bot did not start.");
    await systemClock.sleep(LOOK_MS);
  }
  return {
    child,
    endpoint,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, "exit");
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}

async function listens(url: string): Promise<boolean> {
  try {
    await fetch(url, { method: "POST", body: "{}" });
    return true;
  } catch {
    return false;
  }
}
