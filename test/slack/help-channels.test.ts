/** Channels in which the bot answers without being asked: when it speaks, and that it is silent otherwise. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Answer } from "../../src/documents/answer.ts";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import type { SlackSettings } from "../../src/slack/settings.ts";
import { fastClock } from "../support/fast-clock.ts";
import { type FakeSlack, plainText, startFakeSlack } from "../support/fake-slack.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { type TestBot, startTestBot } from "../support/slack-bot.ts";

const HELP = "C0HELP";
const MINUTE_MS = 60_000;

let slack: FakeSlack;
let core: ScriptedApplication;
/** What the core answers to everything. */
let answer: (text: string) => Answer;

beforeEach(async () => {
  slack = await startFakeSlack({ messageEvents: true });
  slack.addChannel(HELP);
  answer = (text) => answerOf([`About ${text}`]);
  core = new ScriptedApplication(({ text }) => answer(text));
});
afterEach(async () => {
  await slack.end();
});

const settings = (overrides: Partial<SlackSettings> = {}): Partial<SlackSettings> => ({
  helpChannels: [HELP],
  ...overrides,
});

function ask(text: string, user = "U0ANN", channel = HELP): string {
  return slack.say({ channel, user, text });
}

/** Everything of the bot that anybody could see. */
function seen(): readonly string[] {
  return [
    ...slack.ownMessages().map(plainText),
    ...slack.ephemerals.map(({ text }) => text),
    ...slack.callsTo("assistant.threads.setStatus").map(({ args }) => JSON.stringify(args)),
  ];
}

/** Waits until a mention after everything else was answered and nothing is under way. */
async function settled(bot: TestBot): Promise<void> {
  const ts = slack.mention("C0GENERAL", "U0EVE", "and this?");
  await slack.answered("C0GENERAL", ts);
  await slack.until(async () => (await bot.inbox.depth()).open === 0);
}

const forTheMention = (all: readonly string[]) =>
  all.filter((text) => !text.includes("and this?") && !text.includes("C0GENERAL"));

describe("a help channel", () => {
  it("answers a question below it, whole and without a status line", async () => {
    await using _bot = await startTestBot(slack, core, { settings: settings() });

    const ts = ask("how do I retry a task?");
    const [message] = await slack.answered(HELP, ts);

    expect(message?.threadTs).toBe(ts);
    expect(plainText(message ?? never())).toContain("About how do I retry a task?");
    expect(slack.callsTo("assistant.threads.setStatus")).toEqual([]);
    expect(slack.callsTo("chat.startStream")).toEqual([]);
  });

  it.each([
    ["what asks nothing", "we restarted the workers, all is well"],
    ["a question to a person", "<@U0BOB> how do you retry a task?"],
    ["emoji", ":wave: :tada:?"],
  ])("is silent about %s, and keeps nothing of it", async (_what, text) => {
    await using bot = await startTestBot(slack, core, { settings: settings() });

    const ts = ask(text);
    await settled(bot);

    expect(forTheMention(seen())).toEqual([]);
    expect(await bot.inbox.find(`T0TEAM:${HELP}:${ts}`)).toBeUndefined();
    expect(core.asked.map((asked) => asked.text)).toEqual(["and this?"]);
  });

  it.each([
    ["nothing was found", answerOf([], { kind: "not-found", reason: "silent" })],
    ["something is missing", answerOf(["One half."], { kind: "partial", missing: ["the other"] })],
    [
      "the passages may be about something else",
      answerOf(["Near."], { remarks: [{ kind: "nothing-stands-out", values: {} }] }),
    ],
    ["it is small talk", answerOf([], { kind: "small-talk" })],
    ["there is no index", answerOf([], { kind: "unavailable", reason: "no-index" })],
  ])("is silent when %s, and forgets the question", async (_why, poor) => {
    answer = (text) => (text === "and this?" ? answerOf(["Yes."]) : poor);
    await using bot = await startTestBot(slack, core, { settings: settings() });

    const ts = ask("how do I retry a task?");
    const key = `T0TEAM:${HELP}:${ts}`;
    await slack.until(async () => (await bot.inbox.find(key))?.text === "");
    await slack.until(async () => (await bot.records.findTurn(key)) === undefined);

    expect(seen()).toEqual([]);
    expect(await bot.inbox.find(key)).toMatchObject({ state: "closed", outcome: "cancelled" });
  });

  it("is silent when the core fails again and again", async () => {
    answer = () => {
      throw new Error("broken");
    };
    await using bot = await startTestBot(slack, core, {
      settings: settings(),
      clock: fastClock(200),
    });

    const ts = ask("how do I retry a task?");
    const key = `T0TEAM:${HELP}:${ts}`;
    await slack.until(async () => (await bot.inbox.find(key))?.state === "closed");

    expect(core.asked.length).toBeGreaterThan(1);
    expect(seen()).toEqual([]);
  });

  it("is silent to people who are not allowed, over a budget, and elsewhere", async () => {
    await using bot = await startTestBot(slack, core, {
      settings: settings({
        allowedUsers: ["U0ANN", "U0EVE"],
        budgets: { userHour: 1, channelHour: 0, day: 0 },
      }),
    });

    const first = ask("how do I retry a task?");
    await slack.answered(HELP, first);
    ask("and how often?");
    ask("how do I cancel?", "U0MAL");
    slack.say({ channel: "C0GENERAL", user: "U0ANN", text: "what is a flow?" });
    await settled(bot);

    expect(forTheMention(seen())).toHaveLength(1);
  });
});

describe("a help channel in which people go first", () => {
  const WAIT = settings({ helpWaitMs: 10 * MINUTE_MS });

  it("answers after the wait, also after a restart, and once", async () => {
    await using inbox = openSqliteInbox(":memory:");
    const clock = fastClock(1000);
    let ts: string;
    {
      await using bot = await startTestBot(slack, core, { settings: WAIT, inbox, clock });
      ts = ask("how do I retry a task?");
      await slack.until(async () => (await bot.inbox.depth()).open === 1);
      expect(slack.replies(HELP, ts)).toEqual([]);
    }
    await using _bot = await startTestBot(slack, core, { settings: WAIT, inbox, clock });
    const received = (await inbox.find(`T0TEAM:${HELP}:${ts}`))?.receivedAt ?? 0;
    await slack.answered(HELP, ts);

    expect(clock.now() - received).toBeGreaterThanOrEqual(10 * MINUTE_MS);
    expect(slack.replies(HELP, ts)).toHaveLength(1);
  });

  it.each([
    ["somebody answers", "U0BOB", "use retries"],
    ["the asker is done", "U0ANN", "never mind, solved"],
  ])("leaves it to people when %s", async (_when, user, text) => {
    await using bot = await startTestBot(slack, core, { settings: WAIT });
    const ts = ask("how do I retry a task?");
    const key = `T0TEAM:${HELP}:${ts}`;
    await slack.until(async () => (await bot.inbox.find(key)) !== undefined);

    slack.say({ channel: HELP, user, text, threadTs: ts });
    await slack.until(async () => (await bot.inbox.find(key))?.state === "closed");

    expect(await bot.inbox.find(key)).toMatchObject({ outcome: "cancelled", text: "" });
    expect(seen()).toEqual([]);
  });

  it("goes on waiting when the asker only adds something", async () => {
    await using bot = await startTestBot(slack, core, { settings: WAIT, clock: fastClock(1000) });
    const ts = ask("how do I retry a task?");
    await slack.until(async () => (await bot.inbox.depth()).open === 1);

    slack.say({ channel: HELP, user: "U0ANN", text: "it is version 3 on ECS", threadTs: ts });

    expect(await slack.answered(HELP, ts)).toHaveLength(1);
  });

  it("answers at once when it is asked in the thread, and only that", async () => {
    await using bot = await startTestBot(slack, core, { settings: WAIT });
    const ts = ask("how do I retry a task?");
    const key = `T0TEAM:${HELP}:${ts}`;
    await slack.until(async () => (await bot.inbox.find(key)) !== undefined);

    slack.mention(HELP, "U0BOB", "can you say?", ts);
    await slack.answered(HELP, ts);

    expect(core.asked.map(({ text }) => text)).toEqual(["can you say?"]);
    expect(await bot.inbox.find(key)).toMatchObject({ outcome: "cancelled" });
  });

  it("is silent when a reply came that was not delivered", async () => {
    await using bot = await startTestBot(slack, core, { settings: WAIT, clock: fastClock(2000) });
    const ts = ask("how do I retry a task?");
    const key = `T0TEAM:${HELP}:${ts}`;
    slack.say({ channel: HELP, user: "U0BOB", text: "use retries", threadTs: ts, quiet: true });
    await slack.until(async () => (await bot.inbox.find(key))?.state === "closed");

    expect(seen()).toEqual([]);
  });

  it("is silent when an edit takes the question away, or asks it of a person", async () => {
    await using bot = await startTestBot(slack, core, { settings: WAIT, clock: fastClock(2000) });
    const one = ask("how do I retry a task?");
    const other = ask("how do I cancel a run?", "U0BOB");
    const keys = [one, other].map((ts) => `T0TEAM:${HELP}:${ts}`);
    await slack.until(async () => (await bot.inbox.depth()).open === 2);

    slack.edit(HELP, one, "found it, retries do it");
    slack.edit(HELP, other, "<@U0CARL> how do I cancel a run?");
    for (const key of keys)
      await slack.until(async () => (await bot.inbox.find(key))?.state === "closed");

    expect(core.asked).toEqual([]);
    expect(seen()).toEqual([]);
  });
});

function never(): never {
  throw new Error("no message");
}
