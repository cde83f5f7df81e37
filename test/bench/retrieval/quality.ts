/**
 * How well retrieval finds the pages of a cases file, what each part of it is worth, and which weights the cases
 * would teach. Figures are page level, averaged over the single-turn cases that have gold places.
 *
 * The learner maximises the likelihood of the gold pages among a question's candidates (softmax, L2); with
 * `--learn` it is judged by 5-fold cross-validation, so that no case is judged by weights it taught.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { canonicalPath } from "../../../eval/canonical-path.ts";
import { type EvalCase, parseCases } from "../../../eval/case.ts";
import { holdsPassage, passageKey } from "../../../eval/comparable.ts";
import { fitListwise, type RankedExample } from "../../../eval/fit/listwise.ts";
import { hitAtK } from "../../../eval/metrics/hit-at-k.ts";
import { ndcgAtK } from "../../../eval/metrics/ndcg.ts";
import { recallAtK } from "../../../eval/metrics/recall-at-k.ts";
import { reciprocalRank } from "../../../eval/metrics/reciprocal-rank.ts";
import { PAGE_TYPES } from "../../../src/documents/document.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import {
  type Feature,
  FEATURES,
  type PageFeatures,
  RANKING_WEIGHTS,
  type RankingWeights,
} from "../../../src/retrieval/fuse.ts";
import { createRetriever } from "../../../src/retrieval/retrieve.ts";
import type { Retrieval } from "../../../src/retrieval/retriever.ts";
import { isUndecided } from "../../../src/retrieval/undecided.ts";
import type { ChunkIndex } from "../../../src/store/chunk-index.ts";
import { openIndex } from "../../../src/store/open-index.ts";

const HELP = `Usage: node test/bench/retrieval/quality.ts --index FOLDER --cases FILE [--cases FILE ...] [--learn] [--ablate] [--misses] [--words FILE]

  --index FOLDER  the index folder (DATA_DIR/index)
  --learn         learn the weights from the cases, cross-validated, and print them
  --ablate        the figures with each part taken out
  --misses        the questions whose pages are not among the first five
  --words FILE    the figures with a second search in a model's words, {"id", "search"} a line, as prompts/search.md asks for them
`;

const FOLDS = 5;
const LEARNING = { penalty: 0.002, steps: 250, rate: 0.15 };

type Question = {
  readonly id: string;
  readonly text: string;
  readonly gold: ReadonlySet<string>;
  readonly quotes: readonly string[];
};

type Figures = {
  readonly hit1: number;
  readonly hit5: number;
  readonly hit10: number;
  readonly recall5: number;
  readonly mrr: number;
  readonly ndcg10: number;
  /** Undefined for a question whose places have no quotes. */
  readonly quote5: number | undefined;
};

const FIGURES = ["hit1", "hit5", "hit10", "recall5", "mrr", "ndcg10", "quote5"] as const;

function questionsOf(cases: readonly EvalCase[]): readonly Question[] {
  return cases.flatMap(({ id, turns, gold }) => {
    const [turn] = turns;
    if (turns.length !== 1 || turn === undefined || gold.length === 0) return [];
    return [
      {
        id,
        text: turn.user,
        gold: new Set(gold.map(({ path }) => canonicalPath(path))),
        quotes: gold.map(({ quote }) => passageKey(quote)).filter((quote) => quote !== ""),
      },
    ];
  });
}

function figuresOf(
  question: Question,
  pages: readonly string[],
  texts: readonly string[],
): Figures {
  const { gold, quotes } = question;
  const keys = texts.slice(0, 5).map(passageKey);
  const found = quotes.filter((quote) => keys.some((key) => holdsPassage(key, quote)));
  return {
    hit1: hitAtK(pages, gold, 1),
    hit5: hitAtK(pages, gold, 5),
    hit10: hitAtK(pages, gold, 10),
    recall5: recallAtK(pages, gold, 5),
    mrr: reciprocalRank(pages, gold),
    ndcg10: ndcgAtK(pages, gold, 10),
    quote5: quotes.length === 0 ? undefined : found.length / quotes.length,
  };
}

function evidenceFigures(question: Question, { evidence }: Retrieval): Figures {
  const pages = [...new Set(evidence.map(({ chunk }) => canonicalPath(chunk.url)))];
  return figuresOf(
    question,
    pages,
    evidence.map(({ chunk }) => chunk.text),
  );
}

function line(name: string, all: readonly Figures[]): string {
  const cells = FIGURES.map((figure) => {
    const values = all.map((one) => one[figure]).filter((value) => value !== undefined);
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    return `${figure} ${values.length === 0 ? "    -" : mean.toFixed(3)}`;
  });
  return `${name.padEnd(26)} ${cells.join("  ")}`;
}

async function run(
  index: ChunkIndex,
  questions: readonly Question[],
  weights: RankingWeights,
  onFigures?: (question: Question, figures: Figures) => void,
): Promise<readonly Figures[]> {
  const retriever = createRetriever({ index, clock: systemClock, ranking: { weights } });
  const all: Figures[] = [];
  for (const question of questions) {
    const figures = evidenceFigures(
      question,
      await retriever.retrieve({ question: question.text }),
    );
    onFigures?.(question, figures);
    all.push(figures);
  }
  return all;
}

/** The figures with a second search in a model's words: for all questions, or where the first search is undecided. */
async function runWithWords(
  index: ChunkIndex,
  questions: readonly Question[],
  words: ReadonlyMap<string, string>,
): Promise<void> {
  const retriever = createRetriever({ index, clock: systemClock });
  const undecided: Figures[] = [];
  const always: Figures[] = [];
  let asked = 0;
  for (const question of questions) {
    const search = words.get(question.id);
    if (search === undefined) throw new Error(`No words for ${question.id}.`);
    const first = await retriever.retrieve({ question: question.text });
    const second = await retriever.retrieve({ question: question.text, alsoSearch: [search] });
    const isAsked = isUndecided(first.evidence);
    if (isAsked) asked += 1;
    undecided.push(evidenceFigures(question, isAsked ? second : first));
    always.push(evidenceFigures(question, second));
  }
  print(line("words where undecided", undecided));
  print(line("words for all", always));
  print(`undecided: ${asked} of ${questions.length}`);
}

function readWords(file: string): ReadonlyMap<string, string> {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  const Line = z.object({ id: z.string(), search: z.string() });
  return new Map(
    lines.map((text) => Line.parse(JSON.parse(text))).map(({ id, search }) => [id, search]),
  );
}

/** A question's candidates: features first, then one column a page type. */
type Example = readonly RankedExample[];

// Not learned: `endpoint` is 0 everywhere, and guides are what other types are compared with.
const LEARNED: readonly Feature[] = FEATURES.filter((feature) => feature !== "endpoint");
const COLUMNS = [...LEARNED, ...PAGE_TYPES.filter((type) => type !== "guide")];

async function examplesOf(
  index: ChunkIndex,
  questions: readonly Question[],
): Promise<readonly Example[]> {
  let pages: readonly PageFeatures[] = [];
  const retriever = createRetriever({
    index,
    clock: systemClock,
    ranking: { onPages: (described) => (pages = described) },
  });
  const examples: Example[] = [];
  for (const question of questions) {
    pages = [];
    await retriever.retrieve({ question: question.text });
    examples.push(
      pages.map(({ url, features, pageType }) => ({
        features: COLUMNS.map((column) =>
          column in features ? features[column as Feature] : Number(column === pageType),
        ),
        right: question.gold.has(canonicalPath(url)),
      })),
    );
  }
  return examples;
}

function learn(examples: readonly Example[]): readonly number[] {
  return fitListwise(examples, LEARNING);
}

function asRanking(learned: readonly number[]): RankingWeights {
  const value = (column: string) => learned[COLUMNS.findIndex((name) => name === column)] ?? 0;
  return {
    features: {
      ...RANKING_WEIGHTS.features,
      ...Object.fromEntries(LEARNED.map((feature) => [feature, value(feature)])),
    },
    pageTypes: {
      ...RANKING_WEIGHTS.pageTypes,
      ...Object.fromEntries(PAGE_TYPES.map((type) => [type, value(type)])),
    },
  };
}

async function crossValidate(index: ChunkIndex, questions: readonly Question[]): Promise<void> {
  const examples = await examplesOf(index, questions);
  const judged: Figures[] = [];
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const weights = asRanking(learn(examples.filter((_, at) => at % FOLDS !== fold)));
    const heldOut = questions.filter((_, at) => at % FOLDS === fold);
    judged.push(...(await run(index, heldOut, weights)));
  }
  print(line(`${FOLDS}-fold cross-validated`, judged));
  const weights = asRanking(learn(examples));
  print(line("learned from all", await run(index, questions, weights)));
  print(`weights learned from all: ${JSON.stringify(weights)}`);
}

function without(part: Feature | "page types" | "corpus embedding"): RankingWeights {
  const { features, pageTypes } = RANKING_WEIGHTS;
  switch (part) {
    case "page types":
      return {
        features,
        pageTypes: { ...pageTypes, ...Object.fromEntries(PAGE_TYPES.map((type) => [type, 0])) },
      };
    case "corpus embedding":
      return { features: { ...features, corpus: 0, corpusRank: 0 }, pageTypes };
    default:
      return { features: { ...features, [part]: 0 }, pageTypes };
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const { values } = parseArgs({
  options: {
    index: { type: "string" },
    cases: { type: "string", multiple: true },
    learn: { type: "boolean" },
    ablate: { type: "boolean" },
    misses: { type: "boolean" },
    words: { type: "string" },
  },
});
if (values.index === undefined || values.cases === undefined) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else {
  await using index = await openIndex({ folder: values.index });
  const questions = values.cases.flatMap((file) =>
    questionsOf(parseCases(readFileSync(file, "utf8"), file)),
  );
  print(`${questions.length} questions`);
  const misses: string[] = [];
  const figures = await run(index, questions, RANKING_WEIGHTS, (question, { hit5, hit10 }) => {
    if (hit5 === 0) misses.push(`  ${question.id} ${hit10 === 0 ? "beyond 10" : "6 to 10"}`);
  });
  print(line("as it is", figures));
  if (values.misses === true) print(misses.join("\n"));
  if (values.words !== undefined) {
    await runWithWords(index, questions, readWords(values.words));
  }
  if (values.learn === true) await crossValidate(index, questions);
  if (values.ablate === true) {
    for (const part of [
      "textSecond",
      "corpus embedding",
      "pairs",
      "titleCover",
      "headingCover",
      "page types",
    ] as const) {
      print(line(`without ${part}`, await run(index, questions, without(part))));
    }
  }
}
