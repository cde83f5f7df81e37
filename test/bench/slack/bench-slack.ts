/**
 * `npm run bench:slack`: 50 conversations in 50 channels at once, 200 questions to the real core over the handbook, against a
 * workspace that enforces Slack's rate limits; then what arrives while the core computes for seconds. Prints the figures
 * beside their targets; exit code 1 when one is missed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { isFixed } from "../../../src/conversation/conversation.ts";
import { openConversationStore } from "../../../src/conversation/stored-conversations.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { type FakeSlack, startFakeSlack } from "../../support/fake-slack.ts";
import { startBot } from "./bot-handle.ts";
import { type CoreTimes, preciseNow } from "./bot-process.ts";
import { busyQuestion } from "./core-thread.ts";
import {
  FOLLOW_UPS,
  HANDBOOK_ADDRESS,
  QUESTIONS,
  handbookTexts,
  indexHandbook,
} from "./handbook.ts";
import { type AskedQuestion, createJudge, passes, percentile } from "./judge.ts";

/** What a model takes until its first sentence, and between two. */
const FIRST_CLAIM_MS = 400;
const CLAIM_MS = 250;
/** How long the core computes at a stretch in the second part, and how many deliveries it is disturbed by. */
const BUSY_MS = 3000;
const BUSY_QUESTIONS = 3;
const DELIVERIES = 120;

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
  await using cleanup = new AsyncDisposableStack();
  const dataFolder = mkdtempSync(path.join(tmpdir(), "marvin-bench-"));
  cleanup.defer(() => rmSync(dataFolder, { recursive: true, force: true }));
  await indexHandbook(dataFolder);
  const slack = cleanup.use(await startFakeSlack({ tiers: true, messageEvents: true }));
  const bot = await startBot({
    apiUrl: slack.apiUrl,
    botToken: slack.botToken,
    appToken: slack.appToken,
    dataFolder,
    pace: {
      firstClaimMs: FIRST_CLAIM_MS,
      claimMs: CLAIM_MS,
      slowOneIn: 0,
      failOneIn: 0,
      dieOneIn: 0,
    },
    leaseMs: 30_000,
    mutant: undefined,
    verbose: false,
  });
  const store = cleanup.use(openConversationStore({ path: path.join(dataFolder, "state.sqlite") }));
  const { judge } = createJudge(slack, {
    pages: handbookTexts(),
    address: HANDBOOK_ADDRESS,
    async answers(key) {
      const answer = (await store.findTurn(key))?.answer;
      return answer === undefined || isFixed(answer) ? [] : [answer];
    },
  });
  // Five questions before the measurement, so that it shows serving and not the first compilation of the program.
  slack.addChannel("C0WARM");
  const asked: AskedQuestion[] = [];
  for (let number = 0; number < 5; number += 1) {
    const text = QUESTIONS[number] ?? QUESTIONS[0];
    const ts = slack.mention("C0WARM", "U0WARM", text);
    await slack.answered("C0WARM", ts);
    asked.push({ channel: "C0WARM", ts, threadTs: ts, text });
  }
  const closesBefore = slack.unexplainedCloses;
  const firstShownAt = new Map<string, number>();
  const askedAt = new Map<string, number>();
  watchFirstShown(slack, firstShownAt, askedAt);

  const began = performance.now();
  const burst: AskedQuestion[] = [];
  for (let conversation = 0; conversation < conversations; conversation += 1) {
    const channel = `C${String(conversation).padStart(4, "0")}`;
    slack.addChannel(channel);
    let threadTs: string | undefined;
    for (let number = 0; number < Number(values.questions); number += 1) {
      const texts = number === 0 ? QUESTIONS : FOLLOW_UPS;
      const text = texts[(conversation + number) % texts.length] ?? "";
      const ts = slack.nextTs();
      threadTs ??= ts;
      const question = { channel, ts, threadTs, text };
      burst.push(question);
      askedAt.set(`${slack.teamId}:${channel}:${ts}`, preciseNow());
      slack.say({
        channel,
        user: `U${conversation}`,
        text: `<@${slack.botUserId}> ${text}`,
        ts,
        ...(ts === threadTs ? {} : { threadTs }),
      });
    }
  }
  asked.push(...burst);
  const whole = async () => {
    const { counts } = await judge(asked);
    return counts.lost + counts.unfinished === 0;
  };
  await allAnswered(slack, asked, 300_000);
  await allWhole(whole, 300_000);
  const seconds = (performance.now() - began) / 1000;

  // Second part: the core computes, and whoever comes meanwhile is heard.
  const acknowledgements = await whileBusy(slack, asked);
  await allAnswered(slack, asked, 120_000);
  await allWhole(whole, 120_000);
  const reconnects = slack.unexplainedCloses - closesBefore;
  const { loopDelayP99Ms, peakRssMb, cpuMs, coreTimes } = await bot.report();
  await bot.stop();

  const statuses = burst
    .filter(({ ts, threadTs }) => ts === threadTs)
    .map(({ ts, channel }) => {
      const status = slack.statuses.find(
        (line) => line.channel === channel && line.threadTs === ts,
      );
      return (
        (status === undefined ? Number.POSITIVE_INFINITY : performance.timeOrigin + status.at) -
        (askedAt.get(`${slack.teamId}:${channel}:${ts}`) ?? 0)
      );
    });
  const firsts = burst.filter(({ ts, threadTs }) => ts === threadTs);
  const waits = beyondTheCore(slack, firsts, { firstShownAt, askedAt, coreTimes });
  const beyond = waits.map(({ before, after }) => before + after);
  const failedCalls = new Map<string, number>();
  for (const { method, ok, error } of slack.calls) {
    const what = `${method} ${error ?? ""}`;
    if (ok === false) failedCalls.set(what, (failedCalls.get(what) ?? 0) + 1);
  }
  const verdict = await judge(asked);
  const figures: readonly (readonly [string, number, number])[] = [
    ["event to status, p95, ms", percentile(statuses, 0.95), 200],
    ["first sentence beyond the model's, p95, ms", percentile(beyond, 0.95), 100],
    [`acknowledgement while the core computes, p99, ms`, percentile(acknowledgements, 0.99), 500],
    ["event-loop delay, p99, ms", loopDelayP99Ms, 50],
    ["memory, peak, MB", peakRssMb, 350],
    ["time for all, s", seconds, 300],
    ["reconnects", reconnects, 0],
    ["questions lost or not whole", verdict.counts.lost + verdict.counts.unfinished, 0],
    ["answers repeated", verdict.counts.repeated, 0],
    ["lines that were not verified", verdict.counts.unverified, 0],
    ["messages that belong to no question", verdict.counts.unaccounted, 0],
    ["apologies", verdict.apologised, 0],
    ["calls that Slack refused", slack.complaints.length, 0],
    ["calls over Slack's limits", [...failedCalls.values()].reduce((a, b) => a + b, 0), 0],
  ];
  process.stdout.write(
    `${burst.length} questions in ${conversations} channels; load ${loadavg()[0]?.toFixed(1) ?? "?"}\n`,
  );
  for (const [name, value, target] of figures)
    process.stdout.write(
      `${value <= target ? "ok    " : "MISSED"}  ${name}: ${value.toFixed(1)} (at most ${target})\n`,
    );
  process.stdout.write(
    `        processor time of the bot, ms a question: ${(cpuMs / asked.length).toFixed(1)}\n`,
  );
  for (const [name, values] of [
    ["until the core was asked", waits.map(({ before }) => before)],
    ["from its first claim to Slack", waits.map(({ after }) => after)],
  ] as const)
    process.stdout.write(
      `        ${name}, p50 and p95, ms: ${percentile(values, 0.5).toFixed(0)}, ${percentile(values, 0.95).toFixed(0)}\n`,
    );
  for (const [method, count] of failedCalls) process.stdout.write(`        ${method}: ${count}\n`);
  for (const line of verdict.problems.slice(0, 20)) process.stdout.write(`        ${line}\n`);
  return passes(verdict) && figures.every(([, value, target]) => value <= target) ? 0 : 1;
}

/** Notes when the first message of each question was made: in a thread, the bot answers in the order of asking. */
function watchFirstShown(
  slack: FakeSlack,
  firstShownAt: Map<string, number>,
  askedAt: ReadonlyMap<string, number>,
): void {
  slack.interceptResponse = ({ method, ok, args }) => {
    if (ok !== true || (method !== "chat.startStream" && method !== "chat.postMessage")) return;
    // The fake's own form arguments are strings; the first message of a thread answers its root.
    const key = `${slack.teamId}:${args["channel"] as string}:${args["thread_ts"] as string}`;
    if (askedAt.has(key) && !firstShownAt.has(key)) firstShownAt.set(key, preciseNow());
  };
}

/** How long questions took to reach the core, and its first claims to stand in Slack; milliseconds. */
function beyondTheCore(
  slack: FakeSlack,
  questions: readonly AskedQuestion[],
  times: {
    readonly firstShownAt: ReadonlyMap<string, number>;
    readonly askedAt: ReadonlyMap<string, number>;
    readonly coreTimes: CoreTimes;
  },
): readonly { readonly before: number; readonly after: number }[] {
  return questions.map(({ channel, ts }) => {
    const key = `${slack.teamId}:${channel}:${ts}`;
    const core = times.coreTimes[key];
    const shown = times.firstShownAt.get(key) ?? Number.POSITIVE_INFINITY;
    return {
      before: (core?.asked ?? Number.POSITIVE_INFINITY) - (times.askedAt.get(key) ?? 0),
      after: shown - (core?.first ?? 0),
    };
  });
}

/** Milliseconds until each of many deliveries was acknowledged while the core computes. */
async function whileBusy(slack: FakeSlack, asked: AskedQuestion[]): Promise<readonly number[]> {
  slack.addChannel("C0BUSY");
  for (let number = 0; number < BUSY_QUESTIONS; number += 1) {
    const text = busyQuestion(BUSY_MS, QUESTIONS[number] ?? "");
    const ts = slack.mention("C0BUSY", "U0BUSY", text);
    asked.push({ channel: "C0BUSY", ts, threadTs: ts, text: QUESTIONS[number] ?? "" });
  }
  const from = slack.envelopes.length;
  for (let number = 0; number < DELIVERIES; number += 1) {
    const dice = number % 12;
    if (dice === 0) {
      const text = QUESTIONS[number % QUESTIONS.length] ?? "";
      const ts = slack.mention("C0BUSY", `U${number}`, text);
      asked.push({ channel: "C0BUSY", ts, threadTs: ts, text });
    } else if (dice === 1) {
      slack.command("/ask", "", `U${number}`, "C0BUSY");
    } else {
      const message = slack.ownMessages()[number];
      if (message !== undefined)
        slack.press(message, `U${number}`, {
          type: "feedback_buttons",
          action_id: "answer_vote",
          value: JSON.stringify({ answer: "none", vote: "helpful" }),
        });
    }
    await systemClock.sleep((BUSY_MS * BUSY_QUESTIONS) / DELIVERIES);
  }
  const deliveries = slack.envelopes.slice(from);
  await slack.until(
    () => deliveries.every(({ ack }) => ack !== undefined),
    "all acknowledgements",
    60_000,
  );
  return deliveries.map(({ ack, sentAt }) => (ack?.at ?? Number.POSITIVE_INFINITY) - sentAt);
}

async function allAnswered(
  slack: FakeSlack,
  asked: readonly AskedQuestion[],
  withinMs: number,
): Promise<void> {
  await slack.until(
    () => {
      const done = new Set(
        slack
          .ownMessages()
          .filter(({ stream }) => stream !== "live")
          .map(({ metadata }) => JSON.stringify(metadata?.["event_payload"])),
      );
      return asked.every(({ channel, ts }) =>
        done.has(JSON.stringify({ question: `${slack.teamId}:${channel}:${ts}` })),
      );
    },
    "all answers",
    withinMs,
  );
}

/** A message that was posted with the first claims gets the others when Slack's limits let it; gives up when that takes too long. */
async function allWhole(whole: () => Promise<boolean>, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await whole()) && performance.now() < end) await systemClock.sleep(2000);
}

process.exitCode = await main();
