/**
 * `npm run bench:slack-faults -- --minutes 30`: questions keep coming to two processes over the real core, store and index,
 * while Slack redelivers, refuses, breaks connections and goes away, the model breaks off, the core's thread dies, the disk is
 * full for a while, and each process is killed. Exit code 1 when a question was lost or answered twice, when anything stands in a thread that
 * no page has, when apologies take the place of answers, or when health does not tell. `--mutant NAME` runs a bot that is
 * wrong on purpose: the run has to fail.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { isFixed } from "../../../src/conversation/conversation.ts";
import { openStores } from "../../../src/configured-state.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { uniformNumbers } from "../../../src/platform/random-numbers.ts";
import { type Fault, startFakeSlack } from "../../support/fake-slack.ts";
import { freshSchema, onServer, TEST_STATE_URL } from "../../state/engine.ts";
import { type BotHandle, startBot } from "./bot-handle.ts";
import type { BenchOptions } from "./bot-process.ts";
import {
  FOLLOW_UPS,
  HANDBOOK_ADDRESS,
  QUESTIONS,
  handbookTexts,
  indexHandbook,
} from "./handbook.ts";
import { type AskedCommand, type AskedQuestion, FAILURES, createJudge, passes } from "./judge.ts";
import { MUTANTS, type Mutant } from "./mutants.ts";

const CHANNELS = 20;
const PEOPLE = 30;
/** How long the disk is full. */
const FULL_DISK_MS = 8000;
/** Time an answer to a command may take; what goes away within it may take the answer along. */
const COMMAND_MS = 30_000;
/** Texts that a question may have had: it is edited at most so often. */
const REVISIONS = 3;
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

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "30" },
      seed: { type: "string", default: "1" },
      mutant: { type: "string" },
      processes: { type: "string", default: "2" },
      state: { type: "string", default: "sqlite" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    const mutants = Object.entries(MUTANTS).map(([name, what]) => `  ${name}: ${what}\n`);
    process.stdout.write(
      `Usage: npm run bench:slack-faults [-- --minutes 30 --seed 1 --processes 2 --state sqlite|postgres --mutant NAME --verbose]\n  postgres: TEST_STATE_URL names a server on this machine\n\n${mutants.join("")}`,
    );
    return 0;
  }
  const mutant = readMutant(values.mutant);
  const minutes = Number(values.minutes);
  const processes = Number(values.processes);
  const random = uniformNumbers(Number(values.seed));
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  await using cleanup = new AsyncDisposableStack();
  const dataFolder = mkdtempSync(path.join(tmpdir(), "marvin-faults-"));
  cleanup.defer(() => rmSync(dataFolder, { recursive: true, force: true }));
  await indexHandbook(dataFolder);
  const schema = readState(values.state) === "postgres" ? freshSchema() : undefined;
  const stateUrl = schema?.url;
  cleanup.defer(async () => {
    if (schema !== undefined) await onServer(`DROP SCHEMA IF EXISTS ${schema.name} CASCADE`);
  });
  const slack = cleanup.use(
    await startFakeSlack({ tiers: true, messageEvents: true, redeliverAfterMs: 5000 }),
  );
  const options: BenchOptions = {
    apiUrl: slack.apiUrl,
    botToken: slack.botToken,
    appToken: slack.appToken,
    dataFolder,
    stateUrl,
    pace: { firstClaimMs: 300, claimMs: 1200, slowOneIn: 4, failOneIn: 17, dieOneIn: 31 },
    leaseMs: 5000,
    mutant,
    verbose: values.verbose,
  };
  const bots: BotHandle[] = [];
  for (let bot = 0; bot < processes; bot += 1) bots.push(await startBot(options));
  const stores = cleanup.use(await openStores({ dataFolder, stateUrl }));
  const { judge } = createJudge(slack, {
    pages: handbookTexts(),
    address: HANDBOOK_ADDRESS,
    async answers(key) {
      const keys = [key, ...Array.from({ length: REVISIONS }, (_, index) => `${key}:${index + 1}`)];
      const turns = await Promise.all(keys.map((one) => stores.conversations.findTurn(one)));
      return turns.flatMap((turn) =>
        turn?.answer === undefined || isFixed(turn.answer) ? [] : [turn.answer],
      );
    },
  });

  const began = performance.now();
  const until = began + minutes * 60_000;
  const at = (share: number) => began + minutes * 60_000 * share;
  const kills = bots.map((_, bot) => at((bot + 1) / (processes + 1)));
  // The disk of a database server is not this run's to fill.
  let fullDiskAt: number | undefined = stateUrl === undefined ? at(1 / 2 + 1 / 20) : undefined;
  const asked: AskedQuestion[] = [];
  const commands: (AskedCommand & { readonly at: number })[] = [];
  const votes: { readonly answer: string; readonly user: string; readonly press: string }[] = [];
  const outages: number[] = [];
  const unwell: string[] = [];
  const faults = new Map<string, number>();
  const note = (what: string) => faults.set(what, (faults.get(what) ?? 0) + 1);
  for (let channel = 0; channel < CHANNELS; channel += 1) slack.addChannel(`C${100 + channel}`);

  const ask = () => {
    const user = `U${Math.floor(random() * PEOPLE)}`;
    const direct = random() < 0.15;
    const channel = direct ? `D${user.slice(1)}` : `C${100 + Math.floor(random() * CHANNELS)}`;
    const recent = asked.findLast(
      (question) => question.channel === channel && question.deleted !== true,
    );
    const follow = recent !== undefined && random() < 0.5;
    const text = follow ? pick(FOLLOW_UPS) : pick(QUESTIONS);
    const ts = slack.nextTs();
    const question: AskedQuestion = { channel, ts, threadTs: follow ? recent.threadTs : ts, text };
    asked.push(question);
    const threadTs = follow ? { threadTs: recent.threadTs } : {};
    if (direct) slack.openDirect(user);
    const said = direct ? text : `<@${slack.botUserId}> ${text}`;
    slack.say({ channel, user, text: said, ts, ...threadTs });
    note(direct ? "asked: direct" : follow ? "asked: follow-up" : "asked: mention");
    const dice = random();
    if (dice < 0.08) {
      const other = pick(QUESTIONS);
      slack.edit(channel, ts, direct ? other : `<@${slack.botUserId}> ${other}`);
      note("edited");
    } else if (dice < 0.12 && follow) {
      // The root of a thread stays: with it, what others asked there would go.
      slack.remove(channel, ts);
      question.deleted = true;
      note("deleted");
    }
  };
  const command = () => {
    const trigger = `trigger-${commands.length}`;
    const text = pick(QUESTIONS);
    const user = `U${Math.floor(random() * PEOPLE)}`;
    slack.command("/ask", text, user, `C${100 + Math.floor(random() * CHANNELS)}`, trigger);
    commands.push({ trigger, text, at: performance.now() });
    note("asked: /ask");
  };
  const vote = () => {
    const message = slack.ownMessages().findLast(({ blocks }) => voteValue(blocks) !== undefined);
    const answer = message === undefined ? undefined : voteValue(message.blocks);
    if (message === undefined || answer === undefined) return;
    const user = `U${Math.floor(random() * PEOPLE)}`;
    const press = slack.press(message, user, {
      type: "button",
      action_id: "answer_vote",
      value: JSON.stringify({ answer, vote: "helpful" }),
    });
    votes.push({ answer, user, press: press.id });
    note("voted");
  };
  const replace = async (index: number) => {
    const before = slack.unexplainedCloses;
    await bots[index]?.kill();
    outages.push(performance.now());
    await systemClock.sleep(500);
    slack.unexplainedCloses = before;
    bots[index] = await startBot(options);
    note("kill -9");
  };
  const fillDisk = async () => {
    if (!bots.every((bot) => bot.fullDisk(true))) {
      process.stdout.write("        no prlimit here: the disk is not filled\n");
      return;
    }
    note("disk full");
    const tell = (what: string) => {
      if (values.verbose)
        process.stderr.write(
          `${new Date().toISOString()} disk ${what}, next ts ${slack.nextTs()}\n`,
        );
    };
    tell("full");
    outages.push(performance.now());
    const end = performance.now() + FULL_DISK_MS;
    ask();
    const during = await Promise.all(bots.map((bot) => bot.health()));
    while (performance.now() < end) {
      ask();
      await systemClock.sleep(1000);
    }
    for (const bot of bots) bot.fullDisk(false);
    tell("free");
    outages.push(performance.now());
    const after = await Promise.all(bots.map((bot) => bot.health()));
    if (during.some((status) => status !== 503))
      unwell.push(`while the disk is full: ${during.join()}`);
    if (after.some((status) => status !== 200)) unwell.push(`after that: ${after.join()}`);
  };

  while (performance.now() < until) {
    ask();
    if (random() < 0.08) command();
    if (random() < 0.15) vote();
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
      outages.push(performance.now());
      await slack.stop();
      await systemClock.sleep(3000);
      await slack.start();
      outages.push(performance.now());
      note("Slack gone for 3 s");
    }
    if (schema !== undefined && random() < 0.04) {
      await onServer(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ask-marvin'",
      );
      note("every connection to the database cut");
    }
    if (kills[0] !== undefined && performance.now() > kills[0]) {
      kills.shift();
      await replace(kills.length);
    }
    if (fullDiskAt !== undefined && performance.now() > fullDiskAt) {
      fullDiskAt = undefined;
      await fillDisk();
    }
    // About 40 questions a minute, below what Slack's limits let through.
    await systemClock.sleep(500 + random() * 2000);
  }
  slack.mend();
  for (const asking of commands)
    asking.excused = outages.some((out) => out > asking.at - 1000 && out < asking.at + COMMAND_MS);
  const end = performance.now() + 240_000;
  let found = await judge(asked, commands);
  while (found.counts.lost + found.counts.unfinished > 0 && performance.now() < end) {
    await systemClock.sleep(2000);
    found = await judge(asked, commands);
  }
  // Whatever would come twice has had time to come.
  await systemClock.sleep(8000);
  const reconnects = slack.unexplainedCloses;
  const reports = await Promise.all(bots.map((bot) => bot.report()));
  for (const bot of bots) await bot.stop();
  found = await judge(asked, commands);
  let votesLost = 0;
  for (const { answer, user, press } of votes) {
    const acknowledged = slack.envelopes.find(({ id }) => id === press)?.ack !== undefined;
    const kept =
      (await stores.feedback.find(answer))?.votes.some((one) => one.user === user) === true;
    if (acknowledged && !kept) votesLost += 1;
  }

  process.stdout.write(
    `${found.asked} questions in ${minutes} minutes, seed ${values.seed}${mutant === undefined ? "" : `, mutant ${mutant}`}; ${slack.calls.length} calls; load ${loadavg()[0]?.toFixed(1) ?? "?"}\n`,
  );
  faults.set(
    "task cards",
    slack.callsTo("chat.startStream").filter(({ args }) => /task_update/.test(JSON.stringify(args)))
      .length,
  );
  for (const [what, count] of [...faults].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    process.stdout.write(`        ${what}: ${count}\n`);
  const figures: readonly (readonly [string, number])[] = [
    ...FAILURES.map((failure) => [failure, found.counts[failure]] as const),
    ["votes lost", votesLost],
    ["health wrong", unwell.length],
    ["reconnects that no fault caused", reconnects],
    ["calls beyond Slack's limits of form", slack.complaints.length],
  ];
  for (const [name, value] of figures)
    process.stdout.write(
      `${value === 0 ? "ok    " : "MISSED"}  ${name}: ${value} (none allowed)\n`,
    );
  const fine = passes(found);
  process.stdout.write(
    `${found.apologised <= found.asked / 100 || fine ? "ok    " : "MISSED"}  apologies in place of an answer: ${found.apologised} (at most 1 %)\n` +
      `        memory, peak, MB: ${reports.map(({ peakRssMb }) => peakRssMb.toFixed(0)).join(", ")}; core threads replaced: ${reports.map(({ coreRestarts }) => coreRestarts).join(", ")}\n`,
  );
  for (const line of [...found.problems.slice(0, 30), ...unwell, ...new Set(slack.complaints)])
    process.stdout.write(`        ${line}\n`);
  return fine && figures.every(([, value]) => value === 0) ? 0 : 1;
}

/** Id of the answer whose vote buttons stand in a message. */
function voteValue(blocks: readonly unknown[]): string | undefined {
  const value = /"action_id":"answer_vote[^"]*".*?"value":"((?:[^"\\]|\\.)*)"/.exec(
    JSON.stringify(blocks),
  )?.[1];
  if (value === undefined) return undefined;
  // A string in JSON, which holds JSON of the bot's own.
  const vote = JSON.parse(JSON.parse(`"${value}"`) as string) as { readonly answer?: string };
  return vote.answer;
}

function readState(name: string): "sqlite" | "postgres" {
  if (name === "sqlite") return name;
  if (name !== "postgres") throw new Error(`No such store: ${name}. Known: sqlite, postgres.`);
  if (TEST_STATE_URL !== undefined) return name;
  throw new Error("Set TEST_STATE_URL to a Postgres on this machine.");
}

function readMutant(name: string | undefined): Mutant | undefined {
  if (name === undefined) return undefined;
  if (name in MUTANTS) return name as Mutant;
  throw new Error(`No such mutant: ${name}. Known: ${Object.keys(MUTANTS).join(", ")}.`);
}

process.exitCode = await main();
