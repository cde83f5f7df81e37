/** How an answer gets into its thread when Slack is unwilling, slow, or loses responses. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Question } from "../../src/answering/application.ts";
import type { Answer } from "../../src/documents/answer.ts";
import { type FakeSlack, type Fault, plainText, startFakeSlack } from "../support/fake-slack.ts";
import { fastClock } from "../support/fast-clock.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { type TestBot, startTestBot } from "../support/slack-bot.ts";
import { threeClaims } from "../support/three-claims.ts";

const SPEED = 60;

let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack();
});

afterEach(async () => {
  await slack.end();
});

/** A core whose claims come a second and a bit apart, so that each is a call of its own. */
function slowCore(answer: Answer = threeClaims): ScriptedApplication {
  const application = new ScriptedApplication(() => answer);
  const clock = fastClock(SPEED);
  application.beforeClaim = ({ signal }: Question, index) =>
    index === 0 ? undefined : clock.sleep(1300, signal).catch(() => undefined);
  return application;
}

async function closed(bot: TestBot, ts: string) {
  return slack.until(async () => {
    const question = await bot.inbox.find(`T0TEAM:C0GENERAL:${ts}`);
    return question?.state === "closed" && question;
  }, "the end of the question");
}

/** Asks, waits for the end, and returns what the bot's messages in the thread say. */
async function ask(bot: TestBot, text = "what happens?"): Promise<readonly string[]> {
  const ts = slack.mention("C0GENERAL", "U0ANN", text);
  await closed(bot, ts);
  return slack.replies("C0GENERAL", ts).map(plainText);
}

/** What the thread should hold: one message, with every claim and one list of sources. */
const WHOLE = {
  messages: 1,
  lines: [
    "What is recorded",
    "The first thing is so. [1]",
    "What happens by itself",
    "The second thing is so. [2]",
    "What to do",
    "The third thing is so. [1]",
    "*Sources* · Prefect 3 · read 4 days ago",
  ],
  lists: 1,
};

function shape(texts: readonly string[]): typeof WHOLE {
  const lines = texts.join("\n").split("\n");
  return {
    messages: texts.length,
    lines: lines.slice(0, WHOLE.lines.length),
    lists: lines.filter((line) => line.startsWith("*Sources*")).length,
  };
}

describe("the ladder", () => {
  it("streams claim by claim where Slack streams", async () => {
    const application = new ScriptedApplication(() => threeClaims);
    // The second claim comes when the first is shown, the third when the second is.
    application.beforeClaim = async (_question, index) => {
      const method = [undefined, "chat.startStream", "chat.appendStream"][index];
      if (method !== undefined) await slack.until(() => slack.callsTo(method)[0]?.ok);
    };
    await using bot = await startTestBot(slack, application, { clock: fastClock(SPEED) });

    expect(shape(await ask(bot))).toEqual(WHOLE);
    expect(slack.callsTo("chat.startStream")).toHaveLength(1);
    expect(slack.callsTo("chat.appendStream")).toHaveLength(1);
    expect(slack.callsTo("chat.postMessage")).toHaveLength(0);
  });

  it("posts an answer that comes all at once as one message, with a text for notifications", async () => {
    await using bot = await startTestBot(slack, new ScriptedApplication(() => threeClaims));

    expect(shape(await ask(bot))).toEqual(WHOLE);
    const [message] = slack.messages("C0GENERAL").filter(({ botId }) => botId !== undefined);

    expect(message).toMatchObject({ stream: undefined, changes: 0 });
    expect(message?.text).toContain("The third thing is so.");
  });

  it.each([
    "channel_type_not_supported",
    "missing_recipient_user_id",
    "unknown_method",
    "invalid_chunks",
    "some_error_of_tomorrow",
  ])("posts and updates when streams are refused with %s, and remembers that", async (error) => {
    slack.fail("chat.startStream", { kind: "error", error });
    await using bot = await startTestBot(slack, slowCore(), { clock: fastClock(SPEED) });

    expect(shape(await ask(bot))).toEqual(WHOLE);
    await ask(bot, "again?");

    expect(slack.callsTo("chat.startStream")).toHaveLength(1);
    expect(slack.callsTo("chat.update").length).toBeGreaterThanOrEqual(2);
  });

  it("posts text alone when blocks are refused", async () => {
    slack.fail("chat.startStream", { kind: "error", error: "unknown_method" });
    slack.fail("chat.postMessage", { kind: "error", error: "invalid_blocks" });
    slack.fail("chat.update", { kind: "error", error: "invalid_blocks" }, 3);
    await using bot = await startTestBot(slack, slowCore(), { clock: fastClock(SPEED) });

    const texts = await ask(bot);

    expect(texts).toHaveLength(1);
    for (const claim of threeClaims.claims) expect(texts[0]).toContain(claim.text);
    expect(texts[0]).toMatch(/\[2\][^]*\*Sources\*[^]*\[2\] <https:/);
  });

  it("posts when the minute's streams are used up, and finishes every answer", async () => {
    const application = new ScriptedApplication(() => threeClaims);
    // The second claim comes when the first is shown.
    application.beforeClaim = async ({ key }, index) => {
      const ts = key.split(":")[2] ?? "";
      if (index === 1) await slack.until(() => slack.replies("C0GENERAL", ts).length > 0);
    };
    await using bot = await startTestBot(slack, application, {
      settings: { budgets: { userHour: 0, channelHour: 0, day: 0 } },
    });

    const asked = Array.from({ length: 25 }, () => slack.mention("C0GENERAL", "U0ANN", "q?"));
    for (const ts of asked) await closed(bot, ts);

    for (const ts of asked)
      expect(shape(slack.replies("C0GENERAL", ts).map(plainText))).toEqual(WHOLE);
    expect(slack.callsTo("chat.startStream")).toHaveLength(18);
    expect(slack.callsTo("chat.postMessage")).toHaveLength(7);
  });
});

describe("a call that fails", () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ["breaks before it is done", { kind: "drop" }],
    ["is done and its response lost", { kind: "drop-response" }],
    ["is done and answered 500", { kind: "lost-response" }],
    ["is answered 503", { kind: "status", status: 503 }],
    ["is answered 429 with Retry-After", { kind: "rate-limited", retryAfter: 1 }],
    ["is answered 429 without Retry-After", { kind: "rate-limited" }],
    ["is answered internal_error", { kind: "error", error: "internal_error" }],
  ];
  const streaming = ["chat.startStream", "chat.appendStream", "chat.stopStream"] as const;
  const posting = ["chat.postMessage", "chat.update"] as const;

  it.for(streaming.flatMap((method) => faults.map(([what, fault]) => ({ method, what, fault }))))(
    "leaves one whole answer: $method $what",
    async ({ method, fault }) => {
      slack.fail(method, fault);
      await using bot = await startTestBot(slack, slowCore(), { clock: fastClock(SPEED) });

      expect(shape(await ask(bot))).toEqual(WHOLE);
      expect(
        slack.replies("C0GENERAL", slack.messages("C0GENERAL")[0]?.ts ?? "")[0]?.stream,
      ).not.toBe("live");
    },
  );

  it.for(posting.flatMap((method) => faults.map(([what, fault]) => ({ method, what, fault }))))(
    "leaves one whole answer: $method $what",
    async ({ method, fault }) => {
      slack.fail("chat.startStream", { kind: "error", error: "unknown_method" });
      slack.fail(method, fault, 2);
      await using bot = await startTestBot(slack, slowCore(), { clock: fastClock(SPEED) });

      expect(shape(await ask(bot))).toEqual(WHOLE);
    },
  );

  it("is survived when Slack is gone for a while in the middle of an answer", async () => {
    slack.intercept = (call) => {
      if (call.method === "chat.appendStream")
        for (const method of [
          "chat.appendStream",
          "chat.stopStream",
          "chat.update",
          "conversations.replies",
        ])
          slack.fail(method, { kind: "status", status: 500 }, 4);
      slack.intercept = call.method === "chat.appendStream" ? undefined : slack.intercept;
    };
    await using bot = await startTestBot(slack, slowCore(), { clock: fastClock(SPEED) });

    expect(shape(await ask(bot))).toEqual(WHOLE);
  });
});

describe("a stream that ends before the answer", () => {
  it("by Slack's own decision is completed by an update of the same message", async () => {
    slack.intercept = (call) => {
      const live = slack.messages("C0GENERAL").find(({ stream }) => stream === "live");
      if (call.method === "chat.appendStream" && live !== undefined) slack.endStream(live);
    };
    await using bot = await startTestBot(slack, slowCore(), { clock: fastClock(SPEED) });

    expect(shape(await ask(bot))).toEqual(WHOLE);
  });
});

describe("what is shown", () => {
  it("begins with the first claim while later ones are still being written", async () => {
    const gate = Promise.withResolvers<void>();
    const application = new ScriptedApplication(() => threeClaims);
    application.beforeClaim = (_question, index) => (index === 1 ? gate.promise : undefined);
    await using bot = await startTestBot(slack, application);

    const ts = slack.mention("C0GENERAL", "U0ANN", "what happens?");
    const first = await slack.until(() => slack.replies("C0GENERAL", ts)[0]);
    const shownFirst = plainText(first);
    gate.resolve();
    await closed(bot, ts);

    expect(shownFirst).toBe("What is recorded\nThe first thing is so. [1]");
    expect(shape(slack.replies("C0GENERAL", ts).map(plainText))).toEqual(WHOLE);
  });

  it("puts what is said about ourselves before the claims", async () => {
    const answer = answerOf(["So it is."], {
      remarks: [{ kind: "word-not-documented", values: { word: "checkpoint" } }],
    });
    await using bot = await startTestBot(slack, slowCore(answer), { clock: fastClock(SPEED) });

    const [text] = await ask(bot);

    expect(text?.indexOf("checkpoint")).toBeGreaterThanOrEqual(0);
    expect(text?.indexOf("checkpoint")).toBeLessThan(text?.indexOf("So it is.") ?? 0);
    expect(text?.match(/checkpoint/g)).toHaveLength(1);
  });

  it("goes on in a second message when the answer is long, sources below the last", async () => {
    const answer = answerOf(
      Array.from({ length: 16 }, (_, index) => `${index}: ${"word ".repeat(160)}end.`),
    );
    await using bot = await startTestBot(slack, slowCore(answer), { clock: fastClock(SPEED) });

    const texts = await ask(bot);

    expect(texts).toHaveLength(2);
    expect(texts.join("\n").match(/^\d+: /gm)).toEqual(
      Array.from({ length: 16 }, (_, i) => `${i}: `),
    );
    expect(texts.map((text) => text.includes("*Sources*"))).toEqual([false, true]);
  });
});

describe("a place that goes away", () => {
  it.each([
    ["the bot is removed from the channel", (ts: string) => [ts, slack.removeBotFrom("C0GENERAL")]],
    ["the thread is deleted", (ts: string) => slack.remove("C0GENERAL", ts)],
  ])("in the middle of an answer (%s) ends it without a trace of failure", async (_what, act) => {
    const gate = Promise.withResolvers<void>();
    const application = new ScriptedApplication(() => threeClaims);
    application.beforeClaim = (_question, index) => (index === 0 ? gate.promise : undefined);
    await using bot = await startTestBot(slack, application);

    const ts = slack.mention("C0GENERAL", "U0ANN", "what happens?");
    await slack.until(() => application.asked.length === 1);
    act(ts);
    gate.resolve();
    const question = await closed(bot, ts);

    expect(question.outcome).toBe("cancelled");
    expect(bot.logs.filter(({ level }) => level === "error")).toEqual([]);
  });
});

describe("failures that are not Slack's", () => {
  it("are tried again, and end in an apology when they stay", async () => {
    const application = new ScriptedApplication(() => {
      throw new Error("the core is broken");
    });
    await using bot = await startTestBot(slack, application, {
      clock: fastClock(200),
      settings: { alertTo: "U0OPS" },
    });

    const texts = await ask(bot);

    expect(texts).toEqual([expect.stringMatching(/^Sorry, I tried several times/)]);
    expect(application.asked).toHaveLength(4);
    expect(slack.messages("D0OPS").map(plainText)).toEqual([
      expect.stringMatching(/3 failures of kind "answer".*the core is broken/),
    ]);
  });

  it("keep a question when a scope is missing, tell the operator, and answer once it is there", async () => {
    await using bot = await startTestBot(slack, slowCore(), {
      clock: fastClock(600),
      settings: { alertTo: "U0OPS" },
    });
    slack.fail("chat.startStream", { kind: "error", error: "missing_scope" }, 8);
    slack.fail("chat.postMessage", { kind: "error", error: "missing_scope" }, 8);

    expect(shape(await ask(bot))).toEqual(WHOLE);
    expect(bot.logs.filter(({ event }) => event === "slack.misconfigured").length).toBeGreaterThan(
      0,
    );
  });
});

describe("a long answer", () => {
  /** Claims whose blocks hold about 2,500 characters each: listings of one long line. */
  const long = (count: number) =>
    answerOf(
      Array.from({ length: count }, (_, index) => ({
        text: `Number ${index + 1}: ${"x".repeat(2400)}.`,
        citation: index + 1,
      })),
    );
  const numbers = (texts: readonly string[]) =>
    [...texts.join("\n").matchAll(/Number (\d+):/g)].map((match) => Number(match[1]));
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it.each([4, 5, 12])(
    "of %i long claims is in Slack whole, in messages that it takes",
    async (count) => {
      await using bot = await startTestBot(slack, new ScriptedApplication(() => long(count)), {
        clock: fastClock(SPEED),
      });

      const texts = await ask(bot);

      expect(numbers(texts)).toEqual(upTo(count));
      expect(texts.join("\n").split("*Sources*")).toHaveLength(2);
      expect(slack.calls.filter(({ ok }) => ok === false)).toEqual([]);
    },
  );

  it("that comes bit by bit is in Slack whole, too", async () => {
    await using bot = await startTestBot(slack, slowCore(long(6)), { clock: fastClock(SPEED) });

    expect(numbers(await ask(bot))).toEqual(upTo(6));
  });

  it("is divided further where Slack takes less than we think", async () => {
    slack.blocksTotal = 6000;
    await using bot = await startTestBot(slack, new ScriptedApplication(() => long(5)), {
      clock: fastClock(SPEED),
    });

    const texts = await ask(bot);
    slack.complaints.length = 0;

    expect(numbers(texts)).toEqual(upTo(5));
    expect(texts.join("\n").split("*Sources*")).toHaveLength(2);
  });

  it("is whole as text, too, where Slack takes no blocks", async () => {
    slack.fail("chat.startStream", { kind: "error", error: "unknown_method" });
    slack.intercept = ({ method, args }) => {
      const refused = method === "chat.postMessage" || method === "chat.update";
      if (refused && Array.isArray(args["blocks"]) && args["blocks"].length > 0)
        slack.fail(method, { kind: "error", error: "invalid_blocks" });
    };
    const application = new ScriptedApplication(() => long(4));
    await using bot = await startTestBot(slack, application, { clock: fastClock(SPEED) });

    const text = (await ask(bot)).join("\n");

    for (const claim of long(4).claims) expect(text).toContain(claim.text);
    expect(application.postedCalls[0]?.answer).toBeUndefined();
  });

  it("of which a part cannot be shown as text is remembered as far as it stands there", async () => {
    const answer = answerOf(["A short one.", { text: "Too long.", citation: 2 }]);
    const [short, tooLong] = answer.claims;
    // One section of so much text can be divided nowhere, and is cut.
    const claims = [
      short,
      { ...tooLong, text: `${"&".repeat(900)} ${"and so on ".repeat(100)}` },
    ] as const;
    const application = new ScriptedApplication(() => ({ ...answer, claims }) as Answer);
    slack.fail("chat.startStream", { kind: "error", error: "unknown_method" });
    slack.intercept = ({ method, args }) => {
      const refused = method === "chat.postMessage" || method === "chat.update";
      if (refused && Array.isArray(args["blocks"]) && args["blocks"].length > 0)
        slack.fail(method, { kind: "error", error: "invalid_blocks" });
    };
    await using bot = await startTestBot(slack, application, { clock: fastClock(SPEED) });

    await ask(bot);

    expect(application.postedCalls[0]?.answer).toMatchObject({ kind: "partial" });
    expect(application.postedCalls[0]?.answer?.claims.map(({ id }) => id)).toEqual(["c1"]);
  });
});

describe("a stream that is refused because of its reader", () => {
  it("is posted instead, and streams stay allowed for others", async () => {
    slack.fail("chat.startStream", { kind: "error", error: "user_not_found" });
    await using bot = await startTestBot(slack, slowCore(), { clock: fastClock(SPEED) });

    expect(shape(await ask(bot))).toEqual(WHOLE);
    await ask(bot, "again?");

    expect(slack.callsTo("chat.startStream")).toHaveLength(2);
  });

  it("names the person's own workspace in a channel that is shared", async () => {
    await using bot = await startTestBot(slack, slowCore(), { clock: fastClock(SPEED) });

    const ts = slack.say({
      channel: "C0GENERAL",
      user: "U0GUEST",
      text: `<@${slack.botUserId}> what?`,
      extra: { user_team: "T0OTHER" },
    });
    await closed(bot, ts);

    expect(slack.callsTo("chat.startStream")[0]?.args["recipient_team_id"]).toBe("T0OTHER");
  });
});

describe("a channel that is told to wait", () => {
  it("does not hold up the others", async () => {
    slack.addChannel("C0BUSY");
    await using bot = await startTestBot(slack, new ScriptedApplication(() => threeClaims));
    slack.intercept = (call) => {
      if (call.method === "chat.postMessage" && call.args["channel"] === "C0BUSY")
        slack.fail("chat.postMessage", { kind: "rate-limited", retryAfter: 3600 });
    };

    slack.mention("C0BUSY", "U0ANN", "here?");
    await slack.until(() => slack.callsTo("chat.postMessage")[0]?.ok === false, "the refusal");
    const texts = await ask(bot, "and here?");

    expect(shape(texts)).toEqual(WHOLE);
    expect(slack.callsTo("chat.postMessage")).toHaveLength(2);
  });
});
