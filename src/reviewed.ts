/** Entry of `npm run reviewed`: answers that people write themselves. */
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { lapseChanged } from "./answering/reviewed/cited-pages.ts";
import {
  addressOf,
  type GivenReviewed,
  parseQuote,
  renewReviewed,
  writeReviewed,
  type WritingParts,
} from "./answering/reviewed/write-reviewed.ts";
import { asksForHelp, readText } from "./command-line.ts";
import { readConfig } from "./config/read-config.ts";
import { openReviewedAnswers } from "./configured-state.ts";
import { openConfiguredIndex } from "./configured-index.ts";
import { systemClock } from "./platform/clock.ts";
import { openStores } from "./forget.ts";
import { prepareDataFolder } from "./platform/data-folder.ts";
import { describeError, UsageError } from "./platform/errors.ts";
import { runEntry } from "./platform/run-entry.ts";
import { conversationId } from "./slack/events.ts";
import type { ReviewedAnswer, ReviewedAnswerStore } from "./state/reviewed-answers.ts";
import type { IndexReader } from "./store/chunk-index.ts";

const HELP = `Usage: npm run reviewed -- add --author NAME --ask "QUESTION" --text "ANSWER" [options]
       npm run reviewed -- list [--json]
       npm run reviewed -- candidates [--json]
       npm run reviewed -- renew ID [--author NAME] [--json]
       npm run reviewed -- remove ID [--json]

Answers of your own. A question that is asked like one of them gets your answer, labelled with your
name and the date, and nothing of the bot's beside it. It is offered no more when a page that it
quotes changes; the next ingest says so, and \`list\` shows it.

add
  --ask "QUESTION"   a question that it answers, as people ask it; repeat it for other wordings
  --text "ANSWER"    the answer; Markdown's code, lists, tables and headings are shown as such; or --file FILE
  --author NAME      whose answer it is, as people shall see it
  --tell U0123ABC    the author's id in Slack: there the bot says when the answer is offered no more
  --quote "ADDRESS WORDS"
                     words that stand at that address in the index (with #section); may be repeated
  --product NAME     what it is about, as \`npm run ingest -- status\` calls it; by default what its
                     quotes are from, or the only product there is
  --id ID            replace this one
list               all of them, those that are offered no more with the reason
candidates         questions that people solved in Slack ("Ask a person", then "Solved"), for which nobody
                   wrote an answer or said in the bot's home tab that none is needed
renew              you have looked at it again: its quotes are taken anew, and it is offered again
remove             removes one

  --json   for programs
  --help   print this
`;

const OPTIONS = {
  ask: { type: "string", multiple: true },
  text: { type: "string" },
  file: { type: "string" },
  author: { type: "string" },
  tell: { type: "string" },
  quote: { type: "string", multiple: true },
  product: { type: "string" },
  id: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

type Values = ReturnType<
  typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>
>["values"];
type Print = (value: object, text: string) => void;

async function main(): Promise<number> {
  if (asksForHelp(process.argv)) {
    process.stdout.write(HELP);
    return 0;
  }
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const [command, id, ...more] = positionals;
  const takesId = command === "renew" || command === "remove";
  const onlyReads = command === "list" || command === "candidates";
  if (command !== "add" && !onlyReads && !takesId) {
    throw new UsageError(
      command === undefined ? "Say what to do." : `There is no "${command}".`,
      "npm run reviewed -- add, list, candidates, renew ID or remove ID; --help says more.",
    );
  }
  if (takesId !== (id !== undefined) || more.length > 0) {
    throw new UsageError(
      takesId ? `"${command}" takes one id.` : `"${command}" takes options only.`,
    );
  }
  const { config } = readConfig(process.env);
  const dataFolder = prepareDataFolder(config.DATA_DIR);
  const print: Print = (value, text) =>
    void process.stdout.write(values.json ? `${JSON.stringify(value)}\n` : text);
  if (command === "candidates") return await candidates(dataFolder, config.STATE_URL, print);
  await using store = await openReviewedAnswers({ dataFolder, stateUrl: config.STATE_URL });
  await using index = await openConfiguredIndex(config, dataFolder);
  if (command === "remove") {
    if (!(await store.remove(id ?? ""))) throw unknown(id ?? "");
    print({ removed: id }, `Removed ${id}.\n`);
    return 0;
  }
  await using reader = await index.open().catch((error: unknown) => {
    process.stderr.write(`The index does not answer: ${describeError(error)}\n`);
    return undefined;
  });
  if (command === "list") return await list(store, reader, print);
  const parts: WritingParts = {
    pages: reader,
    products: (reader?.version.sources ?? []).map(({ product }) => product),
    known: await store.list(),
    now: nowIso(),
  };
  const answer =
    command === "add"
      ? await writeReviewed(given(values), parts)
      : await renewReviewed(
          parts.known.find((each) => each.id === id) ?? fail(unknown(id ?? "")),
          values.author,
          parts,
        );
  await store.put(answer);
  const verb = command === "add" ? "Kept" : "Offered again:";
  print({ answer: shown(answer) }, `${verb} ${answer.id}, ${count(answer.quotes.length)}.\n`);
  return 0;
}

function nowIso(): string {
  return new Date(systemClock.now()).toISOString();
}

function fail(error: Error): never {
  throw error;
}

function unknown(id: string): UsageError {
  return new UsageError(
    `There is no reviewed answer "${id.slice(0, 80)}".`,
    "npm run reviewed -- list shows them.",
  );
}

function given(values: Values): GivenReviewed {
  if (values.ask === undefined) throw new UsageError('Say what it answers: --ask "QUESTION".');
  if ((values.text === undefined) === (values.file === undefined))
    throw new UsageError("Give the answer with --text or with --file.");
  return {
    id: values.id ?? randomUUID().slice(0, 8),
    text: values.text ?? readText(values.file ?? ""),
    author: values.author ?? "",
    tell: values.tell,
    wordings: values.ask,
    quotes: (values.quote ?? []).map(parseQuote),
    product: values.product,
  };
}

async function list(
  store: ReviewedAnswerStore,
  reader: IndexReader | undefined,
  print: Print,
): Promise<number> {
  if (reader !== undefined) await lapseChanged(store, reader, nowIso());
  const answers = await store.list();
  const lines = answers.map((answer) => {
    const { id, author, writtenAt, wordings, text, quotes, lapsed } = answer;
    return [
      `${id}  ${author}, ${writtenAt.slice(0, 10)}, ${count(quotes.length)}`,
      ...(lapsed === undefined
        ? []
        : [`  offered no more since ${lapsed.at.slice(0, 10)}: ${lapsed.because}`]),
      ...wordings.map((wording) => `  asked: ${oneLine(wording)}`),
      `  ${oneLine(text)}\n`,
    ].join("\n");
  });
  print(
    { answers: answers.map(shown) },
    answers.length === 0 ? "There are no reviewed answers.\n" : `${lines.join("\n")}\n`,
  );
  return 0;
}

/** Most that are listed: they are looked at one by one. */
const CANDIDATES = 100;

async function candidates(
  dataFolder: string,
  stateUrl: string | undefined,
  print: Print,
): Promise<number> {
  await using stores = await openStores(dataFolder, stateUrl);
  const solved = await stores.inbox.solvedHelp(CANDIDATES);
  const found = solved.map(({ question, person }) => ({
    thread: conversationId(question),
    askedAt: new Date(question.receivedAt).toISOString(),
    solvedBy: person,
    question: question.text,
  }));
  const lines = found.map(
    ({ thread, askedAt, solvedBy, question }) =>
      `${askedAt.slice(0, 10)}  ${thread}${solvedBy === undefined ? "" : `, solved by ${solvedBy}`}\n  ${oneLine(question)}\n`,
  );
  print(
    { candidates: found },
    found.length === 0 ? "Nothing that people solved waits for an answer.\n" : lines.join("\n"),
  );
  return 0;
}

function oneLine(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

function count(quotes: number): string {
  return quotes === 0 ? "no quote" : quotes === 1 ? "1 quote" : `${quotes} quotes`;
}

/** Without the chunks, which are long and of no use outside. */
function shown({ quotes, ...answer }: ReviewedAnswer): object {
  return {
    ...answer,
    quotes: quotes.map(({ text, chunk }) => ({
      url: addressOf(chunk),
      text,
    })),
  };
}

await runEntry(main);
