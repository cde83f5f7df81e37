/** Settings of a channel that operators change in Slack: the form, what holds afterwards, and who changed it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NOTICES } from "../../src/slack/notices.ts";
import {
  type ChannelSettings,
  choicesOf,
  describeChange,
} from "../../src/slack/channel-settings.ts";
import { openSqliteChannelSettings } from "../../src/slack/channel-settings-store.ts";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import { type FakeSlack, type Json, plainText, startFakeSlack } from "../support/fake-slack.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { TEST_MORNING, type TestBot, startTestBot } from "../support/slack-bot.ts";

const CHANNEL = "C0GENERAL";
const OPERATOR = "U0OPS";

let slack: FakeSlack;
let core: ScriptedApplication;

beforeEach(async () => {
  slack = await startFakeSlack({ messageEvents: true });
  core = new ScriptedApplication(({ text }) => answerOf([`About ${text}`]));
});
afterEach(async () => {
  await slack.end();
});

const start = (more: Parameters<typeof startTestBot>[2] = {}) =>
  startTestBot(slack, core, { ...more, settings: { operators: [OPERATOR], ...more.settings } });

async function openForm(user = OPERATOR, channel = CHANNEL): Promise<Json> {
  const before = slack.views.length;
  slack.command("/ask", "settings", user, channel);
  await slack.until(() => slack.views.length > before, "a form");
  return slack.views.at(-1)?.view ?? {};
}

type Filled = {
  readonly product?: string;
  readonly version?: string;
  readonly switches?: readonly string[];
  readonly users?: readonly string[];
  readonly channels?: readonly string[];
};

/** Sends the form in as Slack does; returns what the bot acknowledged it with. */
async function save(form: Json, filled: Filled, user = OPERATOR): Promise<unknown> {
  const envelope = slack.submit(form, user, {
    product: { product: { type: "plain_text_input", value: filled.product ?? null } },
    version: { version: { type: "plain_text_input", value: filled.version ?? null } },
    switches: {
      switches: {
        type: "checkboxes",
        selected_options: (filled.switches ?? []).map((value) => ({ value })),
      },
    },
    users: { users: { type: "multi_users_select", selected_users: filled.users ?? [] } },
    channels: {
      channels: {
        type: "multi_conversations_select",
        selected_conversations: filled.channels ?? [],
      },
    },
  });
  await slack.until(() => envelope.ack !== undefined, "an acknowledgement");
  return envelope.ack;
}

async function set(filled: Filled): Promise<void> {
  await save(await openForm(), filled);
}

async function asked(bot: TestBot, text: string): Promise<string> {
  const ts = slack.mention(CHANNEL, "U0ANN", text);
  await slack.answered(CHANNEL, ts);
  await slack.until(async () => (await bot.inbox.depth()).open === 0);
  return ts;
}

describe("/ask settings", () => {
  it("is refused to who is no operator, and in direct messages", async () => {
    await using bot = await start();

    const other = slack.command("/ask", "settings", "U0ANN", CHANNEL);
    const direct = slack.command("/ask", "settings", OPERATOR, "D0OPS");
    await slack.until(() => other.ack !== undefined && direct.ack !== undefined);

    expect(JSON.stringify(other.ack)).toContain(NOTICES.settingsNotAllowed);
    expect(JSON.stringify(direct.ack)).toContain(NOTICES.settingsInChannels);
    expect(slack.views).toEqual([]);
    expect(bot.logs.filter(({ level }) => level === "error")).toEqual([]);
    expect(core.asked).toEqual([]);
  });

  it("shows what holds, from the environment where nothing was chosen", async () => {
    await using _bot = await start({
      settings: {
        channelScopes: { [CHANNEL]: { product: "prefect", version: "3" } },
        helpChannels: [CHANNEL],
        people: ["U0BOB", "C0HELP", "S0TEAM"],
      },
    });

    const text = JSON.stringify(await openForm());

    expect(text).toContain('"initial_value":"prefect"');
    expect(text).toContain('"initial_value":"3"');
    expect(text).toContain('"initial_users":["U0BOB"]');
    expect(text).toContain('"initial_conversations":["C0HELP"]');
    expect(/"initial_options":\[\{"value":"(\w+)"/.exec(text)?.[1]).toBe("help");
  });

  it("changes the product, follow-ups and the people from the next question on", async () => {
    await using bot = await start({ settings: { people: ["S0TEAM"] } });
    await asked(bot, "one?");

    await set({
      product: "argo-workflows",
      version: "3.6",
      switches: ["followUps"],
      users: ["U0BOB"],
    });
    const ts = await asked(bot, "two?");
    slack.say({ channel: CHANNEL, user: "U0ANN", text: "and three?", threadTs: ts });
    await slack.answered(CHANNEL, ts, 2);

    expect(core.asked.map(({ text, scope }) => [text, scope])).toEqual([
      ["one?", undefined],
      ["two?", { product: "argo-workflows", version: "3.6" }],
      ["and three?", { product: "argo-workflows", version: "3.6" }],
    ]);
    expect(await bot.channelSettings.find(CHANNEL)).toMatchObject({ people: ["U0BOB", "S0TEAM"] });
  });

  it("makes a channel one for help, and takes that back", async () => {
    await using bot = await start();
    await set({ switches: ["help"] });
    const ts = slack.say({ channel: CHANNEL, user: "U0ANN", text: "how do I retry?" });
    await slack.answered(CHANNEL, ts);

    await set({});
    slack.say({ channel: CHANNEL, user: "U0ANN", text: "how do I cancel?" });
    await asked(bot, "last?");

    expect(core.asked.map(({ text }) => text)).toEqual(["how do I retry?", "last?"]);
    expect(await bot.channelSettings.find(CHANNEL)).toEqual({});
  });

  it("mutes: nothing is posted, and who asks is told alone", async () => {
    await using bot = await start({ settings: { helpChannels: [CHANNEL] } });
    await set({ switches: ["muted", "help"] });

    slack.mention(CHANNEL, "U0ANN", "what is a flow?");
    slack.say({ channel: CHANNEL, user: "U0ANN", text: "how do I retry?" });
    await slack.until(() => slack.ephemerals.some(({ text }) => text === NOTICES.muted));
    const direct = slack.dm("U0ANN", "last?");
    await slack.answered(direct.channel, direct.ts);

    expect(slack.ownMessages().map(plainText)).toEqual([expect.stringContaining("About last?")]);
    expect(slack.ephemerals.filter(({ text }) => text === NOTICES.muted)).toMatchObject([
      { user: "U0ANN" },
    ]);
    expect(await bot.channelSettings.find(CHANNEL)).toEqual({ muted: true });
  });

  it("mutes what waits already", async () => {
    await using inbox = openSqliteInbox(":memory:");
    await using channelSettings = openSqliteChannelSettings(":memory:");
    const ts = slack.say({ channel: CHANNEL, user: "U0ANN", text: "q", quiet: true });
    await inbox.admit(
      {
        kind: "question",
        team: "T0TEAM",
        channel: CHANNEL,
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
      TEST_MORNING,
    );
    await channelSettings.change(CHANNEL, { muted: true }, OPERATOR, 1);

    await using _bot = await start({ inbox, channelSettings });
    await slack.until(async () => (await inbox.depth()).open === 0);

    expect(slack.replies(CHANNEL, ts)).toEqual([]);
    expect(core.asked).toEqual([]);
  });

  it.each([
    [{ version: "3" }, "product"],
    [{ product: "two words" }, "product"],
    [{ product: "prefect", version: "<!channel>" }, "version"],
    [{ users: Array.from({ length: 21 }, (_, at) => `U0PERSON${at}`) }, "users"],
  ])("says what cannot be saved: %o", async (filled, input) => {
    await using bot = await start();

    const ack = await save(await openForm(), filled);

    expect(ack).toMatchObject({
      payload: { response_action: "errors", errors: { [input]: expect.any(String) } },
    });
    expect(await bot.channelSettings.changes(CHANNEL, 5)).toEqual([]);
  });

  it("is not saved for somebody who is no operator", async () => {
    await using bot = await start();
    const form = await openForm();

    await save(form, { switches: ["muted"] }, "U0MAL");

    expect(await bot.channelSettings.find(CHANNEL)).toEqual({});
  });

  it("keeps who changed what, shows it, and counts nothing twice", async () => {
    await using bot = await start();
    await set({ switches: ["help"] });
    await set({ switches: ["help"] });
    await set({ switches: ["help"], product: "prefect" });

    const changes = await bot.channelSettings.changes(CHANNEL, 5);
    expect(changes.map(({ user, before, after }) => ({ user, before, after }))).toEqual([
      {
        user: OPERATOR,
        before: { help: true },
        after: { help: true, scope: { product: "prefect" } },
      },
      { user: OPERATOR, before: {}, after: { help: true } },
    ]);
    expect(changes.map(describeChange)).toEqual([
      "product: default → prefect",
      "help channel: default → on",
    ]);
    expect(JSON.stringify(await openForm())).toContain("product: default → prefect");
    await slack.until(() => slack.ephemerals.length === 3);
    expect(slack.ephemerals.map(({ text }) => text)).toEqual([
      NOTICES.settingsSaved,
      NOTICES.settingsUnchanged,
      NOTICES.settingsSaved,
    ]);
  });
});

describe("the settings of channels in the store", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "ask-marvin-settings-"));
    file = path.join(folder, "state.sqlite");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("are seen by other processes at once, and survive the end of one", async () => {
    await using one = openSqliteChannelSettings(file);
    {
      await using other = openSqliteChannelSettings(file);
      await other.change(CHANNEL, { muted: true }, OPERATOR, 7);
    }

    expect(await one.find(CHANNEL)).toEqual({ muted: true });
    expect([...(await one.all()).keys()]).toEqual([CHANNEL]);
    expect(await one.changes(CHANNEL, 9)).toMatchObject([{ user: OPERATOR, at: 7 }]);
  });

  it("forget who changed them when that person is forgotten", async () => {
    await using store = openSqliteChannelSettings(file);
    await using inbox = openSqliteInbox(file);
    await store.change(CHANNEL, { muted: true }, OPERATOR, 7);
    await store.change(CHANNEL, {}, "U0OTHER", 8);

    await inbox.forgetUser(OPERATOR);

    expect((await store.changes(CHANNEL, 9)).map(({ user }) => user)).toEqual(["U0OTHER", ""]);
    expect(await store.find(CHANNEL)).toEqual({});
  });
});

it("only what differs from the defaults is a choice", () => {
  const defaults: ChannelSettings = {
    scope: { product: "prefect" },
    followUps: false,
    help: true,
    people: ["U0BOB"],
    muted: false,
  };

  expect(choicesOf(defaults, defaults)).toEqual({});
  expect(choicesOf({ ...defaults, scope: null, help: false }, defaults)).toEqual({
    scope: null,
    help: false,
  });
});
