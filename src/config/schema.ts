/**
 * Every setting: its name in the environment, default, unit and meaning, in one place. `load.ts` reads them,
 * `describe.ts` makes the table for `doctor` and the README.
 */
import { z } from "zod";
import { LOG_LEVELS } from "../observability/logger.ts";

const text = z.string().trim().min(1);
const httpUrl = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ""));
/** The bot token goes to Slack or, in tests, to this machine; nowhere else. */
const LOOPBACK_HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);
const list = z.string().transform((value) =>
  value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== ""),
);
const whole = (minimum: number, maximum: number) =>
  z.coerce.number().int().min(minimum).max(maximum);

/** "MODEL=INPUT/OUTPUT" by commas, prices of a million tokens each. */
const prices = list.transform((parts, context) => {
  const found = new Map<string, { readonly input: number; readonly output: number }>();
  for (const part of parts) {
    const [, model, input, output] = /^(\S+?)=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/u.exec(part) ?? [];
    if (model === undefined) {
      context.addIssue({
        code: "custom",
        message: `"${part.slice(0, 80)}" is not like MODEL=INPUT/OUTPUT (small-model=0.15/0.60)`,
      });
      return z.NEVER;
    }
    found.set(model, { input: Number(input), output: Number(output) });
  }
  return found;
});

/** "CHANNEL=product" or "CHANNEL=product@version" by commas. */
const channelScopes = list.transform((parts, context) => {
  const scopes: Record<string, { readonly product: string; readonly version?: string }> = {};
  for (const part of parts) {
    const [, channel, product, version] =
      /^([CGD][A-Z0-9]+)=([\w.-]+)(?:@([\w.-]+))?$/u.exec(part) ?? [];
    if (channel === undefined || product === undefined) {
      context.addIssue({
        code: "custom",
        message: `"${part.slice(0, 80)}" is not CHANNEL=product or CHANNEL=product@version`,
      });
      return z.NEVER;
    }
    scopes[channel] = { product, ...(version === undefined ? {} : { version }) };
  }
  return scopes;
});

const onOff = z.enum(["on", "off"]).transform((value) => value === "on");

export type SettingGroup = "data" | "model" | "index" | "slack" | "ingest" | "operation";

export type Setting = {
  readonly schema: z.ZodType;
  /** As it would stand in the environment; undefined when the setting is absent by default. */
  readonly default: string | undefined;
  readonly meaning: string;
  readonly group: SettingGroup;
  /** Never printed. */
  readonly secret?: boolean;
};

export const SETTINGS = {
  DATA_DIR: {
    schema: text,
    default: "data",
    meaning: "folder for the index, conversations and caches",
    group: "data",
  },
  STATE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/ }),
    default: undefined,
    meaning:
      "Postgres for questions, answers and votes (`postgres://user:password@host/database`); without it they are a file in DATA_DIR",
    group: "data",
    secret: true,
  },
  CONVERSATION_RETENTION_DAYS: {
    schema: whole(1, 3650),
    default: "90",
    meaning: "days after which a turn is deleted",
    group: "data",
  },
  OPENAI_API_KEY: {
    schema: text,
    default: undefined,
    meaning: "key for the model endpoint; does nothing without a model",
    group: "model",
    secret: true,
  },
  OPENAI_BASE_URL: {
    schema: httpUrl,
    default: "https://api.openai.com/v1",
    meaning: "any OpenAI-compatible endpoint",
    group: "model",
  },
  OPENAI_MODEL: {
    schema: text,
    default: undefined,
    meaning: "model that writes answers; without it they are made of quoted sentences",
    group: "model",
  },
  OPENAI_EMBEDDING_MODEL: {
    schema: text,
    default: undefined,
    meaning:
      "embedding model for search; without it search uses text and the corpus' own embedding",
    group: "model",
  },
  OPENAI_CHECKER_MODEL: {
    schema: text,
    default: undefined,
    meaning: "model at the same endpoint that checks each sentence; OPENAI_MODEL without it",
    group: "model",
  },
  MODEL_DEADLINE_MS: {
    schema: whole(1000, 3_600_000),
    default: "60000",
    meaning:
      "milliseconds for one answer by a model, checks included; a slow local model needs minutes",
    group: "model",
  },
  MODEL_TOKEN_BUDGET: {
    schema: whole(2000, 400_000),
    default: "24000",
    meaning:
      "tokens a model may read and write for one answer, checks included; at most its context",
    group: "model",
  },
  MODEL_PRICES: {
    schema: prices,
    default: "",
    meaning:
      "prices of a million tokens read and written, `MODEL=INPUT/OUTPUT` by commas; `/metrics` counts costs with them",
    group: "model",
  },
  QDRANT_URL: {
    schema: list.pipe(z.array(httpUrl).min(1)),
    default: undefined,
    meaning:
      "Qdrant server (several nodes separated by commas); without it the index is a file in DATA_DIR",
    group: "index",
  },
  QDRANT_API_KEY: {
    schema: text,
    default: undefined,
    meaning: "key for the Qdrant server",
    group: "index",
    secret: true,
  },
  QDRANT_COLLECTION: {
    schema: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    default: "ask_marvin",
    meaning: "alias of the live collection, and prefix of the versions'",
    group: "index",
  },
  QDRANT_REPLICAS: {
    schema: whole(1, 16),
    default: "1",
    meaning: "copies of each collection in a Qdrant cluster",
    group: "index",
  },
  SLACK_BOT_TOKEN: {
    schema: z.string().startsWith("xoxb-"),
    default: undefined,
    meaning: "bot token (xoxb-...) of the Slack app",
    group: "slack",
    secret: true,
  },
  SLACK_APP_TOKEN: {
    schema: z.string().startsWith("xapp-"),
    default: undefined,
    meaning: "app-level token (xapp-...) for Socket Mode",
    group: "slack",
    secret: true,
  },
  SLACK_SIGNING_SECRET: {
    schema: text,
    default: undefined,
    meaning: "signing secret; with it and without an app token the bot listens for signed HTTP",
    group: "slack",
    secret: true,
  },
  SLACK_API_URL: {
    schema: httpUrl
      .refine(
        (value) => value === "https://slack.com/api" || LOOPBACK_HOSTS.has(new URL(value).hostname),
        "only https://slack.com/api/ or an address on this machine",
      )
      .transform((value) => `${value}/`),
    default: "https://slack.com/api/",
    meaning: "Slack's Web API; another address only on loopback, for tests",
    group: "slack",
  },
  SLACK_FOLLOW_UPS: {
    schema: onOff,
    default: "off",
    meaning: "on: answers the asker's follow-ups in a thread without a new mention",
    group: "slack",
  },
  SLACK_TASK_CARDS: {
    schema: onOff,
    default: "on",
    meaning: "off: no task cards in the thread while an answer takes time, only the status line",
    group: "slack",
  },
  SLACK_PROMPTS: {
    schema: onOff,
    default: "on",
    meaning: "off: no suggestions of what to ask next in direct messages",
    group: "slack",
  },
  SLACK_HELP_CHANNELS: {
    schema: list,
    default: "",
    meaning: "ids of channels in which it answers new questions without a mention; empty: none",
    group: "slack",
  },
  SLACK_HELP_WAIT_MINUTES: {
    schema: whole(0, 1440),
    default: "0",
    meaning: "minutes that people get to answer in a help channel before it does",
    group: "slack",
  },
  SLACK_ALLOWED_CHANNELS: {
    schema: list,
    default: "",
    meaning: "ids of the channels it answers in, separated by commas; empty: all it is in",
    group: "slack",
  },
  SLACK_ALLOWED_USERS: {
    schema: list,
    default: "",
    meaning: "ids of the people it answers; empty: everybody",
    group: "slack",
  },
  SLACK_ALLOWED_BOTS: {
    schema: list,
    default: "",
    meaning: "bot ids of apps and workflows it answers when they mention it; empty: none",
    group: "slack",
  },
  SLACK_COMMAND: {
    schema: z.string().regex(/^\/[a-z0-9_-]{1,31}$/, "a slash and small letters"),
    default: "/ask",
    meaning: "the slash command, when the app's manifest names it differently",
    group: "slack",
  },
  SLACK_OPERATORS: {
    schema: list,
    default: "",
    meaning: "ids of the people who may see receipts and set channels up (`/ask settings`)",
    group: "slack",
  },
  SLACK_ASK_PERSON: {
    schema: list,
    default: "",
    meaning: "ids of people or channels behind the button `Ask a person`; empty: no button",
    group: "slack",
  },
  SLACK_ALERT_TO: {
    schema: text,
    default: undefined,
    meaning: "id of the channel or person that hears of repeated failures",
    group: "slack",
  },
  SLACK_CHANNEL_SCOPES: {
    schema: channelScopes,
    default: "",
    meaning: "product and version by channel, `C0123=prefect,C0456=prefect@3`",
    group: "slack",
  },
  SLACK_USER_HOURLY: {
    schema: whole(0, 100_000),
    default: "30",
    meaning: "questions a person may ask in an hour before they wait; 0: no limit",
    group: "slack",
  },
  SLACK_CHANNEL_HOURLY: {
    schema: whole(0, 100_000),
    default: "120",
    meaning: "questions in a channel in an hour before they wait; 0: no limit",
    group: "slack",
  },
  SLACK_DAILY: {
    schema: whole(0, 1_000_000),
    default: "1000",
    meaning: "questions in a day before they wait; 0: no limit",
    group: "slack",
  },
  SLACK_CHANGED_NOTES: {
    schema: list,
    default: "",
    meaning:
      "sources whose answers get a note in their thread when a quoted page changes; empty: only listed (`npm run changed`)",
    group: "slack",
  },
  SLACK_CHANGED_NOTES_DAILY: {
    schema: whole(1, 100),
    default: "5",
    meaning: "such notes in a day, at most",
    group: "slack",
  },
  SLACK_CONCURRENCY: {
    schema: whole(1, 256),
    default: "64",
    meaning: "questions answered at the same time",
    group: "slack",
  },
  SLACK_MAX_AGE_MINUTES: {
    schema: whole(1, 10_080),
    default: "360",
    meaning: "minutes after which a question found at a restart gets an apology, not an answer",
    group: "slack",
  },
  SLACK_SHUTDOWN_SECONDS: {
    schema: whole(0, 600),
    default: "20",
    meaning: "seconds that answers under way get when the bot is told to stop",
    group: "slack",
  },
  SLACK_HTTP_HOST: {
    schema: text,
    default: "127.0.0.1",
    meaning: "address for signed HTTP, when there is no app token",
    group: "slack",
  },
  SLACK_HTTP_PORT: {
    schema: whole(0, 65_535),
    default: "3000",
    meaning: "port for signed HTTP, when there is no app token",
    group: "slack",
  },
  HEALTH_HOST: {
    schema: text,
    default: "127.0.0.1",
    meaning: "address of /healthz and /metrics",
    group: "operation",
  },
  HEALTH_PORT: {
    schema: whole(0, 65_535),
    default: undefined,
    meaning: "port of /healthz and /metrics; not served without it",
    group: "operation",
  },
  WEB_HOST: {
    schema: text,
    default: "127.0.0.1",
    meaning:
      "address of the web page and of `/mcp` beside it; others than this machine need WEB_TOKEN",
    group: "operation",
  },
  WEB_PORT: {
    schema: whole(0, 65_535),
    default: "8080",
    meaning: "port of the web page",
    group: "operation",
  },
  WEB_TOKEN: {
    schema: z.string().trim().min(16, "at least 16 characters"),
    default: undefined,
    meaning: "token that the web page and `/mcp` ask for",
    group: "operation",
    secret: true,
  },
  WEB_HOSTS: {
    schema: list,
    default: "",
    meaning: "further names under which the web page is reached, separated by commas",
    group: "operation",
  },
  MCP_PORT: {
    schema: whole(0, 65_535),
    default: undefined,
    meaning:
      "port on which `npm start` serves `/mcp` (with WEB_HOST and WEB_TOKEN); not served without it",
    group: "operation",
  },
  MCP_NAME: {
    schema: z.string().regex(/^[\w .-]{1,64}$/),
    default: "ask-marvin",
    meaning: "name of the MCP server, as editors show it",
    group: "operation",
  },
  MCP_INSTRUCTIONS: {
    schema: z.string().trim().min(1).max(2000),
    default: undefined,
    meaning:
      "what an agent is told about when to use it, in place of a sentence that names what is indexed",
    group: "operation",
  },
  MCP_HOURLY: {
    schema: whole(0, 1_000_000),
    default: "1000",
    meaning: "questions that may be asked by MCP in an hour; 0: no limit",
    group: "operation",
  },
  INGEST_SOURCES: {
    schema: list,
    default: "prefect",
    meaning: "sources that `npm run ingest` refreshes, separated by commas",
    group: "ingest",
  },
  INGEST_ALLOW_HOSTS: {
    schema: list,
    default: "",
    meaning: "private hosts of sources that may be crawled, without politeness delays",
    group: "ingest",
  },
  GITHUB_TOKEN: {
    schema: text,
    default: undefined,
    meaning:
      "reads repositories (`github:OWNER/NAME`): needed for discussions and private ones, and more requests an hour",
    group: "ingest",
    secret: true,
  },
  GITHUB_API_URL: {
    schema: httpUrl,
    default: "https://api.github.com",
    meaning: "GitHub's API; of an enterprise server `https://HOST/api/v3`",
    group: "ingest",
  },
  REPLAY_RECENT_QUESTIONS: {
    schema: whole(0, 500),
    default: "0",
    meaning:
      "stored questions of people that are asked again on a new index version before it goes live",
    group: "ingest",
  },
  LOG_LEVEL: {
    schema: z.enum(LOG_LEVELS),
    default: "warn",
    meaning: "debug, info, warn, error or silent",
    group: "operation",
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;

/** The value of each setting after its schema; undefined where it has no default and was not set. */
export type Config = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name]["default"] extends string
    ? z.output<(typeof SETTINGS)[Name]["schema"]>
    : z.output<(typeof SETTINGS)[Name]["schema"]> | undefined;
};
