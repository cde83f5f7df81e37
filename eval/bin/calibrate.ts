/** `npm run eval:calibrate`: how far the judge, and the checks by words, agree with labels set by hand. */
import path from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "../../src/config/read-config.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import { agreements, parseLabels, renderAgreements, verdictByWords } from "../calibrate.ts";
import { mapConcurrently } from "../map-concurrently.ts";
import { readText } from "../read-text.ts";

const HELP = `Usage: npm run eval:calibrate [-- --labels FILE]

Compares the model of OPENAI_MODEL, as judge, with labels set by hand (eval/judge-labels.jsonl), and beside it the
checks by words, which need no model. Without a model only those are compared.
`;

const LABELS = path.resolve(import.meta.dirname, "../judge-labels.jsonl");

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      labels: { type: "string", default: LABELS },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const terminal = processTerminal(process, process.env);
  if (values.help) {
    terminal.out(HELP);
    return 0;
  }
  const labels = parseLabels(readText(values.labels));
  const byWords = labels.map((label) => ({ label, verdict: verdictByWords(label) }));
  terminal.out(`${renderAgreements("checks by words", agreements(byWords))}\n`);

  const { config } = readConfig(process.env);
  if (config.OPENAI_MODEL === undefined) {
    terminal.out("\nNo model is configured (OPENAI_MODEL), so no judge was compared.\n");
    return 0;
  }
  const { openJudge } = await import("../open-judge.ts");
  const judge = openJudge(config);
  const judged = await mapConcurrently(labels, 4, async ({ id, label, why, ...question }) => ({
    label: { id, label, why, ...question },
    verdict: await judge.ask(question, signal),
  }));
  terminal.out(`\n${renderAgreements(judge.name, agreements(judged))}\n`);
  return 0;
}

await runEntry(main);
