/** What was asked while nobody was connected, and Slack has given up delivering. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../src/platform/clock.ts";
import type { Inbox } from "../../src/slack/inbox.ts";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import { type FakeSlack, startFakeSlack } from "../support/fake-slack.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { startTestBot } from "../support/slack-bot.ts";

let slack: FakeSlack;
let inbox: Inbox;

beforeEach(async () => {
  slack = await startFakeSlack();
  inbox = openSqliteInbox(":memory:");
});
afterEach(async () => {
  await inbox[Symbol.asyncDispose]();
  await slack.end();
});

const echoing = () => new ScriptedApplication(({ text }) => answerOf([`About ${text}`]));
const minutesAgo = (minutes: number): Clock => ({
  ...systemClock,
  now: () => Date.now() - minutes * 60_000,
});

/** A bot that answered a mention and a direct message, and ended some minutes ago. */
async function earlier(minutes: number): Promise<{ thread: string; direct: string }> {
  await using bot = await startTestBot(slack, echoing(), { inbox, clock: minutesAgo(minutes) });
  const thread = slack.mention("C0GENERAL", "U0ANN", "before?");
  const direct = slack.dm("U0BOB", "before, in private?");
  await slack.answered("C0GENERAL", thread);
  await slack.answered(direct.channel, direct.ts);
  expect(await slack.until(() => bot.inbox.markedAt("alive"), "the note")).toBeGreaterThan(0);
  return { thread, direct: direct.channel };
}

/** Somebody writes, and no event of it ever arrives. */
function unheard(channel: string, text: string, threadTs?: string): string {
  return slack.say({
    channel,
    user: "U0ANN",
    text,
    quiet: true,
    ...(threadTs === undefined ? {} : { threadTs }),
  });
}

describe("catching up", () => {
  it("answers what was asked in channels, threads and direct messages during an outage, once", async () => {
    const { thread, direct } = await earlier(30);
    const mention = `<@${slack.botUserId}>`;
    const top = unheard("C0GENERAL", `${mention} at top level?`);
    unheard("C0GENERAL", `${mention} in the thread?`, thread);
    const others = unheard("C0GENERAL", "a thread of others");
    unheard("C0GENERAL", `${mention} in a thread you do not know?`, others);
    const chat = unheard("C0GENERAL", "nobody is asked");
    const private1 = unheard(direct, "in private?");

    await using bot = await startTestBot(slack, echoing(), { inbox, clock: systemClock });
    await slack.answered("C0GENERAL", top);
    await slack.answered("C0GENERAL", thread, 2);
    await slack.answered("C0GENERAL", others);
    await slack.answered(direct, private1);
    await slack.until(() => bot.logs.some(({ event }) => event === "slack.caught-up"));

    expect(slack.replies("C0GENERAL", top)).toHaveLength(1);
    expect(slack.replies("C0GENERAL", thread)).toHaveLength(2);
    expect(slack.replies("C0GENERAL", chat)).toHaveLength(0);
    expect(slack.replies("C0GENERAL", others)).toHaveLength(1);
    expect(slack.replies(direct, private1)).toHaveLength(1);
  });

  it("reads nothing after a gap that Slack's own retries cover", async () => {
    await earlier(0.5);

    await using bot = await startTestBot(slack, echoing(), { inbox, clock: systemClock });
    const before = await bot.inbox.markedAt("alive");
    await slack.until(async () => (await bot.inbox.markedAt("alive")) !== before, "the note");

    expect(slack.callsTo("conversations.history")).toHaveLength(0);
  });

  it("leaves out channels that are not allowed, and goes on past one it cannot read", async () => {
    await earlier(30);
    slack.addChannel("C0CLOSED", []);
    slack.addChannel("C0OTHER");
    const ts = unheard("C0OTHER", `<@${slack.botUserId}> here?`);
    const forbidden = unheard("C0GENERAL", `<@${slack.botUserId}> and here?`);

    await using bot = await startTestBot(slack, echoing(), {
      inbox,
      clock: systemClock,
      settings: { allowedChannels: ["C0CLOSED", "C0OTHER"] },
    });
    await slack.answered("C0OTHER", ts);
    await slack.until(() => bot.logs.some(({ event }) => event === "slack.caught-up"));

    expect(bot.logs.filter(({ event }) => event === "slack.not-caught-up")).toHaveLength(1);
    expect(slack.replies("C0GENERAL", forbidden)).toHaveLength(0);
  });

  it("reads no further back than a question may be old", async () => {
    await earlier(3 * 24 * 60);

    await using _bot = await startTestBot(slack, echoing(), {
      inbox,
      clock: systemClock,
      settings: { maxAgeMs: 3_600_000 },
    });
    const [call] = await slack.until(() => {
      const calls = slack.callsTo("conversations.history");
      return calls.length > 0 && calls;
    }, "the reading");

    expect(Number(call?.args["oldest"])).toBeGreaterThan(Date.now() / 1000 - 3700);
  });
});
