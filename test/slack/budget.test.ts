import { describe, expect, it } from "vitest";
import { budgetWait, waitSentence } from "../../src/slack/budget.ts";
import { createRateBudget } from "../../src/slack/rate-budget.ts";
import { loadConfig } from "../../src/config/load.ts";
import { DEFAULT_SETTINGS } from "../../src/slack/settings.ts";
import { slackSettings } from "../../src/slack-settings.ts";

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
  it("of the configuration's defaults are the defaults here", () => {
    const { config } = loadConfig(
      { SLACK_CHANNEL_SCOPES: "C01=prefect, C02=prefect@3" },
      undefined,
    );

    expect(slackSettings(config)).toEqual({
      ...DEFAULT_SETTINGS,
      appToken: undefined,
      signingSecret: undefined,
      channelScopes: { C01: { product: "prefect" }, C02: { product: "prefect", version: "3" } },
    });
  });

  it("name the part of the channels' scopes that cannot be read", () => {
    expect(() => loadConfig({ SLACK_CHANNEL_SCOPES: "C01=prefect,general=x" }, undefined)).toThrow(
      expect.objectContaining({
        facts: { SLACK_CHANNEL_SCOPES: expect.stringContaining('"general=x"') as string },
      }),
    );
  });
});
