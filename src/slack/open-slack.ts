/** Opens the Slack part's own files in the data folder and starts it: what `src/main.ts` calls. */
import type { Application } from "../answering/application.ts";
import { openSqliteFeedbackStore } from "../feedback/sqlite-feedback-store.ts";
import type { Logger } from "../observability/logger.ts";
import { type Clock, systemClock } from "../platform/clock.ts";
import { prepareState } from "../state/take-over.ts";
import type { AnswerRecords, OwnData } from "./listeners/listener.ts";
import { type SlackConfig, slackSettings } from "./settings.ts";
import { type SlackApp, startSlack } from "./slack-app.ts";
import { openSqliteChannelSettings } from "./sqlite-channel-settings.ts";
import { openSqliteInbox } from "./sqlite-inbox.ts";

export type OpenSlackParts = {
  readonly application: Application;
  /** Where answers and receipts are kept. */
  readonly store: AnswerRecords;
  readonly config: SlackConfig;
  readonly dataFolder: string;
  readonly logger: Logger;
  /** False while nothing answers questions; true by default. */
  readonly answering?: () => boolean;
  readonly clock?: Clock;
  readonly ownData?: OwnData;
};

/** Disposing of the result drains the answers under way and closes the files. Throws what `startSlack` throws. */
export async function openSlack(parts: OpenSlackParts): Promise<SlackApp> {
  const settings = slackSettings(parts.config);
  await using cleanup = new AsyncDisposableStack();
  const state = await prepareState(parts.dataFolder);
  const inbox = cleanup.use(openSqliteInbox(state));
  const feedback = cleanup.use(openSqliteFeedbackStore(state));
  const channelSettings = cleanup.use(openSqliteChannelSettings(state));
  const app = cleanup.use(
    await startSlack({
      application: parts.application,
      records: parts.store,
      settings,
      inbox,
      feedback,
      channelSettings,
      clock: parts.clock ?? systemClock,
      logger: parts.logger,
      ...(parts.ownData === undefined ? {} : { ownData: parts.ownData }),
      ...(parts.answering === undefined ? {} : { answering: parts.answering }),
    }),
  );
  const held = cleanup.move();
  return {
    self: app.self,
    mode: app.mode,
    ports: app.ports,
    metrics: app.metrics,
    get connected() {
      return app.connected;
    },
    get running() {
      return app.running;
    },
    health: () => app.health(),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
