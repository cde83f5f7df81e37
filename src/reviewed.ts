/** Entry of `npm run reviewed`: answers that people write themselves. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { contentWords, createReviewedMatcher } from "./answering/reviewed/match-reviewed.ts";
import { findQuote, lapseChanged, type Pages } from "./answering/reviewed/cited-pages.ts";
import { readConfig } from "./config/read-config.ts";
import { openReviewedAnswers } from "./configured-state.ts";
import { openConfiguredIndex } from "./configured-index.ts";
import { systemClock } from "./platform/clock.ts";
import { openStores } from "./forget.ts";
import { prepareDataFolder } from "./platform/data-folder.ts";
import { describeError, UsageError } from "./platform/errors.ts";
import { runEntry } from "./platform/run-entry.ts";
import { conversationId } from "./slack/events.ts";
import {
  REVIEWED_LIMITS,
  type ReviewedAnswer,
  type ReviewedAnswerStore,
} from "./state/reviewed-answers.ts";
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
  quote: { type: "string", multiple: true },
  product: { type: "string" },
  id: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

type Values = ReturnType<
  typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>
>["values"];
type Print = (value: object, text: string) => void;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
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
  const answer = command === "add" ? await given(values, reader) : await renewed(id ?? "", values);
  await refuseSame(store, answer);
  await store.put(answer);
  const verb = command === "add" ? "Kept" : "Offered again:";
  print({ answer: shown(answer) }, `${verb} ${answer.id}, ${count(answer.quotes.length)}.\n`);
  return 0;

  async function renewed(wanted: string, { author }: Values): Promise<ReviewedAnswer> {
    const { lapsed: _lapsed, ...old } =
      (await store.list()).find((each) => each.id === wanted) ?? fail(unknown(wanted));
    const quotes = old.quotes.map(({ text, chunk }) => ({
      address: chunk.anchor === "" ? chunk.url : `${chunk.url}#${chunk.anchor}`,
      words: text,
    }));
    return {
      ...old,
      ...(author === undefined ? {} : { author: nameOf(author) }),
      writtenAt: nowIso(),
      ...(await quoted(quotes, reader)),
    };
  }
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

async function given(values: Values, reader: IndexReader | undefined): Promise<ReviewedAnswer> {
  const wordings = [...new Set((values.ask ?? []).map((text) => text.trim()))];
  if (wordings.length === 0) throw new UsageError('Say what it answers: --ask "QUESTION".');
  if (wordings.length > REVIEWED_LIMITS.wordings)
    throw new UsageError(`More than ${REVIEWED_LIMITS.wordings} wordings are not kept.`);
  for (const wording of wordings) {
    if (wording.length > REVIEWED_LIMITS.wording)
      throw new UsageError(
        `A wording has at most ${REVIEWED_LIMITS.wording} characters, "${wording.slice(0, 40)}…" has ${wording.length}.`,
      );
    if (contentWords(wording).size === 0)
      throw new UsageError(`"${wording}" has no word by which it could be known again.`);
  }
  if ((values.text === undefined) === (values.file === undefined))
    throw new UsageError("Give the answer with --text or with --file.");
  const text = (values.text ?? readText(values.file ?? "")).trim();
  if (text === "") throw new UsageError("The answer is empty.");
  if (text.length > REVIEWED_LIMITS.text)
    throw new UsageError(
      `An answer has at most ${REVIEWED_LIMITS.text} characters, this one has ${text.length}.`,
    );
  const id = values.id ?? randomUUID().slice(0, 8);
  if (!/^[\w-]{1,40}$/u.test(id))
    throw new UsageError("An id has 1 to 40 letters, digits, - and _.");
  const parts = await quoted((values.quote ?? []).map(partsOfQuote), reader);
  const product = values.product?.trim() ?? productOf(parts.quotes, reader);
  return {
    id,
    text,
    author: nameOf(values.author),
    writtenAt: nowIso(),
    wordings,
    ...(product === undefined ? {} : { product }),
    ...parts,
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${describeError(error)}`);
  }
}

function nameOf(author: string | undefined): string {
  const name = author?.trim() ?? "";
  if (name === "") throw new UsageError("Say whose answer it is: --author NAME.");
  if (name.length > REVIEWED_LIMITS.author)
    throw new UsageError(`A name has at most ${REVIEWED_LIMITS.author} characters.`);
  return name;
}

/** "ADDRESS WORDS" in its two parts. */
function partsOfQuote(quote: string): { readonly address: string; readonly words: string } {
  const [, address = "", words = ""] = /^\s*(\S+)\s+(\S.*)$/su.exec(quote) ?? [];
  if (!URL.canParse(address))
    throw new UsageError('A quote is an address and words: --quote "https://… the words".');
  return { address, words: words.trim() };
}

/** The only product of its quotes, else the only one that is indexed. */
function productOf(
  quotes: ReviewedAnswer["quotes"],
  reader: IndexReader | undefined,
): string | undefined {
  const names =
    quotes.length > 0
      ? quotes.map(({ chunk }) => chunk.product)
      : (reader?.version.sources ?? []).map(({ product }) => product);
  const [only, ...others] = new Set(names);
  return others.length > 0 ? undefined : only;
}

async function quoted(
  quotes: readonly { readonly address: string; readonly words: string }[],
  pages: Pages | undefined,
): Promise<Pick<ReviewedAnswer, "quotes" | "pages">> {
  if (quotes.length > REVIEWED_LIMITS.quotes)
    throw new UsageError(`More than ${REVIEWED_LIMITS.quotes} quotes are not kept.`);
  const taken: ReviewedAnswer["quotes"][number][] = [];
  const fingerprints = new Map<string, string>();
  for (const { address, words } of quotes) {
    if (words.length > REVIEWED_LIMITS.quote)
      throw new UsageError(`A quote has at most ${REVIEWED_LIMITS.quote} characters.`);
    if (pages === undefined)
      throw new UsageError(
        "Quotes are looked up in the index, and there is none.",
        "npm run ingest",
      );
    const found = await findQuote(pages, address, words);
    if (found.kind === "no-page") throw new UsageError(`${address} is not indexed.`);
    if (found.kind === "no-words")
      throw new UsageError(`The words "${words.slice(0, 80)}" do not stand at ${address}.`);
    taken.push(found.quote);
    fingerprints.set(found.quote.chunk.url, found.fingerprint);
  }
  return {
    quotes: taken,
    pages: [...fingerprints].map(([url, fingerprint]) => ({ url, fingerprint })),
  };
}

/** Two answers to one question: which of them is given would be chance. */
async function refuseSame(store: ReviewedAnswerStore, answer: ReviewedAnswer): Promise<void> {
  const matcher = createReviewedMatcher((await store.list()).filter(({ id }) => id !== answer.id));
  for (const wording of answer.wordings) {
    const other = matcher.find(wording, answer.product);
    if (other !== undefined)
      throw new UsageError(
        `"${wording}" is answered already, by ${other.answer.id} ("${other.wording}").`,
        `Replace that one (--id ${other.answer.id}), or remove it.`,
      );
  }
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
      url: chunk.anchor === "" ? chunk.url : `${chunk.url}#${chunk.anchor}`,
      text,
    })),
  };
}

await runEntry(main);
