/**
 * The bot in Slack: Bolt over Socket Mode (or signed HTTP), an inbox before every acknowledgement, and a worker
 * behind it. Importing this file loads Bolt, which is slow: entry files import it when they need it.
 */
import { randomUUID } from "node:crypto";
import { App, LogLevel, type Logger as BoltLogger, webApi } from "@slack/bolt";
import type { Logger } from "../observability/logger.ts";
import { type Clock, systemClock } from "../platform/clock.ts";
import { type DiskRoom, diskText } from "../platform/disk-room.ts";
import { AppError, describeError } from "../platform/errors.ts";
import type { ListeningServer } from "../platform/http-server.ts";
import { createAdmission } from "./admission.ts";
import { ALIVE_MS, createCatchUp } from "./catch-up.ts";
import { createAlerts } from "./alerts.ts";
import type { Bot } from "./bot.ts";
import { createChannelRules } from "./channel-settings.ts";
import type { Self } from "./events.ts";
import { type HealthReport, startHealthServer } from "./health.ts";
import { inTime } from "./in-time.ts";
import type { Inbox } from "./inbox.ts";
import { registerChannelSettings } from "./listeners/channel-settings-form.ts";
import { registerAskPerson } from "./listeners/ask-person.ts";
import { registerChooseOption } from "./listeners/choose-option.ts";
import { registerCommand } from "./listeners/command.ts";
import { forgetDeleted, registerDeletedQuestion } from "./listeners/deleted-question.ts";
import { registerHome } from "./listeners/home.ts";
import type { ListenerParts, Surroundings } from "./listeners/listener.ts";
import { registerReceipt } from "./listeners/receipt.ts";
import { registerSolved } from "./listeners/solved.ts";
import { registerVote } from "./listeners/vote.ts";
import { type ChangeNotesParts, createChangeNotes } from "./change-notes.ts";
import { type Metrics, createMetrics } from "./metrics.ts";
import { createRateBudget } from "./rate-budget.ts";
import { createFileReader } from "./read-files.ts";
import { AdmittingHttpReceiver, AdmittingSocketReceiver } from "./receivers.ts";
import type { SlackSettings } from "./settings.ts";
import { createSlackCalls, readCallError } from "./slack-calls.ts";
import { createSockets } from "./sockets.ts";
import { createStatusLine } from "./status.ts";
import { createWorker } from "./worker.ts";

/** Time one call of Slack's Web API may take. */
const CALL_TIMEOUT_MS = 10_000;
/** Slack delivers again what is not acknowledged within three seconds; half of that is worth telling. */
const SLOW_ADMISSION_MS = 1500;

/** Marks each bot that is running; those share what Slack grants the workspace. */
const BOT = "bot:";
/** How often a bot says that it is, and counts the others. */
const SHARE_MS = 10_000;

export type SlackAppParts = Surroundings & {
  readonly settings: SlackSettings;
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly logger: Logger;
  /** False while nothing answers questions; true by default. */
  readonly answering?: () => boolean;
  /** Room on the disk of the data folder; health does not look at it without. */
  readonly disk?: () => Promise<DiskRoom>;
  /** What others count, in Prometheus' text format, for /metrics. */
  readonly moreMetrics?: () => Promise<string>;
  /** What the live version of the index changed; without it nobody is told of changes. */
  readonly lookForChanges?: ChangeNotesParts["look"];
};

export interface SlackApp extends AsyncDisposable {
  readonly self: Self;
  readonly mode: "socket" | "http";
  /** True while Slack can reach us. */
  readonly connected: boolean;
  /** Port of the signed HTTP endpoint, and of health and metrics, where there are any. */
  readonly ports: { readonly http: number | undefined; readonly health: number | undefined };
  readonly metrics: Metrics;
  health(): Promise<HealthReport>;
  /** Questions being answered in this process. */
  readonly running: number;
}

/**
 * Connects to Slack and answers until it is disposed of; disposal waits for answers under way, up to the
 * setting, and hands the rest back to the inbox. Throws `AppError` "slack-settings" when tokens are missing or
 * refused, "slack-unreachable" when Slack does not answer in time.
 */
export async function startSlack(parts: SlackAppParts): Promise<SlackApp> {
  const { application, records, settings, inbox, feedback, channelSettings, clock, logger } = parts;
  const rules = createChannelRules(channelSettings, settings);
  const mode = settings.appToken === undefined ? "http" : "socket";
  if (mode === "http" && settings.signingSecret === undefined)
    throw new AppError("slack-settings", "Slack cannot be reached without a second token.", {
      facts: { SLACK_APP_TOKEN: "not set", SLACK_SIGNING_SECRET: "not set" },
      hint: "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for signed HTTP.",
    });

  await using cleanup = new AsyncDisposableStack();
  const boltLogger = quietLogger(logger);
  const clientOptions = {
    slackApiUrl: settings.apiUrl,
    allowAbsoluteUrls: false,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: CALL_TIMEOUT_MS,
    logger: boltLogger,
  };
  const api = new webApi.WebClient(settings.botToken, { ...clientOptions });
  const self = await whoAmI(api);
  const metrics = createMetrics();
  const budget = createRateBudget(clock);
  const calls = createSlackCalls({
    api,
    clock,
    logger,
    budget,
    onFailure: (error) => metrics.count(`calls_${error.kind.replace("-", "_")}`),
  });
  const alerts = createAlerts({ calls, clock, logger, to: settings.alertTo });
  const status = createStatusLine(calls, clock);
  const owner = randomUUID();
  const bot: Bot = { self, inbox, calls, settings, rules, clock, logger, metrics };
  const worker = createWorker(bot, {
    owner,
    application,
    status,
    files: createFileReader({ token: settings.botToken, apiUrl: settings.apiUrl, logger }),
    alerts,
    forgetTurn: (key) => records.deleteTurn(key),
  });
  const background = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  cleanup.defer(async () => {
    await Promise.all([worker.stop(settings.shutdownMs), endBackground()]);
  });
  const listenerParts: ListenerParts = {
    ...parts,
    ...bot,
    wake: () => worker.wake(),
    stopping: stopping.signal,
    background(work) {
      const kept: Promise<unknown> = work
        .catch((error: unknown) => {
          logger.warn("slack.listener", { error: describeError(error) });
        })
        .finally(() => background.delete(kept));
      background.add(kept);
    },
  };
  let lastDelivery = clock.now();
  const admission = createAdmission(bot, {
    worker,
    status,
    forget: (question) => forgetDeleted(listenerParts, question),
  });
  const admit = async (body: unknown) => {
    lastDelivery = clock.now();
    const begun = clock.elapsed();
    try {
      await admission(body);
      const ms = clock.elapsed() - begun;
      metrics.took("admission", ms);
      if (ms > SLOW_ADMISSION_MS) alerts.failure("slow inbox", `storing took ${Math.round(ms)} ms`);
    } catch (error) {
      metrics.count("admission_failures");
      logger.error("slack.not-admitted", { error: describeError(error) });
      alerts.failure("inbox", describeError(error));
      throw error;
    }
  };

  const socketReceiver = (appToken: string) =>
    new AdmittingSocketReceiver(
      {
        appToken,
        // Its own options: Bolt's socket client writes into what it is given.
        installerOptions: {
          clientOptions: {
            slackApiUrl: settings.apiUrl,
            timeout: CALL_TIMEOUT_MS,
            retryConfig: { retries: 0 },
          },
        },
        clientPingTimeout: settings.socketSilenceMs,
        logger: boltLogger,
      },
      admit,
      (error) => {
        metrics.count("malformed");
        logger.warn("slack.malformed", { error: describeError(error) });
      },
    );
  /** Says whether Slack can reach us; set when the connection is made. */
  let isConnected = () => false;
  const receiver =
    settings.appToken === undefined
      ? new AdmittingHttpReceiver(
          { signingSecret: settings.signingSecret ?? "", logger: boltLogger },
          admit,
          () => clock.now(),
        )
      : socketReceiver(settings.appToken);
  const app = new App({
    receiver,
    ...(mode === "socket" ? { socketMode: true } : {}),
    authorize: () =>
      Promise.resolve({
        botToken: settings.botToken,
        botId: self.botId,
        botUserId: self.userId,
        teamId: self.teamId,
      }),
    clientOptions,
    convoStore: false,
    logger: boltLogger,
  });
  app.error((error) => {
    logger.error("slack.listener", { error: describeError(error) });
    return Promise.resolve();
  });
  for (const register of [
    registerVote,
    registerAskPerson,
    registerChooseOption,
    registerReceipt,
    registerHome,
    registerCommand,
    registerChannelSettings,
    registerDeletedQuestion,
    registerSolved,
  ])
    register(app, listenerParts);

  const catchUp = createCatchUp(bot, admission, stopping.signal);
  const noteAlive = () => {
    if (!isConnected()) return;
    listenerParts.background(catchUp.alive());
  };

  const started = await connect();
  cleanup.defer(started.stop);

  const health = async (): Promise<HealthReport> => {
    try {
      const { open, oldestReceivedAt } = await inbox.depth();
      // What cannot be written is not acknowledged, and lost once Slack gives up.
      await inbox.mark("health", clock.now());
      const answering = parts.answering?.() ?? true;
      const room = await parts.disk?.().catch(() => undefined);
      return {
        healthy: isConnected() && answering && room?.state !== "nearly-full",
        details: {
          connected: isConnected(),
          answering,
          mode,
          open_questions: open,
          running: worker.running,
          oldest_open_seconds:
            oldestReceivedAt === undefined
              ? 0
              : Math.round((clock.now() - oldestReceivedAt) / 1000),
          last_delivery_seconds: Math.round((clock.now() - lastDelivery) / 1000),
          disk: room === undefined ? undefined : diskText(room),
        },
      };
    } catch (error) {
      return {
        healthy: false,
        details: { connected: isConnected(), inbox: describeError(error) },
      };
    }
  };
  let healthServer: ListeningServer | undefined;
  if (settings.health.port !== undefined) {
    healthServer = await startHealthServer({
      host: settings.health.host,
      port: settings.health.port,
      health,
      async metrics() {
        const { open, oldestReceivedAt } = await inbox.depth();
        metrics.set("connected", isConnected() ? 1 : 0);
        metrics.set("open_questions", open);
        metrics.set(
          "oldest_open_seconds",
          oldestReceivedAt === undefined ? 0 : (clock.now() - oldestReceivedAt) / 1000,
        );
        metrics.set("running", worker.running);
        const room = await parts.disk?.().catch(() => undefined);
        if (room !== undefined) metrics.set("disk_free_bytes", room.freeBytes);
        return `${metrics.render()}${(await parts.moreMetrics?.()) ?? ""}`;
      },
    });
    cleanup.use(healthServer);
  }

  const every = (ms: number, work: () => void) => {
    const timer = setInterval(work, ms).unref();
    cleanup.defer(() => clearInterval(timer));
  };
  every(3_600_000, () => {
    const before = clock.now() - settings.retentionMs;
    Promise.all([inbox.purge(before), feedback.deleteBefore(new Date(before).toISOString())]).catch(
      (error: unknown) => {
        logger.warn("slack.purge", { error: describeError(error) });
      },
    );
  });
  every(ALIVE_MS, noteAlive);
  noteAlive();
  const shareCalls = async () => {
    const now = clock.now();
    await inbox.mark(`${BOT}${owner}`, now);
    budget.share(await inbox.countMarked(BOT, now - 3 * SHARE_MS));
  };
  cleanup.defer(async () => {
    await inbox.unmark(`${BOT}${owner}`).catch(() => undefined);
  });
  const share = () => listenerParts.background(shareCalls());
  every(SHARE_MS, share);
  share();
  if (parts.lookForChanges !== undefined) {
    const noteChanges = createChangeNotes({
      ...bot,
      look: parts.lookForChanges,
      daily: settings.changeNotesDaily,
      alertTo: settings.alertTo,
      signal: stopping.signal,
    });
    const note = () => listenerParts.background(noteChanges());
    every(settings.changesMs, note);
    const first = setTimeout(note, settings.changesMs / 20).unref();
    cleanup.defer(() => clearTimeout(first));
  }

  // What was left by an earlier run, or by another process, is taken up at once.
  worker.wake();
  logger.info("slack.connected", { mode, team: self.teamId, user: self.userId });

  const running = cleanup.move();
  return {
    self,
    mode,
    get connected() {
      return isConnected();
    },
    ports: { http: started.port, health: healthServer?.port },
    metrics,
    health,
    get running() {
      return worker.running;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };

  /** Lets what listeners began end until the deadline, then aborts it. */
  async function endBackground(): Promise<void> {
    const ended = Promise.all(background);
    await inTime(clock, settings.shutdownMs, ended);
    stopping.abort(new AppError("stopped", "The bot is stopping."));
    await ended;
  }

  async function connect(): Promise<{
    readonly port: number | undefined;
    readonly stop: () => Promise<void>;
  }> {
    if (receiver instanceof AdmittingHttpReceiver) {
      const server = await startHttp(app, settings);
      let listening = true;
      isConnected = () => listening;
      const address = server.address();
      return {
        port: typeof address === "object" && address !== null ? address.port : undefined,
        async stop() {
          listening = false;
          await app.stop();
        },
      };
    }
    const receivers = [receiver];
    while (receivers.length < settings.sockets) {
      const another = socketReceiver(settings.appToken ?? "");
      another.init(app);
      receivers.push(another);
    }
    for (const { client } of receivers)
      client.on("error", (error: unknown) => {
        logger.warn("slack.socket", { error: describeError(error) });
      });
    const sockets = createSockets({
      clients: receivers.map(({ client }) => client),
      // A network takes the time it takes, whatever time a test plays with.
      clock: systemClock,
      staggerMs: settings.socketStaggerMs,
      reconnectMs: settings.reconnectMs,
      refusedMs: settings.refusedMs,
      onConnected() {
        metrics.count("connections");
        worker.wake();
        noteAlive();
      },
      onDisconnected() {
        metrics.count("disconnections");
      },
      onFailure(error, refused) {
        const failure = { error: describeError(error) };
        if (!refused) {
          logger.warn("slack.not-connected", failure);
          return;
        }
        metrics.count("connections_refused");
        logger.error("slack.connection-refused", { ...failure, hint: "npm run doctor" });
      },
    });
    isConnected = () => sockets.open > 0;
    const stop = async () => {
      await inTime(systemClock, 5000, sockets.stop());
    };
    try {
      await sockets.start(settings.startMs);
    } catch (cause) {
      await stop();
      throw unreachable(cause, settings.apiUrl);
    }
    return { port: undefined, stop };
  }
}

async function startHttp(app: App, settings: SlackSettings) {
  try {
    // Bolt's type says http or https server; ours is http.
    return (await app.start({
      host: settings.http.host,
      port: settings.http.port,
    })) as import("node:http").Server;
  } catch (cause) {
    throw new AppError(
      "port-in-use",
      `Slack's events cannot be listened for on ${settings.http.host}:${settings.http.port}.`,
      {
        facts: { reason: cause instanceof Error ? cause.message : String(cause) },
        hint: "Give SLACK_HTTP_PORT another port.",
        cause,
      },
    );
  }
}

/** Who the token belongs to. Throws `AppError` that names the setting to mend. */
async function whoAmI(api: InstanceType<typeof webApi.WebClient>): Promise<Self> {
  try {
    const result = await api.auth.test();
    return {
      teamId: result.team_id ?? "",
      userId: result.user_id ?? "",
      botId: result.bot_id ?? "",
    };
  } catch (cause) {
    const error = readCallError("auth.test", cause);
    if (error.kind === "refused")
      throw new AppError("slack-settings", "Slack does not accept the bot token.", {
        facts: { SLACK_BOT_TOKEN: error.slackError },
        hint: "Copy the Bot User OAuth Token (xoxb-...) again, or run `npm run doctor`.",
        cause,
      });
    throw unreachable(cause, api.slackApiUrl);
  }
}

function unreachable(cause: unknown, apiUrl: string): AppError {
  const error = readCallError("apps.connections.open", cause);
  if (error.kind === "refused")
    return new AppError("slack-settings", "Slack does not accept the app-level token.", {
      facts: { SLACK_APP_TOKEN: error.slackError },
      hint: "It begins with xapp- and needs the scope connections:write; `npm run doctor` checks it.",
      cause,
    });
  return new AppError("slack-unreachable", "Slack does not answer.", {
    facts: {
      SLACK_API_URL: apiUrl,
      reason: cause instanceof Error ? cause.message : String(cause),
    },
    hint: "Check the network, then start again; nothing was lost.",
    cause,
  });
}

/** Bolt's log as ours. Its debug level holds message texts and is never written. */
function quietLogger(logger: Logger): BoltLogger {
  const join = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
  return {
    debug: () => undefined,
    info: (...parts) => logger.debug("bolt", { message: join(parts) }),
    warn: (...parts) => logger.info("bolt", { message: join(parts) }),
    error: (...parts) => logger.warn("bolt", { message: join(parts) }),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
