/** What checks by code and a checker make of labelled pairs of sentence and passage. */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readConfig } from "../../src/config/read-config.ts";
import { UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import { BATCH } from "../../src/verification/check-queue.ts";
import type { CheckVerdict } from "../../src/verification/checker.ts";
import { checkItemOf, parsePairs, renderBench, type PairLine } from "../checker-bench.ts";

const HELP = `Usage: node eval/bin/checker.ts --pairs FILE [--round N ...] [--model] [--out FILE]

Prints how many right and wrong sentences of a file of pairs (eval/pairs) are refused by the checks by code, how many are
near copies, and with --model how many the configured checker refuses or corrects, asked as the bot asks it.
--out keeps its verdicts, a line of JSON each.
`;

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      pairs: { type: "string" },
      round: { type: "string", multiple: true },
      model: { type: "boolean", default: false },
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
  const wanted = new Set(values.round ?? []);
  const pairs = parsePairs(read(values.pairs)).filter(
    ({ round }) => wanted.size === 0 || wanted.has(String(round)),
  );
  const verdicts = values.model ? await askChecker(pairs, signal) : new Map<string, CheckVerdict>();
  if (values.out !== undefined) {
    const lines = [...verdicts].map(([id, verdict]) => `${JSON.stringify({ id, ...verdict })}\n`);
    writeFileSync(values.out, lines.join(""));
  }
  const rounds = [...new Set(pairs.map(({ round }) => round))].map(
    (round) => [`round ${round}`, pairs.filter((pair) => pair.round === round)] as const,
  );
  terminal.out(`${renderBench([...rounds, ["all", pairs]], verdicts)}\n`);
  return 0;
}

async function askChecker(
  pairs: readonly PairLine[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, CheckVerdict>> {
  const { config } = readConfig(process.env);
  const { openChecker, openLanguageModel } = await import("../../src/compose-models.ts");
  const model = openLanguageModel(config);
  if (model === undefined) throw new UsageError("--model needs a model: set OPENAI_MODEL.");
  const checker = openChecker(config, model);
  const verdicts = new Map<string, CheckVerdict>();
  for (let at = 0; at < pairs.length; at += BATCH) {
    const batch = pairs.slice(at, at + BATCH);
    const request = {
      question: "Are these sentences right?",
      before: [],
      items: batch.map(checkItemOf),
    };
    const reply = await checker.check(request, signal);
    for (const [index, { id }] of batch.entries()) {
      verdicts.set(id, reply.verdicts[index] ?? { kind: "unread", why: "no verdict" });
    }
  }
  return verdicts;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(
      `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

await runEntry(main);
