/**
 * `npm run bench:slack-faults -- --minutes 30`: questions keep coming while Slack redelivers, refuses, breaks
 * connections and goes away, the model fails, and the bot is killed twice. Exit code 1 when a question was lost or
 * answered twice, or when anything stands in a thread that was not verified.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../../src/platform/clock.ts";
import { type Fault, startFakeSlack } from "../../support/fake-slack.ts";
import { startBot } from "./bot-handle.ts";
import { type AskedQuestion, judge } from "./check-threads.ts";

const CLAIMS = 3;
const METHODS = [
  "chat.startStream",
  "chat.appendStream",
  "chat.stopStream",
  "chat.postMessage",
  "chat.update",
  "conversations.replies",
  "assistant.threads.setStatus",
] as const;
const FAULTS: readonly Fault[] = [
  { kind: "rate-limited", retryAfter: 2 },
  { kind: "rate-limited" },
  { kind: "status", status: 500 },
  { kind: "status", status: 503 },
  { kind: "drop" },
  { kind: "drop-response" },
  { kind: "lost-response" },
  { kind: "delay", ms: 1500 },
  { kind: "error", error: "internal_error" },
];

/** The same numbers for the same seed (mulberry32), so that a bad run can be run again. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "30" },
      seed: { type: "string", default: "1" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write("Usage: npm run bench:slack-faults [-- --minutes 30 --seed 1]\n");
    return 0;
  }
  const minutes = Number(values.minutes);
  const random = randomNumbers(Number(values.seed));
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  const folder = mkdtempSync(path.join(tmpdir(), "marvin-faults-"));
  await using slack = await startFakeSlack({
    tiers: true,
    messageEvents: true,
    redeliverAfterMs: 5000,
  });
  const options = {
    apiUrl: slack.apiUrl,
    botToken: slack.botToken,
    appToken: slack.appToken,
    inboxPath: path.join(folder, "slack.sqlite"),
    firstClaimMs: 300,
    claimMs: 1200,
    claims: CLAIMS,
    failOneIn: 17,
    leaseMs: 5000,
  };
  let bot = await startBot(options);
  const began = performance.now();
  const until = began + minutes * 60_000;
  const kills = [began + minutes * 20_000, began + minutes * 40_000];
  const asked: AskedQuestion[] = [];
  const faults = new Map<string, number>();
  const note = (what: string) => faults.set(what, (faults.get(what) ?? 0) + 1);
  for (let channel = 0; channel < 20; channel += 1) slack.addChannel(`C${100 + channel}`);

  while (performance.now() < until) {
    const channel = `C${100 + Math.floor(random() * 20)}`;
    const recent = asked.findLast((question) => question.channel === channel);
    const follow = recent !== undefined && random() < 0.5;
    const text = `question ${asked.length}?`;
    const ts = slack.nextTs();
    const threadTs = follow ? recent.threadTs : ts;
    asked.push({ channel, ts, threadTs, text });
    slack.say({
      channel,
      user: `U${Math.floor(random() * 30)}`,
      text: `<@${slack.botUserId}> ${text}`,
      ts,
      ...(follow ? { threadTs } : {}),
    });
    const envelope = slack.envelopes.at(-1);
    const dice = random();
    if (dice < 0.25) {
      const method = pick(METHODS);
      const fault = pick(FAULTS);
      slack.fail(method, fault, 1 + Math.floor(random() * 3));
      note(`${method} ${fault.kind}`);
    } else if (dice < 0.35 && envelope !== undefined) {
      slack.send(envelope, true);
      note("redelivered");
    } else if (dice < 0.38) {
      slack.requestDisconnect(pick(["warning", "refresh_requested"] as const));
      note("disconnect frame");
    } else if (dice < 0.4) {
      slack.cutSockets();
      note("sockets cut");
    } else if (dice < 0.41) {
      await slack.stop();
      await systemClock.sleep(3000);
      await slack.start();
      note("Slack gone for 3 s");
    }
    if (kills[0] !== undefined && performance.now() > kills[0]) {
      kills.shift();
      await bot.kill();
      await systemClock.sleep(500);
      bot = await startBot(options);
      note("kill -9");
    }
    // About 40 questions a minute, below what Slack's limits let through.
    await systemClock.sleep(500 + random() * 2000);
  }
  slack.mend();
  const verdict = () => judge(slack, asked, CLAIMS);
  await slack
    .until(
      () => {
        const { lost, unfinished } = verdict();
        return lost + unfinished === 0;
      },
      "the last answers",
      240_000,
    )
    .catch((error: unknown) => process.stderr.write(`${String(error).slice(0, 2000)}\n`));
  // Whatever would come twice has had time to come.
  await systemClock.sleep(8000);
  await bot.stop();
  rmSync(folder, { recursive: true, force: true });

  const found = verdict();
  process.stdout.write(
    `${asked.length} questions in ${minutes} minutes, seed ${values.seed}; ${slack.calls.length} calls\n`,
  );
  for (const [what, count] of [...faults].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    process.stdout.write(`        ${what}: ${count}\n`);
  const figures: readonly (readonly [string, number])[] = [
    ["lost", found.lost],
    ["unfinished", found.unfinished],
    ["repeated", found.repeated],
    ["unverified claims shown", found.unverified],
    ["calls beyond Slack's limits of form", slack.complaints.length],
  ];
  for (const [name, value] of figures)
    process.stdout.write(
      `${value === 0 ? "ok    " : "MISSED"}  ${name}: ${value} (none allowed)\n`,
    );
  process.stdout.write(
    `        apologised for (the model failed again and again): ${found.apologised}\n`,
  );
  for (const complaint of new Set(slack.complaints)) process.stdout.write(`        ${complaint}\n`);
  return figures.every(([, value]) => value === 0) ? 0 : 1;
}

process.exitCode = await main();
