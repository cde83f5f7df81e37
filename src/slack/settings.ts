/** What the Slack part needs to know, as values with their defaults; `src/slack-settings.ts` makes them of the configuration. */
import type { Scope } from "../store/chunk-index.ts";

const MINUTE_MS = 60_000;
const ids: readonly string[] = [];

export const DEFAULT_SETTINGS = {
  /** With a slash at its end. */
  apiUrl: "https://slack.com/api/",
  /** Where signed HTTP is listened for. */
  http: { host: "127.0.0.1", port: 3000 },
  /** Health and metrics; none without a port. */
  health: { host: "127.0.0.1", port: undefined as number | undefined },
  /** Answer follow-ups in threads without a mention. */
  followUps: false,
  /** Task cards in the thread while an answer takes time. */
  taskCards: true,
  /** What could be asked next, below the answers in direct messages. */
  prompts: true,
  /** Channels in which questions are answered without a mention. */
  helpChannels: ids,
  /** How long people get to answer such a question first. */
  helpWaitMs: 0,
  /** Empty allows all. */
  allowedChannels: ids,
  allowedUsers: ids,
  /** Bot ids of apps and workflows whose messages may be questions, when they mention the bot. */
  allowedBots: ids,
  /** The slash command, with its slash, as the app's manifest has it. */
  command: "/ask",
  /** Who may see receipts and change the settings of channels. */
  operators: ids,
  /** Users or channels that "ask a person" goes to; empty leaves the button out. */
  people: ids,
  /** Channel or user that hears of repeated failures. */
  alertTo: undefined as string | undefined,
  /** Notes on changed answers in a day; the sources are chosen by whoever looks for changes. */
  changeNotesDaily: 5,
  /** How often it is looked whether a new version of the index is live, and what it changed; first after a twentieth. */
  changesMs: 10 * MINUTE_MS,
  /** Product and version by channel id. */
  channelScopes: {} as Readonly<Record<string, Scope>>,
  /** Questions of a person and in a channel in an hour, and of all in a day; 0 means no limit. */
  budgets: { userHour: 30, channelHour: 120, day: 1000 },
  /** Questions answered at the same time. */
  concurrency: 64,
  /** A question that is older is answered with an apology. */
  maxAgeMs: 360 * MINUTE_MS,
  /** Longest time for one answer, from taking it up. */
  answerDeadlineMs: 3 * MINUTE_MS,
  /** Time after which another process takes over a question whose worker is silent. */
  leaseMs: 15_000,
  /** Time that answers under way get when the bot is told to stop. */
  shutdownMs: 20_000,
  /** Connections to Slack at a time, and how far apart they are opened. */
  sockets: 2,
  socketStaggerMs: MINUTE_MS,
  /**
   * How long a connection may leave our pings unanswered; a third of it is between two pings. The answer may be there and not
   * read yet, because this process was held up: Bolt's client looks at the time alone.
   */
  socketSilenceMs: 12_000,
  /** Pause before a lost connection is opened again; it grows. And after Slack refused it for good. */
  reconnectMs: 500,
  refusedMs: 30_000,
  /** Time to wait for the first connection. */
  startMs: 30_000,
  /** Closed questions are forgotten after this time. */
  retentionMs: 90 * 1440 * MINUTE_MS,
};

export type SlackTokens = {
  readonly botToken: string;
  /** With it the bot uses Socket Mode; without it, signed HTTP. */
  readonly appToken: string | undefined;
  readonly signingSecret: string | undefined;
};

export type SlackSettings = Readonly<typeof DEFAULT_SETTINGS> & SlackTokens;
export type Budgets = SlackSettings["budgets"];
