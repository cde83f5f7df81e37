/** Task cards while an answer is being written: where Slack takes them, and what is left of them at the end. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Question } from "../../src/answering/application.ts";
import { taskChunks } from "../../src/slack/progress-cards.ts";
import type { SlackSettings } from "../../src/slack/settings.ts";
import {
  type FakeMessage,
  type FakeSlack,
  type FakeSlackOptions,
  plainText,
  startFakeSlack,
} from "../support/fake-slack.ts";
import { fastClock } from "../support/fast-clock.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { type TestBot, startTestBot } from "../support/slack-bot.ts";
import { threeClaims } from "../support/three-claims.ts";

const SPEED = 60;

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startFakeSlack();
});
afterEach(async () => {
  await slack.end();
});

/** A core that searches, then writes for so long before its first claim. */
function writing(ms: number, answer = threeClaims): ScriptedApplication {
  const application = new ScriptedApplication(() => answer);
  application.steps = ["searching", "writing"];
  const clock = fastClock(SPEED);
  const wait = ({ signal }: Question) => clock.sleep(ms, signal).catch(() => undefined);
  application.beforeClaim = (question, index) => (index === 0 ? wait(question) : undefined);
  if (answer.claims.length === 0) application.beforeDone = wait;
  return application;
}

const start = (core: ScriptedApplication, settings: Partial<SlackSettings> = {}) =>
  startTestBot(slack, core, { clock: fastClock(SPEED), settings });

async function ask(bot: TestBot): Promise<readonly FakeMessage[]> {
  const ts = slack.mention("C0GENERAL", "U0ANN", "what happens?");
  await slack.until(
    async () => (await bot.inbox.find(`T0TEAM:C0GENERAL:${ts}`))?.state === "closed",
  );
  return slack.replies("C0GENERAL", ts);
}

const cardsOf = (message: FakeMessage | undefined) =>
  [...(message?.tasks?.values() ?? [])].map(
    ({ title, status }) => `${String(title)}: ${String(status)}`,
  );

describe("task cards", () => {
  it("show what is being done, and become the answer's own stream", async () => {
    const core = writing(6_000);
    await using bot = await start(core);
    const asked = ask(bot);
    const [opened] = await slack.until(() => {
      const own = slack.ownMessages();
      return own.length > 0 && own;
    });

    expect(cardsOf(opened)).toEqual([
      "Search the documentation: complete",
      "Write from what was found: in_progress",
    ]);
    expect(plainText(opened ?? { text: "", blocks: [] })).toBe("");
    const messages = await asked;
    expect(messages).toHaveLength(1);
    expect(plainText(messages[0] ?? { text: "", blocks: [] })).toContain("The third thing is so.");
    expect(cardsOf(messages[0]).every((card) => card.endsWith(": complete"))).toBe(true);
    expect(slack.callsTo("chat.startStream")).toHaveLength(1);
  });

  it.each<[string, FakeSlackOptions, Partial<SlackSettings>, number, boolean]>([
    ["refused", { withoutTasks: true }, {}, 6_000, true],
    ["switched off", {}, { taskCards: false }, 6_000, true],
    ["not needed", {}, {}, 20, false],
  ])(
    "are left out where they are %s, and the answer is whole",
    async (_why, options, settings, ms, told) => {
      await slack.end();
      slack = await startFakeSlack(options);
      await using bot = await start(writing(ms), settings);

      const first = await ask(bot);
      await ask(bot);

      expect(first.map(plainText).join("\n")).toContain("The third thing is so.");
      expect(slack.ownMessages().flatMap(cardsOf)).toEqual([]);
      const refused = slack.callsTo("chat.startStream").filter(({ ok }) => ok === false);
      expect(refused).toHaveLength(options.withoutTasks === true ? 1 : 0);
      expect(slack.statuses.some(({ status }) => status.includes("writing"))).toBe(told);
    },
  );

  it("give way to a sentence when nothing was found after all", async () => {
    const nothing = answerOf([], { kind: "not-found", reason: "silent" });
    await using bot = await start(writing(6_000, nothing));

    const messages = await ask(bot);

    expect(messages).toHaveLength(1);
    expect(cardsOf(messages[0])).toEqual([]);
    expect(plainText(messages[0] ?? { text: "", blocks: [] })).not.toBe("");
  });

  it("do not keep the question from being edited: the answer to its new text takes their place", async () => {
    const core = writing(600_000);
    await using bot = await start(core);
    const ts = slack.mention("C0GENERAL", "U0ANN", "what hapens?");
    await slack.until(() => slack.ownMessages().length > 0);

    core.beforeClaim = undefined;
    slack.edit("C0GENERAL", ts, "<@U0MARVIN> what happens?");
    await slack.until(async () => (await bot.inbox.depth()).open === 0);

    expect(core.asked.map(({ text }) => text)).toEqual(["what hapens?", "what happens?"]);
    const [message, ...more] = slack.replies("C0GENERAL", ts);
    expect(more).toEqual([]);
    expect(message?.stream).toBe("stopped");
    expect(plainText(message ?? { text: "", blocks: [] })).toContain("The third thing is so.");
    expect(cardsOf(message)).toEqual([]);
  });

  it("go when the question is deleted before there is an answer", async () => {
    await using bot = await start(writing(600_000));
    const ts = slack.mention("C0GENERAL", "U0ANN", "what happens?");
    await slack.until(() => slack.ownMessages().length > 0);

    slack.remove("C0GENERAL", ts);
    await slack.until(() => slack.ownMessages().length === 0);

    expect((await bot.inbox.depth()).open).toBe(0);
    // There is no answer that could be removed.
    expect(slack.ephemerals).toEqual([]);
  });
});

it("only what changed is told again", () => {
  expect(taskChunks(["searching"], ["searching", "writing"])).toMatchObject([
    { id: "step-1", status: "complete" },
    { id: "step-2", status: "in_progress" },
  ]);
  expect(taskChunks(["searching"], ["searching"], true)).toMatchObject([{ status: "complete" }]);
  expect(taskChunks([], [], true)).toEqual([]);
});
