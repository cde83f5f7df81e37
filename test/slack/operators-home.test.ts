/** The home tab of operators: settings of channels, the figures of the week, and answers to what people solved. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { IndexedSource, WeekFigures } from "../../src/answering/remote/messages.ts";
import { HOME_ACTIONS } from "../../src/slack/home-view.ts";
import { HELP_ACTIONS } from "../../src/slack/help-messages.ts";
import type { OperatorReports } from "../../src/slack/listeners/listener.ts";
import { ACTIONS } from "../../src/slack/blocks/answer-blocks.ts";
import { NOTICES } from "../../src/slack/notices.ts";
import { openReviewedAnswerStore } from "../../src/state/reviewed-answers.ts";
import { type FakeSlack, type Json, startFakeSlack } from "../support/fake-slack.ts";
import { fastClock } from "../support/fast-clock.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { startTestBot } from "../support/slack-bot.ts";

const OPERATOR = "U0OPS";
const SOURCES: readonly IndexedSource[] = [
  { product: "prefect", version: "3", title: "Prefect" },
  { product: "prefect", version: "2" },
  { product: "argo-workflows", version: "3.6", title: "Argo Workflows", names: ["argo"] },
];
const WEEK: WeekFigures = {
  since: "2026-11-23",
  questions: 41,
  people: 1,
  partly: 5,
  notFound: 7,
  helpful: 3,
  notHelpful: 2,
  gaps: [{ title: "Work *pools*", url: "https://docs.example.com/pools", notFound: 4 }],
};
const reports: OperatorReports = {
  sources: () => Promise.resolve(SOURCES),
  week: () => Promise.resolve(WEEK),
};

let slack: FakeSlack;
let core: ScriptedApplication;
beforeEach(async () => {
  slack = await startFakeSlack();
  slack.addChannel("C0HELP");
  core = new ScriptedApplication(({ text }) => answerOf([`About ${text}`]));
});
afterEach(async () => {
  await slack.end();
});

type More = Parameters<typeof startTestBot>[2];
const start = (more: More = {}) =>
  startTestBot(slack, core, {
    reports,
    ...more,
    settings: { operators: [OPERATOR], people: ["C0HELP"] },
  });
const home = (user = OPERATOR) => JSON.stringify(slack.homes.get(user) ?? {});

async function open(user = OPERATOR): Promise<string> {
  slack.homes.delete(user);
  slack.openHome(user, "home");
  await slack.until(() => slack.homes.has(user));
  return home(user);
}

/** Presses something in the home tab and waits for the form that it opens. */
async function form(action: Json): Promise<Json> {
  const before = slack.views.length;
  slack.pressInHome(OPERATOR, action);
  await slack.until(() => slack.views.length > before, "a form");
  return slack.views.at(-1)?.view ?? {};
}

async function submit(view: Json, values: Readonly<Record<string, string>>): Promise<unknown> {
  const inputs = Object.entries(values).map(([name, value]) => [name, { [name]: { value } }]);
  const envelope = slack.submit(view, OPERATOR, Object.fromEntries(inputs) as Json);
  await slack.until(() => envelope.ack !== undefined, "an acknowledgement");
  return envelope.ack?.payload;
}

describe("the home tab", () => {
  it("shows operators channels and figures, and nobody else", async () => {
    await using bot = await start();
    await bot.channelSettings.change("C0GENERAL", { help: true }, OPERATOR, 1);

    const text = await open();

    expect(text).toContain(
      "41 questions of 1 person since 2026-11-23: 7 not found, 5 answered in part.",
    );
    expect(text).toContain("3 votes for an answer, 2 against.");
    expect(text).toContain("<#C0GENERAL>  help channel: on");
    expect(text).toContain("I have read: Argo Workflows 3.6, Prefect 3, prefect 2.");
    expect(text).toContain("4 × <https://docs.example.com/pools|Work");
    expect(await open("U0ANN")).not.toMatch(/This week|home_change_channel/);
  });

  it("sets a channel up from there: what is saved is shown, and told nobody else", async () => {
    await using bot = await start();
    await open();

    const view = await form({
      action_id: HOME_ACTIONS.chooseChannel,
      type: "conversations_select",
      selected_conversation: "C0GENERAL",
    });
    await submit(view, { product: "argo", version: "3.6" });
    await slack.until(() => home().includes(NOTICES.settingsSaved));

    expect(home()).toContain("<#C0GENERAL>  product: argo-workflows 3.6");
    expect(await bot.channelSettings.changes("C0GENERAL", 5)).toMatchObject([{ user: OPERATOR }]);
    expect(slack.ephemerals).toEqual([]);
  });

  it.each([
    [
      { product: "airflow" },
      "product",
      "Nothing is indexed for “airflow”. Indexed: argo-workflows, prefect.",
    ],
    [{ product: "Prefect", version: "9" }, "version", "Indexed: 2, 3."],
  ])("says what is indexed instead of %o", async (values, part, message) => {
    await using bot = await start();
    const view = await form({
      action_id: HOME_ACTIONS.changeChannel,
      type: "button",
      value: "C0GENERAL",
    });

    const ack = await submit(view, values);

    expect(ack).toMatchObject({ errors: { [part]: expect.stringContaining(message) } });
    expect(await bot.channelSettings.find("C0GENERAL")).toEqual({});
  });

  it("leaves a product alone that holds already, and takes any while nobody can tell", async () => {
    let isBusy = true;
    const sources = () => (isBusy ? Promise.reject(new Error("busy")) : Promise.resolve(SOURCES));
    await using bot = await start({ reports: { ...reports, sources } });
    const button = { action_id: HOME_ACTIONS.changeChannel, type: "button", value: "C0GENERAL" };

    const first = await submit(await form(button), { product: "airflow" });
    isBusy = false;
    const second = await submit(await form(button), { product: "airflow" });

    expect([first, second].filter((ack) => JSON.stringify(ack ?? {}).includes("errors"))).toEqual(
      [],
    );
    expect(await bot.channelSettings.find("C0GENERAL")).toMatchObject({
      scope: { product: "airflow" },
    });
  });

  it("is drawn without the figures when they cannot be counted, and again when they come late", async () => {
    const counted = Promise.withResolvers<WeekFigures>();
    await using _bot = await start({
      clock: fastClock(60),
      reports: { ...reports, week: () => counted.promise },
    });
    await open();
    expect(home()).toContain("are being counted");

    counted.resolve(WEEK);
    await slack.until(() => home().includes("41 questions"));
  });
});

describe("what people solved", () => {
  /** A question that was asked, passed on and solved. */
  async function solved(bot: Awaited<ReturnType<typeof start>>): Promise<string> {
    const ts = slack.mention("C0GENERAL", "U0ANN", "who may restart the lantern?");
    const [answer] = await slack.answered("C0GENERAL", ts);
    await slack.until(async () => (await bot.inbox.depth()).open === 0);
    const key = `T0TEAM:C0GENERAL:${ts}`;
    if (answer === undefined) throw new Error("no answer");
    slack.press(answer, "U0ANN", {
      action_id: ACTIONS.askPerson,
      type: "button",
      value: `answer-${key}`,
    });
    const [asked] = await slack.until(() => {
      const messages = slack.messages("C0HELP");
      return messages.length > 0 && messages;
    });
    if (asked === undefined) throw new Error("nobody was asked");
    slack.press(asked, "U0BOB", { action_id: HELP_ACTIONS.solved, type: "button", value: key });
    await slack.until(async () => (await bot.inbox.help(key))?.state === "solved");
    return key;
  }

  it("becomes an answer that an operator writes, and is listed no more", async () => {
    await using reviewed = openReviewedAnswerStore(":memory:");
    await using bot = await start({ reviewed });
    const key = await solved(bot);
    expect(await open()).toContain(
      "In the last 7 days people were asked once; 1 of these are solved.",
    );
    expect(home()).toContain("who may restart the lantern?  (solved, says <@U0BOB>)");

    const view = await form({ action_id: HOME_ACTIONS.writeAnswer, type: "button", value: key });
    expect(JSON.stringify(view)).toContain('"initial_value":"who may restart the lantern?"');
    expect(JSON.stringify(view)).toContain('"initial_value":"prefect"');
    const filled = { wordings: "who may restart the lantern?", text: "Ask Bob.", author: "Ada" };
    expect(await submit(view, { ...filled, text: " " })).toMatchObject({
      errors: { text: "The answer is empty." },
    });
    await submit(view, { ...filled, product: "prefect" });
    await slack.until(() => home().includes(NOTICES.reviewedKept));

    expect(await reviewed.list()).toMatchObject([
      { wordings: [filled.wordings], text: "Ask Bob.", author: "Ada", product: "prefect" },
    ]);
    expect(home()).not.toContain(HOME_ACTIONS.writeAnswer);
    expect(await submit(view, filled)).toMatchObject({
      errors: { wordings: expect.stringContaining("answered already") },
    });
  });

  it("can be dismissed by operators alone", async () => {
    await using reviewed = openReviewedAnswerStore(":memory:");
    await using bot = await start({ reviewed });
    const key = await solved(bot);
    const button = { action_id: HOME_ACTIONS.dismiss, type: "button", value: key };

    const refused = slack.pressInHome("U0MAL", button);
    await slack.until(() => refused.ack !== undefined);
    expect(await bot.inbox.solvedHelp(5)).toHaveLength(1);
    slack.pressInHome(OPERATOR, button);
    await slack.until(() => slack.homes.has(OPERATOR));

    expect(await bot.inbox.solvedHelp(5)).toEqual([]);
    expect(home()).not.toContain("lantern");
  });
});
