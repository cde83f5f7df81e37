/** A secret that somebody pastes is masked before anything is stored, asked or passed on. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { ACTIONS } from "../../src/slack/blocks/answer-blocks.ts";
import { type FakeSlack, startFakeSlack } from "../support/fake-slack.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { startTestBot } from "../support/slack-bot.ts";

let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack();
});

afterEach(async () => {
  await slack.end();
});

it("goes neither to the inbox, nor to the core, nor to a person, nor into feedback", async () => {
  const application = new ScriptedApplication(() => answerOf(["Set it again."]));
  await using bot = await startTestBot(slack, application, {
    settings: { people: ["C0HELP"] },
  });
  slack.addChannel("C0HELP");

  const ts = slack.mention("C0GENERAL", "U0ANN", "why is PGPASSWORD=hunter2&amp;more refused?");
  const [message] = await slack.answered("C0GENERAL", ts);
  await slack.until(async () => (await bot.inbox.depth()).open === 0);
  if (message === undefined) throw new Error("no answer");
  const key = `T0TEAM:C0GENERAL:${ts}`;
  slack.press(message, "U0ANN", { action_id: ACTIONS.askPerson, type: "button", value: "x" });
  await slack.until(() => slack.messages("C0HELP").length === 1, "the message to a person");
  slack.press(message, "U0ANN", {
    action_id: ACTIONS.vote,
    type: "feedback_buttons",
    value: JSON.stringify({ answer: "a1", vote: "helpful" }),
  });
  await slack.until(async () => (await bot.feedback.find("a1")) !== undefined, "the vote");
  await bot.feedback.reason("a1", "U0ANN", "my token is xyz-98765", "2026-11-24T10:00:00.000Z");

  const masked = "why is PGPASSWORD=[masked: password] refused?";
  expect((await bot.inbox.find(key))?.text).toBe(masked);
  expect(application.asked.map(({ text }) => text)).toEqual([masked]);
  expect(JSON.stringify(slack.messages("C0HELP"))).toContain(masked);
  expect(JSON.stringify(slack.messages("C0HELP"))).not.toContain("hunter2");
  const record = await bot.feedback.find("a1");
  expect(record?.question).toBe(masked);
  expect(record?.votes[0]?.reason).toBe("my token is [masked: token]");
  expect(JSON.stringify(bot.logs)).not.toContain("hunter2");
});

it("in a file is masked before the core has it, also where the file is cut", async () => {
  const application = new ScriptedApplication(() => answerOf(["Set it again."]));
  await using _bot = await startTestBot(slack, application);
  const key = `-----BEGIN RSA PRIVATE KEY-----\n${"MIIabcdefgh\n".repeat(2000)}-----END RSA PRIVATE KEY-----`;
  const file = slack.addFile(".env", `PGPASSWORD=hunter2\n${"x=1\n".repeat(4000)}${key}\nlast`);

  slack.say({
    channel: "C0GENERAL",
    user: "U0ANN",
    text: "<@U0MARVIN> why?",
    extra: { subtype: "file_share", files: [file] },
  });
  await slack.until(() => application.asked.length === 1);

  const text = application.asked[0]?.text ?? "";
  expect(text).toContain("PGPASSWORD=[masked: password]");
  expect(text).toContain("last");
  expect(text).not.toMatch(/hunter2|MIIabc/);
});
