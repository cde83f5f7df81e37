/** Starts the Slack part on an open store: what `src/main.ts` calls. */
import type { Application } from "../answering/application.ts";
import type { ProductWords } from "../documents/product-words.ts";
import type { FeedbackStore } from "../feedback/feedback-store.ts";
import type { Logger } from "../observability/logger.ts";
import { type Clock, systemClock } from "../platform/clock.ts";
import type { ChangeNotesParts } from "./change-notes.ts";
import type { Inbox } from "./inbox.ts";
import type { ChannelSettingsStore } from "./channel-settings.ts";
import type { DiskRoom } from "../platform/disk-room.ts";
import type { AnswerRecords, OperatorReports, OwnData } from "./listeners/listener.ts";
import type { ReviewedAnswerStore } from "../state/reviewed-answers.ts";
import { type SlackConfig, slackSettings } from "./settings.ts";
import { type SlackApp, startSlack } from "./slack-app.ts";

export type OpenSlackParts = {
  readonly application: Application;
  /** Where answers and receipts are kept. */
  readonly store: AnswerRecords;
  readonly inbox: Inbox;
  readonly feedback: FeedbackStore;
  readonly channelSettings: ChannelSettingsStore;
  readonly config: SlackConfig;
  readonly logger: Logger;
  /** False while nothing answers questions; true by default. */
  readonly answering?: () => boolean;
  /** What others count, in Prometheus' text format, for /metrics. */
  readonly moreMetrics?: () => Promise<string>;
  readonly lookForChanges?: ChangeNotesParts["look"];
  readonly clock?: Clock;
  /** Room on the disk of the data folder; health does not look at it without. */
  readonly disk?: () => Promise<DiskRoom>;
  readonly ownData?: OwnData;
  /** Questions to offer, up to four; questions that suit any product without. */
  readonly prompts?: ProductWords["prompts"];
  readonly reviewed?: ReviewedAnswerStore;
  readonly reports?: OperatorReports;
};

/** Disposing of the result drains the answers under way. Throws what `startSlack` throws. */
export function openSlack(parts: OpenSlackParts): Promise<SlackApp> {
  const { store, config, clock, ...rest } = parts;
  return startSlack({
    ...rest,
    records: store,
    settings: slackSettings(config),
    clock: clock ?? systemClock,
  });
}
