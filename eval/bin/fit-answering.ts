/** Fits the weights of the offline answer (src/writing/extractive/passage-weights.ts and sufficiency-weights.ts) on cases. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { FEATURES } from "../../src/writing/extractive/passage-score.ts";
import { SUFFICIENCY_FEATURES } from "../../src/writing/extractive/sufficiency.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { createRetriever } from "../../src/retrieval/retrieve.ts";
import { openIndex } from "../../src/store/open-index.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import { expectations, parseCases } from "../case.ts";
import {
  type AskedQuestion,
  passageExamples,
  sufficiencyExample,
} from "../fit/answering-examples.ts";
import { fitListwise, type RankedExample, scoreOf } from "../fit/listwise.ts";
import { type Example, fitLogistic, type Model, probability } from "../fit/logistic.ts";

const HELP = `Usage: node eval/bin/fit-answering.ts --index FOLDER --cases FILE [--cases FILE ...] [--write]

Fits the weights of the offline answer on first questions of the cases, prints five-fold figures, and with --write
replaces the weight files. Run it again after retrieval has changed.
`;

const FOLDS = 5;
const PASSAGES = { penalty: 0.01, steps: 300, rate: 0.05 };
const SUFFICIENCY = { penalty: 2, steps: 600, rate: 0.03 };
const THRESHOLD = 0.42;
const ANSWERING = path.resolve(import.meta.dirname, "../../src/writing/extractive");

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      index: { type: "string" },
      cases: { type: "string", multiple: true },
      write: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const terminal = processTerminal(process, process.env);
  if (values.help || values.index === undefined || values.cases === undefined) {
    terminal.out(HELP);
    if (values.help) return 0;
    throw new UsageError("--index and --cases are needed.");
  }
  const asked = await askAll(values.index, values.cases);

  const groups = asked.map((one) => passageExamples(one)).filter(({ length }) => length > 0);
  terminal.out(
    `passages: first right one at ${meanReciprocalRank(groups).toFixed(3)} (mean reciprocal rank, five-fold)\n`,
  );
  const passages = { weights: fitListwise(groups, PASSAGES) };

  const examples = sufficiencyExamples(asked);
  const wrong = foldErrors(examples);
  terminal.out(
    `sufficiency: ${wrong.answered} of ${wrong.unanswerable} unanswerable ones answered, ${wrong.declined} of ${wrong.answerable} answerable ones declined (five-fold; questions that rules decline are not counted)\n`,
  );
  const sufficiency = fitLogistic(examples, SUFFICIENCY);
  if (!values.write) return 0;
  writeWeights("passage-weights.ts", "PASSAGE_WEIGHTS", "passage-score.ts", FEATURES, passages);
  writeWeights(
    "sufficiency-weights.ts",
    "SUFFICIENCY_WEIGHTS",
    "sufficiency.ts",
    SUFFICIENCY_FEATURES,
    sufficiency,
    { bias: sufficiency.bias, threshold: THRESHOLD },
  );
  terminal.out("Weights written.\n");
  return 0;
}

async function askAll(folder: string, files: readonly string[]): Promise<readonly AskedQuestion[]> {
  await using index = await openIndex({ folder });
  const retriever = createRetriever({ index, clock: systemClock });
  const asked: AskedQuestion[] = [];
  for (const file of files) {
    for (const one of parseCases(readFileSync(file, "utf8"), file)) {
      const [first] = expectations(one);
      if (first === undefined || first.smallTalk) continue;
      const { evidence, terms } = await retriever.retrieve({ question: first.user });
      asked.push({
        id: one.id,
        question: first.user,
        answerable: first.answerable,
        gold: first.gold,
        evidence,
        terms,
      });
    }
  }
  return asked;
}

/** Both classes weigh the same, however many there are of each. */
function sufficiencyExamples(asked: readonly AskedQuestion[]): readonly Example[] {
  const weigh = (answerable: boolean) =>
    50 / Math.max(1, asked.filter((one) => one.answerable === answerable).length);
  return asked.flatMap((one) => sufficiencyExample(one, weigh(one.answerable)) ?? []);
}

function meanReciprocalRank(groups: readonly (readonly RankedExample[])[]): number {
  let sum = 0;
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const weights = fitListwise(
      groups.filter((_, at) => at % FOLDS !== fold),
      PASSAGES,
    );
    for (const group of groups.filter((_, at) => at % FOLDS === fold)) {
      const ranked = group.toSorted(
        (a, b) => scoreOf(weights, b.features) - scoreOf(weights, a.features),
      );
      sum += 1 / (ranked.findIndex(({ right }) => right) + 1);
    }
  }
  return sum / Math.max(1, groups.length);
}

function foldErrors(examples: readonly Example[]) {
  const count = { answered: 0, unanswerable: 0, declined: 0, answerable: 0 };
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const model = fitLogistic(
      examples.filter((_, at) => at % FOLDS !== fold),
      SUFFICIENCY,
    );
    for (const example of examples.filter((_, at) => at % FOLDS === fold)) {
      const answers = probability(model, example.features) >= THRESHOLD;
      count[example.label === 1 ? "answerable" : "unanswerable"] += 1;
      if (example.label === 1 && !answers) count.declined += 1;
      if (example.label === 0 && answers) count.answered += 1;
    }
  }
  return count;
}

function writeWeights(
  file: string,
  name: string,
  user: string,
  features: readonly string[],
  { weights }: Pick<Model, "weights">,
  logistic?: { readonly bias: number; readonly threshold: number },
): void {
  const lines = features.map((feature, at) => {
    const key = /^[a-z]+$/u.test(feature) ? feature : JSON.stringify(feature);
    return `    ${key}: ${(weights[at] ?? 0).toFixed(3)},`;
  });
  const types =
    logistic === undefined
      ? ""
      : `  readonly bias: number;
  /** A question whose evidence is less likely than this to answer it is declined. */
  readonly threshold: number;
`;
  const values =
    logistic === undefined
      ? ""
      : `  bias: ${logistic.bias.toFixed(3)},\n  threshold: ${logistic.threshold},\n`;
  writeFileSync(
    path.join(ANSWERING, file),
    `/** Weights of \`${user}\`, fitted by \`eval/bin/fit-answering.ts\`; figures in this folder's README. Data, not code. */
export const ${name}: {
${types}  readonly weights: Readonly<Record<string, number>>;
} = {
${values}  weights: {
${lines.join("\n")}
  },
};
`,
  );
}

await runEntry(main);
