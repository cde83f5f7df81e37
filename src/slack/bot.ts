/** What all parts of the bot share. */
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../platform/clock.ts";
import type { ChannelRules } from "./channel-settings.ts";
import type { Self } from "./events.ts";
import type { Inbox } from "./inbox.ts";
import type { Metrics } from "./metrics.ts";
import type { SlackSettings } from "./settings.ts";
import type { SlackCalls } from "./slack-calls.ts";

export type Bot = {
  readonly self: Self;
  readonly inbox: Inbox;
  readonly calls: SlackCalls;
  readonly settings: SlackSettings;
  readonly rules: ChannelRules;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
};
