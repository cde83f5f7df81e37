/** Direct messages as conversations, who is refused, and deliveries by another workspace. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import { type FakeSlack, startFakeSlack } from "../support/fake-slack.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { startTestBot, testClock } from "../support/slack-bot.ts";

let slack: FakeSlack;
let core: ScriptedApplication;

beforeEach(async () => {
  slack = await startFakeSlack();
  core = new ScriptedApplication(({ text }) => answerOf([`About ${text}`]));
});
afterEach(async () => {
  await slack.end();
});

const DAY_MS = 86_400_000;
const conversations = () => core.asked.map(({ conversationId }) => conversationId);

describe("a direct message at top level", () => {
  it("goes on with the last answered question, and so does a thread below it", async () => {
    await using _bot = await startTestBot(slack, core);

    const first = slack.dm("U0ANN", "what is a flow?");
    await slack.answered(first.channel, first.ts);
    const second = slack.dm("U0ANN", "and for tasks?");
    await slack.answered(second.channel, second.ts);
    const third = slack.dm("U0ANN", "are you sure?");
    await slack.answered(third.channel, third.ts);
    slack.dm("U0ANN", "why?", second.ts);
    await slack.answered(second.channel, second.ts, 2);

    const conversation = `T0TEAM:${first.channel}:${first.ts}`;
    expect(conversations()).toEqual([conversation, conversation, conversation, conversation]);
  });

  it("waits for the question before it, which may still be answered", async () => {
    const gate = Promise.withResolvers<void>();
    core.beforeClaim = ({ text }) => (text === "slow?" ? gate.promise : undefined);
    await using _bot = await startTestBot(slack, core);

    const slow = slack.dm("U0ANN", "slow?");
    await slack.until(() => core.asked.length === 1);
    const next = slack.dm("U0ANN", "and for tasks?");
    const other = slack.dm("U0BOB", "somebody else?");
    await slack.answered(other.channel, other.ts);
    const before = core.asked.map(({ text }) => text);
    gate.resolve();
    await slack.answered(next.channel, next.ts);

    expect(before).toEqual(["slow?", "somebody else?"]);
    expect(core.asked.at(-1)?.conversationId).toBe(`T0TEAM:${slow.channel}:${slow.ts}`);
  });

  it("begins anew after some days, and never goes on with another person's", async () => {
    await using inbox = openSqliteInbox(":memory:");
    {
      await using _bot = await startTestBot(slack, core, { inbox });
      const first = slack.dm("U0ANN", "what is a flow?");
      await slack.answered(first.channel, first.ts);
    }
    const clock = testClock();
    await using _bot = await startTestBot(slack, core, {
      inbox,
      clock: { ...clock, now: () => clock.now() + 4 * DAY_MS },
    });

    const later = slack.dm("U0ANN", "what is a task?");
    await slack.answered(later.channel, later.ts);
    const other = slack.dm("U0BOB", "what is a worker?");
    await slack.answered(other.channel, other.ts);

    expect(conversations().slice(1)).toEqual([
      `T0TEAM:${later.channel}:${later.ts}`,
      `T0TEAM:${other.channel}:${other.ts}`,
    ]);
  });
});

describe("a refusal", () => {
  it("is said once an hour to the same person in the same channel", async () => {
    let later = 0;
    const clock = testClock();
    await using bot = await startTestBot(slack, core, {
      settings: { allowedChannels: ["C0OTHER"] },
      clock: { ...clock, now: () => clock.now() + later },
    });
    const refused = () => bot.app.metrics.value("refused");
    const ask = async () => {
      const before = refused();
      slack.mention("C0GENERAL", "U0ANN", "here?");
      await slack.until(() => refused() > before, "the refusal");
    };

    await ask();
    await ask();
    await slack.until(() => slack.ephemerals.length === 1, "the first");
    later = 3_700_000;
    await ask();
    await slack.until(() => slack.ephemerals.length === 2, "the second");

    expect(slack.ephemerals.map(({ user }) => user)).toEqual(["U0ANN", "U0ANN"]);
  });
});

describe("an event of another workspace", () => {
  it("is said aloud once, and a message that both deliver is answered once", async () => {
    await using bot = await startTestBot(slack, core);

    const ts = slack.mention("C0GENERAL", "U0ANN", "shared?");
    await slack.answered("C0GENERAL", ts);
    const [envelope] = slack.envelopes;
    for (let time = 0; time < 2; time += 1)
      slack.deliver("events_api", { ...envelope?.payload, team_id: "T0OTHER" });
    await slack.until(() => slack.envelopes.every(({ ack }) => ack !== undefined));

    expect(bot.logs.filter(({ event }) => event === "slack.other-workspace")).toHaveLength(1);
    expect(core.asked).toHaveLength(1);
    expect(slack.replies("C0GENERAL", ts)).toHaveLength(1);
  });
});
