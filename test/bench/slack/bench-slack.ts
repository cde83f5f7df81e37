/**
 * `npm run bench:slack`: 50 conversations in 50 channels at once, 200 questions, against a workspace that enforces
 * Slack's rate limits. Prints the figures beside their targets; exit code 1 when one is missed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { startFakeSlack } from "../../support/fake-slack.ts";
import { startBot } from "./bot-handle.ts";
import { type AskedQuestion, judge, percentile } from "./check-threads.ts";

const FIRST_CLAIM_MS = 400;
const CLAIMS = 4;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      conversations: { type: "string", default: "50" },
      questions: { type: "string", default: "4" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write("Usage: npm run bench:slack [-- --conversations 50 --questions 4]\n");
    return 0;
  }
  const conversations = Number(values.conversations);
  const folder = mkdtempSync(path.join(tmpdir(), "marvin-bench-"));
  await using slack = await startFakeSlack({ tiers: true, messageEvents: true });
  const bot = await startBot({
    apiUrl: slack.apiUrl,
    botToken: slack.botToken,
    appToken: slack.appToken,
    inboxPath: path.join(folder, "slack.sqlite"),
    firstClaimMs: FIRST_CLAIM_MS,
    claimMs: 250,
    claims: CLAIMS,
    failOneIn: 0,
    leaseMs: 30_000,
  });
  // Five questions before the measurement, so that it shows serving and not the first compilation of the program.
  slack.addChannel("C0WARM");
  for (let number = 0; number < 5; number += 1)
    await slack.answered("C0WARM", slack.mention("C0WARM", "U0WARM", `warm ${number}?`));
  const began = performance.now();
  const asked: AskedQuestion[] = [];
  const askedAt = new Map<string, number>();
  const firstShownAt = new Map<string, number>();
  const finishedAt = new Map<string, number>();
  const openThreads = new Map<string, AskedQuestion[]>();

  // Which question of its thread a message answers follows from the order, which the bot keeps.
  slack.interceptResponse = (call) => {
    const now = performance.now();
    // The fake's own form arguments are strings.
    const threadTs = call.args["thread_ts"] as string;
    if (
      call.ok === true &&
      (call.method === "chat.startStream" || call.method === "chat.postMessage")
    ) {
      const question = openThreads.get(threadTs)?.find(({ ts }) => !firstShownAt.has(ts));
      if (question !== undefined) firstShownAt.set(question.ts, now);
    }
    if (call.ok === true && (call.method === "chat.stopStream" || call.method === "chat.update")) {
      const message = slack
        .messages(String(call.args["channel"]))
        .find(({ ts }) => ts === call.args["ts"]);
      const done = JSON.stringify(message?.blocks ?? []).includes("*Sources*");
      const question = openThreads
        .get(message?.threadTs ?? "")
        ?.find(({ ts }) => firstShownAt.has(ts) && !finishedAt.has(ts));
      if (done && question !== undefined) finishedAt.set(question.ts, now);
    }
  };
  for (let conversation = 0; conversation < conversations; conversation += 1) {
    const channel = `C${String(conversation).padStart(4, "0")}`;
    slack.addChannel(channel);
    let threadTs: string | undefined;
    for (let number = 0; number < Number(values.questions); number += 1) {
      const text = `question ${number} of ${channel}?`;
      const before = performance.now();
      const ts = slack.nextTs();
      threadTs ??= ts;
      const question = { channel, ts, threadTs, text };
      asked.push(question);
      askedAt.set(ts, before);
      openThreads.set(threadTs, [...(openThreads.get(threadTs) ?? []), question]);
      slack.say({
        channel,
        user: `U${conversation}`,
        text: `<@${slack.botUserId}> ${text}`,
        ts,
        ...(ts === threadTs ? {} : { threadTs }),
      });
    }
  }
  await slack.until(() => finishedAt.size === asked.length, "all answers", 300_000);
  const seconds = (performance.now() - began) / 1000;
  const { loopDelayP99Ms, peakRssMb, cpuMs } = await bot.report();
  await bot.stop();

  const statuses = asked
    .filter(({ ts, threadTs }) => ts === threadTs)
    .map(({ ts, channel }) => {
      const status = slack.statuses.find(
        (line) => line.channel === channel && line.threadTs === ts,
      );
      return (status?.at ?? Number.POSITIVE_INFINITY) - (askedAt.get(ts) ?? 0);
    });
  const firstClaims = asked.map(({ ts, threadTs }) => {
    const thread = openThreads.get(threadTs) ?? [];
    const before = thread[thread.findIndex((question) => question.ts === ts) - 1];
    const turn = Math.max(
      askedAt.get(ts) ?? 0,
      before === undefined ? 0 : (finishedAt.get(before.ts) ?? 0),
    );
    return (firstShownAt.get(ts) ?? Number.POSITIVE_INFINITY) - turn;
  });
  const failedCalls = new Map<string, number>();
  for (const { method, ok, error } of slack.calls) {
    const what = `${method} ${error ?? ""}`;
    if (ok === false) failedCalls.set(what, (failedCalls.get(what) ?? 0) + 1);
  }
  const verdict = judge(slack, asked, CLAIMS);
  const figures: readonly (readonly [string, number, number])[] = [
    ["event to status, p95, ms", percentile(statuses, 0.95), 300],
    [
      "event to first claim beyond the model's, p95, ms",
      percentile(firstClaims, 0.95) - FIRST_CLAIM_MS,
      150,
    ],
    ["event-loop delay, p99, ms", loopDelayP99Ms, 50],
    ["memory, peak, MB", peakRssMb, 300],
    ["time for all, s", seconds, 300],
    ["questions lost", verdict.lost + verdict.apologised + verdict.unfinished, 0],
    ["answers repeated", verdict.repeated, 0],
    ["lines that were not verified", verdict.unverified, 0],
    ["calls that Slack refused", slack.complaints.length, 0],
    ["calls over Slack's limits", [...failedCalls.values()].reduce((a, b) => a + b, 0), 0],
  ];
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`${asked.length} questions in ${conversations} channels\n`);
  for (const [name, value, target] of figures)
    process.stdout.write(
      `${value <= target ? "ok    " : "MISSED"}  ${name}: ${value.toFixed(1)} (at most ${target})\n`,
    );
  process.stdout.write(
    `        processor time of the bot, ms a question: ${(cpuMs / asked.length).toFixed(1)}\n`,
  );
  for (const [method, count] of failedCalls) process.stdout.write(`        ${method}: ${count}\n`);
  return figures.every(([, value, target]) => value <= target) ? 0 : 1;
}

process.exitCode = await main();
