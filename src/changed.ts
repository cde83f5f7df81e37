/** Entry of `npm run changed`: answers whose pages say something else now. */
import { parseArgs } from "node:util";
import { changedSince, changeName, type ChangedAnswer } from "./answering/changed/changed-since.ts";
import { asksForHelp, wholeNumber } from "./command-line.ts";
import { readConfig } from "./config/read-config.ts";
import { openConfiguredIndex } from "./configured-index.ts";
import { openConversations } from "./configured-state.ts";
import { systemClock } from "./platform/clock.ts";
import { prepareDataFolder } from "./platform/data-folder.ts";
import { UsageError } from "./platform/errors.ts";
import { runEntry } from "./platform/run-entry.ts";
import { NoIndexError } from "./retrieval/retriever.ts";

const HELP = `Usage: npm run changed -- [--since DATE] [--json]

Lists posted answers that stand on words which the live index has no more, or has otherwise: the words
that were quoted, and beside them what the page says now. Nothing is sent to anybody.

  --since DATE   answers from this day on (2026-11-01); the last 30 days by default
  --most N       answers listed at most; the others are counted (200)
  --json         for programs
  --help         print this
`;

const MS_A_DAY = 86_400_000;
const DEFAULT_DAYS = 30;

async function main(signal: AbortSignal): Promise<number> {
  if (asksForHelp(process.argv)) {
    process.stdout.write(HELP);
    return 0;
  }
  const { values } = parseArgs({
    options: {
      since: { type: "string" },
      most: { type: "string", default: "200" },
      json: { type: "boolean", default: false },
    },
  });
  const since = sinceOf(values.since);
  const most = wholeNumber(values.most, "number of answers", 1, 10_000);
  const { config } = readConfig(process.env);
  const dataFolder = prepareDataFolder(config.DATA_DIR);
  await using store = await openConversations({ dataFolder, stateUrl: config.STATE_URL });
  await using index = await openConfiguredIndex(config, dataFolder);
  await using reader = await index.open();
  if (reader === undefined)
    throw new NoIndexError("no-index", "There is no index yet to compare answers with.", {
      hint: "Build it with `npm run ingest`.",
    });
  const listed: ChangedAnswer[] = [];
  let answers = 0;
  let changed = 0;
  for await (const looked of changedSince({ store, reader, since, signal })) {
    ({ answers } = looked);
    if (looked.changed === undefined) continue;
    changed += 1;
    if (changed > most) continue;
    if (values.json) listed.push(looked.changed);
    else process.stdout.write(`${textOf(looked.changed)}\n`);
  }
  if (values.json) {
    const leftOff = Math.max(0, changed - most);
    const version = reader.version.id;
    process.stdout.write(
      `${JSON.stringify({ since, version, answers, changed, leftOff, listed })}\n`,
    );
  } else {
    const more = changed > most ? ` (the first ${most} are listed)` : "";
    process.stdout.write(
      `${answers} answers since ${since.slice(0, 10)}, ${changed} of them stand on words that changed${more}.\n`,
    );
  }
  return 0;
}

function sinceOf(given: string | undefined): string {
  if (given === undefined)
    return new Date(systemClock.now() - DEFAULT_DAYS * MS_A_DAY).toISOString();
  const time = /^\d{4}-\d{2}-\d{2}(?:T|$)/u.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(time))
    throw new UsageError(`"${given}" is no day.`, "Write it like this: --since 2026-11-01.");
  return new Date(time).toISOString();
}

function textOf({ askedAt, question, conversationId, changes }: ChangedAnswer): string {
  const lines = changes.flatMap(({ kind, was, now }) => [
    `  ${changeName(kind)}: ${oneLine(was.name)} (${was.url})`,
    `    was: ${oneLine(was.words)}`,
    ...(now === undefined
      ? []
      : [
          `    now: ${oneLine(now.words)}`,
          ...(now.url === was.url ? [] : [`         in ${oneLine(now.name)} (${now.url})`]),
        ]),
  ]);
  return [
    `${askedAt.slice(0, 16).replace("T", " ")}  ${oneLine(question)}  [${conversationId}]`,
    ...lines,
    "",
  ].join("\n");
}

/** From people and pages: no line of its own, nothing that drives a terminal. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim();
  return line.length > 400 ? `${line.slice(0, 399)}…` : line;
}

await runEntry(main);
