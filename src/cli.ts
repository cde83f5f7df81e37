/** Terminal entry: ask, chat, doctor, forget, backup, restore. */
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { asksForHelp, readText } from "./command-line.ts";
import type { Composed } from "./compose.ts";
import { readConfig } from "./config/read-config.ts";
import type { Config } from "./config/schema.ts";
import { prepareDataFolder } from "./platform/data-folder.ts";
import { AppError, UsageError } from "./platform/errors.ts";
import { runEntry } from "./platform/run-entry.ts";
import { processTerminal, type Terminal } from "./terminal/terminal.ts";

const HELP = `Usage: npm run ask -- "question" [--json] [--explain]
       npm run chat
       npm run doctor [-- --wait] [--manifest FILE]
       npm run forget -- --user U0123ABC [--dry-run] [--json]
       npm run backup -- --to FILE [--json]
       npm run restore -- --from FILE [--replace] [--json]

  ask     answers one question from the index
            --json      print Answer and receipt as JSON
            --explain   print how the answer came about
            --product   search only this product's documentation
  chat    a thread in the terminal: follow-ups are understood
  doctor  checks settings, index, model and Slack, and says how to mend each
            --wait      wait 60 s for a mention in Slack
            --manifest  the Slack app's manifest (its page, App Manifest, JSON): which scopes, events and features it lacks
  forget  removes a person from everything that is stored: questions, answers to them, votes
            --user      id of the person in Slack (\`you\`: whoever asks in the terminal)
            --dry-run   only count
            --json      print the figures as JSON
  backup  copies what is stored of people (not the index) into one file, while the bot runs, and reads it back
            --to        the file; it must not exist
  restore puts such a copy into the data folder, or into the Postgres that STATE_URL names; the bot must not run
            --from      the file
            --replace   also where something is stored already, which is kept beside it
`;

async function main(signal: AbortSignal): Promise<number> {
  const [command, ...rest] = process.argv.slice(2);
  const terminal = processTerminal(process, process.env);
  if (command === undefined || command === "help" || asksForHelp(process.argv.slice(2))) {
    terminal.out(HELP);
    return command === undefined ? 2 : 0;
  }
  switch (command) {
    case "ask":
      return runAsk(terminal, rest, signal);
    case "chat":
      return runChat(terminal, rest, signal);
    case "doctor":
      return runDoctor(terminal, rest, signal);
    case "forget":
      return runForget(terminal, rest);
    case "backup":
      return runBackup(terminal, rest);
    case "restore":
      return runRestore(terminal, rest);
    default:
      throw new UsageError(
        `There is no command "${command}"; there are npm run ask, chat, doctor, forget, backup and restore.`,
      );
  }
}

async function runAsk(terminal: Terminal, args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      explain: { type: "boolean", default: false },
      product: { type: "string" },
    },
  });
  const text = positionals.join(" ");
  const { ask, checkQuestion } = await import("./terminal/ask.ts");
  checkQuestion(text);
  await using composed = await composeForTerminal(terminal, readConfig(process.env).config, signal);
  // A program reads the same from the answer.
  if (!values.json) await requireIndex(composed);
  return await ask(
    terminal,
    composed.application,
    {
      key: randomUUID(),
      conversationId: randomUUID(),
      author: "you",
      text,
      signal,
      ...(values.product === undefined ? {} : { scope: { product: values.product } }),
    },
    { json: values.json, explain: values.explain },
  );
}

async function runChat(terminal: Terminal, args: string[], signal: AbortSignal): Promise<number> {
  parseArgs({ args, options: {} });
  const { chat } = await import("./terminal/chat.ts");
  await using composed = await composeForTerminal(terminal, readConfig(process.env).config, signal);
  await requireIndex(composed);
  return await chat(terminal, composed.application, { newId: randomUUID, author: "you", signal });
}

async function runDoctor(terminal: Terminal, args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      wait: { type: "boolean", default: false },
      manifest: { type: "string" },
    },
  });
  const { diagnose } = await import("./doctor.ts");
  const { renderChecks } = await import("./terminal/doctor.ts");
  const manifest = values.manifest === undefined ? undefined : readText(values.manifest);
  const checks = await diagnose(readConfig(process.env), {
    wait: values.wait,
    ...(manifest === undefined ? {} : { manifest }),
    signal,
  });
  terminal.out(`${renderChecks(checks, terminal.style, terminal.width)}\n`);
  return checks.some(({ status }) => status === "failed") ? 1 : 0;
}

async function runForget(terminal: Terminal, args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      user: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const { checkUser, describeForgotten, forgetUser, openStores } = await import("./forget.ts");
  const user = checkUser(values.user);
  const { config } = readConfig(process.env);
  await using stores = await openStores(prepareDataFolder(config.DATA_DIR), config.STATE_URL);
  const forgotten = await forgetUser(stores, user, { dryRun: values["dry-run"] });
  terminal.out(values.json ? `${JSON.stringify(forgotten)}\n` : describeForgotten(forgotten));
  return 0;
}

async function runBackup(terminal: Terminal, args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      to: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  if (values.to === undefined || values.to === "")
    throw new UsageError("Say where to: npm run backup -- --to FILE");
  const { config } = readConfig(process.env);
  const { backUp } = await import("./state/backup.ts");
  const { backUpPostgres } = await import("./state/postgres/backup.ts");
  const copied =
    config.STATE_URL === undefined
      ? await backUp(prepareDataFolder(config.DATA_DIR), values.to)
      : await backUpPostgres(config.STATE_URL, values.to);
  terminal.out(
    values.json
      ? `${JSON.stringify(copied)}\n`
      : `${copied.questions} questions and ${copied.votes} votes copied to ${copied.file} and read back.\n`,
  );
  return 0;
}

async function runRestore(terminal: Terminal, args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      from: { type: "string" },
      replace: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  if (values.from === undefined || values.from === "")
    throw new UsageError("Say where from: npm run restore -- --from FILE");
  const { config } = readConfig(process.env);
  const options = { replace: values.replace, now: Date.now() };
  const { restore } = await import("./state/backup.ts");
  const { restoreToPostgres } = await import("./state/postgres/backup.ts");
  const restored =
    config.STATE_URL === undefined
      ? await restore(prepareDataFolder(config.DATA_DIR), values.from, options)
      : await restoreToPostgres(config.STATE_URL, values.from, options);
  const kept = restored.kept === undefined ? "" : ` What was there before: ${restored.kept}.`;
  terminal.out(
    values.json
      ? `${JSON.stringify(restored)}\n`
      : `${restored.questions} questions and ${restored.votes} votes restored to ${config.STATE_URL === undefined ? restored.file : "Postgres"}.${kept}\n`,
  );
  return 0;
}

/** Throws `AppError` when nothing was ever indexed. An index that does not answer is the answer's to tell. */
async function requireIndex({ index }: Composed): Promise<void> {
  const versions = await index.versions().catch(() => undefined);
  if (versions === undefined || versions.some(({ live }) => live)) return;
  throw new AppError(
    "no-index",
    "There is no index yet: build it with `npm run ingest`, or look at the demo first with `npm run demo`.",
  );
}

/** The application on the live index, or on the demo's when there is no other, which is said. */
async function composeForTerminal(
  terminal: Terminal,
  config: Config,
  signal: AbortSignal,
): Promise<Composed> {
  const { compose, forgetOldTurns } = await import("./compose.ts");
  const { createLogger } = await import("./configured-logger.ts");
  // The answer and its receipt say what failed; a line of the log would say it a second time.
  const level = config.LOG_LEVEL === "warn" ? "error" : config.LOG_LEVEL;
  const logger = createLogger({ ...config, LOG_LEVEL: level });
  const composed = await compose({ config, demoIndexIfNoOther: true, logger });
  await forgetOldTurns(composed.store, config);
  if (composed.usesDemoIndex) {
    terminal.err(
      `${terminal.style.yellow("No documentation is indexed yet, so this answers from the demo's handbook. Run `npm run ingest` for the real one.")}\n\n`,
    );
  }
  await judgeChecker(terminal, composed, signal);
  return composed;
}

/** A model that was never tried judges the bundled pairs first; in the terminal that is waited for, and can be left. */
async function judgeChecker(
  terminal: Terminal,
  { judgeChecker: judge, writerName }: Composed,
  signal: AbortSignal,
): Promise<void> {
  let isSaid = false;
  await judge(signal, (done, all) => {
    if (!isSaid) {
      isSaid = true;
      terminal.err(
        `Trying once how well ${writerName} checks statements; until that is known, its own words are not shown.\n`,
      );
    }
    terminal.err(`  ${done} of ${all} pairs judged\n`);
  });
}

await runEntry(main);
