/** What happens when the message of an answered question is deleted. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEEP_ANSWER, REMOVE_ANSWER } from "../../src/slack/listeners/deleted-question.ts";
import { type FakeMessage, type FakeSlack, startFakeSlack } from "../support/fake-slack.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { type TestBot, startTestBot } from "../support/slack-bot.ts";

let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack();
});

afterEach(async () => {
  await slack.end();
});

const echoing = () => new ScriptedApplication(({ text }) => answerOf([`About ${text}`]));

async function askedAndDeleted(
  bot: TestBot,
): Promise<{ readonly key: string; readonly answer: FakeMessage }> {
  const ts = slack.mention("C0GENERAL", "U0ANN", "what is a flow?");
  const [answer] = await slack.answered("C0GENERAL", ts);
  if (answer === undefined) throw new Error("no answer");
  await slack.until(async () => (await bot.inbox.depth()).open === 0);
  const key = `T0TEAM:C0GENERAL:${ts}`;
  const question = await bot.inbox.find(key);
  await bot.feedback.vote(
    { answerId: "a1", user: "U0BOB", vote: "helpful", reason: undefined, votedAt: "2026-11-24" },
    {
      answerId: "a1",
      key,
      conversationId: key,
      question: question?.text ?? "",
      answer: {},
      receipt: { queries: [question?.text] },
    },
  );
  slack.remove("C0GENERAL", ts);
  await slack.until(() => slack.ephemerals.length === 1, "the offer");
  return { key, answer };
}

function offered(action: string): { readonly action_id: string; readonly value: string } {
  const buttons = slack.ephemerals[0]?.blocks.flatMap(
    (block) => (block["elements"] ?? []) as { action_id: string; value: string }[],
  );
  const found = buttons?.find(({ action_id }) => action_id === action);
  if (found === undefined) throw new Error(`no button ${action}`);
  return { action_id: found.action_id, value: found.value };
}

async function press(message: FakeMessage, user: string, action: string): Promise<void> {
  const before = slack.responses.length;
  slack.press(message, user, { type: "button", ...offered(action) });
  await slack.until(() => slack.responses.length > before, "a response");
}

describe("a deleted question", () => {
  it("is forgotten in every store, and its answer is offered for removal to whoever asked", async () => {
    await using bot = await startTestBot(slack, echoing());

    const { key } = await askedAndDeleted(bot);

    expect((await bot.inbox.find(key))?.text).toBe("");
    expect((await bot.records.findTurn(key))?.question).toBe("");
    expect(await bot.feedback.find("a1")).toMatchObject({ question: "", receipt: undefined });
    expect(slack.ephemerals[0]).toMatchObject({ user: "U0ANN" });
    expect(slack.messages("C0GENERAL")).toHaveLength(1);
  });

  it("takes its answer along when the asker says so, and nobody else", async () => {
    await using bot = await startTestBot(slack, echoing());
    const { key, answer } = await askedAndDeleted(bot);

    await press(answer, "U0BOB", REMOVE_ANSWER);
    const after = slack.messages("C0GENERAL").length;
    await press(answer, "U0ANN", REMOVE_ANSWER);

    expect(after).toBe(1);
    expect(slack.messages("C0GENERAL")).toEqual([]);
    expect(await bot.records.findTurn(key)).toBeUndefined();
    expect(await bot.feedback.find("a1")).toBeUndefined();
  });

  it("leaves its answer when the asker says so", async () => {
    await using bot = await startTestBot(slack, echoing());
    const { key, answer } = await askedAndDeleted(bot);

    await press(answer, "U0ANN", KEEP_ANSWER);

    expect(slack.messages("C0GENERAL")).toHaveLength(1);
    expect(await bot.records.findTurn(key)).toBeDefined();
  });
});
