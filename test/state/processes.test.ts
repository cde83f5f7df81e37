/**
 * Three bots, each a process of its own with the real core, on one Postgres: one is killed, the connections of all are cut,
 * and each question is still answered once, and in order within its thread.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStores, type Stores } from "../../src/configured-state.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { startBot } from "../bench/slack/bot-handle.ts";
import {
  HANDBOOK_ADDRESS,
  QUESTIONS,
  handbookTexts,
  indexHandbook,
} from "../bench/slack/handbook.ts";
import { type AskedQuestion, createJudge } from "../bench/slack/judge.ts";
import { startMainBot } from "../bench/slack/main-bot.ts";
import { type FakeSlack, isFinished, startFakeSlack } from "../support/fake-slack.ts";
import { freshSchema, onServer, TEST_STATE_URL } from "./engine.ts";

const THREADS = 6;
const ROUNDS = 4;

let dataFolder = "";
let stateUrl = "";
let schema = "";
beforeEach(async () => {
  dataFolder = mkdtempSync(path.join(tmpdir(), "marvin-processes-"));
  await indexHandbook(dataFolder);
  ({ url: stateUrl, name: schema } = freshSchema());
});
afterEach(async () => {
  rmSync(dataFolder, { recursive: true, force: true });
  await onServer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
});

/** What is wrong, when all are closed and whatever would come twice has had time to come. */
async function problemsOf(
  slack: FakeSlack,
  stores: Stores,
  asked: readonly AskedQuestion[],
): Promise<readonly string[]> {
  for (const end = performance.now() + 120_000; performance.now() < end;) {
    const isOpen = (await stores.inbox.depth()).open > 0;
    const { length } = slack.ownMessages().filter(isFinished);
    if (!isOpen && length >= asked.length) break;
    await systemClock.sleep(500);
  }
  await systemClock.sleep(5000);
  const { judge } = createJudge(slack, {
    pages: handbookTexts(),
    address: HANDBOOK_ADDRESS,
    answers: () => Promise.resolve([]),
  });
  const { counts } = await judge(asked, []);
  const problems = (["lost", "unaccounted", "apologised and answered"] as const).flatMap((kind) =>
    counts[kind] === 0 ? [] : `${kind}: ${counts[kind]}`,
  );
  for (const { channel, ts, threadTs } of asked) {
    const found = await stores.inbox.find(`${slack.teamId}:${channel}:${ts}`);
    const turn = await stores.conversations.findTurn(`${slack.teamId}:${channel}:${ts}`);
    if (found?.outcome !== "answered" || found.messageTs.length !== 1 || turn?.state !== "posted")
      problems.push(`${ts}: ${found?.outcome ?? "open"}, ${String(found?.messageTs)}`);
    const inThread = asked.filter((other) => other.threadTs === threadTs).length;
    const { length } = slack.replies(channel, threadTs);
    if (length !== inThread) problems.push(`${threadTs}: ${length} replies to ${inThread}`);
  }
  return problems;
}

describe.skipIf(TEST_STATE_URL === undefined)("three bots on one Postgres", () => {
  it(
    "answer each question once and in order, though one is killed and every connection cut",
    { timeout: 240_000 },
    async ({ onTestFinished }) => {
      await using slack = await startFakeSlack({ messageEvents: true, redeliverAfterMs: 3000 });
      const options = {
        apiUrl: slack.apiUrl,
        botToken: slack.botToken,
        appToken: slack.appToken,
        dataFolder,
        stateUrl,
        pace: { firstClaimMs: 100, claimMs: 400, slowOneIn: 0, failOneIn: 0, dieOneIn: 0 },
        leaseMs: 3000,
        mutant: undefined,
        verbose: true,
      };
      // At the same time: one of them makes the schema.
      const bots = await Promise.all([startBot(options), startBot(options), startBot(options)]);
      onTestFinished(async () => {
        await Promise.all(bots.map((bot) => bot.stop()));
      });
      await using stores = await openStores({ dataFolder, stateUrl });
      const asked: AskedQuestion[] = [];
      for (const channel of ["C0", "C1", "C2"]) slack.addChannel(channel);
      const threads: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        for (let thread = 0; thread < THREADS; thread += 1) {
          const channel = `C${thread % 3}`;
          const text = QUESTIONS[(round * THREADS + thread) % QUESTIONS.length] ?? "";
          const ts = slack.mention(channel, `U${thread}`, text, threads[thread]);
          threads[thread] ??= ts;
          asked.push({ channel, ts, threadTs: threads[thread] ?? ts, text });
        }
        if (round === 1) await bots[1]?.kill();
        if (round === 2)
          await onServer(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ask-marvin'",
          );
        await systemClock.sleep(700);
      }
      const problems = await problemsOf(slack, stores, asked);
      expect(problems).toEqual([]);
      const shown = await onServer(
        `SELECT q.thread_ts, q.sequence, MIN(m.ts) AS first FROM ${schema}.question AS q
         JOIN ${schema}.message AS m USING (key) GROUP BY q.thread_ts, q.sequence ORDER BY q.sequence`,
      );
      expect(shown).toHaveLength(asked.length);
      for (const rows of Map.groupBy(shown, (row) => row["thread_ts"]).values()) {
        const times = rows.map((row) => String(row["first"]));
        expect(times).toEqual(times.toSorted());
      }
      const answered = await onServer(
        `SELECT COUNT(*) AS n FROM ${schema}.question WHERE state = 'closed' AND outcome = 'answered'`,
      );
      expect(Number(answered[0]?.["n"])).toBe(asked.length);
    },
  );

  it(
    "started as people start them, lose nothing when one is replaced by another",
    { timeout: 240_000 },
    async () => {
      await using slack = await startFakeSlack({ messageEvents: true, redeliverAfterMs: 3000 });
      const start = () => startMainBot(slack, { dataFolder, stateUrl, receiving: "socket" });
      const asked: AskedQuestion[] = [];
      const ask = (from: number) => {
        for (const text of QUESTIONS.slice(from, from + 4)) {
          const ts = slack.mention("C0GENERAL", "U0ANN", text);
          asked.push({ channel: "C0GENERAL", ts, threadTs: ts, text });
        }
      };

      const first = await start();
      ask(0);
      const second = await start();
      ask(4);
      const ended = first.end("SIGTERM");
      ask(8);
      const code = await ended;
      ask(12);
      await using stores = await openStores({ dataFolder, stateUrl });
      const problems = await problemsOf(slack, stores, asked);
      await second.end("SIGTERM");

      expect(code).toBe(143);
      expect(problems).toEqual([]);
      expect((await onServer(`SELECT COUNT(*) AS n FROM ${schema}.question`))[0]).toEqual({
        n: String(asked.length),
      });
    },
  );

  it(
    "that take events over HTTP answer each question once, though one is killed and events come twice",
    { timeout: 240_000 },
    async ({ onTestFinished }) => {
      await using slack = await startFakeSlack({ messageEvents: true, redeliverAfterMs: 1000 });
      const start = () => startMainBot(slack, { dataFolder, stateUrl, receiving: "http" });
      const bots = await Promise.all([start(), start(), start()]);
      onTestFinished(async () => {
        await Promise.all(bots.map((bot) => bot.end("SIGKILL")));
      });
      slack.endpoints = bots.flatMap(({ endpoint }) => endpoint ?? []);
      const asked: AskedQuestion[] = [];
      const threads: string[] = [];
      for (const [at, text] of [...QUESTIONS, ...QUESTIONS].entries()) {
        const ts = slack.mention("C0GENERAL", `U${at % 4}`, text, threads[at % THREADS]);
        const threadTs = (threads[at % THREADS] ??= ts);
        asked.push({ channel: "C0GENERAL", ts, threadTs, text });
        // All of them are told again of the last question.
        const last = slack.envelopes.at(-1);
        if (at % 3 === 0 && last !== undefined) slack.send(last, true);
        // Its address is in the load balancer for a while: what goes there is sent again by Slack, which gives up after
        // the third time.
        if (at === QUESTIONS.length) await bots[1]?.end("SIGKILL");
        if (at === QUESTIONS.length + 6) {
          slack.endpoints = slack.endpoints.filter((endpoint) => endpoint !== bots[1]?.endpoint);
        }
        await systemClock.sleep(100);
      }

      await using stores = await openStores({ dataFolder, stateUrl });
      const problems = await problemsOf(slack, stores, asked);

      expect(problems).toEqual([]);
      expect(slack.socketCount).toBe(0);
      expect((await onServer(`SELECT COUNT(*) AS n FROM ${schema}.question`))[0]).toEqual({
        n: String(asked.length),
      });
    },
  );
});
