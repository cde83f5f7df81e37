/**
 * Three bots, each a process of its own with the real core, on one Postgres: one is killed, the connections of all are cut,
 * and each question is still answered once, and in order within its thread.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openStores } from "../../src/configured-state.ts";
import { isFixed } from "../../src/conversation/conversation.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { startBot } from "../bench/slack/bot-handle.ts";
import {
  HANDBOOK_ADDRESS,
  QUESTIONS,
  handbookTexts,
  indexHandbook,
} from "../bench/slack/handbook.ts";
import { type AskedQuestion, createJudge } from "../bench/slack/judge.ts";
import { startFakeSlack } from "../support/fake-slack.ts";
import { freshSchema, onServer, TEST_STATE_URL } from "./engine.ts";

const THREADS = 6;
const ROUNDS = 4;

describe.skipIf(TEST_STATE_URL === undefined)("three bots on one Postgres", () => {
  it(
    "answer each question once and in order, though one is killed and every connection cut",
    { timeout: 240_000 },
    async ({ onTestFinished }) => {
      const dataFolder = mkdtempSync(path.join(tmpdir(), "marvin-processes-"));
      onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }));
      const { url: stateUrl, name: schema } = freshSchema();
      onTestFinished(async () => {
        await onServer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      });
      await indexHandbook(dataFolder);
      await using slack = await startFakeSlack({ messageEvents: true, redeliverAfterMs: 3000 });
      const options = {
        apiUrl: slack.apiUrl,
        botToken: slack.botToken,
        appToken: slack.appToken,
        dataFolder,
        stateUrl,
        pace: { firstClaimMs: 100, claimMs: 400, failOneIn: 0, dieOneIn: 0 },
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
      const { judge } = createJudge(slack, {
        pages: handbookTexts(),
        address: HANDBOOK_ADDRESS,
        async answers(key) {
          const answer = (await stores.conversations.findTurn(key))?.answer;
          return answer === undefined || isFixed(answer) ? [] : [answer];
        },
      });

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
      const unfinished = async () => {
        const { counts } = await judge(asked, []);
        return counts.lost + counts.unfinished;
      };
      for (const end = performance.now() + 120_000; performance.now() < end;) {
        if ((await unfinished()) === 0) break;
        await systemClock.sleep(500);
      }
      // Whatever would come twice has had time to come.
      await systemClock.sleep(5000);

      const verdict = await judge(asked, []);
      expect(verdict.problems).toEqual([]);
      expect(verdict.apologised).toBe(0);
      expect(Object.values(verdict.counts).every((count) => count === 0)).toBe(true);
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
});
