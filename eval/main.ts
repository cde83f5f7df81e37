/** `npm run eval`: runs cases on the index and reports how well they were answered. */
import { createHash, randomUUID } from "node:crypto";
import { accessSync, constants, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "../src/config/read-config.ts";
import { systemClock } from "../src/platform/clock.ts";
import { AppError, describeError, UsageError } from "../src/platform/errors.ts";
import { runEntry } from "../src/platform/run-entry.ts";
import { processTerminal, type Terminal } from "../src/terminal/terminal.ts";
import { readRedirects, type Redirects } from "./canonical-path.ts";
import { type EvalCase, parseCases, selectCases } from "./case.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import type { Price } from "./metrics/cost.ts";
import { readIndexFacts } from "./index-facts.ts";
import type { EvalRecord } from "./record.ts";
import type { ChunkIndex } from "../src/store/chunk-index.ts";
import { judgeEvaluation } from "./judge-evaluation.ts";
import { openRecordFile, parseRecords, type RecordFile } from "./record-file.ts";
import { renderHtml } from "./report/html.ts";
import { renderMarkdown } from "./report/markdown.ts";
import { renderRemainder, renderTable } from "./report/table.ts";
import { scoreCase } from "./score.ts";
import { type BaselineValues, summarise } from "./summarise.ts";
import { readText } from "./read-text.ts";

const HELP = `Usage: npm run eval -- --cases FILE [options]

  --cases FILE       cases, one JSON object a line; may be given more than once
  --out FILE         write one JSON record a turn; an interrupted run goes on where it stopped
  --only KIND|ID     only cases of these kinds or ids, separated by commas
  --model            use the configured model (OPENAI_MODEL); without it answers are extractive
  --judge            let the model judge facts, forbidden statements and support (npm run eval:calibrate)
  --report FILE      write a self-contained HTML page
  --markdown FILE    write the figures as Markdown, for a pull request
  --baseline FILE    compare with the records of an earlier run
  --redirects FILE   follow the redirects of this docs.json when pages are compared
  --price IN,OUT     US dollars for a million tokens read and written, for the cost
  --concurrency N    cases asked at the same time (default: 4 with a model, 1 without)
  --fresh            do not go on with an interrupted run
  --help

The index is the live one of DATA_DIR; conversations are kept in memory only.
Exit codes: 0 the run finished, whatever the figures; 1 it failed; 2 wrong use.
`;

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      cases: { type: "string", multiple: true },
      out: { type: "string" },
      only: { type: "string" },
      model: { type: "boolean", default: false },
      judge: { type: "boolean", default: false },
      report: { type: "string" },
      markdown: { type: "string" },
      baseline: { type: "string" },
      redirects: { type: "string" },
      price: { type: "string" },
      concurrency: { type: "string" },
      fresh: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const terminal = processTerminal(process, process.env);
  if (values.help) {
    terminal.out(HELP);
    return 0;
  }
  const cases = readCases(values.cases, values.only);
  const price = values.price === undefined ? undefined : readPrice(values.price);
  const concurrency = readConcurrency(values.concurrency, values.model);
  const redirects = values.redirects === undefined ? undefined : redirectsOf(values.redirects);
  for (const file of [values.report, values.markdown]) {
    if (file !== undefined) checkWritable(file);
  }
  const earlier =
    values.baseline === undefined
      ? undefined
      : parseRecords(readText(values.baseline), values.baseline);

  const { config } = readConfig(process.env);
  if (values.model && config.OPENAI_MODEL === undefined) {
    throw new UsageError(
      "--model needs a model.",
      "Set OPENAI_MODEL, and OPENAI_BASE_URL for another endpoint than OpenAI's.",
    );
  }
  const judge = values.judge ? (await import("./open-judge.ts")).openJudge(config) : undefined;
  const { compose } = await import("../src/compose.ts");
  await using composed = await compose({ config, forgetful: true, useModel: values.model });
  await composed.judgeChecker(signal);
  const version = await liveVersion(composed.index);
  const file =
    values.out === undefined
      ? undefined
      : openRecordFile(values.out, {
          fingerprint: fingerprint(cases, version, composed.writerName),
          cases,
          fresh: values.fresh,
        });
  if (file !== undefined && file.kept.size > 0) {
    terminal.err(
      `Going on with an interrupted run: ${file.kept.size} of ${cases.length} cases are done (--fresh starts over).\n`,
    );
  }
  const asked = await evaluate({
    application: composed.application,
    index: composed.index,
    cases,
    clock: systemClock,
    runId: randomUUID(),
    concurrency,
    signal,
    ...(redirects === undefined ? {} : { redirects }),
    ...(price === undefined ? {} : { price }),
    ...(file === undefined ? {} : { kept: file.kept }),
    onCase: showProgress(terminal, file),
  });
  if (asked.failures.length === 0) file?.finish(asked.records);
  const judged =
    judge === undefined
      ? asked
      : await judgeEvaluation(asked, judge, { concurrency: 4, signal }).catch((error: unknown) => {
          // The answers are there; what could not be judged is left out.
          if (signal.aborted || !(error instanceof AppError)) throw error;
          terminal.err(`The judge failed, so its figures are left out.\n${describeError(error)}\n`);
          return undefined;
        });
  const evaluation = judged ?? asked;

  const baseline =
    earlier === undefined
      ? undefined
      : await baselineValues(composed.index, cases, earlier, redirects);
  const groups = summarise(evaluation.scores, baseline);
  terminal.out(`${renderTable(groups, terminal.style, terminal.width)}\n\n`);
  terminal.out(`${renderRemainder(evaluation, terminal.style, terminal.width)}\n`);
  const about = { title: "Evaluation", indexVersion: version, writer: composed.writerName };
  const report = {
    about,
    evaluation,
    groups,
    ...(redirects === undefined ? {} : { redirects }),
  };
  if (values.report !== undefined) {
    write(terminal, values.report, renderHtml(report));
  }
  if (values.markdown !== undefined) {
    write(terminal, values.markdown, renderMarkdown(report));
  }
  return evaluation.failures.length === 0 && judged !== undefined ? 0 : 1;
}

function readCases(
  files: readonly string[] | undefined,
  only: string | undefined,
): readonly EvalCase[] {
  if (files === undefined) throw new UsageError("--cases is missing.", HELP.split("\n")[0]);
  const parsed = files.map((file) => ({ file, cases: parseCases(readText(file), file) }));
  const fileOf = new Map<string, string>();
  for (const { file, cases } of parsed) {
    for (const { id } of cases) {
      const other = fileOf.get(id);
      if (other !== undefined) {
        throw new AppError("cases", `The id "${id}" stands in two files.`, {
          facts: { first: other, second: file },
        });
      }
      fileOf.set(id, file);
    }
  }
  const all = parsed.flatMap(({ cases }) => cases);
  const selected = selectCases(all, only);
  if (selected.length === 0) {
    throw new UsageError(
      `--only ${only ?? ""} selects no case.`,
      `Kinds: ${[...new Set(all.map((one) => one.kind))].join(", ")}`,
    );
  }
  return selected;
}

function readPrice(text: string): Price {
  const [input, output, ...more] = text.split(",").map(Number);
  const valid = (value: number | undefined): value is number =>
    value !== undefined && Number.isFinite(value) && value >= 0;
  if (!valid(input) || !valid(output) || more.length > 0) {
    throw new UsageError(`--price ${text} is not two prices.`, "Give two numbers, like 0.15,0.60.");
  }
  return { input, output };
}

function readConcurrency(text: string | undefined, model: boolean): number {
  if (text === undefined) return model ? 4 : 1;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 64) {
    throw new UsageError(`--concurrency ${text} is not a whole number from 1 to 64.`);
  }
  return value;
}

function redirectsOf(file: string): Redirects {
  try {
    return readRedirects(JSON.parse(readText(file)));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new AppError("redirects", `${file} holds no redirects.`, {
      hint: 'It takes JSON like {"redirects": [{"source": "/old", "destination": "/new"}]}.',
      cause,
    });
  }
}

/** Values of the cases that an earlier run answered in full. */
async function baselineValues(
  index: ChunkIndex,
  cases: readonly EvalCase[],
  earlier: readonly EvalRecord[],
  redirects: Redirects | undefined,
): Promise<BaselineValues> {
  const byId = Map.groupBy(earlier, (record) => record.id);
  const facts = await readIndexFacts(index, cases, earlier, redirects);
  const options = redirects === undefined ? facts : { ...facts, redirects };
  return new Map(
    cases.flatMap((one) => {
      const records = byId.get(one.id);
      if (records?.length !== one.turns.length) return [];
      return [[one.id, scoreCase(one, records, options).values] as const];
    }),
  );
}

/** Id of the live version. Throws `AppError` when there is none or it is empty. */
async function liveVersion(index: ChunkIndex): Promise<string> {
  await using reader = await index.open();
  if (reader === undefined) {
    throw new AppError("no-index", "There is no index to run the cases on.", {
      hint: "Make one with npm run ingest, or set DATA_DIR to the folder that has one.",
    });
  }
  if (reader.version.chunks === 0) {
    throw new AppError("empty-index", `The live index version ${reader.version.id} is empty.`, {
      hint: "npm run ingest -- status says what was crawled.",
    });
  }
  return reader.version.id;
}

/** Identifies a run: the same cases on the same index version with the same writer. */
function fingerprint(cases: readonly EvalCase[], version: string, writer: string): string {
  const hash = createHash("sha256").update(JSON.stringify([cases, version, writer]));
  return hash.digest("hex");
}

function showProgress(terminal: Terminal, file: RecordFile | undefined) {
  let shownAt = 0;
  return (records: Evaluation["records"], finished: number, total: number) => {
    file?.append(records);
    if (terminal.interactive) {
      terminal.err(`\r\u001B[2K${finished} of ${total} cases${finished === total ? "\n" : ""}`);
    } else if (finished === total || finished - shownAt >= 25) {
      shownAt = finished;
      terminal.err(`${finished} of ${total} cases\n`);
    }
  };
}

/** Before a long run: throws `UsageError` when `file` could not be written after it. */
function checkWritable(file: string): void {
  const folder = path.dirname(path.resolve(file));
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new UsageError(
      `${file} cannot be written.`,
      "Give it a folder that exists and may be written; nothing was run.",
    );
  }
}

function write(terminal: Terminal, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new AppError("out", `${file} cannot be written.`, {
      facts: { reason: cause instanceof Error ? cause.message : String(cause) },
      cause,
    });
  }
  terminal.err(`wrote ${file}\n`);
}

await runEntry(main);
