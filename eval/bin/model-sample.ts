/** Asks a drawn sample of cases in model mode and says what became of the sentences that the model wrote. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readConfig } from "../../src/config/read-config.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { describeError, UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import { parseCases } from "../case.ts";
import { countSentences, drawCases, renderCounts, sumCounts } from "../model-sample.ts";
import { runCases } from "../run.ts";

const HELP = `Usage: npm run eval:model-sample -- --cases FILE [options]

  --cases FILE         cases, one JSON object a line; may be given more than once
  --questions N        single questions to draw (default 20)
  --conversations N    conversations to draw (default 5)
  --seed N             decides what is drawn (default 7)
  --concurrency N      cases asked at the same time (default 4)
  --out FILE           write one line of JSON a turn: question, answer as rendered, what was dropped and corrected

Needs OPENAI_MODEL and an index. Prompts hold no clock and no random id: against an endpoint that records requests and
replies the same run can be replayed.
`;

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      cases: { type: "string", multiple: true },
      questions: { type: "string", default: "20" },
      conversations: { type: "string", default: "5" },
      seed: { type: "string", default: "7" },
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
  if (values.cases === undefined) throw new UsageError("--cases is needed; see --help.");
  const { config } = readConfig(process.env);
  if (config.OPENAI_MODEL === undefined) throw new UsageError("Set OPENAI_MODEL.");
  const all = values.cases.flatMap((file) => parseCases(readFileSync(file, "utf8"), file));
  const seed = Number(values.seed);
  const cases = [
    ...drawCases(
      all.filter(({ turns }) => turns.length === 1),
      Number(values.questions),
      seed,
    ),
    ...drawCases(
      all.filter(({ turns }) => turns.length > 1),
      Number(values.conversations),
      seed,
    ),
  ];
  const { compose } = await import("../../src/compose.ts");
  await using composed = await compose({ config, forgetful: true });
  await composed.judgeChecker(signal);
  const counts = [];
  if (values.out !== undefined) writeFileSync(values.out, "");
  for await (const result of runCases({
    application: composed.application,
    cases,
    clock: systemClock,
    runId: "sample",
    concurrency: Number(values.concurrency),
    signal,
  })) {
    if (result.kind === "failed") {
      terminal.err(`${result.case.id}: ${describeError(result.error)}\n`);
      continue;
    }
    for (const [index, record] of result.records.entries()) {
      const receipt = result.receipts[index];
      if (receipt === undefined) continue;
      counts.push(countSentences(record, receipt));
      const { id, turn, question, rendered, tokens, ms } = record;
      const { fallback } = record.answer;
      const { dropped, corrected, notes } = receipt;
      const line = {
        id,
        turn,
        question,
        rendered,
        fallback,
        dropped,
        corrected,
        notes,
        tokens,
        ms,
      };
      if (values.out !== undefined) appendFileSync(values.out, `${JSON.stringify(line)}\n`);
      terminal.err(`${id} ${turn}: ${record.answer.kind}\n`);
    }
  }
  terminal.out(`${renderCounts(sumCounts(counts))}\n`);
  return 0;
}

await runEntry(main);
