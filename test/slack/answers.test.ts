/** The bot in a workspace: who asks what where, and what stands in the thread afterwards. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Question } from "../../src/answering/application.ts";
import type { Inbox } from "../../src/slack/inbox.ts";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import { type FakeSlack, plainText, startFakeSlack } from "../support/fake-slack.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { startTestBot } from "../support/slack-bot.ts";

let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack({ messageEvents: true });
});

afterEach(async () => {
  await slack.end();
});

/** Answers every question with one claim that repeats it, for tests that look at other things. */
function echoing(): ScriptedApplication {
  return new ScriptedApplication(({ text }) => answerOf([`About ${text}`]));
}

function textOf(message: { text: string; blocks: readonly unknown[] } | undefined): string {
  return message === undefined ? "" : plainText(message);
}

/** Resolves when every delivery so far was acknowledged and nothing is being worked on. */
async function settled(bot: {
  app: { running: number };
  inbox: { depth(): Promise<{ open: number }> };
}) {
  await slack.until(
    async () =>
      slack.envelopes.every(({ ack }) => ack !== undefined) &&
      bot.app.running === 0 &&
      (await bot.inbox.depth()).open === 0,
    "quiet",
  );
}

describe("a mention in a channel", () => {
  it("is answered once in its thread, with numbered sources, and its follow-up belongs to the same conversation", async () => {
    const application = new ScriptedApplication({
      "what happens if the pod dies?": answerOf([
        { text: "The run is marked `Crashed`.", quote: "marked Crashed", aspect: "state" },
        { text: "Retries do not cover it.", citation: 2, aspect: "automatic" },
      ]),
      "and for tasks?": answerOf(["Tasks die with it."]),
    });
    await using bot = await startTestBot(slack, application);

    const ts = slack.mention("C0GENERAL", "U0ANN", "what happens if the pod dies?");
    const [answer] = await slack.answered("C0GENERAL", ts);
    const followUp = slack.mention("C0GENERAL", "U0ANN", "and for tasks?", ts);
    await slack.answered("C0GENERAL", ts, 2);
    await settled(bot);

    expect(textOf(answer)).toMatchInlineSnapshot(`
      "What is recorded
      The run is marked Crashed. [1]
      What happens by itself
      Retries do not cover it. [2]
      *Sources* · Prefect 3 · read 4 days ago
      [1] <https://docs.example.com/v3/page-1#section-1|Page 1 › Section 1>
      [2] <https://docs.example.com/v3/page-2#section-2|Page 2 › Section 2>
      Helpful Not helpful"
    `);
    expect(answer?.threadTs).toBe(ts);
    expect(application.asked.map(({ conversationId, key }) => ({ conversationId, key }))).toEqual([
      { conversationId: `T0TEAM:C0GENERAL:${ts}`, key: `T0TEAM:C0GENERAL:${ts}` },
      { conversationId: `T0TEAM:C0GENERAL:${ts}`, key: `T0TEAM:C0GENERAL:${followUp}` },
    ]);
    expect(slack.replies("C0GENERAL", ts)).toHaveLength(2);
    expect(application.postedCalls.map(({ shown }) => shown["messages"])).toEqual(
      slack.replies("C0GENERAL", ts).map((reply) => reply.ts),
    );
  });

  it("shows a status within 300 ms of the event", async () => {
    await using bot = await startTestBot(slack, echoing());

    const asked = performance.now();
    slack.mention("C0GENERAL", "U0ANN", "what is a flow?");
    const status = await slack.until(() => slack.statuses[0]);
    await settled(bot);

    expect(status.at - asked).toBeLessThan(300);
  });

  it("is answered once though it is delivered again and again, over every socket, mixed with its twin", async () => {
    const application = echoing();
    await using inbox = openSqliteInbox(":memory:");
    await using first = await startTestBot(slack, application, { inbox });
    await using second = await startTestBot(slack, application, { inbox });

    const ts = slack.mention("C0GENERAL", "U0ANN", "what is a flow?");
    for (const envelope of slack.envelopes.slice(0, 2)) {
      slack.send(envelope, true);
      slack.send(envelope);
    }
    await slack.answered("C0GENERAL", ts);
    for (const envelope of slack.envelopes.slice(0, 2)) slack.send(envelope, true);
    await settled(first);
    await settled(second);

    expect(slack.replies("C0GENERAL", ts)).toHaveLength(1);
    expect(application.asked).toHaveLength(1);
  });

  it("is answered when only its plain message came first", async () => {
    await using bot = await startTestBot(slack, echoing());
    const ts = slack.say({
      channel: "C0GENERAL",
      user: "U0ANN",
      text: "<@U0MARVIN> what is a flow?",
      quiet: true,
    });
    const event = { user: "U0ANN", text: "<@U0MARVIN> what is a flow?", ts, channel: "C0GENERAL" };

    slack.event({ type: "message", channel_type: "channel", ...event });
    slack.event({ type: "app_mention", ...event });
    await slack.answered("C0GENERAL", ts);
    await settled(bot);

    expect(slack.replies("C0GENERAL", ts)).toHaveLength(1);
  });

  it.each([
    ["no words", "", /Ask me what happens when something fails/],
    ["emoji only", ":eyes: 👀 :thinking_face:", /Ask me what happens when something fails/],
  ])("with %s gets a short help and reaches no core", async (_what, text, expected) => {
    const application = echoing();
    await using bot = await startTestBot(slack, application);

    const ts = slack.mention("C0GENERAL", "U0ANN", text);
    const [answer] = await slack.answered("C0GENERAL", ts);
    await settled(bot);

    expect(textOf(answer)).toMatch(expected);
    expect(application.asked).toEqual([]);
  });

  it("with nothing but an image says that it was not read", async () => {
    await using bot = await startTestBot(slack, echoing());

    const ts = slack.say({
      channel: "C0GENERAL",
      user: "U0ANN",
      text: "<@U0MARVIN>",
      extra: { subtype: "file_share", files: [{ id: "F1", mimetype: "image/png" }] },
    });
    const [answer] = await slack.answered("C0GENERAL", ts);
    await settled(bot);

    expect(textOf(answer)).toMatch(/could not read that/);
  });

  it("hands the thread's earlier messages to the core when it joins, its own marked", async () => {
    const application = echoing();
    await using bot = await startTestBot(slack, application);
    const root = slack.say({
      channel: "C0GENERAL",
      user: "U0BOB",
      text: "our pods &amp; workers die",
      quiet: true,
    });
    slack.say({
      channel: "C0GENERAL",
      user: "U0CY",
      text: "since <https://x.example|Monday>",
      threadTs: root,
      quiet: true,
    });

    slack.mention("C0GENERAL", "U0ANN", "why?", root);
    await slack.answered("C0GENERAL", root);
    slack.say({ channel: "C0GENERAL", user: "U0BOB", text: "we use ECS", threadTs: root });
    slack.mention("C0GENERAL", "U0ANN", "and now?", root);
    await slack.answered("C0GENERAL", root, 2);
    await settled(bot);

    expect(application.asked.map(({ history }) => history)).toEqual([
      [
        { author: "U0BOB", text: "our pods & workers die", ours: false },
        { author: "U0CY", text: "since Monday", ours: false },
      ],
      [{ author: "U0BOB", text: "we use ECS", ours: false }],
    ]);
  });

  it("uses the product and version of its channel", async () => {
    const application = echoing();
    await using bot = await startTestBot(slack, application, {
      settings: { channelScopes: { C0GENERAL: { product: "prefect", version: "3" } } },
    });

    const ts = slack.mention("C0GENERAL", "U0ANN", "what is a flow?");
    await slack.answered("C0GENERAL", ts);
    await settled(bot);

    expect(application.asked[0]?.scope).toEqual({ product: "prefect", version: "3" });
  });

  it("waits for the question before it in the same thread, and for none in another", async () => {
    const gate = Promise.withResolvers<void>();
    const application = echoing();
    application.beforeClaim = ({ text }: Question) => (text === "slow?" ? gate.promise : undefined);
    await using bot = await startTestBot(slack, application);

    const slow = slack.mention("C0GENERAL", "U0ANN", "slow?");
    const behind = slack.mention("C0GENERAL", "U0BOB", "behind?", slow);
    const other = slack.mention("C0GENERAL", "U0CY", "elsewhere?");
    await slack.answered("C0GENERAL", other);
    const askedMeanwhile = application.asked.map(({ text }) => text);
    gate.resolve();
    await slack.answered("C0GENERAL", slow, 2);
    await settled(bot);

    expect(askedMeanwhile).toEqual(["slow?", "elsewhere?"]);
    expect(slack.replies("C0GENERAL", slow).map((reply) => textOf(reply).split("\n")[0])).toEqual([
      "About slow? [1]",
      "About behind? [1]",
    ]);
    expect(behind > slow).toBe(true);
  });
});

describe("a direct message", () => {
  it("is answered in a thread of its own, and needs no mention", async () => {
    await using bot = await startTestBot(slack, echoing());

    const { channel, ts } = slack.dm("U0ANN", "what is a work pool?");
    const [answer] = await slack.answered(channel, ts);
    await settled(bot);

    expect(answer?.threadTs).toBe(ts);
    expect(slack.replies(channel, ts)).toHaveLength(1);
  });

  it("offers prompts once a day when the messages tab is opened", async () => {
    await using bot = await startTestBot(slack, echoing());

    slack.openHome("U0ANN");
    slack.openHome("U0ANN");
    await slack.until(() => slack.callsTo("assistant.threads.setSuggestedPrompts").length > 0);
    await settled(bot);

    expect(slack.callsTo("assistant.threads.setSuggestedPrompts")).toHaveLength(1);
  });

  it("offers what the indexed sources say people ask", async () => {
    const prompts = [{ title: "Lost jobs", message: "What happens to a job whose host dies?" }];
    await using _bot = await startTestBot(slack, echoing(), { prompts });

    slack.openHome("U0BEN");
    const [call] = await slack.until(() => {
      const calls = slack.callsTo("assistant.threads.setSuggestedPrompts");
      return calls.length > 0 ? calls : undefined;
    });

    expect(call?.args["prompts"]).toEqual(prompts);
  });
});

describe("messages that are no questions to the bot", () => {
  it.each([
    ["another bot's message", { bot_id: "B0OTHER", text: "<@U0MARVIN> ping?" }],
    ["a bot_message without a user", { subtype: "bot_message", user: undefined, bot_id: "B0X" }],
    ["its own message", { user: "U0MARVIN", text: "<@U0MARVIN> what?" }],
    ["somebody joining", { subtype: "channel_join", text: "<@U0ANN> has joined the channel" }],
    ["a changed topic", { subtype: "channel_topic" }],
    ["a reminder by Slackbot", { user: "USLACKBOT" }],
  ])("%s starts nothing", async (_what, event) => {
    const application = echoing();
    await using bot = await startTestBot(slack, application);
    const base = { user: "U0ANN", text: "what is a flow?", ts: "1700000000.000900" };

    slack.event({ type: "app_mention", channel: "C0GENERAL", ...base, ...event });
    slack.event({ type: "message", channel_type: "im", channel: "D0ANN", ...base, ...event });
    await settled(bot);

    expect(application.asked).toEqual([]);
    expect(slack.callsTo("chat.postMessage")).toEqual([]);
    expect(slack.callsTo("chat.startStream")).toEqual([]);
  });

  it("its own posts and edits, echoed as events, start nothing", async () => {
    const application = echoing();
    await using bot = await startTestBot(slack, application);

    const { channel, ts } = slack.dm("U0ANN", "what is a flow?");
    await slack.answered(channel, ts);
    await settled(bot);

    expect(slack.envelopes.length).toBeGreaterThan(1);
    expect(application.asked).toHaveLength(1);
  });
});

describe("the buttons of a thread", () => {
  const rows = (channel: string, thread: string) =>
    slack
      .replies(channel, thread)
      .map(({ blocks }) => blocks.filter((block) => block["type"] === "actions").length);

  it("stand under its last answer only, and stay where Slack refuses to take them away", async () => {
    await using bot = await startTestBot(slack, echoing());
    const ts = slack.mention("C0GENERAL", "U0ANN", "one?");
    await slack.answered("C0GENERAL", ts);
    await settled(bot);
    expect(rows("C0GENERAL", ts)).toEqual([1]);

    slack.mention("C0GENERAL", "U0ANN", "two?", ts);
    const answers = await slack.answered("C0GENERAL", ts, 2);
    await slack.until(() => rows("C0GENERAL", ts).join() === "0,1", "one row");
    expect(textOf(answers[0])).toContain("About one?");

    slack.fail("chat.update", { kind: "error", error: "cant_update_message" });
    slack.mention("C0GENERAL", "U0ANN", "three?", ts);
    await slack.answered("C0GENERAL", ts, 3);
    await slack.until(() => bot.logs.some(({ event }) => event === "slack.buttons-stay"), "a no");
    expect(rows("C0GENERAL", ts)).toEqual([0, 1, 1]);
  });
});

describe("follow-ups without a mention", () => {
  async function threadWithAnswer(followUps: boolean) {
    const application = echoing();
    const bot = await startTestBot(slack, application, { settings: { followUps } });
    const ts = slack.mention("C0GENERAL", "U0ANN", "what is a flow?");
    await slack.answered("C0GENERAL", ts);
    await settled(bot);
    return { application, bot, ts };
  }

  it("are ignored unless the setting is on", async () => {
    const { application, bot, ts } = await threadWithAnswer(false);
    await using _bot = bot;

    slack.say({ channel: "C0GENERAL", user: "U0ANN", text: "and a task?", threadTs: ts });
    await settled(bot);

    expect(application.asked).toHaveLength(1);
  });

  it.each([
    ["a question by the asker", "U0ANN", "and a task?", 2],
    ["a doubt by the asker", "U0ANN", "are you sure about that", 2],
    ["a quotation by the asker", "U0ANN", "&gt; About what\nhm", 2],
    ["thanks", "U0ANN", "thanks, that helps", 1],
    ["somebody else's question", "U0BOB", "and a task?", 1],
    ["a question to another person", "U0ANN", "<@U0BOB> is that so?", 1],
  ])("when it is on, %s is treated as such", async (_what, user, text, asked) => {
    const { application, bot, ts } = await threadWithAnswer(true);
    await using _bot = bot;

    slack.say({ channel: "C0GENERAL", user, text, threadTs: ts });
    if (asked === 2) await slack.answered("C0GENERAL", ts, 2);
    await settled(bot);

    expect(application.asked).toHaveLength(asked);
  });

  it("in a thread without the bot, and outside of threads, are none of its business", async () => {
    const { application, bot } = await threadWithAnswer(true);
    await using _bot = bot;
    const other = slack.say({ channel: "C0GENERAL", user: "U0ANN", text: "what about lunch?" });

    slack.say({ channel: "C0GENERAL", user: "U0ANN", text: "where?", threadTs: other });
    await settled(bot);

    expect(application.asked).toHaveLength(1);
  });
});

describe("a question that changes", () => {
  it("is answered with its new text when it was edited in time, and only once", async () => {
    const gate = Promise.withResolvers<void>();
    const application = echoing();
    application.beforeClaim = ({ text }: Question) =>
      text === "what is a flaw?" ? gate.promise : undefined;
    await using bot = await startTestBot(slack, application);

    const ts = slack.mention("C0GENERAL", "U0ANN", "what is a flaw?");
    await slack.until(() => application.asked.length === 1);
    slack.edit("C0GENERAL", ts, "<@U0MARVIN> what is a flow?");
    const [answer] = await slack.answered("C0GENERAL", ts);
    gate.resolve();
    await settled(bot);

    expect(textOf(answer)).toContain("About what is a flow?");
    expect(slack.replies("C0GENERAL", ts)).toHaveLength(1);
    expect(application.asked.map(({ key }) => key)).toEqual([
      `T0TEAM:C0GENERAL:${ts}`,
      `T0TEAM:C0GENERAL:${ts}:1`,
    ]);
  });

  it("keeps its answer when it is edited afterwards, or gets a link preview", async () => {
    const application = echoing();
    await using bot = await startTestBot(slack, application);

    const ts = slack.mention("C0GENERAL", "U0ANN", "what is a flow?");
    await slack.answered("C0GENERAL", ts);
    await settled(bot);
    slack.edit("C0GENERAL", ts, "<@U0MARVIN> what is a task?");
    slack.edit("C0GENERAL", ts, "<@U0MARVIN> what is a task?");
    await settled(bot);

    expect(application.asked).toHaveLength(1);
    expect(slack.replies("C0GENERAL", ts)).toHaveLength(1);
  });

  it("is dropped when it is deleted before its answer", async () => {
    const application = echoing();
    const gate = Promise.withResolvers<void>();
    application.beforeClaim = () => gate.promise;
    await using bot = await startTestBot(slack, application);

    const ts = slack.mention("C0GENERAL", "U0ANN", "what is a flow?");
    await slack.until(() => application.asked.length === 1);
    slack.remove("C0GENERAL", ts);
    await slack.until(async () => (await bot.inbox.depth()).open === 0);
    gate.resolve();
    await settled(bot);

    expect(slack.messages("C0GENERAL")).toEqual([]);
    expect((await bot.inbox.find(`T0TEAM:C0GENERAL:${ts}`))?.outcome).toBe("cancelled");
  });
});

describe("the stop button", () => {
  it("ends the generation and keeps what is shown, which the core is told", async () => {
    const application = new ScriptedApplication(() => answerOf(["First.", "Second."]));
    const gate = Promise.withResolvers<void>();
    application.beforeClaim = ({ signal }: Question, index: number) => {
      if (index === 0) return Promise.resolve();
      return new Promise((resolve) => {
        signal?.addEventListener("abort", () => resolve(), { once: true });
        void gate.promise.then(resolve);
      });
    };
    await using bot = await startTestBot(slack, application);

    const ts = slack.mention("C0GENERAL", "U0ANN", "what is a flow?");
    const live = await slack.until(() => slack.replies("C0GENERAL", ts)[0]);
    await slack.until(
      async () => (await bot.inbox.findByMessage("C0GENERAL", live.ts)) !== undefined,
    );
    slack.stopAgent(live, "U0ANN");
    await settled(bot);

    expect(textOf(slack.replies("C0GENERAL", ts)[0])).toBe("First. [1]");
    expect((await bot.inbox.find(`T0TEAM:C0GENERAL:${ts}`))?.outcome).toBe("stopped");
    expect(application.postedCalls[0]?.answer?.claims.map(({ text }) => text)).toEqual(["First."]);
    gate.resolve();
  });
});

describe("a stop before anything is shown", () => {
  it("ends the question of that thread, and nothing is said", async () => {
    const application = echoing();
    application.beforeClaim = ({ signal }: Question) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      });
    await using bot = await startTestBot(slack, application);

    const ts = slack.mention("C0GENERAL", "U0ANN", "what is a flow?");
    await slack.until(() => application.asked.length === 1);
    slack.event({
      type: "agent_session_stopped",
      channel: "C0GENERAL",
      user: "U0ANN",
      thread_ts: ts,
      streaming_message_ts: [],
      event_ts: slack.nextTs(),
    });
    await settled(bot);

    expect((await bot.inbox.find(`T0TEAM:C0GENERAL:${ts}`))?.outcome).toBe("stopped");
    expect(slack.replies("C0GENERAL", ts)).toEqual([]);
  });
});

describe("limits that the operator set", () => {
  it("let the others in a thread pass while one of them waits for a budget", async () => {
    const application = echoing();
    await using bot = await startTestBot(slack, application, {
      settings: { budgets: { userHour: 1, channelHour: 0, day: 0 } },
    });
    const ts = slack.mention("C0GENERAL", "U0ANN", "one?");
    await slack.answered("C0GENERAL", ts);

    slack.mention("C0GENERAL", "U0ANN", "two?", ts);
    await slack.until(() => slack.ephemerals.length === 1);
    slack.mention("C0GENERAL", "U0BOB", "three?", ts);
    await slack.answered("C0GENERAL", ts, 2);

    expect(application.asked.map(({ text }) => text)).toEqual(["one?", "three?"]);
    expect(await bot.inbox.depth()).toMatchObject({ open: 1 });
  });

  it("queue a question over the budget, tell the asker once, and answer it when its time comes", async () => {
    let now = Date.parse("2026-11-24T09:00:00.000Z");
    const clock = {
      now: () => now,
      elapsed: () => performance.now(),
      sleep: (ms: number, signal?: AbortSignal) =>
        new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(ms, 20));
          signal?.addEventListener("abort", () => {
            clearTimeout(timer);
            resolve();
          });
        }),
    };
    const application = echoing();
    await using bot = await startTestBot(slack, application, {
      clock,
      settings: { budgets: { userHour: 1, channelHour: 0, day: 0 } },
    });

    const first = slack.mention("C0GENERAL", "U0ANN", "one?");
    await slack.answered("C0GENERAL", first);
    const second = slack.mention("C0GENERAL", "U0ANN", "two?");
    await slack.until(() => slack.ephemerals.length === 1);
    const other = slack.mention("C0GENERAL", "U0BOB", "three?");
    await slack.answered("C0GENERAL", other);
    const before = slack.replies("C0GENERAL", second).length;
    now += 3_600_000;
    await slack.answered("C0GENERAL", second);
    await settled(bot);

    expect(before).toBe(0);
    expect(slack.ephemerals.map(({ user, text }) => ({ user, text }))).toEqual([
      {
        user: "U0ANN",
        text: "You have used up your questions for this hour. Yours is in the queue and I answer it here in about 60 min.",
      },
    ]);
    expect(slack.replies("C0GENERAL", second)).toHaveLength(1);
  });

  it.each([
    ["channel", { allowedChannels: ["C0OTHER"] }, /in this channel/],
    ["person", { allowedUsers: ["U0BOB"] }, /answer you/],
  ])(
    "refuse a %s that is not on the list, before anything is searched",
    async (_what, settings, text) => {
      const application = echoing();
      await using bot = await startTestBot(slack, application, { settings });

      slack.mention("C0GENERAL", "U0ANN", "what is a flow?");
      await slack.until(() => slack.ephemerals.length === 1);
      slack.mention("C0GENERAL", "U0ANN", "again?");
      await settled(bot);

      expect(slack.ephemerals).toHaveLength(1);
      expect(slack.ephemerals[0]?.text).toMatch(text);
      expect(application.asked).toEqual([]);
      expect(slack.statuses).toEqual([]);
    },
  );
});

describe("a question found at the start", () => {
  const MORNING = Date.parse("2026-11-24T09:00:00.000Z");
  const say = () => slack.say({ channel: "C0GENERAL", user: "U0ANN", text: "q", quiet: true });
  const admit = (inbox: Inbox, ts: string, receivedAt: number) =>
    inbox.admit(
      {
        kind: "question",
        team: "T0TEAM",
        channel: "C0GENERAL",
        ts,
        threadTs: ts,
        inThread: false,
        user: "U0ANN",
        userTeam: undefined,
        text: "what is a flow?",
        surface: "mention",
        mentionsOthers: false,
        files: [],
        edited: false,
      },
      receivedAt,
    );

  it("gets an apology when it is too old, and an answer when it is not", async () => {
    await using inbox = openSqliteInbox(":memory:");
    const old = say();
    const recent = say();
    await admit(inbox, old, MORNING - 7 * 3_600_000);
    await admit(inbox, recent, MORNING - 3_600_000);

    await using bot = await startTestBot(slack, echoing(), { inbox });
    const [apology] = await slack.answered("C0GENERAL", old);
    const [answer] = await slack.answered("C0GENERAL", recent);
    await settled(bot);

    expect(textOf(apology)).toMatch(/^Sorry, I was not there/);
    expect(textOf(answer)).toContain("About what is a flow?");
  });

  it("is not answered twice when a power cut took what the store had noted of its answer", async () => {
    const ts = say();
    for (let run = 0; run < 2; run += 1) {
      // Admitted, and nothing after that.
      await using inbox = openSqliteInbox(":memory:");
      await admit(inbox, ts, MORNING - 1000);
      await using bot = await startTestBot(slack, echoing(), { inbox });
      await settled(bot);
    }

    expect(slack.replies("C0GENERAL", ts).map(textOf)).toEqual([
      expect.stringContaining("About what is a flow?"),
    ]);
    expect(slack.callsTo("chat.postMessage")).toHaveLength(1);
  });
});
