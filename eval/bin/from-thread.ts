/** `npm run eval:from-thread`: makes a case of a stored thread, secrets and names masked. */
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readConfig } from "../../src/config/read-config.ts";
import { openStores } from "../../src/forget.ts";
import { conversationId as idOf } from "../../src/slack/events.ts";
import { coreKey } from "../../src/slack/core-key.ts";
import { prepareDataFolder } from "../../src/platform/data-folder.ts";
import { AppError, UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import { caseFromThread } from "../../src/conversation/case-from-thread.ts";

const HELP = `Usage: npm run eval:from-thread [-- CONVERSATION [--out FILE]]

  CONVERSATION  id of a stored thread; without it the threads with a bad vote, or with a question that people solved, are listed
  --out FILE    append the case to this file instead of printing it

The case ends with the last question whose answer was voted bad, or which people solved. Secrets, mentions and mail addresses are masked;
read it before you keep it, and fill in what the right answer is.
`;

/** Most solved questions that are looked at. */
const SOLVED = 1000;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const terminal = processTerminal(process, process.env);
  if (values.help) {
    terminal.out(HELP);
    return 0;
  }
  if (positionals.length > 1) throw new UsageError("One thread at a time: give one id.");
  const { config } = readConfig(process.env);
  const folder = prepareDataFolder(config.DATA_DIR);
  await using stores = await openStores(folder, config.STATE_URL);
  const all = await Array.fromAsync(stores.feedback.all());
  const bad = all.filter(({ votes }) => votes.some(({ vote }) => vote === "not-helpful"));
  const solved = (await stores.inbox.solvedHelp(SOLVED)).map(({ question }) => ({
    conversationId: idOf(question),
    key: coreKey(question),
    question: question.text,
  }));
  const [conversationId] = positionals;
  if (conversationId === undefined) {
    const lines = [...bad, ...solved].map(
      (one) => `${one.conversationId}  ${one.question.replaceAll(/\s+/g, " ")}\n`,
    );
    for (const line of new Set(lines)) terminal.out(line);
    if (lines.length === 0)
      terminal.out("No answer was voted bad, and no question was solved by people.\n");
    return 0;
  }
  const turns = await Array.fromAsync(stores.conversations.export(conversationId));
  if (turns.length === 0) {
    throw new AppError("no-thread", `There is no stored thread ${conversationId}.`, {
      facts: { "looked in": folder },
      hint: "npm run eval:from-thread lists the threads with a bad vote.",
    });
  }
  const votes = [
    ...bad
      .filter((record) => record.conversationId === conversationId)
      .flatMap(({ key, votes: cast }) =>
        cast.filter(({ vote }) => vote === "not-helpful").map(({ reason }) => ({ key, reason })),
      ),
    ...solved
      .filter((one) => one.conversationId === conversationId)
      .map(({ key }) => ({ key, reason: "people solved it" })),
  ];
  const line = `${JSON.stringify(caseFromThread(conversationId, turns, votes))}\n`;
  if (values.out === undefined) terminal.out(line);
  else appendFileSync(values.out, line);
  return 0;
}

await runEntry(main);
