/**
 * How well retrieval finds the pages of a cases file, and what each part of it is worth. Figures are page level, averaged
 * over the single-turn cases that have gold places. Weights are learned elsewhere (`npm run eval:fit-pages`).
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { canonicalPath } from "../../../eval/canonical-path.ts";
import { type EvalCase, parseCases } from "../../../eval/case.ts";
import { holdsPassage, passageKey } from "../../../eval/comparable.ts";
import { hitAtK } from "../../../eval/metrics/hit-at-k.ts";
import { ndcgAtK } from "../../../eval/metrics/ndcg.ts";
import { recallAtK } from "../../../eval/metrics/recall-at-k.ts";
import { reciprocalRank } from "../../../eval/metrics/reciprocal-rank.ts";
import { PAGE_TYPES } from "../../../src/documents/document.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { createRetriever, type RetrieverOptions } from "../../../src/retrieval/retrieve.ts";
import type { Retrieval } from "../../../src/retrieval/retriever.ts";
import { isUndecided } from "../../../src/retrieval/undecided.ts";
import {
  type Feature,
  FEATURES,
  pageWeights,
  type RankingWeights,
} from "../../../src/retrieval/weights.ts";
import type { ChunkIndex } from "../../../src/store/chunk-index.ts";
import { openIndex } from "../../../src/store/open-index.ts";

const HELP = `Usage: node test/bench/retrieval/quality.ts --index FOLDER --cases FILE [--cases FILE ...] [--ablate] [--misses] [--words FILE]

  --index FOLDER  the index folder (DATA_DIR/index)
  --ablate        the figures without phrasings, and with each part taken out of that
  --misses        the questions whose pages are not among the first five
  --words FILE    the figures with a second search in a model's words, {"id", "search"} a line, as prompts/search.md asks for them
`;

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
  ranking: NonNullable<RetrieverOptions["ranking"]>,
  onFigures?: (question: Question, figures: Figures) => void,
): Promise<readonly Figures[]> {
  const retriever = createRetriever({ index, clock: systemClock, ranking });
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

/** The weights of an index without phrasings, without one part. */
function without(part: Feature | "page types"): RankingWeights {
  const { features, pageTypes } = pageWeights().plain;
  return part === "page types"
    ? {
        features,
        pageTypes: { ...pageTypes, ...Object.fromEntries(PAGE_TYPES.map((type) => [type, 0])) },
      }
    : { features: { ...features, [part]: 0 }, pageTypes };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const { values } = parseArgs({
  options: {
    index: { type: "string" },
    cases: { type: "string", multiple: true },
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
  const figures = await run(index, questions, {}, (question, { hit5, hit10 }) => {
    if (hit5 === 0) misses.push(`  ${question.id} ${hit10 === 0 ? "beyond 10" : "6 to 10"}`);
  });
  print(line("as it is", figures));
  if (values.misses === true) print(misses.join("\n"));
  if (values.words !== undefined) {
    await runWithWords(index, questions, readWords(values.words));
  }
  if (values.ablate === true) {
    const plain = { withoutPhrasings: true };
    print(line("without phrasings", await run(index, questions, plain)));
    const parts = FEATURES.filter((part) => part !== "phrasings" && part !== "endpoint");
    for (const part of [...parts, "page types"] as const) {
      const weights = without(part);
      print(line(`without ${part}`, await run(index, questions, { ...plain, weights })));
    }
  }
}
