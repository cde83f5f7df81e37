/**
 * `npm run bench:rolling-update -- --updates 5`: questions keep coming while each bot is replaced by a new one, started beside
 * it as a deployment does: the new one first, then SIGTERM for the old one. The bots are `src/main.ts` as people start it. Prints what people waited and exits with 1 when a question was lost, was answered
 * twice, or an old bot did not end by itself.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { percentile } from "../../../eval/metrics/percentile.ts";
import { openStores } from "../../../src/configured-state.ts";
import { isFixed } from "../../../src/conversation/conversation.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { freshSchema, onServer, TEST_STATE_URL } from "../../state/engine.ts";
import { isFinished, startFakeSlack } from "../../support/fake-slack.ts";
import { HANDBOOK_ADDRESS, QUESTIONS, handbookTexts, indexHandbook } from "./handbook.ts";
import { type AskedQuestion, createJudge, FAILURES } from "./judge.ts";
import { type MainBot, type Receiving, startMainBot } from "./main-bot.ts";

const HELP = `Usage: npm run bench:rolling-update [-- --updates 5 --bots 2 --receiving socket|http --state sqlite|postgres]

  --updates N   times that a bot is replaced by a new one
  --bots N      bots that run at a time; one on SQLite, 2 on Postgres by default
  --receiving   how events come; over HTTP a load balancer learns of an old bot's end a moment after it began
  --state       postgres: TEST_STATE_URL names a server on this machine
`;

const CHANNELS = 20;
/** 50 a minute, below what Slack's limits let through: beyond them people wait for Slack, not for an update. */
const ASK_EVERY_MS = 1200;
/** Questions at once just before a bot is told to end, and just after. */
const BURST = 4;
const LOOK_MS = 50;
/** How long a new bot runs beside the old one's successor before the next is replaced. */
const BETWEEN_MS = 8000;
/** So long events still go to a bot that was told to end. */
const BALANCER_MS = 300;
const ANSWERED_WITHIN_MS = 120_000;
/** Whatever would come twice comes by then. */
const SETTLE_MS = 8000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      updates: { type: "string", default: "5" },
      bots: { type: "string" },
      receiving: { type: "string", default: "socket" },
      state: { type: "string", default: "sqlite" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const onPostgres = values.state === "postgres";
  const receiving: Receiving = values.receiving === "http" ? "http" : "socket";
  const updates = Number(values.updates);
  const count = Number(values.bots ?? (onPostgres ? 2 : 1));
  if (onPostgres && TEST_STATE_URL === undefined)
    throw new Error("Set TEST_STATE_URL to a Postgres on this machine.");

  await using cleanup = new AsyncDisposableStack();
  const dataFolder = mkdtempSync(path.join(tmpdir(), "marvin-rolling-"));
  cleanup.defer(() => rmSync(dataFolder, { recursive: true, force: true }));
  await indexHandbook(dataFolder);
  const schema = onPostgres ? freshSchema() : undefined;
  cleanup.defer(async () => {
    if (schema !== undefined) await onServer(`DROP SCHEMA IF EXISTS ${schema.name} CASCADE`);
  });
  const slack = cleanup.use(
    await startFakeSlack({ tiers: true, messageEvents: true, redeliverAfterMs: 3000 }),
  );
  const bots: MainBot[] = [];
  cleanup.defer(async () => {
    await Promise.all(bots.map((bot) => bot.end("SIGKILL")));
  });
  const start = async () => {
    const bot = await startMainBot(slack, { dataFolder, stateUrl: schema?.url, receiving });
    bots.push(bot);
    balance();
  };
  const balance = (without?: MainBot) => {
    slack.endpoints = bots.flatMap((bot) =>
      bot === without || bot.endpoint === undefined ? [] : [bot.endpoint],
    );
  };
  for (let bot = 0; bot < count; bot += 1) await start();

  const asked: AskedQuestion[] = [];
  const askedAt = new Map<string, number>();
  const waited = new Map<string, number>();
  for (let channel = 0; channel < CHANNELS; channel += 1) slack.addChannel(`C${100 + channel}`);
  const look = () => {
    for (const { threadTs, channel } of asked) {
      if (waited.has(threadTs)) continue;
      if (slack.replies(channel, threadTs).some(isFinished))
        waited.set(threadTs, performance.now() - (askedAt.get(threadTs) ?? 0));
    }
  };
  const ask = (number = 1) => {
    for (let left = number; left > 0; left -= 1) {
      const at = asked.length;
      const channel = `C${100 + (at % CHANNELS)}`;
      const text = QUESTIONS[at % QUESTIONS.length] ?? "";
      const ts = slack.mention(channel, `U${at % 30}`, text);
      asked.push({ channel, ts, threadTs: ts, text });
      askedAt.set(ts, performance.now());
    }
  };
  const enough = new AbortController();
  const keepAsking = (async () => {
    for (let next = 0; !enough.signal.aborted; await systemClock.sleep(LOOK_MS)) {
      look();
      if (performance.now() < next) continue;
      ask();
      next = performance.now() + ASK_EVERY_MS;
    }
  })();

  const codes: (number | null)[] = [];
  const ends: number[] = [];
  for (let update = 0; update < updates; update += 1) {
    await systemClock.sleep(BETWEEN_MS);
    await start();
    const old = bots[0];
    if (old === undefined) break;
    const begun = performance.now();
    // Some are on their way to it, some are half answered.
    ask(BURST);
    await systemClock.sleep(BALANCER_MS / 2);
    const ended = old.end("SIGTERM");
    ask(BURST);
    await systemClock.sleep(BALANCER_MS);
    balance(old);
    codes.push(await ended);
    ends.push(performance.now() - begun);
    bots.shift();
  }
  await systemClock.sleep(BETWEEN_MS);
  enough.abort();
  await keepAsking;
  const stores = cleanup.use(await openStores({ dataFolder, stateUrl: schema?.url }));
  const isDone = async () =>
    waited.size === asked.length && (await stores.inbox.depth()).open === 0;
  for (
    const end = performance.now() + ANSWERED_WITHIN_MS;
    !(await isDone()) && performance.now() < end;
    look()
  )
    await systemClock.sleep(LOOK_MS);
  await systemClock.sleep(SETTLE_MS);

  const { judge } = createJudge(slack, {
    pages: handbookTexts(),
    address: HANDBOOK_ADDRESS,
    async answers(key) {
      const answer = (await stores.conversations.findTurn(key))?.answer;
      return answer === undefined || isFixed(answer) ? [] : [answer];
    },
  });
  const { counts, apologised, problems } = await judge(asked, []);
  const badEnds = codes.filter((code) => code !== 143).length;
  const times = [...waited.values()];
  const ms = (share: number) => `${((percentile(times, share) ?? 0) / 1000).toFixed(1)} s`;
  process.stdout.write(
    `${asked.length} questions, ${updates} updates of ${count} bot${count === 1 ? "" : "s"}, ${receiving}, ${values.state}; load ${loadavg()[0]?.toFixed(1) ?? "?"}\n` +
      `        answered after: median ${ms(0.5)}, 95 % ${ms(0.95)}, most ${ms(1)}; an old bot ended within ${(Math.max(0, ...ends) / 1000).toFixed(1)} s\n`,
  );
  const figures = [
    ...FAILURES.map((failure) => [failure, counts[failure]] as const),
    ["apologies in place of an answer", apologised] as const,
    ["old bots that did not end by themselves", badEnds] as const,
  ];
  for (const [name, value] of figures)
    process.stdout.write(`${value === 0 ? "ok    " : "MISSED"}  ${name}: ${value}\n`);
  for (const line of problems.slice(0, 20)) process.stdout.write(`        ${line}\n`);
  return figures.every(([, value]) => value === 0) ? 0 : 1;
}

process.exitCode = await main();
