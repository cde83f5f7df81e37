/** The title of a conversation, and what could be asked next. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { followUpPrompts, threadTitle } from "../../src/slack/follow-up-prompts.ts";
import { type FakeSlack, startFakeSlack } from "../support/fake-slack.ts";
import { ScriptedApplication, answerOf, citationOf } from "../support/scripted-application.ts";
import { startTestBot } from "../support/slack-bot.ts";

const CITATIONS = [
  citationOf(1, { section: "Retries", title: "Tasks" }),
  citationOf(2, { section: "Wait between retries", title: "Tasks" }),
  citationOf(3, { section: "Tasks", title: "Tasks" }),
  citationOf(4, { section: "wait  between retries", title: "Flows" }),
  citationOf(5, { section: "", title: "Results" }),
  citationOf(6, { section: "Usage", title: "prefect-dask" }),
];

describe("in direct messages", () => {
  let slack: FakeSlack;
  beforeEach(async () => {
    slack = await startFakeSlack();
  });
  afterEach(async () => {
    await slack.end();
  });

  const core = () =>
    new ScriptedApplication(() => answerOf(["Retries are set."], { citations: CITATIONS }));

  it("the thread gets the question for a title once, and prompts with every answer", async () => {
    await using _bot = await startTestBot(slack, core());
    const { channel, ts } = slack.dm("U0ANN", "how do\nretries work?");
    await slack.answered(channel, ts);
    await slack.until(() => slack.prompts.length === 1);
    slack.dm("U0ANN", "how long do they wait?", ts);
    await slack.answered(channel, ts, 2);
    await slack.until(() => slack.prompts.length === 2);

    expect(slack.titles).toEqual([{ channel, threadTs: ts, title: "how do retries work?" }]);
    expect(slack.prompts[0]).toMatchObject({ channel, threadTs: ts });
    expect(slack.prompts[0]?.prompts[0]).toEqual({
      title: "Wait between retries",
      message: "Tell me about Wait between retries",
    });
  });

  it("are left out where Slack refuses them, and asked for once", async () => {
    slack.fail("assistant.threads.setSuggestedPrompts", { kind: "error", error: "not_agent_app" });
    slack.fail("assistant.threads.setTitle", { kind: "error", error: "missing_scope" });
    await using _bot = await startTestBot(slack, core());
    for (const text of ["how do retries work?", "and results?"]) {
      const { channel, ts } = slack.dm("U0ANN", text);
      await slack.answered(channel, ts);
      await slack.until(() =>
        slack.callsTo("assistant.threads.setTitle").every(({ ok }) => ok === false),
      );
    }

    expect(slack.callsTo("assistant.threads.setTitle")).toHaveLength(1);
    expect(slack.callsTo("assistant.threads.setSuggestedPrompts")).toHaveLength(1);
  });

  it("prompts can be switched off, and channels have none of it", async () => {
    await using bot = await startTestBot(slack, core(), { settings: { prompts: false } });
    const direct = slack.dm("U0ANN", "how do retries work?");
    await slack.answered(direct.channel, direct.ts);
    const ts = slack.mention("C0GENERAL", "U0ANN", "how do retries work?");
    await slack.answered("C0GENERAL", ts);
    await slack.until(async () => (await bot.inbox.depth()).open === 0 && slack.titles.length > 0);

    expect(slack.prompts).toEqual([]);
    expect(slack.titles).toHaveLength(1);
  });
});

it("prompts name other sections than the question does, each once, three at most", () => {
  const answer = answerOf(["x"], { citations: CITATIONS });

  expect(followUpPrompts(answer, "how do retries work?").map(({ title }) => title)).toEqual([
    "Wait between retries",
    "Tasks",
    "Results",
  ]);
  expect(followUpPrompts(answerOf([], { citations: CITATIONS.slice(5) }), "?")).toEqual([
    { title: "Usage", message: "Tell me about Usage in prefect-dask" },
  ]);
  expect(followUpPrompts(answerOf([]), "what?")).toEqual([]);
});

it("a title is one line of the question, and short", () => {
  expect(threadTitle(" a\n b ")).toBe("a b");
  expect(threadTitle("word ".repeat(50)).length).toBeLessThanOrEqual(60);
});
