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

export type Setting = {
  readonly schema: z.ZodType;
  /** As it would stand in the environment; undefined when the setting is absent by default. */
  readonly default: string | undefined;
  readonly meaning: string;
  /** Never printed. */
  readonly secret: boolean;
};

const setting = <Schema extends z.ZodType, Default extends string | undefined>(
  schema: Schema,
  fallback: Default,
  meaning: string,
) => ({ schema, default: fallback, meaning, secret: false });

const secret = <Schema extends z.ZodType>(schema: Schema, meaning: string) => ({
  ...setting(schema, undefined, meaning),
  secret: true,
});

export const SETTINGS = {
  DATA_DIR: setting(text, "data", "folder for the index, conversations and caches"),
  STATE_URL: secret(
    z.url({ protocol: /^postgres(ql)?$/ }),
    "Postgres for questions, answers and votes (`postgres://user:password@host/database`); without it they are a file in DATA_DIR",
  ),
  CONVERSATION_RETENTION_DAYS: setting(whole(1, 3650), "90", "days after which a turn is deleted"),
  OPENAI_API_KEY: secret(text, "key for the model endpoint; does nothing without a model"),
  OPENAI_BASE_URL: setting(httpUrl, "https://api.openai.com/v1", "any OpenAI-compatible endpoint"),
  OPENAI_MODEL: setting(
    text,
    undefined,
    "model that writes answers; without it they are made of quoted sentences",
  ),
  OPENAI_EMBEDDING_MODEL: setting(
    text,
    undefined,
    "embedding model for search; without it search uses text and the corpus' own embedding",
  ),
  OPENAI_CHECKER_MODEL: setting(
    text,
    undefined,
    "model at the same endpoint that checks each sentence; OPENAI_MODEL without it",
  ),
  MODEL_DEADLINE_MS: setting(
    whole(1000, 3_600_000),
    "60000",
    "milliseconds for one answer by a model, checks included; a slow local model needs minutes",
  ),
  MODEL_TOKEN_BUDGET: setting(
    whole(2000, 400_000),
    "24000",
    "tokens a model may read and write for one answer, checks included; at most its context",
  ),
  MODEL_PRICES: setting(
    prices,
    "",
    "prices of a million tokens read and written, `MODEL=INPUT/OUTPUT` by commas; `/metrics` counts costs with them",
  ),
  QDRANT_URL: setting(
    list.pipe(z.array(httpUrl).min(1)),
    undefined,
    "Qdrant server (several nodes separated by commas); without it the index is a file in DATA_DIR",
  ),
  QDRANT_API_KEY: secret(text, "key for the Qdrant server"),
  QDRANT_COLLECTION: setting(
    z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    "ask_marvin",
    "alias of the live collection, and prefix of the versions'",
  ),
  QDRANT_REPLICAS: setting(whole(1, 16), "1", "copies of each collection in a Qdrant cluster"),
  SLACK_BOT_TOKEN: secret(z.string().startsWith("xoxb-"), "bot token (xoxb-...) of the Slack app"),
  SLACK_APP_TOKEN: secret(
    z.string().startsWith("xapp-"),
    "app-level token (xapp-...) for Socket Mode",
  ),
  SLACK_SIGNING_SECRET: secret(
    text,
    "signing secret; with it and without an app token the bot listens for signed HTTP",
  ),
  SLACK_API_URL: setting(
    httpUrl
      .refine(
        (value) => value === "https://slack.com/api" || LOOPBACK_HOSTS.has(new URL(value).hostname),
        "only https://slack.com/api/ or an address on this machine",
      )
      .transform((value) => `${value}/`),
    "https://slack.com/api/",
    "Slack's Web API; another address only on loopback, for tests",
  ),
  SLACK_FOLLOW_UPS: setting(
    onOff,
    "off",
    "on: answers the asker's follow-ups in a thread without a new mention",
  ),
  SLACK_TASK_CARDS: setting(
    onOff,
    "on",
    "off: no task cards in the thread while an answer takes time, only the status line",
  ),
  SLACK_PROMPTS: setting(onOff, "on", "off: no suggestions of what to ask next in direct messages"),
  SLACK_HELP_CHANNELS: setting(
    list,
    "",
    "ids of channels in which it answers new questions without a mention; empty: none",
  ),
  SLACK_HELP_WAIT_MINUTES: setting(
    whole(0, 1440),
    "0",
    "minutes that people get to answer in a help channel before it does",
  ),
  SLACK_ALLOWED_CHANNELS: setting(
    list,
    "",
    "ids of the channels it answers in, separated by commas; empty: all it is in",
  ),
  SLACK_ALLOWED_USERS: setting(list, "", "ids of the people it answers; empty: everybody"),
  SLACK_ALLOWED_BOTS: setting(
    list,
    "",
    "bot ids of apps and workflows it answers when they mention it; empty: none",
  ),
  SLACK_COMMAND: setting(
    z.string().regex(/^\/[a-z0-9_-]{1,31}$/, "a slash and small letters"),
    "/ask",
    "the slash command, when the app's manifest names it differently",
  ),
  SLACK_OPERATORS: setting(
    list,
    "",
    "ids of the people who may see receipts and set channels up (`/ask settings`)",
  ),
  SLACK_ASK_PERSON: setting(
    list,
    "",
    "ids of people or channels behind the button `Ask a person`; empty: no button",
  ),
  SLACK_ALERT_TO: setting(
    text,
    undefined,
    "id of the channel or person that hears of repeated failures",
  ),
  SLACK_CHANNEL_SCOPES: setting(
    channelScopes,
    "",
    "product and version by channel, `C0123=prefect,C0456=prefect@3`",
  ),
  SLACK_USER_HOURLY: setting(
    whole(0, 100_000),
    "30",
    "questions a person may ask in an hour before they wait; 0: no limit",
  ),
  SLACK_CHANNEL_HOURLY: setting(
    whole(0, 100_000),
    "120",
    "questions in a channel in an hour before they wait; 0: no limit",
  ),
  SLACK_DAILY: setting(
    whole(0, 1_000_000),
    "1000",
    "questions in a day before they wait; 0: no limit",
  ),
  SLACK_CHANGED_NOTES: setting(
    list,
    "",
    "sources whose answers get a note in their thread when a quoted page changes; empty: only listed (`npm run changed`)",
  ),
  SLACK_CHANGED_NOTES_DAILY: setting(whole(1, 100), "5", "such notes in a day, at most"),
  SLACK_CONCURRENCY: setting(whole(1, 256), "64", "questions answered at the same time"),
  SLACK_MAX_AGE_MINUTES: setting(
    whole(1, 10_080),
    "360",
    "minutes after which a question found at a restart gets an apology, not an answer",
  ),
  SLACK_SHUTDOWN_SECONDS: setting(
    whole(0, 600),
    "20",
    "seconds that answers under way get when the bot is told to stop",
  ),
  SLACK_HTTP_HOST: setting(
    text,
    "127.0.0.1",
    "address for signed HTTP, when there is no app token",
  ),
  SLACK_HTTP_PORT: setting(
    whole(0, 65_535),
    "3000",
    "port for signed HTTP, when there is no app token",
  ),
  HEALTH_HOST: setting(text, "127.0.0.1", "address of /healthz and /metrics"),
  HEALTH_PORT: setting(
    whole(0, 65_535),
    undefined,
    "port of /healthz and /metrics; not served without it",
  ),
  WEB_HOST: setting(
    text,
    "127.0.0.1",
    "address of the web page and of `/mcp` beside it; others than this machine need WEB_TOKEN",
  ),
  WEB_PORT: setting(whole(0, 65_535), "8080", "port of the web page"),
  WEB_TOKEN: secret(
    z.string().trim().min(16, "at least 16 characters"),
    "token that the web page and `/mcp` ask for",
  ),
  WEB_HOSTS: setting(
    list,
    "",
    "further names under which the web page is reached, separated by commas",
  ),
  MCP_PORT: setting(
    whole(0, 65_535),
    undefined,
    "port on which `npm start` serves `/mcp` (with WEB_HOST and WEB_TOKEN); not served without it",
  ),
  MCP_NAME: setting(
    z.string().regex(/^[\w .-]{1,64}$/),
    "ask-marvin",
    "name of the MCP server, as editors show it",
  ),
  MCP_INSTRUCTIONS: setting(
    z.string().trim().min(1).max(2000),
    undefined,
    "what an agent is told about when to use it, in place of a sentence that names what is indexed",
  ),
  MCP_HOURLY: setting(
    whole(0, 1_000_000),
    "1000",
    "questions that may be asked by MCP in an hour; 0: no limit",
  ),
  INGEST_SOURCES: setting(
    list,
    "prefect",
    "sources that `npm run ingest` refreshes, separated by commas",
  ),
  INGEST_ALLOW_HOSTS: setting(
    list,
    "",
    "private hosts of sources that may be crawled, without politeness delays",
  ),
  GITHUB_TOKEN: secret(
    text,
    "reads repositories (`github:OWNER/NAME`): needed for discussions and private ones, and more requests an hour",
  ),
  GITHUB_API_URL: setting(
    httpUrl,
    "https://api.github.com",
    "GitHub's API; of an enterprise server `https://HOST/api/v3`",
  ),
  REPLAY_RECENT_QUESTIONS: setting(
    whole(0, 500),
    "0",
    "stored questions of people that are asked again on a new index version before it goes live",
  ),
  LOG_LEVEL: setting(z.enum(LOG_LEVELS), "warn", "debug, info, warn, error or silent"),
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;

/** The value of each setting after its schema; undefined where it has no default and was not set. */
export type Config = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name]["default"] extends string
    ? z.output<(typeof SETTINGS)[Name]["schema"]>
    : z.output<(typeof SETTINGS)[Name]["schema"]> | undefined;
};
