/** The bot as the benchmarks run it: a process of its own, the real wiring, a scripted core that takes its time. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openSqliteFeedbackStore } from "../../../src/feedback/sqlite-feedback-store.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { DEFAULT_SETTINGS } from "../../../src/slack/settings.ts";
import { startSlack } from "../../../src/slack/slack-app.ts";
import { openSqliteInbox } from "../../../src/slack/sqlite-inbox.ts";
import { ScriptedApplication, answerOf } from "../../support/scripted-application.ts";
import { recordingLogger, recordsOf } from "../../support/slack-bot.ts";

export type BenchOptions = {
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly inboxPath: string;
  /** Milliseconds until the first claim, and between two claims. */
  readonly firstClaimMs: number;
  readonly claimMs: number;
  readonly claims: number;
  /** One in so many answers fails in the middle; none with 0. */
  readonly failOneIn: number;
  readonly leaseMs: number;
};

export type BenchReport = {
  readonly loopDelayP99Ms: number;
  readonly peakRssMb: number;
  /** Processor time since it was ready: unlike the others, much the same on a busy machine. */
  readonly cpuMs: number;
};

/** What the core says to a question: the checker knows it too. */
export function claimTexts(question: string, claims: number): readonly string[] {
  return Array.from({ length: claims }, (_, index) => `Claim ${index + 1} on ${question}.`);
}

async function main(options: BenchOptions): Promise<void> {
  const loopDelay = monitorEventLoopDelay({ resolution: 10 });
  let peakRss = 0;
  let asked = 0;
  const application = new ScriptedApplication(({ text }) =>
    answerOf(claimTexts(text, options.claims).map((text) => ({ text }))),
  );
  application.beforeClaim = async ({ signal }, index) => {
    await systemClock.sleep(index === 0 ? options.firstClaimMs : options.claimMs, signal);
    if (index === 0) asked += 1;
    if (index === 1 && options.failOneIn > 0 && asked % options.failOneIn === 0)
      throw new Error("the model broke off");
  };
  const app = await startSlack({
    application,
    records: recordsOf(application),
    settings: {
      ...DEFAULT_SETTINGS,
      botToken: options.botToken,
      appToken: options.appToken,
      signingSecret: undefined,
      apiUrl: options.apiUrl,
      leaseMs: options.leaseMs,
      budgets: { userHour: 0, channelHour: 0, day: 0 },
    },
    inbox: openSqliteInbox(options.inboxPath),
    feedback: openSqliteFeedbackStore(":memory:"),
    clock: systemClock,
    logger: recordingLogger([]),
  });
  // Loading the program is not part of serving.
  loopDelay.enable();
  const watch = setInterval(() => {
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
  }, 250);
  const cpuBefore = process.cpuUsage();
  process.send?.({ kind: "ready" });
  process.on("message", (message: { readonly kind: string }) => {
    if (message.kind !== "report") return;
    const cpu = process.cpuUsage(cpuBefore);
    const report: BenchReport = {
      cpuMs: (cpu.user + cpu.system) / 1000,
      loopDelayP99Ms: loopDelay.percentile(99) / 1e6,
      peakRssMb: peakRss / 1024 / 1024,
    };
    process.send?.({ kind: "report", report });
  });
  process.on("disconnect", () => {
    clearInterval(watch);
    void Promise.resolve(app[Symbol.asyncDispose]()).finally(() => process.exit(0));
  });
}

if (import.meta.main) {
  // The argument comes from the benchmark that starts this process.
  await main(JSON.parse(process.argv[2] ?? "{}") as BenchOptions);
}
