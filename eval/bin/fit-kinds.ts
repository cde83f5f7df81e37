/** Fits the weights by which kinds of follow-ups are told apart (src/conversation/kinds/kind-weights.json) on labelled talk. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import {
  BIAS,
  type KindWeights,
  WEIGHED_KINDS,
  WEIGHT_UNIT,
} from "../../src/conversation/kinds/kind-scores.ts";
import { resolveFollowUp } from "../../src/conversation/resolve-follow-up.ts";
import { UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import { type KindExample, kindExamples } from "../fit/kind-examples.ts";
import { fitSoftmax, likeliest, type SoftmaxWeights } from "../fit/softmax.ts";

const HELP = `Usage: node eval/bin/fit-kinds.ts --talk FILE [--talk FILE ...] [--write]

Fits the weights of the kinds of follow-ups on labelled conversations (test/conversation/*.jsonl), prints how many each
file gets right when it is left out of the fit, and with --write replaces the weight file. Run it again after readers
or files have changed.
`;

const OPTIONS = {
  classes: WEIGHED_KINDS.length,
  penalty: 1,
  leastExamples: 3,
  bias: BIAS,
  steps: 250,
  rate: 0.1,
};
const WEIGHTS = path.resolve(import.meta.dirname, "../../src/conversation/kinds/kind-weights.json");

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      talk: { type: "string", multiple: true },
      write: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const terminal = processTerminal(process, process.env);
  if (values.help || values.talk === undefined) {
    terminal.out(HELP);
    if (values.help) return 0;
    throw new UsageError("--talk is needed.");
  }
  const examples = values.talk.flatMap((file) =>
    kindExamples(readFileSync(file, "utf8"), path.basename(file, ".jsonl")),
  );
  for (const set of new Set(examples.map((one) => one.set))) {
    const weights = fitSoftmax(
      examples.filter((one) => one.set !== set),
      OPTIONS,
    );
    const held = examples.filter((one) => one.set === set);
    const [rules, alone, both] = [
      resolvedRight(held, {}),
      rightOf(weights, held),
      resolvedRight(held, inUnits(weights)),
    ];
    terminal.out(
      `${set}: of ${held.length}, ${rules} by rules, ${alone} by weights, ${both} by both\n`,
    );
  }
  if (!values.write) return 0;
  writeWeights(inUnits(fitSoftmax(examples, OPTIONS)));
  terminal.out("Weights written.\n");
  return 0;
}

function rightOf(weights: SoftmaxWeights, held: readonly KindExample[]): number {
  return held.filter(({ features, label }) => likeliest(weights, features, BIAS) === label).length;
}

function resolvedRight(held: readonly KindExample[], weights: KindWeights): number {
  return held.filter(({ followUp, kind }) => resolveFollowUp(followUp, weights).kind === kind)
    .length;
}

function inUnits(weights: SoftmaxWeights): KindWeights {
  return Object.fromEntries(
    [...weights].map(([name, values]) => [
      name,
      values.map((value) => Math.round(value * WEIGHT_UNIT) || 0),
    ]),
  );
}

function writeWeights(weights: KindWeights): void {
  const lines = Object.entries(weights).map(
    ([name, values]) => `  ${JSON.stringify(name)}: [${values.join(", ")}]`,
  );
  writeFileSync(WEIGHTS, `{\n${lines.join(",\n")}\n}\n`);
}

await runEntry(main);
