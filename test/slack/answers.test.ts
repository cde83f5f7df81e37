/** The bot in a workspace: who asks what where, and what stands in the thread afterwards. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeSlack, plainText, startFakeSlack } from "../support/fake-slack.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { startTestBot } from "../support/slack-bot.ts";

let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack();
});

afterEach(async () => {
  await slack.end();
});

describe("a mention in a channel", () => {
  it("is answered once in its thread, with numbered sources, and its follow-up belongs to the same conversation", async () => {
    const application = new ScriptedApplication({
      "what happens if the pod dies?": answerOf([
        { text: "The run is marked `Crashed`.", quote: "marked Crashed", aspect: "state" },
        { text: "Retries do not cover it.", citation: 2, aspect: "automatic" },
      ]),
      "and for tasks?": answerOf(["Tasks die with it."]),
    });
    await using bot = await startTestBot(slack, application);

    const ts = slack.mention("C0GENERAL", "U0ANN", "what happens if the pod dies?");
    const [answer] = await slack.answered("C0GENERAL", ts);
    await slack.until(() => application.postedCalls.length === 1);
    const followUp = slack.mention("C0GENERAL", "U0ANN", "and for tasks?", ts);
    await slack.answered("C0GENERAL", ts, 2);

    expect(plainText(answer ?? { text: "", blocks: [] })).toMatchInlineSnapshot(`
      "What is recorded
      The run is marked Crashed. [1]
      What happens by itself
      Retries do not cover it. [2]
      *Sources*
      [1] <https://docs.example.com/v3/page-1#section-1|Section 1> · Page 1 · prefect 3 · read 4 days ago
      [2] <https://docs.example.com/v3/page-2#section-2|Section 2> · Page 2 · prefect 3 · read 4 days ago"
    `);
    expect(answer?.threadTs).toBe(ts);
    expect(application.asked.map(({ conversationId, key }) => ({ conversationId, key }))).toEqual([
      { conversationId: `T0TEAM:C0GENERAL:${ts}`, key: `T0TEAM:C0GENERAL:${ts}` },
      { conversationId: `T0TEAM:C0GENERAL:${ts}`, key: `T0TEAM:C0GENERAL:${followUp}` },
    ]);
    expect(slack.replies("C0GENERAL", ts)).toHaveLength(2);
    expect(bot.app.connected).toBe(true);
  });
});
