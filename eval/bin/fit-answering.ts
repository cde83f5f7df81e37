/** Fits the weights of the offline answer (src/passages/weights.json) on cases. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { FEATURES } from "../../src/passages/score.ts";
import { SUFFICIENCY_FEATURES } from "../../src/passages/suffices.ts";
import { AnsweringWeights } from "../../src/passages/weights.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { createRetriever } from "../../src/retrieval/retrieve.ts";
import { openIndex } from "../../src/store/open-index.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import { parseCases } from "../case.ts";
import {
  type AskedQuestion,
  blockExamples,
  sufficiencyExample,
} from "../fit/answering-examples.ts";
import { writingTasks } from "../fit/writing-tasks.ts";
import { fitListwise, type RankedExample, scoreOf } from "../fit/listwise.ts";
import { type Example, fitLogistic, type Model, probability } from "../fit/logistic.ts";

const HELP = `Usage: node eval/bin/fit-answering.ts --index FOLDER --cases FILE[@FOLDER] [--cases ...] [--ablate] [--write]

FOLDER behind a file is the index its questions are about, where that is another one. Fits the weights of the offline answer
on the cases, asked turn by turn. Each file is a set: the figures are those of
weights that have not seen the set (of the first file in five folds). --ablate tells what each feature is worth, --write
replaces src/passages/weights.json. Run it again after retrieval has changed.
`;

const FOLDS = 5;
const BLOCKS = { penalty: 0.005, steps: 200, rate: 0.06, first: "any" } as const;
const SUFFICIENCY = { penalty: 1, steps: 600, rate: 0.03 };
/** Of answerable questions so many may be declined. */
const DECLINED_WRONGLY = 0.02;
const WEIGHTS = path.resolve(import.meta.dirname, "../../src/passages/weights.json");

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      index: { type: "string" },
      cases: { type: "string", multiple: true },
      ablate: { type: "boolean", default: false },
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

  const lists = asked.flatMap((one) => {
    const examples = blockExamples(one);
    return examples.length === 0 ? [] : [{ set: one.set, examples }];
  });
  const blocks = named(FEATURES, fitBlocks(lists));
  terminal.out(`blocks: ${figuresOf(lists)}\n`);
  if (values.ablate) {
    for (const [at, feature] of FEATURES.entries()) {
      const without = lists.map(({ set, examples }) => ({
        set,
        examples: examples.map((one) => ({ ...one, features: one.features.toSpliced(at, 1) })),
      }));
      terminal.out(`  without ${feature}: ${figuresOf(without)}\n`);
    }
  }

  const examples = asked.flatMap((one) => {
    const example = sufficiencyExample(one, blocks, weightOf(one, asked));
    return example === undefined ? [] : [{ set: one.set, example }];
  });
  const judged = judgedUnseen(examples);
  const threshold = thresholdFor(judged);
  terminal.out(
    `whether to answer, where no rule declines, threshold ${threshold.toFixed(2)}: ${declinedOf(judged, threshold)}\n`,
  );
  for (const set of new Set(asked.map((one) => one.set))) {
    terminal.out(
      `  ${set}: ${declinedOf(
        judged.filter((one) => one.set === set),
        threshold,
      )}\n`,
    );
  }
  if (values.ablate) {
    for (const [at, feature] of SUFFICIENCY_FEATURES.entries()) {
      const without = examples.map((one) => ({
        ...one,
        example: { ...one.example, features: one.example.features.toSpliced(at, 1) },
      }));
      const again = judgedUnseen(without);
      terminal.out(`  without ${feature}: ${declinedOf(again, thresholdFor(again))}\n`);
    }
  }
  const model = fitLogistic(
    examples.map(({ example }) => example),
    SUFFICIENCY,
  );
  const weights: AnsweringWeights = {
    blocks: rounded(blocks),
    suffices: {
      bias: round(model.bias),
      threshold: round(threshold),
      weights: rounded(named(SUFFICIENCY_FEATURES, model.weights)),
    },
  };
  terminal.out(`${JSON.stringify(weights)}\n`);
  if (values.write) {
    writeFileSync(WEIGHTS, `${JSON.stringify(AnsweringWeights.parse(weights), null, 2)}\n`);
    terminal.out("Weights written.\n");
  }
  return 0;
}

async function askAll(folder: string, files: readonly string[]): Promise<readonly AskedQuestion[]> {
  const asked: AskedQuestion[] = [];
  for (const named of files) {
    const [file = "", other] = named.split("@");
    await using index = await openIndex({ folder: other ?? folder });
    const retriever = createRetriever({ index, clock: systemClock });
    const cases = parseCases(readFileSync(file, "utf8"), file);
    for (const { id, expected, task } of await writingTasks(retriever, cases)) {
      if (expected.smallTalk) continue;
      const { answerable, gold } = expected;
      asked.push({ id, set: path.basename(file, ".jsonl"), answerable, gold, task });
    }
  }
  return asked;
}

type List = { readonly set: string; readonly examples: readonly RankedExample[] };

function fitBlocks(lists: readonly List[]): readonly number[] {
  return fitListwise(
    lists.map(({ examples }) => examples),
    BLOCKS,
  );
}

/** Splits by set; the first set, the largest as a rule, in folds: [trained on, judged]. */
function splits<Item extends { readonly set: string }>(
  items: readonly Item[],
): readonly (readonly [readonly Item[], readonly Item[]])[] {
  const [largest] = items;
  return [...new Set(items.map(({ set }) => set))].flatMap((set) => {
    const own = items.filter((item) => item.set === set);
    const others = items.filter((item) => item.set !== set);
    if (set !== largest?.set) return [[others, own] as const];
    return Array.from(
      { length: FOLDS },
      (_, fold) =>
        [
          [...others, ...own.filter((__, at) => at % FOLDS !== fold)],
          own.filter((__, at) => at % FOLDS === fold),
        ] as const,
    );
  });
}

function figuresOf(lists: readonly List[]): string {
  let first = 0;
  let reciprocal = 0;
  for (const [seen, unseen] of splits(lists)) {
    const weights = fitBlocks(seen);
    for (const { examples } of unseen) {
      const best = examples.toSorted(
        (a, b) => scoreOf(weights, b.features) - scoreOf(weights, a.features),
      );
      const rank = best.findIndex(({ right }) => right) + 1;
      if (rank === 1) first += 1;
      reciprocal += 1 / rank;
    }
  }
  const share = (sum: number) => (sum / Math.max(1, lists.length)).toFixed(3);
  return `right one first ${share(first)}, mean reciprocal rank ${share(reciprocal)}, of ${lists.length}`;
}

/** Both classes weigh the same, however many there are of each. */
function weightOf({ answerable }: AskedQuestion, asked: readonly AskedQuestion[]): number {
  return 50 / Math.max(1, asked.filter((one) => one.answerable === answerable).length);
}

type Judged = { readonly set: string; readonly answerable: boolean; readonly probability: number };

function judgedUnseen(
  examples: readonly { readonly set: string; readonly example: Example }[],
): readonly Judged[] {
  return splits(examples).flatMap(([seen, unseen]) => {
    const model = fitLogistic(
      seen.map(({ example }) => example),
      SUFFICIENCY,
    );
    return unseen.map(({ set, example }) => ({
      set,
      answerable: example.label === 1,
      probability: probability(model, example.features),
    }));
  });
}

/** The highest threshold that declines no more answerable questions than may be. */
function thresholdFor(judged: readonly Judged[]): number {
  const answerable = judged
    .filter((one) => one.answerable)
    .map((one) => one.probability)
    .toSorted((a, b) => a - b);
  return answerable[Math.floor(DECLINED_WRONGLY * answerable.length)] ?? 0.5;
}

function declinedOf(judged: readonly Judged[], threshold: number): string {
  const count = (answerable: boolean) => judged.filter((one) => one.answerable === answerable);
  const declined = (of: readonly Judged[]) =>
    of.filter((one) => one.probability < threshold).length;
  const [not, yes] = [count(false), count(true)];
  return `${declined(not)} of ${not.length} unanswerable ones declined, ${declined(yes)} of ${yes.length} answerable ones`;
}

function named(features: readonly string[], weights: Model["weights"]): Record<string, number> {
  return Object.fromEntries(features.map((feature, at) => [feature, weights[at] ?? 0]));
}

function round(value: number): number {
  return Number(value.toFixed(3));
}

function rounded(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, round(value)]));
}

await runEntry(main);
