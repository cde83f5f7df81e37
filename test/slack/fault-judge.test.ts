/** The judge of the fault run, judged: it passes a sound bot, and none of those that are wrong on purpose. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Application } from "../../src/answering/application.ts";
import { webApiPost } from "../bench/slack/bot-post.ts";
import { type AskedQuestion, createJudge, passes } from "../bench/slack/judge.ts";
import { mutate } from "../bench/slack/mutants.ts";
import { type FakeSlack, startFakeSlack } from "../support/fake-slack.ts";
import { fastClock } from "../support/fast-clock.ts";
import { ScriptedApplication } from "../support/scripted-application.ts";
import { startTestBot } from "../support/slack-bot.ts";
import { threeClaims } from "../support/three-claims.ts";

const PAGE = threeClaims.claims.map(({ text }) => text).join("\n");

let slack: FakeSlack;
let core: ScriptedApplication;

beforeEach(async () => {
  slack = await startFakeSlack();
  core = new ScriptedApplication(() => threeClaims);
});
afterEach(async () => {
  await slack.end();
});

/** Asks three questions, waits until the bot is through with them, and judges. */
async function judgeAfter(application: Application, during?: (asked: AskedQuestion[]) => void) {
  const asked: AskedQuestion[] = [];
  await using bot = await startTestBot(slack, application, { clock: fastClock(100) });
  for (const text of ["one?", "two?", "three?"]) {
    const ts = slack.mention("C0GENERAL", "U0ANN", text);
    asked.push({ channel: "C0GENERAL", ts, threadTs: ts, text });
  }
  await slack.until(async () => {
    const questions = await Promise.all(
      asked.map(({ channel, ts }) => bot.inbox.find(`${slack.teamId}:${channel}:${ts}`)),
    );
    return questions.every((question) => question?.state === "closed");
  }, "the end of all questions");
  during?.(asked);
  return createJudge(slack, {
    pages: [PAGE],
    address: "https://docs.example.com/",
    answers: async (key) => [core.answers.get(key)].filter((answer) => answer !== undefined),
  }).judge(asked);
}

describe("the judge", () => {
  it("passes a sound bot", async () => {
    const verdict = await judgeAfter(core);

    expect(verdict.problems).toEqual([]);
    expect(passes(verdict)).toBe(true);
  });

  it.each([
    ["unverified-claim", { unverified: 3 }, 0],
    ["unverified-message", { unaccounted: 3 }, 0],
    ["apologises-always", {}, 3],
    ["answers-and-apologises", { "apologised and answered": 3 }, 0],
  ] as const)("fails the mutant %s", async (mutant, counts, apologised) => {
    const verdict = await judgeAfter(mutate(core, mutant, webApiPost(slack)));

    expect(verdict.counts).toMatchObject(counts);
    expect(verdict.apologised).toBe(apologised);
    expect(passes(verdict)).toBe(false);
  });

  it.each([
    [
      "a question without an answer",
      "lost",
      (asked: AskedQuestion[]) =>
        asked.push({ channel: "C0GENERAL", ts: "1.0", threadTs: "1.0", text: "four?" }),
    ],
    [
      "an answer of which a claim is missing",
      "unfinished",
      (asked: AskedQuestion[]) => {
        const [message] = slack.replies("C0GENERAL", asked[0]?.threadTs ?? "");
        if (message !== undefined) message.blocks = message.blocks.slice(1);
      },
    ],
    [
      "an answer that stands there twice",
      "repeated",
      (asked: AskedQuestion[]) => {
        const [message] = slack.replies("C0GENERAL", asked[0]?.threadTs ?? "");
        if (message !== undefined) slack.copy(message);
      },
    ],
    [
      "an answer in another thread",
      "unaccounted",
      (asked: AskedQuestion[]) => {
        const [message] = slack.replies("C0GENERAL", asked[0]?.threadTs ?? "");
        if (message !== undefined) message.threadTs = asked[1]?.threadTs;
      },
    ],
    [
      "a source that is no page of ours",
      "unverified",
      (asked: AskedQuestion[]) => {
        const [message] = slack.replies("C0GENERAL", asked[0]?.threadTs ?? "");
        if (message !== undefined)
          message.blocks = JSON.parse(
            JSON.stringify(message.blocks).replaceAll("docs.example.com", "docs.example.net"),
          ) as typeof message.blocks;
      },
    ],
  ] as const)("tells %s", async (_what, failure, during) => {
    const verdict = await judgeAfter(core, during);

    expect(verdict.counts[failure]).toBeGreaterThan(0);
    expect(passes(verdict)).toBe(false);
  });
});
