/** The bot as the benchmarks run it: a process of its own, the real wiring, the real core over the handbook in its thread. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import type { Application } from "../../../src/answering/application.ts";
import { startRemoteApplication } from "../../../src/answering/remote/remote-application.ts";
import { CORE_LIMITS } from "../../../src/compose-remote.ts";
import { openStores } from "../../../src/configured-state.ts";
import type { LogFields, Logger } from "../../../src/observability/logger.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { DEFAULT_SETTINGS } from "../../../src/slack/settings.ts";
import { startSlack } from "../../../src/slack/slack-app.ts";
import { recordingLogger } from "../../support/slack-bot.ts";
import { webApiPost } from "./bot-post.ts";
import type { Pace } from "./core-thread.ts";
import { type Mutant, mutate } from "./mutants.ts";

export type BenchOptions = {
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  /** With the handbook's index. */
  readonly dataFolder: string;
  /** Postgres that holds the store; a file in the data folder without it. */
  readonly stateUrl?: string | undefined;
  readonly pace: Pace;
  readonly leaseMs: number;
  readonly mutant: Mutant | undefined;
  /** The bot's warnings and errors are written to standard error. */
  readonly verbose: boolean;
};

/** When the core was asked and had its first claim, by question key; milliseconds since the epoch. */
export type CoreTimes = Readonly<Record<string, { readonly asked: number; first?: number }>>;

export type BenchReport = {
  readonly loopDelayP99Ms: number;
  readonly peakRssMb: number;
  /** Processor time since it was ready: unlike the others, much the same on a busy machine. */
  readonly cpuMs: number;
  readonly coreTimes: CoreTimes;
  readonly coreRestarts: number;
};

export type Ready = { readonly kind: "ready"; readonly healthPort: number | undefined };

const tellLoudly = (event: string, fields?: LogFields) => {
  // Not to standard error: that may be a file, and the disk full.
  if (process.connected)
    process.send?.({ kind: "log", line: `${event} ${JSON.stringify(fields ?? {})}` });
};
const loudLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: tellLoudly,
  error: tellLoudly,
};

/** Milliseconds since the epoch, with fractions; the same in every process of a machine. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}

async function main(options: BenchOptions): Promise<void> {
  const loopDelay = monitorEventLoopDelay({ resolution: 10 });
  let peakRss = 0;
  const coreTimes: Record<string, { asked: number; first?: number }> = {};
  const { dataFolder, stateUrl, pace } = options;
  const logger: Logger = options.verbose ? loudLogger : recordingLogger([]);
  const core = await startRemoteApplication({
    open: () =>
      new Worker(new URL("core-thread.ts", import.meta.url), {
        workerData: { dataFolder, stateUrl, pace },
        resourceLimits: CORE_LIMITS,
      }),
    logger: logger,
  });
  const timed: Application = {
    async *ask(question) {
      const times: { asked: number; first?: number } = { asked: preciseNow() };
      coreTimes[question.key] = times;
      for await (const event of core.ask(question)) {
        if (event.kind !== "step") times.first ??= preciseNow();
        yield event;
      }
    },
    posted: (key, shown, answer) => core.posted(key, shown, answer),
    [Symbol.asyncDispose]: () => core[Symbol.asyncDispose](),
  };
  const application =
    options.mutant === undefined ? timed : mutate(timed, options.mutant, webApiPost(options));
  const stores = await openStores({ dataFolder, stateUrl });
  const app = await startSlack({
    application,
    records: stores.conversations,
    settings: {
      ...DEFAULT_SETTINGS,
      botToken: options.botToken,
      appToken: options.appToken,
      signingSecret: undefined,
      apiUrl: options.apiUrl,
      health: { host: "127.0.0.1", port: 0 },
      leaseMs: options.leaseMs,
      socketStaggerMs: 2000,
      budgets: { userHour: 0, channelHour: 0, day: 0 },
    },
    inbox: stores.inbox,
    feedback: stores.feedback,
    channelSettings: stores.channelSettings,
    clock: systemClock,
    logger: logger,
    answering: () => core.ready,
  });
  // Loading the program is not part of serving.
  loopDelay.enable();
  const watch = setInterval(() => {
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
  }, 250);
  const cpuBefore = process.cpuUsage();
  process.send?.({ kind: "ready", healthPort: app.ports.health } satisfies Ready);
  process.on("message", (message: { readonly kind: string }) => {
    if (message.kind !== "report") return;
    const cpu = process.cpuUsage(cpuBefore);
    const report: BenchReport = {
      cpuMs: (cpu.user + cpu.system) / 1000,
      loopDelayP99Ms: loopDelay.percentile(99) / 1e6,
      peakRssMb: peakRss / 1024 / 1024,
      coreTimes,
      coreRestarts: core.restarts,
    };
    process.send?.({ kind: "report", report });
  });
  process.on("disconnect", () => {
    clearInterval(watch);
    void Promise.resolve(app[Symbol.asyncDispose]())
      .then(() => core[Symbol.asyncDispose]())
      .then(() => stores[Symbol.asyncDispose]())
      .finally(() => process.exit(0));
  });
}

if (import.meta.main) {
  // The argument comes from the benchmark that starts this process.
  await main(JSON.parse(process.argv[2] ?? "{}") as BenchOptions);
}
