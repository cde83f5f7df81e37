/** The process is killed at every step of an answer; the next one ends with exactly one whole answer. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/platform/clock.ts";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import { type FakeCall, plainText, startFakeSlack } from "../support/fake-slack.ts";
import { ScriptedApplication } from "../support/scripted-application.ts";
import { startTestBot } from "../support/slack-bot.ts";
import type { ChildOptions } from "../support/slack-child.ts";
import { threeClaims } from "../support/three-claims.ts";

/** How long the next process waits for the one that was killed. */
const LEASE_MS = 150;

const compileCache = mkdtempSync(path.join(tmpdir(), "marvin-kill-cache-"));
afterAll(() => rmSync(compileCache, { recursive: true, force: true }));

function startChild(options: ChildOptions): ChildProcess {
  return spawn(
    process.execPath,
    [path.resolve(import.meta.dirname, "../support/slack-child.ts"), JSON.stringify(options)],
    {
      stdio: ["ignore", "ignore", "inherit"],
      // All these processes load the same code.
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    },
  );
}

/**
 * Steps inside the process, and calls to Slack: as they arrive (nothing is done) or when they are done. Between two of
 * them nothing changes that outlives the process.
 */
const STEPS = [
  "admit:before",
  "admit:after",
  "claim:after",
  "posting:after",
  "arrives chat.startStream",
  "done chat.startStream",
  "shown:after",
  "done chat.appendStream",
  "done:before",
  "arrives chat.stopStream",
  "done chat.stopStream",
  "posted:before",
  "posted:after",
  "close:before",
  "close:after",
  // An answer that comes all at once is posted, not streamed.
  "arrives chat.postMessage",
  "done chat.postMessage",
  // Where streams are refused, it is posted and updated.
  "arrives chat.update",
  "done chat.update",
] as const;

/** Milliseconds between claims: none makes the answer one post; the writer writes more at most once a second. */
function claimMsFor(step: string): number {
  if (step.includes("postMessage")) return 0;
  return /append|update/.test(step) ? 1100 : 60;
}

describe("a bot that is killed", () => {
  it.concurrent.for(STEPS)(
    "at %s answers once after the restart",
    // Each starts a process of its own; on a busy machine that alone takes long.
    { timeout: 90_000 },
    async (step, { onTestFinished }) => {
      const slack = await startFakeSlack();
      const folder = mkdtempSync(path.join(tmpdir(), "marvin-kill-"));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const inboxPath = path.join(folder, "state.sqlite");
      const child = startChild({
        apiUrl: slack.apiUrl,
        botToken: slack.botToken,
        appToken: slack.appToken,
        inboxPath,
        leaseMs: LEASE_MS,
        killAt: step,
        claimMs: claimMsFor(step),
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      const exited = once(child, "exit");
      const [when, method] = step.split(" ");
      const kill = async (call: FakeCall) => {
        if (call.method !== method) return;
        child.kill("SIGKILL");
        await exited;
      };
      if (when === "arrives") {
        // The call came with the process's last breath and was lost on the way.
        slack.intercept = async (call) => {
          if (call.method === method) slack.fail(call.method, { kind: "drop" });
          await kill(call);
        };
      }
      if (when === "done") slack.interceptResponse = kill;
      if (method === "chat.update")
        slack.fail("chat.startStream", { kind: "error", error: "channel_type_not_supported" });

      await slack.until(() => slack.socketCount === 1, "the first process", 45_000);
      const ts = slack.mention("C0GENERAL", "U0ANN", "what happens?");
      await exited;
      slack.intercept = undefined;
      slack.interceptResponse = undefined;
      slack.mend();

      const application = new ScriptedApplication(() => threeClaims);
      await using inbox = openSqliteInbox(inboxPath);
      await using bot = await startTestBot(slack, application, {
        inbox,
        clock: systemClock,
      });
      const closed = await slack.until(
        async () => {
          const question = await inbox.find(`T0TEAM:C0GENERAL:${ts}`);
          return question?.state === "closed" && question;
        },
        "the end of the question",
        30_000,
      );
      expect(closed.outcome).toBe("answered");
      const replies = slack.replies("C0GENERAL", ts);
      expect(replies).toHaveLength(1);
      const text = plainText(replies[0] ?? { text: "", blocks: [] });
      for (const claim of threeClaims.claims) expect(text.split(claim.text)).toHaveLength(2);
      expect(text.split("*Sources*")).toHaveLength(2);
      expect(replies[0]?.stream).not.toBe("live");
      expect(bot.app.running).toBe(0);
      await slack.end();
    },
  );
});
