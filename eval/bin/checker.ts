/** What checks by code and a checker make of labelled sentences. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readConfig } from "../../src/config/read-config.ts";
import { UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { openIndex } from "../../src/store/open-index.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import type { Checker } from "../../src/verification/checker.ts";
import {
  type BenchLine,
  type BenchSentence,
  checkAnswer,
  inAnswers,
  needsIndex,
  parseLines,
  renderBench,
  withPassages,
} from "../checker-bench.ts";
import { mapConcurrently } from "../map-concurrently.ts";
import { readText } from "../read-text.ts";

const HELP = `Usage: npm run eval:checker -- --pairs FILE [options]

Prints what becomes of the right and of the wrong sentences of a file (eval/pairs): refused by code; with --model refused or
corrected by the configured checker, asked as the bot asks it; shown. Without --model near copies of their passages are shown.

  --pairs FILE       labelled sentences, one JSON object a line
  --index FOLDER     index folder (DATA_DIR/index) that has the passages; for files that name pages
  --round N          only this round; may be given more than once
  --model            ask the checker: OPENAI_CHECKER_MODEL, else OPENAI_MODEL
  --concurrency N    answers checked at the same time (default 4)
  --out FILE         what became of each sentence, a line of JSON each
`;

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      pairs: { type: "string" },
      index: { type: "string" },
      round: { type: "string", multiple: true },
      model: { type: "boolean", default: false },
      concurrency: { type: "string", default: "4" },
      out: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const terminal = processTerminal(process, process.env);
  if (values.help) {
    terminal.out(HELP);
    return 0;
  }
  if (values.pairs === undefined) throw new UsageError("--pairs is needed; see --help.");
  const concurrency = Number(values.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new UsageError("--concurrency is a number from 1.");
  const wanted = new Set(values.round ?? []);
  const lines = parseLines(readText(values.pairs)).filter(
    (line) => wanted.size === 0 || ("round" in line && wanted.has(String(line.round))),
  );
  if (lines.length === 0) throw new UsageError("No sentence is left.");
  const sentences = await placed(lines, values.index);
  const checker = values.model ? await configuredChecker() : undefined;
  const answers = await mapConcurrently(inAnswers(sentences), concurrency, (answer) =>
    checkAnswer(answer, checker, signal),
  );
  const results = answers.flat();
  if (values.out !== undefined) {
    const out = results.map(([{ id, holds, kind, claim }, { kind: became, detail }]) =>
      JSON.stringify({ id, holds, kind, claim, became, detail }),
    );
    writeFileSync(values.out, `${out.join("\n")}\n`);
  }
  terminal.out(`${renderBench(results)}\n`);
  return 0;
}

async function placed(
  lines: readonly BenchLine[],
  folder: string | undefined,
): Promise<readonly BenchSentence[]> {
  if (!needsIndex(lines)) return withPassages(lines, []);
  if (folder === undefined)
    throw new UsageError("--index is needed: the sentences name pages of an index.");
  await using index = await openIndex({ folder });
  await using reader = await index.open();
  if (reader === undefined) throw new UsageError(`${folder} holds no index.`);
  return await withPassages(lines, reader.chunks());
}

async function configuredChecker(): Promise<Checker> {
  const { config } = readConfig(process.env);
  const { openChecker, openLanguageModel } = await import("../../src/compose-models.ts");
  const model = openLanguageModel(config);
  if (model === undefined) throw new UsageError("--model needs a model: set OPENAI_MODEL.");
  return openChecker(config, model);
}

await runEntry(main);
