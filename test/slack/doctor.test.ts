import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkSlack } from "../../src/slack/doctor.ts";
import { RECEIPT_ACTION } from "../../src/slack/listeners/receipt.ts";
import { NEEDED_EVENTS, NEEDED_SCOPES } from "../../src/slack/needed.ts";
import { DEFAULT_SETTINGS } from "../../src/slack/settings.ts";
import { type FakeSlack, startFakeSlack } from "../support/fake-slack.ts";

let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack();
});

afterEach(async () => {
  await slack.end();
});

type Overrides = Partial<Parameters<typeof checkSlack>[0] & Parameters<typeof checkSlack>[1]>;

function check(overrides: Overrides = {}) {
  const { wait, waitMs, onWaiting, manifest, ...config } = overrides;
  return checkSlack(
    {
      ...DEFAULT_SETTINGS,
      botToken: slack.botToken,
      appToken: slack.appToken,
      signingSecret: undefined,
      apiUrl: slack.apiUrl,
      followUps: true,
      people: ["C0HELP"],
      operators: ["U0OPS"],
      alertTo: "C0OPS",
      helpChannels: ["C0HELP"],
      ...config,
    },
    {
      wait: wait ?? false,
      signal: new AbortController().signal,
      ...(waitMs === undefined ? {} : { waitMs }),
      ...(manifest === undefined ? {} : { manifest }),
      ...(onWaiting === undefined ? {} : { onWaiting }),
    },
  );
}

async function summary(overrides: Overrides = {}) {
  return (await check(overrides)).map(({ name, status }) => `${name}: ${status}`);
}

describe("checkSlack", () => {
  it("finds a good installation good", async () => {
    expect(await summary()).toEqual([
      "Slack bot token: ok",
      "Slack scopes: ok",
      "Slack connection: ok",
      "Slack events: off",
      "Slack blocks: ok",
    ]);
  });

  it("names what was left off", async () => {
    const checks = await check({ people: [], followUps: false });

    expect(checks.at(-1)).toEqual({
      name: "Slack options",
      status: "off",
      detail:
        "not set: follow-ups without a mention (SLACK_FOLLOW_UPS), asking a person (SLACK_ASK_PERSON)",
    });
  });

  it("has Slack check every kind of message it posts, and says which is refused and where", async () => {
    const [good] = (await check()).filter(({ name }) => name === "Slack blocks");
    const validated = slack.callsTo("blocks.validate").length;
    slack.blocksTotal = 20;
    const [bad] = (await check()).filter(({ name }) => name === "Slack blocks");

    expect(good?.detail).toBe(`all ${validated} kinds of messages and views are drawn`);
    expect(validated).toBeGreaterThan(10);
    expect(bad).toMatchObject({ status: "failed" });
    expect(bad?.detail).toContain("a listing, a list and a table: msg_blocks_too_long at /blocks");
    expect(slack.callsTo("chat.postMessage")).toEqual([]);
  });

  it.each([
    ["does not know the check", { kind: "error", error: "unknown_method" }],
    ["does not answer", { kind: "status", status: 503 }],
  ] as const)("leaves the check out where Slack %s", async (_what, fault) => {
    slack.fail("blocks.validate", fault);

    expect(await summary()).toContain("Slack blocks: off");
  });

  it("says that Slack is not set up when there is nothing", async () => {
    expect(await summary({ botToken: undefined, appToken: undefined })).toEqual(["Slack: off"]);
  });

  it.each([
    ["no bot token", { botToken: undefined }, "Slack bot token", /SLACK_BOT_TOKEN=/],
    ["a wrong bot token", { botToken: "xoxb-wrong" }, "Slack bot token", /SLACK_BOT_TOKEN=/],
    ["a wrong app token", { appToken: "xapp-wrong" }, "Slack connection", /SLACK_APP_TOKEN=/],
    ["no second token", { appToken: undefined }, "Slack connection", /SLACK_APP_TOKEN=/],
  ])("with %s names the line to mend", async (_what, overrides, name, mend) => {
    const failed = (await check(overrides)).find((result) => result.status === "failed");

    expect(failed?.name).toBe(name);
    expect(failed?.mend).toMatch(mend);
  });

  it("names missing scopes, and what each is for", async () => {
    slack.scopes = ["chat:write", "im:history", "channels:history", "groups:history", "commands"];

    const scopes = (await check()).find(({ name }) => name === "Slack scopes");

    expect(scopes?.status).toBe("failed");
    expect(scopes?.detail).toContain("app_mentions:read (answering at all)");
    expect(scopes?.mend).toContain("assistant:write");
  });

  it("takes a scope that is not vital as something that is off", async () => {
    slack.scopes = slack.scopes.filter((scope) => scope !== "commands");

    expect(await summary()).toContain("Slack scopes: off");
  });

  it("says that Slack does not answer", async () => {
    const { apiUrl } = slack;
    await slack.stop();

    const checks = await check({ apiUrl: apiUrl });

    expect(checks.map(({ status }) => status)).toEqual(["failed", "failed", "off"]);
    expect(checks[0]?.detail).toContain("does not answer");
    await slack.start();
  });

  it("waits for a mention and sees it, leaving it to the bot", async () => {
    const [, , , events] = await check({
      wait: true,
      waitMs: 5000,
      onWaiting: () => slack.mention("C0GENERAL", "U0ANN", "hello?"),
    });

    expect(events).toMatchObject({ name: "Slack events", status: "ok" });
    expect(slack.envelopes[0]?.ack).toBeUndefined();
  });

  it("gives up waiting for a mention, and says what to look at", async () => {
    const [, , , events] = await check({ wait: true, waitMs: 10 });

    expect(events).toMatchObject({ name: "Slack events", status: "failed" });
    expect(events?.mend).toContain("app_mention");
  });
});

const OWN = readFileSync(new URL("../../src/slack/manifest.json", import.meta.url), "utf8");

describe("a manifest that was given", () => {
  const checked = async (manifest: string, overrides: Overrides = {}) => {
    const checks = await check({ manifest, ...overrides });
    return checks.filter(({ name }) => name.startsWith("Slack manifest"));
  };
  const without = (...names: readonly string[]) => {
    const text = names.reduce((left, name) => left.replace(`"${name}",`, ""), OWN);
    return JSON.stringify(JSON.parse(text));
  };

  it("that is the bot's own has all", async () => {
    expect((await checked(OWN)).map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
  });

  it("lacks what is named, with what is lost; a scope too many is named, too", async () => {
    const text = without("app_mention", "files:read").replace('"commands"', '"commands","admin"');

    const [scopes, events] = await checked(text);

    expect(scopes).toMatchObject({
      status: "off",
      detail:
        "missing: files:read (text files and snippets that hang on a question); not needed: admin",
    });
    expect(events).toMatchObject({
      status: "failed",
      detail: "missing: app_mention (answering at all)",
    });
  });

  it("without the messages of channels is meant so, unless a setting needs them", async () => {
    const manifest = without("message.channels");
    const off = { followUps: false, helpChannels: [] };

    expect((await checked(manifest, off))[1]).toMatchObject({ status: "off" });
    expect((await checked(manifest))[1]).toMatchObject({ status: "failed" });
  });

  it("says which features are off, and which contradict the settings", async () => {
    const text = OWN.replace('"/ask"', '"/docs"').replace(
      '"socket_mode_enabled": true',
      '"socket_mode_enabled": false',
    );

    expect((await checked(text))[2]).toMatchObject({
      status: "failed",
      detail:
        "Socket Mode is off, and SLACK_APP_TOKEN is set for it; off: the command /ask (there is /docs: set SLACK_COMMAND)",
    });
  });

  it.each(["", "[]", "features: {}", '{"settings": 7}'])(
    "that is none is refused: %j",
    async (text) => {
      expect(await checked(text)).toMatchObject([{ name: "Slack manifest", status: "failed" }]);
    },
  );
});

describe("the manifest", () => {
  const manifest = JSON.parse(OWN) as {
    display_information: { name: string; description: string };
    features: {
      shortcuts: { callback_id: string }[];
      slash_commands: { command: string }[];
      agent_view: { agent_description: string; suggested_prompts: unknown[] };
    };
    oauth_config: { scopes: { bot: string[] } };
    settings: { event_subscriptions: { bot_events: string[] }; socket_mode_enabled: boolean };
  };

  it("asks for exactly the scopes that are checked for", () => {
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(
      Object.keys(NEEDED_SCOPES).toSorted(),
    );
  });

  it("subscribes to exactly the events that are checked for", () => {
    expect(manifest.settings.event_subscriptions.bot_events.toSorted()).toEqual(
      Object.keys(NEEDED_EVENTS).toSorted(),
    );
  });

  it("names the action and the command that the bot listens to", () => {
    expect(manifest.features.shortcuts.map((shortcut) => shortcut.callback_id)).toEqual([
      RECEIPT_ACTION,
    ]);
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual([
      DEFAULT_SETTINGS.command,
    ]);
    expect(manifest.settings.event_subscriptions.bot_events).toContain("app_mention");
    expect(manifest.settings.socket_mode_enabled).toBe(true);
  });

  it("keeps Slack's limits", () => {
    expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
    expect(manifest.display_information.description.length).toBeLessThanOrEqual(140);
    expect(manifest.features.agent_view.agent_description.length).toBeLessThanOrEqual(300);
    expect(manifest.features.agent_view.suggested_prompts.length).toBeLessThanOrEqual(4);
  });
});
