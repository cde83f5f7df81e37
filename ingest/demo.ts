/**
 * `npm run demo`: indexes the bundled handbook with the real crawler over a loopback server, plays the founding
 * conversation, and hands the keyboard over. Everything it writes lies in the demo's own folder; no key, no
 * network beyond this machine, never the live index.
 */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { parseArgs } from "node:util";
import type { HistoryMessage } from "../src/answering/application.ts";
import type { Answer } from "../src/documents/answer.ts";
import type { Chunk } from "../src/documents/chunk.ts";
import { compose, DEMO_FOLDER } from "../src/compose.ts";
import { indexFolder } from "../src/configured-index.ts";
import { readConfig } from "../src/config/read-config.ts";
import { systemClock } from "../src/platform/clock.ts";
import { prepareDataFolder } from "../src/platform/data-folder.ts";
import { AppError } from "../src/platform/errors.ts";
import { runEntry } from "../src/platform/run-entry.ts";
import { askAndWait, type DoneEvent, renderForTerminal } from "../src/terminal/ask.ts";
import { chat } from "../src/terminal/chat.ts";
import { wrap } from "../src/terminal/layout.ts";
import { processTerminal, type Terminal } from "../src/terminal/terminal.ts";
import type { Retriever } from "../src/retrieval/retriever.ts";
import { openIndex } from "../src/store/open-index.ts";
import { serveHandbook } from "./handbook/serve.ts";
import { ingest } from "./ingest.ts";
import { handbookSource } from "./sources/handbook.ts";
import { terminalProgress } from "./terminal-progress.ts";

const HELP = `Usage: npm run demo

Indexes the bundled handbook on this machine and plays a conversation about it, with sources.
Without a terminal to type into it ends after the conversation.
`;

const FIRST_QUESTION = "What happens if the pod that is running the workflow (not the task) fails?";
const SECOND_QUESTION = "What is checkpoint?";
/** What another bot once promised, without a source. */
const OLD_ANSWER =
  "You can configure retries for workflows, enabling them to restart from the last checkpoint.";

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: { help: { type: "boolean", short: "h", default: false } },
  });
  const terminal = processTerminal(process, process.env);
  if (values.help) {
    terminal.out(HELP);
    return 0;
  }
  const { config } = readConfig(process.env);
  const folder = prepareDataFolder(path.join(config.DATA_DIR, DEMO_FOLDER));
  const demoConfig = { ...config, DATA_DIR: folder, QDRANT_URL: undefined };

  await indexHandbook(terminal, folder, signal);
  await using composed = await compose({ config: demoConfig, forgetful: true, useModel: false });
  const conversationId = randomUUID();
  const play = (text: string, history: readonly HistoryMessage[] = []) =>
    playTurn(terminal, composed.application, { conversationId, text, history, signal });

  const first = await play(FIRST_QUESTION);
  await play(SECOND_QUESTION);
  await play(await questionAboutOwnWord(first.answer, composed.retriever));
  terminal.out(
    `${aside(terminal, "Another bot once answered the first question like this, without a source. Suppose these had been our words:")}\n` +
      `${aside(terminal, `“${OLD_ANSWER}”`, "  ")}\n\n`,
  );
  await play(`What did you mean by "checkpoint" here: "${OLD_ANSWER}"`, [
    { author: "marvin", text: OLD_ANSWER, ours: true },
  ]);
  if (!terminal.interactive) return 0;
  return await chat(terminal, composed.application, {
    newId: randomUUID,
    author: "you",
    conversationId,
    signal,
  });
}

/** Crawls the handbook from a server on this machine into the demo's folder; a second demo finds it unchanged. */
async function indexHandbook(
  terminal: Terminal,
  dataFolder: string,
  signal: AbortSignal,
): Promise<void> {
  await using server = await serveHandbook();
  await using index = await openIndex({ folder: indexFolder(dataFolder) });
  const progress = terminalProgress(process.stderr, () => performance.now());
  const report = await ingest(
    { sources: [handbookSource], from: server.origin },
    {
      index,
      dataFolder,
      progress,
      clock: systemClock,
      random: Math.random,
      newId: randomUUID,
      allowHosts: ["127.0.0.1"],
      signal,
    },
  ).finally(() => progress.end());
  const live = (await index.versions()).find((version) => version.live);
  if (live === undefined) {
    throw new AppError("demo", "The handbook could not be indexed.", {
      facts: { reason: report.sources.map(({ error, state }) => error ?? state).join("; ") },
    });
  }
  const seconds = (report.elapsedMs / 1000).toFixed(1);
  terminal.out(
    `${aside(terminal, `Indexed the bundled handbook, ${live.pages} pages in ${live.chunks} chunks, in ${seconds} s. Its pages are in ingest/handbook/pages.`)}\n\n`,
  );
}

/** What the demo itself says. */
function aside(terminal: Terminal, text: string, indent = ""): string {
  return terminal.style.dim(wrap(text, terminal.width, indent));
}

async function playTurn(
  terminal: Terminal,
  application: Parameters<typeof askAndWait>[1],
  turn: {
    readonly conversationId: string;
    readonly text: string;
    readonly history: readonly HistoryMessage[];
    readonly signal: AbortSignal;
  },
): Promise<DoneEvent> {
  const you = `${terminal.style.bold("you ›")} `;
  terminal.out(`${wrap(turn.text, terminal.width, you, "      ")}\n\n`);
  const done = await askAndWait(terminal, application, {
    ...turn,
    key: randomUUID(),
    author: "you",
  });
  terminal.out(`${renderForTerminal(terminal, done, turn.text)}\n\n`);
  return done;
}

/**
 * Quotes a sentence of the first answer back and asks about a term in it, as a reader would: a term that the reader did
 * not bring along and that a section of its own explains, rather in a sentence on what happens by itself, where the
 * terms are conditions.
 */
async function questionAboutOwnWord(answer: Answer, retriever: Retriever): Promise<string> {
  const products = new Set(answer.citations.map(({ product }) => product.toLowerCase()));
  const claims = answer.claims.toSorted(
    (left, right) => Number(right.aspect === "automatic") - Number(left.aspect === "automatic"),
  );
  const open = claims.flatMap((claim) =>
    answer.terms
      .filter(({ word, claimIds }) => claimIds.includes(claim.id) && !isKnown(word, products))
      .map(({ word }) => ({ word, text: claim.text })),
  );
  const explained = await Promise.all(open.map(({ word }) => hasOwnSection(word, retriever)));
  const asked = open.find((_, place) => explained[place] === true) ?? open[0];
  if (asked !== undefined) return `What did you mean by "${asked.word}" here: "${asked.text}"`;
  const claim = claims[0];
  return claim === undefined
    ? "What did you mean by that?"
    : `What did you mean by this: "${claim.text}"`;
}

function isKnown(word: string, products: ReadonlySet<string>): boolean {
  const lower = word.toLowerCase();
  return products.has(lower) || FIRST_QUESTION.toLowerCase().includes(lower);
}

async function hasOwnSection(word: string, retriever: Retriever): Promise<boolean> {
  const found = await retriever.findPhrase({ phrase: word, context: word, limit: 20 });
  return found.some((chunk) =>
    [chunk.title, ...chunk.headingPath, ...headingsWithin(chunk)].includes(word),
  );
}

function headingsWithin({ blocks, text }: Chunk): string[] {
  return blocks
    .filter(({ kind }) => kind === "heading")
    .map(({ start, end }) => text.slice(start, end));
}

await runEntry(main);
