/** What people press: votes, "ask a person", receipts, and the command. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ACTIONS } from "../../src/slack/blocks/answer-blocks.ts";
import { RECEIPT_ACTION } from "../../src/slack/listeners/receipt.ts";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import {
  type FakeMessage,
  type FakeSlack,
  type Json,
  plainText,
  startFakeSlack,
} from "../support/fake-slack.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { type TestBot, startTestBot } from "../support/slack-bot.ts";

let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack();
});

afterEach(async () => {
  await slack.end();
});

function echoing(): ScriptedApplication {
  return new ScriptedApplication(({ text }) => answerOf([`About ${text}`]));
}

async function answered(bot: TestBot, text = "what is a flow?"): Promise<FakeMessage> {
  const ts = slack.mention("C0GENERAL", "U0ANN", text);
  const [message] = await slack.answered("C0GENERAL", ts);
  await slack.until(async () => (await bot.inbox.depth()).open === 0);
  if (message === undefined) throw new Error("no answer");
  return message;
}

function buttonValue(message: FakeMessage, vote: "helpful" | "not-helpful"): string {
  const row = message.blocks.find((block) => block["type"] === "actions");
  const elements = (row?.["elements"] ?? []) as { action_id: string; value: string }[];
  return elements.find((button) => button.action_id === `${ACTIONS.vote}_${vote}`)?.value ?? "";
}

async function press(message: FakeMessage, user: string, action: Json): Promise<void> {
  const envelope = slack.press(message, user, action);
  await slack.until(() => envelope.ack !== undefined, "an acknowledgement");
}

const answerId = (message: FakeMessage) => `answer-T0TEAM:C0GENERAL:${message.threadTs ?? ""}`;

describe("a reading that is chosen", () => {
  const OPTIONS = [
    { label: "Prefect", question: "how do I retry?", scope: { product: "prefect" } },
    { label: "Argo Workflows", question: "how do I retry?", scope: { product: "argo-workflows" } },
  ];
  const asking = () =>
    new ScriptedApplication(({ text }) =>
      text.includes("retry")
        ? answerOf([], { kind: "asked-back", options: OPTIONS })
        : answerOf([`About ${text}`]),
    );
  const choice = { action_id: `${ACTIONS.choose}2`, type: "button", value: "Argo Workflows" };

  it("is answered in the thread, once, as if its label had been typed", async () => {
    await using bot = await startTestBot(slack, asking());
    const message = await answered(bot, "how do I retry?");
    const block = message.blocks.find(({ type }) => type === "actions");
    expect(block?.["elements"]).toMatchObject(
      [{ value: "Prefect" }, choice].map(({ value }) => ({ value })),
    );

    await press(message, "U0ANN", choice);
    await press(message, "U0ANN", choice);
    const thread = message.threadTs ?? "";
    await slack.until(async () => {
      const asked = await bot.inbox.thread("T0TEAM", "C0GENERAL", thread);
      return asked.filter(({ outcome }) => outcome === "answered").length === 2;
    });

    const asked = await bot.inbox.thread("T0TEAM", "C0GENERAL", thread);
    expect(asked.map(({ text }) => text)).toEqual(["how do I retry?", "Argo Workflows"]);
  });

  it("is nobody's but the asker's", async () => {
    await using bot = await startTestBot(slack, asking());
    const message = await answered(bot, "how do I retry?");

    await press(message, "U0BOB", choice);

    const asked = await bot.inbox.thread("T0TEAM", "C0GENERAL", message.threadTs ?? "");
    expect(asked).toHaveLength(1);
  });
});

describe("a vote", () => {
  it("is stored with question, answer and receipt, and thanked for in private", async () => {
    await using bot = await startTestBot(slack, echoing());
    const message = await answered(bot);

    await press(message, "U0BOB", {
      action_id: `${ACTIONS.vote}_helpful`,
      type: "button",
      value: buttonValue(message, "helpful"),
    });
    await slack.until(() => slack.ephemerals.length === 1);
    const record = await bot.feedback.find(answerId(message));

    expect(record?.votes.map(({ user, vote }) => ({ user, vote }))).toEqual([
      { user: "U0BOB", vote: "helpful" },
    ]);
    expect(record?.question).toBe("what is a flow?");
    expect(record?.answer).toMatchObject({ claims: [{ text: "About what is a flow?" }] });
    expect(record?.receipt).toMatchObject({ queries: ["what is a flow?"] });
    expect(slack.ephemerals[0]).toMatchObject({ user: "U0BOB", threadTs: message.threadTs });
  });

  it("counts once a person; the last one holds", async () => {
    await using bot = await startTestBot(slack, echoing());
    const message = await answered(bot);

    for (const vote of ["helpful", "helpful", "not-helpful"] as const)
      await press(message, "U0BOB", {
        action_id: `${ACTIONS.vote}_${vote}`,
        type: "button",
        value: buttonValue(message, vote),
      });
    await press(message, "U0CY", {
      action_id: `${ACTIONS.vote}_helpful`,
      type: "button",
      value: buttonValue(message, "helpful"),
    });

    const record = await bot.feedback.find(answerId(message));
    expect(record?.votes.map(({ user, vote }) => `${user} ${vote}`)).toEqual([
      "U0BOB not-helpful",
      "U0CY helpful",
    ]);
  });

  it("that is bad asks why, and keeps the reason", async () => {
    await using bot = await startTestBot(slack, echoing());
    const message = await answered(bot);

    await press(message, "U0BOB", {
      action_id: `${ACTIONS.vote}_not-helpful`,
      type: "button",
      value: buttonValue(message, "not-helpful"),
    });
    const opened = await slack.until(() => slack.views[0]);
    const envelope = slack.submit(opened.view, "U0BOB", {
      reason: { reason: { type: "plain_text_input", value: " it is about version 2 " } },
    });
    await slack.until(() => envelope.ack !== undefined);

    const record = await bot.feedback.find(answerId(message));
    expect(record?.votes[0]).toMatchObject({
      vote: "not-helpful",
      reason: "it is about version 2",
    });
  });

  it.each([
    ["is no JSON", "helpful"],
    ["has another shape", '{"answer":7}'],
    ["is empty", ""],
  ])("whose value %s is acknowledged and changes nothing", async (_what, value) => {
    await using bot = await startTestBot(slack, echoing());
    const message = await answered(bot);

    await press(message, "U0BOB", { action_id: ACTIONS.vote, type: "button", value });

    expect(await bot.feedback.find(answerId(message))).toBeUndefined();
  });

  it("on an answer that is forgotten says so", async () => {
    await using bot = await startTestBot(slack, echoing());
    const message = await answered(bot);
    await bot.inbox.purge(Number.MAX_SAFE_INTEGER);

    await press(message, "U0BOB", {
      action_id: `${ACTIONS.vote}_helpful`,
      type: "button",
      value: buttonValue(message, "helpful"),
    });
    await slack.until(() => slack.ephemerals.length === 1);

    expect(slack.ephemerals[0]?.text).toMatch(/do not have a record/);
  });
});

describe("ask a person", () => {
  const text = (message: FakeMessage | undefined) => plainText(message ?? { text: "", blocks: [] });
  const buttonsOf = (message: FakeMessage | undefined) =>
    [...JSON.stringify(message?.blocks ?? []).matchAll(/"action_id":"(help_[a-z_]+)"/g)].map(
      (match) => match[1],
    );
  const key = (message: FakeMessage) => `T0TEAM:${message.channel}:${message.threadTs ?? ""}`;
  const ask = async (message: FakeMessage, user: string) => {
    const before = slack.ephemerals.length;
    await press(message, user, {
      action_id: ACTIONS.askPerson,
      type: "button",
      value: `answer-${key(message)}`,
    });
    await slack.until(() => slack.ephemerals.length > before, "a word to who pressed");
    return slack.ephemerals.at(-1);
  };

  it("hands asker, question, answer, sources, receipt and link to the people named, once, and says so in the thread", async () => {
    slack.addChannel("C0HELP");
    await using bot = await startTestBot(slack, echoing(), {
      settings: { people: ["C0HELP", "U0EVE", "S0TEAM"] },
    });
    const message = await answered(bot, "what about <!channel> &lt;!here&gt;?");

    const first = await ask(message, "U0BOB");
    const second = await ask(message, "U0CY");

    const [passedOn] = slack.messages("C0HELP");
    expect(slack.messages("C0HELP")).toHaveLength(1);
    expect(slack.messages("D0EVE")).toHaveLength(1);
    expect(text(passedOn)).toMatch(
      /^@U0EVE @S0TEAM @U0ANN needs a person:\nwhat about[^]*What I answered:\nAbout what about[^]*\*Sources\*[^]*I read 0 passages[^]*Open the thread/,
    );
    expect(JSON.stringify(passedOn?.blocks)).toContain("https://fake.slack.com/archives/C0GENERAL");
    expect(passedOn?.text).not.toMatch(/<!/);
    expect(buttonsOf(passedOn)).toEqual(["help_take", "help_solved"]);
    expect(text(slack.replies("C0GENERAL", message.threadTs ?? "").at(-1))).toContain(
      "I asked people to look at this question.",
    );
    expect([first?.text, second?.text]).toEqual([
      "I passed your question on, with what I found.",
      "This question was passed on already.",
    ]);
  });

  it("is taken by one of them and solved by the asker, which all its messages show", async () => {
    slack.addChannel("C0HELP");
    await using bot = await startTestBot(slack, echoing(), { settings: { people: ["C0HELP"] } });
    const message = await answered(bot);
    await ask(message, "U0ANN");
    const [passedOn] = slack.messages("C0HELP");
    const notice = slack.replies("C0GENERAL", message.threadTs ?? "").at(-1);
    if (passedOn === undefined || notice === undefined) throw new Error("nothing was passed on");

    await press(passedOn, "U0EVE", { action_id: "help_take", type: "button", value: key(message) });
    for (const told of [notice, passedOn])
      await slack.until(() => text(told).includes("@U0EVE is looking"));
    const whileTaken = [buttonsOf(passedOn), buttonsOf(notice)];
    await press(notice, "U0CY", { action_id: "help_solved", type: "button", value: key(message) });
    await slack.until(() => slack.ephemerals.length === 2);
    await press(notice, "U0ANN", { action_id: "help_solved", type: "button", value: key(message) });
    await slack.until(() => text(notice).includes("Solved, says @U0ANN."));
    await slack.until(() => text(passedOn).includes("Solved, says @U0ANN."));

    expect(whileTaken).toEqual([["help_solved"], ["help_solved"]]);
    expect(slack.ephemerals[1]?.text).toMatch(/Whoever asked/);
    expect([buttonsOf(passedOn), buttonsOf(notice)]).toEqual([[], []]);
    expect(await bot.inbox.help(key(message))).toMatchObject({ state: "solved", person: "U0ANN" });
  });

  it("in a private channel or a direct message asks before anything leaves it", async () => {
    slack.addChannel("C0HELP");
    slack.privateChannels.add("C0GENERAL");
    await using bot = await startTestBot(slack, echoing(), { settings: { people: ["C0HELP"] } });
    const message = await answered(bot);
    const direct = slack.dm("U0ANN", "in private?");
    const [answer] = await slack.answered(direct.channel, direct.ts);
    if (answer === undefined) throw new Error("no answer");

    const question = await ask(message, "U0ANN");
    await ask(answer, "U0ANN");
    const before = slack.messages("C0HELP").length;
    await press(answer, "U0ANN", {
      action_id: "help_pass_on",
      type: "button",
      value: `answer-${key(answer)}`,
    });
    await slack.until(() => slack.messages("C0HELP").length === 1, "the passing on");

    expect(question?.text).toMatch(/This conversation is private/);
    expect(before).toBe(0);
    expect(text(slack.messages("C0HELP")[0])).toMatch(
      /@U0ANN asked me in a direct message[^]*Please answer @U0ANN directly/,
    );
  });

  it("that reaches nobody says so, and can be pressed again", async () => {
    await using bot = await startTestBot(slack, echoing(), { settings: { people: ["C0HELP"] } });
    const message = await answered(bot);

    const first = await ask(message, "U0BOB");
    slack.addChannel("C0HELP");
    const second = await ask(message, "U0BOB");

    expect(first?.text).toMatch(/could not reach anybody/);
    expect(second?.text).toBe("I passed your question on, with what I found.");
    expect(slack.messages("C0HELP")).toHaveLength(1);
  });

  it("has no button where nobody is named", async () => {
    await using bot = await startTestBot(slack, echoing());
    const message = await answered(bot);

    expect(JSON.stringify(message.blocks)).not.toContain(ACTIONS.askPerson);
  });
});

describe("the receipt", () => {
  it("opens for operators", async () => {
    await using bot = await startTestBot(slack, echoing(), { settings: { operators: ["U0OPS"] } });
    const message = await answered(bot);

    slack.messageAction(RECEIPT_ACTION, message, "U0OPS");
    const opened = await slack.until(() => slack.views[0]);

    expect(plainText({ text: "", blocks: opened.view["blocks"] as Json[] })).toContain(
      '"indexVersion": "1"',
    );
  });

  it("says that there is none for other messages", async () => {
    await using bot = await startTestBot(slack, echoing(), { settings: { operators: ["U0OPS"] } });
    await answered(bot);
    const ts = slack.say({ channel: "C0GENERAL", user: "U0BOB", text: "hi", quiet: true });

    slack.messageAction(RECEIPT_ACTION, slack.message("C0GENERAL", ts), "U0OPS");
    const opened = await slack.until(() => slack.views[0]);

    expect(plainText({ text: "", blocks: opened.view["blocks"] as Json[] })).toMatch(/no receipt/);
  });

  it("stays closed for everybody else", async () => {
    await using bot = await startTestBot(slack, echoing(), { settings: { operators: ["U0OPS"] } });
    const message = await answered(bot);

    slack.messageAction(RECEIPT_ACTION, message, "U0BOB");
    await slack.until(() => slack.ephemerals.length === 1);

    expect(slack.views).toEqual([]);
    expect(slack.ephemerals[0]?.user).toBe("U0BOB");
  });
});

describe("/ask", () => {
  /** The message that the command's answer is, as a press on its buttons names it. */
  function shownAlone(channel = "C0GENERAL"): FakeMessage {
    return {
      ts: "1.1",
      channel,
      user: "U0MARVIN",
      botId: "B0MARVIN",
      text: "",
      blocks: [],
      threadTs: undefined,
      metadata: undefined,
      stream: undefined,
      changes: 0,
      subtype: undefined,
    };
  }
  const share = (trigger: string) => ({
    action_id: ACTIONS.share,
    type: "button",
    value: `command:T0TEAM:${trigger}`,
  });

  it("shows a long answer whole, and shares it where the bot is no member", async () => {
    const long = answerOf(
      Array.from({ length: 16 }, (_, index) => `${index}: ${"word ".repeat(160)}end.`),
    );
    await using _bot = await startTestBot(slack, new ScriptedApplication(() => long));
    slack.addChannel("C0OTHER", []);

    slack.command("/ask", "what is a flow?", "U0ANN", "C0OTHER", "t1");
    await slack.until(() => slack.responses.length === 2);
    await press(shownAlone("C0OTHER"), "U0ANN", share("t1"));
    await slack.until(() => slack.responses.length === 5);

    const texts = slack.responses.map(({ body }) => plainText({ text: "", blocks: [], ...body }));
    const numbers = (some: readonly string[]) => some.join("\n").match(/^\d+: /gm)?.length;
    expect(numbers(texts.slice(0, 2))).toBe(16);
    expect(texts[1]).toContain("*Sources*");
    expect(texts[1]).toContain("Share with the channel");
    expect(slack.responses.map(({ body }) => body["response_type"])).toEqual([
      "ephemeral",
      "ephemeral",
      "in_channel",
      "in_channel",
      "ephemeral",
    ]);
    expect(texts[2]).toMatch(/^Asked with \/ask: what is a flow\?\n0: /);
    expect(numbers(texts.slice(2, 4))).toBe(16);
    expect(texts[4]).toBe("Shared.");
  });

  it("takes votes on its answer", async () => {
    await using bot = await startTestBot(slack, echoing());

    slack.command("/ask", "what is a flow?", "U0ANN", "C0GENERAL", "t1");
    const { body } = await slack.until(() => slack.responses[0]);
    const shown = { ...shownAlone(), blocks: body["blocks"] as Json[] };
    await press(shown, "U0ANN", {
      action_id: `${ACTIONS.vote}_helpful`,
      type: "button",
      value: buttonValue(shown, "helpful"),
    });

    const record = await bot.feedback.find("answer-command:T0TEAM:t1");
    expect(record).toMatchObject({ key: "command:T0TEAM:t1", question: "what is a flow?" });
    expect(record?.votes).toHaveLength(1);
  });

  it("counts for the budgets; beyond them it says when, and what waits instead", async () => {
    const application = echoing();
    await using bot = await startTestBot(slack, application, {
      settings: { budgets: { userHour: 1, channelHour: 0, day: 0 } },
    });

    slack.command("/ask", "what is a flow?", "U0ANN", "C0GENERAL", "t1");
    await slack.until(async () => (await bot.inbox.find("command:T0TEAM:t1")) !== undefined);
    slack.command("/ask", "what is a task?", "U0ANN", "C0GENERAL", "t2");
    await slack.until(() => slack.responses.length === 2);

    expect(application.asked.map(({ text }) => text)).toEqual(["what is a flow?"]);
    expect(slack.responses[1]?.body["text"]).toMatch(/in about 60 min\. Mention me in a channel/);
  });

  it("under way is given up when the bot has to end, and the asker is told", async () => {
    const application = echoing();
    application.beforeClaim = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      });
    const bot = await startTestBot(slack, application, { settings: { shutdownMs: 20 } });

    slack.command("/ask", "what is a flow?", "U0ANN", "C0GENERAL", "t1");
    await slack.until(() => application.asked.length === 1);
    await bot[Symbol.asyncDispose]();

    expect(slack.responses.map(({ body }) => body["text"])).toEqual([
      expect.stringMatching(/could not answer that now/),
    ]);
  });

  it("answers the asker alone, and shares the answer once when asked to", async () => {
    await using _bot = await startTestBot(slack, echoing());

    const envelope = slack.command("/ask", "what is a flow?", "U0ANN", "C0GENERAL", "t1");
    await slack.until(() => envelope.ack !== undefined);
    const response = await slack.until(() => slack.responses[0]);
    await press(shownAlone(), "U0BOB", share("t1"));
    await press(shownAlone(), "U0ANN", share("t1"));
    await press(shownAlone(), "U0ANN", share("t1"));
    await slack.until(() => slack.responses.length === 3);

    expect(response.body).toMatchObject({ response_type: "ephemeral" });
    expect(plainText(response.body as { text: string; blocks: [] })).toContain(
      "About what is a flow?",
    );
    expect(slack.messages("C0GENERAL").map(plainText)).toEqual([
      expect.stringMatching(/^Asked with \/ask: what is a flow\?\nAbout what is a flow\?/),
    ]);
  });

  it("is answered at most once for one press of return", async () => {
    const application = echoing();
    await using _bot = await startTestBot(slack, application);

    const envelopes = [1, 2].map(() =>
      slack.command("/ask", "what is a flow?", "U0ANN", "C0GENERAL", "t1"),
    );
    await slack.until(() => envelopes.every(({ ack }) => ack !== undefined));
    await slack.until(() => slack.responses.length === 1);

    expect(application.asked).toHaveLength(1);
  });

  it("is answered when the connection broke before it could be acknowledged", async () => {
    await using inbox = openSqliteInbox(":memory:");
    let cuts = 0;
    const cutting = new Proxy(inbox, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (name !== "once" || typeof value !== "function") return value;
        return async (marker: string, now: number) => {
          const fresh: unknown = await Reflect.apply(value, target, [marker, now]);
          if (cuts === 0) {
            cuts += 1;
            slack.cutSockets();
            await slack.until(() => !bot.app.connected, "the loss of the connection");
          }
          return fresh;
        };
      },
    });
    await using bot = await startTestBot(slack, echoing(), { inbox: cutting });

    slack.command("/ask", "what is a flow?", "U0ANN", "C0GENERAL", "t1");
    await slack.until(() => slack.responses.length > 0, "the answer");

    expect(slack.responses).toHaveLength(1);
    expect(JSON.stringify(slack.responses[0]?.body)).toContain("About what is a flow?");
  });

  it("without a question says how to use it", async () => {
    await using _bot = await startTestBot(slack, echoing());

    const envelope = slack.command("/ask", "  ", "U0ANN", "C0GENERAL");
    const ack = await slack.until(() => envelope.ack);

    expect(ack.payload).toMatchObject({
      response_type: "ephemeral",
      text: expect.stringContaining("/ask"),
    });
  });
});
