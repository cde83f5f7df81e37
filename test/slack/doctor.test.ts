import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/platform/clock.ts";
import { NEEDED_SCOPES, checkSlack } from "../../src/slack/doctor.ts";
import { RECEIPT_ACTION } from "../../src/slack/listeners/receipt.ts";
import { COMMAND } from "../../src/slack/listeners/command.ts";
import { type FakeSlack, startFakeSlack } from "../support/fake-slack.ts";

let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack();
});

afterEach(async () => {
  await slack.end();
});

function check(overrides: Partial<Parameters<typeof checkSlack>[0]> = {}) {
  return checkSlack({
    botToken: slack.botToken,
    appToken: slack.appToken,
    signingSecret: undefined,
    apiUrl: slack.apiUrl,
    clock: systemClock,
    ...overrides,
  });
}

async function summary(overrides: Partial<Parameters<typeof checkSlack>[0]> = {}) {
  return (await check(overrides)).map(({ name, status }) => `${name}: ${status}`);
}

describe("checkSlack", () => {
  it("finds a good installation good", async () => {
    expect(await summary()).toEqual([
      "Slack bot token: ok",
      "Slack scopes: ok",
      "Slack connection: ok",
    ]);
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

    const checks = await check({ apiUrl });

    expect(checks.map(({ status }) => status)).toEqual(["failed", "failed"]);
    expect(checks[0]?.detail).toContain("does not answer");
    await slack.start();
  });

  it("waits for a mention and sees it, leaving it to the bot", async () => {
    const [, , , events] = await check({
      waitForMentionMs: 5000,
      onWaiting: () => slack.mention("C0GENERAL", "U0ANN", "hello?"),
    });

    expect(events).toMatchObject({ name: "Slack events", status: "ok" });
    expect(slack.envelopes[0]?.ack).toBeUndefined();
  });

  it("gives up waiting for a mention, and says what to look at", async () => {
    const [, , , events] = await check({ waitForMentionMs: 10 });

    expect(events).toMatchObject({ name: "Slack events", status: "failed" });
    expect(events?.mend).toContain("app_mention");
  });
});

describe("the manifest", () => {
  const manifest = JSON.parse(
    readFileSync(new URL("../../src/slack/manifest.json", import.meta.url), "utf8"),
  ) as {
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

  it("names the action and the command that the bot listens to", () => {
    expect(manifest.features.shortcuts.map((shortcut) => shortcut.callback_id)).toEqual([
      RECEIPT_ACTION,
    ]);
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual([COMMAND]);
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
