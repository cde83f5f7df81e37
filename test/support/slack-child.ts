/**
 * The bot as a process of its own, for tests that kill it. Reads one JSON argument; kills itself with SIGKILL before or
 * after the named step of its inbox or core ("admit:before", "posted:after", "claim-2:before").
 */
import { flushCompileCache } from "node:module";
import { systemClock } from "../../src/platform/clock.ts";
import type { Inbox } from "../../src/slack/inbox.ts";
import { DEFAULT_SETTINGS } from "../../src/slack/settings.ts";
import { startSlack } from "../../src/slack/slack-app.ts";
import { openSqliteChannelSettings } from "../../src/slack/channel-settings-store.ts";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import { openSqliteFeedbackStore } from "../../src/feedback/stored-feedback.ts";
import { ScriptedApplication } from "./scripted-application.ts";
import { recordingLogger, recordsOf } from "./slack-bot.ts";
import { threeClaims } from "./three-claims.ts";

export type ChildOptions = {
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly inboxPath: string;
  readonly leaseMs: number;
  readonly killAt: string;
  /** Milliseconds between two claims, so that each is a call of its own. */
  readonly claimMs: number;
};

function die(): never {
  process.kill(process.pid, "SIGKILL");
  // Nothing runs after this; the loop is for the compiler.
  for (;;);
}

function killing(inbox: Inbox, killAt: string): Inbox {
  return new Proxy(inbox, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function" || typeof name !== "string") return value;
      return async (...args: unknown[]) => {
        if (killAt === `${name}:before`) die();
        const result: unknown = await Reflect.apply(value, target, args);
        // A claim that finds nothing is no step.
        if (killAt === `${name}:after` && !(name === "claim" && result === undefined)) die();
        return result;
      };
    },
  });
}

// The argument comes from the test that starts this process.
const options = JSON.parse(process.argv[2] ?? "{}") as ChildOptions;
const application = new ScriptedApplication(() => threeClaims);
application.beforeClaim = async (_question, index) => {
  if (index > 0 && options.claimMs > 0) await systemClock.sleep(options.claimMs);
  if (options.killAt === `claim-${index + 1}:before`) die();
};
application.beforeDone = () => {
  if (options.killAt === "done:before") die();
};
const inbox = killing(openSqliteInbox(options.inboxPath), options.killAt);
const posted = application.posted.bind(application);
application.posted = async (key, shown, answer) => {
  if (options.killAt === "posted:before") die();
  await posted(key, shown, answer);
  if (options.killAt === "posted:after") die();
};
await startSlack({
  application,
  records: recordsOf(application),
  settings: {
    ...DEFAULT_SETTINGS,
    botToken: options.botToken,
    appToken: options.appToken,
    signingSecret: undefined,
    apiUrl: options.apiUrl,
    leaseMs: options.leaseMs,
  },
  inbox,
  feedback: openSqliteFeedbackStore(":memory:"),
  channelSettings: openSqliteChannelSettings(":memory:"),
  clock: systemClock,
  logger: recordingLogger([]),
});
// Otherwise written when a process ends by itself, which this one does not.
flushCompileCache();
process.stdout.write("ready\n");
