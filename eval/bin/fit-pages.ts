/** Fits the weights of the ranking of pages (src/retrieval/weights.json) on cases of several products. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../src/platform/clock.ts";
import { UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import type { PageFeatures } from "../../src/retrieval/fuse.ts";
import { createRetriever } from "../../src/retrieval/retrieve.ts";
import { pageWeights, PageWeights } from "../../src/retrieval/weights.ts";
import type { ChunkIndex } from "../../src/store/chunk-index.ts";
import { openIndex } from "../../src/store/open-index.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import { canonicalPath } from "../canonical-path.ts";
import { type EvalCase, parseCases } from "../case.ts";
import { fitListwise, type RankedExample, scoreOf } from "../fit/listwise.ts";
import {
  LEARNED,
  pageExamples,
  PHRASED_PENALTIES,
  PLAIN_PENALTIES,
  rankingWeights,
  usualScale,
  withoutFeature,
} from "../fit/page-examples.ts";
import { hitAtK } from "../metrics/hit-at-k.ts";
import { mean } from "../metrics/mean.ts";
import { ndcgAtK } from "../metrics/ndcg.ts";

const HELP = `Usage: node eval/bin/fit-pages.ts --cases FILE[,FILE...]@FOLDER [--cases ...] [--ablate] [--write]

Each --cases is a product: its case files and the index folder (DATA_DIR/index) they are about. Single questions with gold are
taken. All products weigh the same, however many questions they have. Figures are those of weights that have not seen
the product, and of weights that have seen four fifths of each. --ablate takes each feature out, --write replaces
src/retrieval/weights.json. Fit the offline answer after it (npm run eval:fit-answering).
`;

const FOLDS = 5;
const DESCENT = { steps: 400, rate: 0.1 };
/** Where learning how much phrasings are worth begins. */
const PHRASINGS_FROM = 4;
const WEIGHTS = path.resolve(import.meta.dirname, "../../src/retrieval/weights.json");

/** A question's pages, with the gold pages there are. */
type Asked = {
  readonly key: string;
  /** The folder of its index. */
  readonly product: string;
  readonly examples: readonly RankedExample[];
  readonly gold: number;
};

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      cases: { type: "string", multiple: true },
      ablate: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const terminal = processTerminal(process, process.env);
  if (values.help || values.cases === undefined) {
    terminal.out(HELP);
    if (values.help) return 0;
    throw new UsageError("--cases is needed.");
  }
  const plain: Asked[] = [];
  const phrased: Asked[] = [];
  for (const product of values.cases) {
    const asked = await askProduct(product);
    plain.push(...asked.plain);
    phrased.push(...asked.phrased);
  }

  report(terminal.out, "left out, the product itself", byProduct(plain), fitPlain);
  report(terminal.out, "five folds of each product", inFolds(plain), fitPlain);
  if (values.ablate) {
    for (const feature of LEARNED) {
      const less = plain.map((one) => ({
        ...one,
        examples: withoutFeature(one.examples, feature),
      }));
      report(terminal.out, `without ${feature}, left out`, byProduct(less), fitPlain);
      report(terminal.out, `without ${feature}, five folds`, inFolds(less), fitPlain);
    }
  }
  const learned = fitPlain(plain);
  const scale = usualScale(learned);
  const before = pageWeights();
  const weights: PageWeights = {
    plain: rankingWeights(learned, scale, before.plain),
    phrased: before.phrased,
  };
  if (phrased.length > 0) {
    report(terminal.out, "with phrasings, five folds", inFolds(phrased), (seen, unseen) => {
      const held = new Set(unseen.map(({ key }) => key));
      return fitPhrased(seen, fitPlain(plain.filter(({ key }) => !held.has(key))));
    });
    Object.assign(weights, {
      phrased: rankingWeights(fitPhrased(phrased, learned), scale, before.phrased),
    });
  }
  terminal.out(`${JSON.stringify(weights)}\n`);
  if (values.write) {
    writeFileSync(WEIGHTS, `${JSON.stringify(PageWeights.parse(weights), null, 2)}\n`);
    terminal.out("Weights written.\n");
  }
  return 0;
}

/** Searched by the pages' own words, and by phrasings too where the index has some. */
async function askProduct(
  named: string,
): Promise<{ readonly plain: readonly Asked[]; readonly phrased: readonly Asked[] }> {
  const [files = "", folder] = named.split("@");
  if (folder === undefined) throw new UsageError(`"${named}" names no index folder behind an @.`);
  const cases = files.split(",").flatMap((file) => parseCases(readFileSync(file, "utf8"), file));
  await using index = await openIndex({ folder });
  const versions = await index.versions();
  const live = versions.find((version) => version.live);
  const hasPhrasings =
    live?.sources.some(({ phrasedPages }) => phrasedPages !== undefined) === true;
  return {
    plain: await ask(index, folder, cases, true),
    phrased: hasPhrasings ? await ask(index, folder, cases, false) : [],
  };
}

async function ask(
  index: ChunkIndex,
  product: string,
  cases: readonly EvalCase[],
  withoutPhrasings: boolean,
): Promise<readonly Asked[]> {
  let pages: readonly PageFeatures[] = [];
  const retriever = createRetriever({
    index,
    clock: systemClock,
    ranking: { withoutPhrasings, onPages: (described) => (pages = described) },
  });
  const asked: Asked[] = [];
  for (const { id, turns, gold: places } of cases) {
    const [turn] = turns;
    if (turns.length !== 1 || turn === undefined || places.length === 0) continue;
    const gold = new Set(places.map((place) => canonicalPath(place.path)));
    pages = [];
    await retriever.retrieve({ question: turn.user });
    const examples = pageExamples(pages, (url) => gold.has(canonicalPath(url)));
    asked.push({ key: `${product} ${id}`, product, examples, gold: gold.size });
  }
  return asked;
}

/** Each product counts the same. */
function fitPlain(asked: readonly Asked[]): readonly number[] {
  const counts = Map.groupBy(asked, ({ product }) => product);
  return fitListwise(
    asked.map(({ examples }) => examples),
    {
      ...DESCENT,
      penalty: PLAIN_PENALTIES,
      listWeights: asked.map(({ product }) => 1 / (counts.get(product)?.length ?? 1)),
    },
  );
}

function fitPhrased(asked: readonly Asked[], plain: readonly number[]): readonly number[] {
  const around = plain.with(LEARNED.indexOf("phrasings"), PHRASINGS_FROM);
  const lists = asked.map(({ examples }) => examples);
  return fitListwise(lists, { ...DESCENT, penalty: PHRASED_PENALTIES, around });
}

/** Trained on, judged. */
type Split = readonly [seen: readonly Asked[], unseen: readonly Asked[]];

function byProduct(asked: readonly Asked[]): readonly Split[] {
  return [...Map.groupBy(asked, ({ product }) => product)].map(([product, own]) => [
    asked.filter((one) => one.product !== product),
    own,
  ]);
}

function inFolds(asked: readonly Asked[]): readonly Split[] {
  return Array.from({ length: FOLDS }, (_, fold) => [
    asked.filter((__, at) => at % FOLDS !== fold),
    asked.filter((__, at) => at % FOLDS === fold),
  ]);
}

/** One line: the figures of each product, by weights that have not seen the question. */
function report(
  out: (text: string) => void,
  name: string,
  splits: readonly Split[],
  fit: (seen: readonly Asked[], unseen: readonly Asked[]) => readonly number[],
): void {
  const judged = splits.flatMap(([seen, unseen]) => {
    const weights = fit(seen, unseen);
    return unseen.map((one) => ({ product: one.product, ...figuresOf(one, weights) }));
  });
  const products = [...Map.groupBy(judged, ({ product }) => product)].map(([product, all]) => {
    const share = (figure: "hit1" | "hit5" | "ndcg10") =>
      (mean(all.map((one) => one[figure])) ?? 0).toFixed(3);
    return `${product} ${share("hit1")} ${share("hit5")} ${share("ndcg10")}`;
  });
  out(`${name}: hit@1, hit@5, nDCG@10: ${products.join("; ")}\n`);
}

function figuresOf(
  { examples, gold }: Asked,
  weights: readonly number[],
): { readonly hit1: number; readonly hit5: number; readonly ndcg10: number } {
  const best = examples
    .map(({ features, right }, at) => ({ score: scoreOf(weights, features), right, at }))
    .toSorted((a, b) => b.score - a.score);
  // Gold pages that were not found have names of their own.
  const pages = best.map(({ right, at }) => `${right ? "gold" : "page"} ${at}`);
  const found = pages.filter((page) => page.startsWith("gold"));
  const golds = new Set([
    ...found,
    ...Array.from({ length: Math.max(0, gold - found.length) }, (_, at) => `missing ${at}`),
  ]);
  return {
    hit1: hitAtK(pages, golds, 1),
    hit5: hitAtK(pages, golds, 5),
    ndcg10: ndcgAtK(pages, golds, 10),
  };
}

await runEntry(main);
