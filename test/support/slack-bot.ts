/** The real bot (Bolt, inbox, worker) against a fake workspace, with a scripted core behind it. */
import type { Application, Question } from "../../src/answering/application.ts";
import { openSqliteFeedbackStore } from "../../src/feedback/stored-feedback.ts";
import type { FeedbackStore } from "../../src/feedback/feedback-store.ts";
import type { LogFields, Logger } from "../../src/observability/logger.ts";
import { type Clock, systemClock } from "../../src/platform/clock.ts";
import type { DiskRoom } from "../../src/platform/disk-room.ts";
import type { Inbox } from "../../src/slack/inbox.ts";
import { DEFAULT_SETTINGS, type SlackSettings } from "../../src/slack/settings.ts";
import { type SlackApp, type SlackAppParts, startSlack } from "../../src/slack/slack-app.ts";
import type { OperatorReports, OwnData } from "../../src/slack/listeners/listener.ts";
import type { ReviewedAnswerStore } from "../../src/state/reviewed-answers.ts";
import type { ChannelSettingsStore } from "../../src/slack/channel-settings.ts";
import { openSqliteChannelSettings } from "../../src/slack/channel-settings-store.ts";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import type { FakeSlack } from "./fake-slack.ts";
import { ScriptedApplication, receiptOf } from "./scripted-application.ts";

export type TestBot = AsyncDisposable & {
  readonly app: SlackApp;
  readonly inbox: Inbox;
  readonly feedback: FeedbackStore;
  readonly channelSettings: ChannelSettingsStore;
  readonly records: ReturnType<typeof recordsOf>;
  readonly logs: { level: string; event: string; fields: LogFields | undefined }[];
};

export function settingsFor(
  slack: FakeSlack,
  overrides: Partial<SlackSettings> = {},
): SlackSettings {
  return {
    ...DEFAULT_SETTINGS,
    botToken: slack.botToken,
    appToken: slack.appToken,
    signingSecret: undefined,
    apiUrl: slack.apiUrl,
    http: { host: "127.0.0.1", port: 0 },
    shutdownMs: 1000,
    // Fast clocks and busy machines together would end leases that nobody means to end.
    leaseMs: 3_600_000,
    // One, so that a test can say what goes over it; those about several ask for them.
    sockets: 1,
    reconnectMs: 50,
    ...overrides,
  };
}

/** What the calendar says in tests: the real pace, from a fixed morning on. */
export const TEST_MORNING = Date.parse("2026-11-24T09:00:00.000Z");

export function testClock(): Clock {
  const start = performance.now();
  return { ...systemClock, now: () => TEST_MORNING + Math.floor(performance.now() - start) };
}

export async function startTestBot(
  slack: FakeSlack,
  application: Application,
  options: {
    readonly settings?: Partial<SlackSettings>;
    readonly inbox?: Inbox;
    readonly channelSettings?: ChannelSettingsStore;
    readonly ownData?: OwnData;
    readonly reports?: OperatorReports;
    readonly reviewed?: ReviewedAnswerStore;
    readonly clock?: Clock;
    readonly disk?: () => Promise<DiskRoom>;
    readonly prompts?: SlackAppParts["prompts"];
    readonly lookForChanges?: Parameters<typeof startSlack>[0]["lookForChanges"];
  } = {},
): Promise<TestBot> {
  const inbox = options.inbox ?? openSqliteInbox(":memory:");
  const feedback = openSqliteFeedbackStore(":memory:");
  const channelSettings = options.channelSettings ?? openSqliteChannelSettings(":memory:");
  const records = recordsOf(application);
  const logs: TestBot["logs"] = [];
  const app = await startSlack({
    application,
    records,
    settings: settingsFor(slack, options.settings),
    inbox,
    feedback,
    channelSettings,
    ...(options.ownData === undefined ? {} : { ownData: options.ownData }),
    ...(options.reports === undefined ? {} : { reports: options.reports }),
    ...(options.reviewed === undefined ? {} : { reviewed: options.reviewed }),
    clock: options.clock ?? testClock(),
    logger: recordingLogger(logs),
    ...(options.prompts === undefined ? {} : { prompts: options.prompts }),
    ...(options.lookForChanges === undefined ? {} : { lookForChanges: options.lookForChanges }),
    ...(options.disk === undefined ? {} : { disk: options.disk }),
  });
  return {
    app,
    inbox,
    feedback,
    channelSettings,
    records,
    logs,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await feedback[Symbol.asyncDispose]();
      if (options.channelSettings === undefined) await channelSettings[Symbol.asyncDispose]();
      if (options.inbox === undefined) await inbox[Symbol.asyncDispose]();
    },
  };
}

/** Answers and receipts as a conversation store would have them. */
export function recordsOf(application: Application) {
  const scripted = application instanceof ScriptedApplication ? application : undefined;
  const questionOf = (key: string): Question | undefined =>
    scripted?.asked.find((question) => question.key === key);
  const blanked = new Set<string>();
  const deleted = new Set<string>();
  return {
    blank(key: string) {
      blanked.add(key);
      return Promise.resolve();
    },
    deleteTurn(key: string) {
      deleted.add(key);
      return Promise.resolve(questionOf(key) !== undefined);
    },
    findTurn(key: string) {
      const question = deleted.has(key) ? undefined : questionOf(key);
      const answer = scripted?.answers.get(key);
      return Promise.resolve(
        question === undefined
          ? undefined
          : {
              key,
              author: question.author,
              question: blanked.has(key) ? "" : question.text,
              resolution: undefined,
              answer,
              evidence: [],
              state: "posted" as const,
              askedAt: "2026-11-24T08:00:00.000Z",
            },
      );
    },
    receipt(key: string) {
      const question = questionOf(key);
      const answer = scripted?.answers.get(key);
      return Promise.resolve(
        question === undefined || answer === undefined ? undefined : receiptOf(question, answer),
      );
    },
  };
}

export function recordingLogger(logs: TestBot["logs"]): Logger {
  const at = (level: string) => (event: string, fields?: LogFields) => {
    logs.push({ level, event, fields });
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
