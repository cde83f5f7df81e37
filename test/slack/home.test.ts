/** The home tab: what the bot can do, what it has stored of who looks, and deleting that. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { forgetUser } from "../../src/forget.ts";
import { openConversationStore } from "../../src/conversation/stored-conversations.ts";
import { openSqliteFeedbackStore } from "../../src/feedback/stored-feedback.ts";
import { HOME_ACTIONS } from "../../src/slack/home-view.ts";
import type { OwnData } from "../../src/slack/listeners/listener.ts";
import { NOTICES } from "../../src/slack/notices.ts";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import { type FakeSlack, startFakeSlack } from "../support/fake-slack.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { startTestBot } from "../support/slack-bot.ts";

let slack: FakeSlack;
let core: ScriptedApplication;

beforeEach(async () => {
  slack = await startFakeSlack();
  core = new ScriptedApplication(({ text }) => answerOf([`About ${text}`]));
});
afterEach(async () => {
  await slack.end();
});

const home = (user: string) => JSON.stringify(slack.homes.get(user) ?? {});

it("shows what is stored of a person and deletes it, and nobody else's", async () => {
  await using inbox = openSqliteInbox(":memory:");
  await using conversations = openConversationStore({ path: ":memory:" });
  await using feedback = openSqliteFeedbackStore(":memory:");
  const stores = { inbox, conversations, feedback };
  const ownData: OwnData = {
    count: (user) => forgetUser(stores, user, { dryRun: true }),
    forget: (user) => forgetUser(stores, user, { dryRun: false }),
  };
  await using _bot = await startTestBot(slack, core, { inbox, ownData });
  for (const user of ["U0ANN", "U0BOB"]) {
    const { channel, ts } = slack.dm(user, "what is a flow?");
    await slack.answered(channel, ts);
  }
  await slack.until(async () => (await inbox.depth()).open === 0);

  slack.openHome("U0ANN", "home");
  await slack.until(() => home("U0ANN").includes("I have 1 question of yours"));
  expect(home("U0ANN")).toContain("after 90 days");
  slack.pressInHome("U0ANN", { action_id: HOME_ACTIONS.forgetMe, type: "button" });
  await slack.until(() => home("U0ANN").includes(NOTICES.forgotten));

  expect(home("U0ANN")).not.toContain(HOME_ACTIONS.forgetMe);
  expect(await inbox.ofUser("U0ANN")).toEqual([]);
  expect(await inbox.ofUser("U0BOB")).toHaveLength(1);
});

it("says so when not everything could be deleted, and leaves the button", async () => {
  const ownData: OwnData = {
    count: () => Promise.resolve({ questions: 2, turns: 2, votes: 1 }),
    forget: () => Promise.reject(new Error("disk full")),
  };
  await using _bot = await startTestBot(slack, core, { ownData });

  slack.pressInHome("U0ANN", { action_id: HOME_ACTIONS.forgetMe, type: "button" });
  await slack.until(() => home("U0ANN").includes(NOTICES.notForgotten));

  expect(home("U0ANN")).toContain(HOME_ACTIONS.forgetMe);
});
