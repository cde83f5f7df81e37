/** What the Slack part needs to know, as values; `src/config/schema.ts` says where they come from. */
import { AppError } from "../platform/errors.ts";
import type { Scope } from "../store/chunk-index.ts";

export type SlackSettings = {
  readonly botToken: string;
  /** With it the bot uses Socket Mode; without it, signed HTTP. */
  readonly appToken: string | undefined;
  readonly signingSecret: string | undefined;
  /** With a slash at its end. */
  readonly apiUrl: string;
  /** Where signed HTTP is listened for. */
  readonly http: { readonly host: string; readonly port: number };
  /** Health and metrics; none without a port. */
  readonly health: { readonly host: string; readonly port: number | undefined };
  /** Answer follow-ups in threads without a mention. */
  readonly followUps: boolean;
  /** Task cards in the thread while an answer takes time. */
  readonly taskCards: boolean;
  /** What could be asked next, below the answers in direct messages. */
  readonly prompts: boolean;
  /** Ids of channels in which questions are answered without a mention. */
  readonly helpChannels: readonly string[];
  /** How long people get to answer such a question first. */
  readonly helpWaitMs: number;
  /** Ids; empty allows all. */
  readonly allowedChannels: readonly string[];
  readonly allowedUsers: readonly string[];
  /** Bot ids of apps and workflows whose messages may be questions, when they mention the bot. */
  readonly allowedBots: readonly string[];
  /** The slash command, with its slash, as the app's manifest has it. */
  readonly command: string;
  /** Who may see receipts and change the settings of channels. */
  readonly operators: readonly string[];
  /** Users or channels that "ask a person" goes to; empty leaves the button out. */
  readonly people: readonly string[];
  /** Channel or user that hears of repeated failures. */
  readonly alertTo: string | undefined;
  /** Notes on changed answers in a day; the sources are chosen by whoever looks for changes. */
  readonly changeNotesDaily: number;
  /** How often it is looked whether a new version of the index is live, and what it changed; first after a twentieth. */
  readonly changesMs: number;
  /** Product and version by channel id. */
  readonly channelScopes: Readonly<Record<string, Scope>>;
  readonly budgets: Budgets;
  /** Questions answered at the same time. */
  readonly concurrency: number;
  /** A question that is older is answered with an apology. */
  readonly maxAgeMs: number;
  /** Longest time for one answer, from taking it up. */
  readonly answerDeadlineMs: number;
  /** Time after which another process takes over a question whose worker is silent. */
  readonly leaseMs: number;
  /** Time that answers under way get when the bot is told to stop. */
  readonly shutdownMs: number;
  /** Connections to Slack at a time, and how far apart they are opened. */
  readonly sockets: number;
  readonly socketStaggerMs: number;
  /**
   * How long a connection may leave our pings unanswered; a third of it is between two pings. The answer may be there and not read yet, because this process was
   * held up: Bolt's client looks at the time alone.
   */
  readonly socketSilenceMs: number;
  /** Pause before a lost connection is opened again; it grows. And after Slack refused it for good. */
  readonly reconnectMs: number;
  readonly refusedMs: number;
  /** Time to wait for the first connection. */
  readonly startMs: number;
  /** Closed questions are forgotten after this time. */
  readonly retentionMs: number;
};

/** Questions in an hour and in a day; 0 means no limit. */
export type Budgets = {
  readonly userHour: number;
  readonly channelHour: number;
  readonly day: number;
};

export const DEFAULT_SETTINGS = {
  apiUrl: "https://slack.com/api/",
  http: { host: "127.0.0.1", port: 3000 },
  health: { host: "127.0.0.1", port: undefined },
  followUps: false,
  taskCards: true,
  prompts: true,
  helpChannels: [],
  helpWaitMs: 0,
  allowedChannels: [],
  allowedUsers: [],
  allowedBots: [],
  command: "/ask",
  operators: [],
  people: [],
  alertTo: undefined,
  changeNotesDaily: 5,
  changesMs: 10 * 60_000,
  channelScopes: {},
  budgets: { userHour: 30, channelHour: 120, day: 1000 },
  concurrency: 64,
  maxAgeMs: 6 * 3_600_000,
  answerDeadlineMs: 180_000,
  leaseMs: 15_000,
  shutdownMs: 20_000,
  sockets: 2,
  socketStaggerMs: 60_000,
  socketSilenceMs: 12_000,
  reconnectMs: 500,
  refusedMs: 30_000,
  startMs: 30_000,
  retentionMs: 90 * 86_400_000,
} as const satisfies Omit<SlackSettings, "botToken" | "appToken" | "signingSecret">;

/**
 * "C01=prefect,C02=prefect@3" as scopes by channel. Throws an `Error` that names the part that cannot be read.
 */
export function parseChannelScopes(text: string): Readonly<Record<string, Scope>> {
  const scopes: Record<string, Scope> = {};
  for (const part of text.split(",").map((piece) => piece.trim())) {
    if (part === "") continue;
    const match = /^([CGD][A-Z0-9]+)=([\w.-]+)(?:@([\w.-]+))?$/.exec(part);
    const [, channel, product, version] = match ?? [];
    if (channel === undefined || product === undefined)
      throw new Error(`"${part}" is not CHANNEL=product or CHANNEL=product@version`);
    scopes[channel] = { product, ...(version === undefined ? {} : { version }) };
  }
  return scopes;
}

/** The part of the configuration that concerns Slack, by the names of its settings. */
export type SlackConfig = {
  readonly SLACK_BOT_TOKEN: string | undefined;
  readonly SLACK_APP_TOKEN: string | undefined;
  readonly SLACK_SIGNING_SECRET: string | undefined;
  readonly SLACK_API_URL: string;
  readonly SLACK_FOLLOW_UPS: boolean;
  readonly SLACK_TASK_CARDS: boolean;
  readonly SLACK_PROMPTS: boolean;
  readonly SLACK_HELP_CHANNELS: readonly string[];
  readonly SLACK_HELP_WAIT_MINUTES: number;
  readonly SLACK_ALLOWED_CHANNELS: readonly string[];
  readonly SLACK_ALLOWED_USERS: readonly string[];
  readonly SLACK_ALLOWED_BOTS: readonly string[];
  readonly SLACK_COMMAND: string;
  readonly SLACK_OPERATORS: readonly string[];
  readonly SLACK_ASK_PERSON: readonly string[];
  readonly SLACK_ALERT_TO: string | undefined;
  readonly SLACK_CHANNEL_SCOPES: string;
  readonly SLACK_USER_HOURLY: number;
  readonly SLACK_CHANNEL_HOURLY: number;
  readonly SLACK_DAILY: number;
  readonly SLACK_CHANGED_NOTES_DAILY: number;
  readonly SLACK_CONCURRENCY: number;
  readonly SLACK_MAX_AGE_MINUTES: number;
  readonly SLACK_SHUTDOWN_SECONDS: number;
  readonly SLACK_HTTP_HOST: string;
  readonly SLACK_HTTP_PORT: number;
  readonly HEALTH_HOST: string;
  readonly HEALTH_PORT: number | undefined;
  readonly CONVERSATION_RETENTION_DAYS: number;
};

/** Throws `AppError` "slack-settings" when there is no bot token, or a Web API that is neither Slack's nor loopback. */
export function slackSettings(config: SlackConfig): SlackSettings {
  if (config.SLACK_BOT_TOKEN === undefined)
    throw new AppError("slack-settings", "The bot has no token for Slack.", {
      facts: { SLACK_BOT_TOKEN: "not set" },
      hint: "Create the app from src/slack/manifest.json and put its tokens into .env, as the README shows.",
    });
  const apiHost = new URL(config.SLACK_API_URL).hostname;
  if (apiHost !== "slack.com" && !/^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(apiHost))
    throw new AppError("slack-settings", "The bot token is sent to Slack only.", {
      facts: { SLACK_API_URL: config.SLACK_API_URL },
      hint: "Remove the setting; another address is allowed on loopback, for tests.",
    });
  return {
    ...DEFAULT_SETTINGS,
    botToken: config.SLACK_BOT_TOKEN,
    appToken: config.SLACK_APP_TOKEN,
    signingSecret: config.SLACK_SIGNING_SECRET,
    apiUrl: config.SLACK_API_URL,
    http: { host: config.SLACK_HTTP_HOST, port: config.SLACK_HTTP_PORT },
    health: { host: config.HEALTH_HOST, port: config.HEALTH_PORT },
    followUps: config.SLACK_FOLLOW_UPS,
    taskCards: config.SLACK_TASK_CARDS,
    prompts: config.SLACK_PROMPTS,
    helpChannels: config.SLACK_HELP_CHANNELS,
    helpWaitMs: config.SLACK_HELP_WAIT_MINUTES * 60_000,
    allowedChannels: config.SLACK_ALLOWED_CHANNELS,
    allowedUsers: config.SLACK_ALLOWED_USERS,
    allowedBots: config.SLACK_ALLOWED_BOTS,
    command: config.SLACK_COMMAND,
    operators: config.SLACK_OPERATORS,
    people: config.SLACK_ASK_PERSON,
    alertTo: config.SLACK_ALERT_TO,
    changeNotesDaily: config.SLACK_CHANGED_NOTES_DAILY,
    channelScopes: parseChannelScopes(config.SLACK_CHANNEL_SCOPES),
    budgets: {
      userHour: config.SLACK_USER_HOURLY,
      channelHour: config.SLACK_CHANNEL_HOURLY,
      day: config.SLACK_DAILY,
    },
    concurrency: config.SLACK_CONCURRENCY,
    maxAgeMs: config.SLACK_MAX_AGE_MINUTES * 60_000,
    shutdownMs: config.SLACK_SHUTDOWN_SECONDS * 1000,
    retentionMs: config.CONVERSATION_RETENTION_DAYS * 86_400_000,
  };
}
