import { describe, expect, it } from "vitest";
import { budgetWait, waitSentence } from "../../src/slack/budget.ts";
import { createRateBudget } from "../../src/slack/rate-budget.ts";
import { DEFAULT_SETTINGS, parseChannelScopes, slackSettings } from "../../src/slack/settings.ts";

const NONE = { user: [], channel: [], all: [] };
const BUDGETS = { userHour: 2, channelHour: 0, day: 3 };
const HOUR = 3_600_000;

describe("budgetWait", () => {
  it("lets through what is below the budgets", () => {
    expect(budgetWait({ ...NONE, user: [10] }, BUDGETS, 20)).toBeUndefined();
  });

  it("waits until the oldest question of a full hour is an hour old", () => {
    expect(budgetWait({ ...NONE, user: [10, 20] }, BUDGETS, 30)).toEqual({
      until: 10 + HOUR,
      because: "user",
    });
    expect(budgetWait({ ...NONE, user: [5, 10, 20] }, BUDGETS, 30)?.until).toBe(10 + HOUR);
  });

  it("names the longest of several waits", () => {
    expect(budgetWait({ user: [10, 20], channel: [], all: [10, 15, 20] }, BUDGETS, 30)).toEqual({
      until: 10 + 24 * HOUR,
      because: "day",
    });
  });

  it("takes 0 for no limit", () => {
    expect(budgetWait({ ...NONE, channel: [1, 2, 3, 4] }, BUDGETS, 30)).toBeUndefined();
  });
});

describe("waitSentence", () => {
  it.each([
    [90_000, "in about 2 min"],
    [10, "in about 1 min"],
    [5 * HOUR, "in about 5 h"],
  ])("says for %i ms: %s", (ms, expected) => {
    expect(waitSentence({ until: ms, because: "user" }, 0)).toContain(expected);
  });
});

describe("createRateBudget", () => {
  function budget() {
    let now = 0;
    const clock = {
      now: () => now,
      elapsed: () => now,
      sleep: (ms: number) => {
        now += ms;
        return Promise.resolve();
      },
    };
    return {
      clock,
      rates: createRateBudget(clock, { "chat.update": 3 }),
      pass: (ms: number) => (now += ms),
    };
  }

  it("grants so many calls in any minute, and any number of others", () => {
    const { rates, pass } = budget();

    expect([1, 2, 3, 4].map(() => rates.take("chat.update"))).toEqual([true, true, true, false]);
    pass(62_001);
    expect(rates.take("chat.update")).toBe(true);
    expect(rates.take("chat.postMessage")).toBe(true);
  });

  it("takes its share where several bots run, and one call at least", () => {
    const { rates, pass } = budget();

    rates.share(2);
    expect([1, 2].map(() => rates.take("chat.update"))).toEqual([true, false]);
    pass(62_001);
    rates.share(9);
    expect([1, 2].map(() => rates.take("chat.update"))).toEqual([true, false]);
    rates.share(1);
    expect([1, 2, 3].map(() => rates.take("chat.update"))).toEqual([true, true, false]);
  });

  it("keeps a reserve back", () => {
    const { rates } = budget();

    expect([1, 2].map(() => rates.take("chat.update", 2))).toEqual([true, false]);
    expect(rates.take("chat.update")).toBe(true);
  });

  it("waits for its turn, and through Slack's own pause", async () => {
    const { rates, clock } = budget();
    for (let call = 0; call < 3; call += 1) rates.take("chat.update");

    await rates.wait("chat.update");
    const freed = clock.elapsed();
    rates.pause("chat.update", 5000);
    await rates.wait("chat.update");

    expect(freed).toBeGreaterThanOrEqual(60_000);
    expect(freed).toBeLessThan(65_000);
    expect(clock.elapsed()).toBeGreaterThanOrEqual(freed + 5000);
  });
});

describe("settings", () => {
  const config = {
    SLACK_BOT_TOKEN: "xoxb-1",
    SLACK_APP_TOKEN: "xapp-1",
    SLACK_SIGNING_SECRET: undefined,
    SLACK_API_URL: "https://slack.com/api/",
    SLACK_TASK_CARDS: true,
    SLACK_PROMPTS: true,
    SLACK_FOLLOW_UPS: false,
    SLACK_HELP_CHANNELS: [],
    SLACK_HELP_WAIT_MINUTES: 0,
    SLACK_ALLOWED_CHANNELS: [],
    SLACK_ALLOWED_USERS: [],
    SLACK_ALLOWED_BOTS: [],
    SLACK_COMMAND: "/ask",
    SLACK_OPERATORS: [],
    SLACK_ASK_PERSON: [],
    SLACK_ALERT_TO: undefined,
    SLACK_CHANNEL_SCOPES: "C01=prefect, C02=prefect@3",
    SLACK_USER_HOURLY: 30,
    SLACK_CHANNEL_HOURLY: 120,
    SLACK_DAILY: 1000,
    SLACK_CHANGED_NOTES_DAILY: 5,
    SLACK_CONCURRENCY: 64,
    SLACK_MAX_AGE_MINUTES: 360,
    SLACK_SHUTDOWN_SECONDS: 20,
    SLACK_HTTP_HOST: "127.0.0.1",
    SLACK_HTTP_PORT: 3000,
    HEALTH_HOST: "127.0.0.1",
    HEALTH_PORT: undefined,
    CONVERSATION_RETENTION_DAYS: 90,
  };

  it("of the configuration's defaults are the defaults here", () => {
    expect(slackSettings(config)).toEqual({
      ...DEFAULT_SETTINGS,
      botToken: "xoxb-1",
      appToken: "xapp-1",
      signingSecret: undefined,
      channelScopes: { C01: { product: "prefect" }, C02: { product: "prefect", version: "3" } },
    });
  });

  it("send the token nowhere but to Slack and loopback", () => {
    expect(() => slackSettings({ ...config, SLACK_API_URL: "https://evil.example/api/" })).toThrow(
      /sent to Slack only/,
    );
    expect(() =>
      slackSettings({ ...config, SLACK_API_URL: "https://slack.com.evil.example/" }),
    ).toThrow(/sent to Slack only/);
    expect(slackSettings({ ...config, SLACK_API_URL: "http://127.0.0.1:4000/api/" }).apiUrl).toBe(
      "http://127.0.0.1:4000/api/",
    );
  });

  it("need a bot token", () => {
    expect(() => slackSettings({ ...config, SLACK_BOT_TOKEN: undefined })).toThrow(/no token/);
  });

  it("name the part of the channels' scopes that cannot be read", () => {
    expect(() => parseChannelScopes("C01=prefect,general=x")).toThrow(/"general=x"/);
  });
});
