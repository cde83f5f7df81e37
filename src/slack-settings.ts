/** The configuration as the Slack part wants it. */
import type { Config } from "./config/schema.ts";
import { DEFAULT_SETTINGS, type SlackSettings } from "./slack/settings.ts";

/** All but the bot's token, which may be missing. */
export function slackSettings(config: Config): Omit<SlackSettings, "botToken"> {
  return {
    ...DEFAULT_SETTINGS,
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
    channelScopes: config.SLACK_CHANNEL_SCOPES,
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
