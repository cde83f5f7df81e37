/**
 * How much of what a question needs the offline answer quotes, beside the plainest answer there is: the first
 * sentences of the best chunks, as many words. Figures over the single-turn cases whose gold places have quotes;
 * the difference is paired, its interval a bootstrap over cases (95 %, seeded).
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { canonicalPath } from "../../../eval/canonical-path.ts";
import { type EvalCase, parseCases } from "../../../eval/case.ts";
import { holdsPassage, passageKey } from "../../../eval/comparable.ts";
import { bootstrapDifference, bootstrapMean } from "../../../eval/metrics/bootstrap.ts";
import { chooseAnswer, draftOf } from "../../../src/writing/extractive/extractive-writer.ts";
import type { Evidence } from "../../../src/documents/evidence.ts";
import { splitSentences } from "../../../src/documents/sentences.ts";
import { countWords } from "../../../src/documents/text.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { createRetriever } from "../../../src/retrieval/retrieve.ts";
import { openIndex } from "../../../src/store/open-index.ts";

const HELP = `Usage: node test/bench/answering/coverage.ts --index FOLDER --cases FILE [--cases FILE ...]

  --index FOLDER  the index folder (DATA_DIR/index)
`;
const SEED = 20;

type Judged = {
  /** Share of the gold quotes that the answer shows. */
  readonly shown: number;
  readonly shownByFirst: number;
  /** 1 when a gold page is cited. */
  readonly citesGold: number;
  readonly words: number;
  readonly sections: number;
};

/** Sentences of the evidence in order, until as many words are reached as the answer has. */
function firstSentences(evidence: readonly Evidence[], words: number): string {
  const said: string[] = [];
  let count = 0;
  for (const { chunk } of evidence) {
    for (const { start, end } of splitSentences(chunk.text)) {
      const sentence = chunk.text.slice(start, end);
      count += countWords(sentence);
      if (count > words && said.length > 0) return said.join(" ");
      said.push(sentence);
    }
  }
  return said.join(" ");
}

function shareShown(text: string, quotes: readonly string[]): number {
  const key = passageKey(text);
  return quotes.filter((quote) => holdsPassage(key, quote)).length / quotes.length;
}

function judge(one: EvalCase, evidence: readonly Evidence[], terms: Terms): Judged {
  const question = one.turns[0]?.user ?? "";
  const drafts = chooseAnswer({ question, evidence, terms }).chosen.map(({ block }) =>
    draftOf(block),
  );
  const quotes = one.gold.map(({ quote }) => passageKey(quote)).filter((quote) => quote !== "");
  const pages = new Set(one.gold.map(({ path }) => canonicalPath(path)));
  const chunks = new Map(evidence.map(({ chunk }) => [chunk.id, chunk]));
  const cited = drafts.flatMap((draft) =>
    draft.quotes.flatMap(({ chunkId }) => chunks.get(chunkId) ?? []),
  );
  const text = drafts.flatMap((draft) => draft.quotes.map((quote) => quote.text)).join("\n");
  const words = countWords(text);
  return {
    shown: shareShown(text, quotes),
    shownByFirst: shareShown(firstSentences(evidence, words), quotes),
    citesGold: Number(cited.some(({ url }) => pages.has(canonicalPath(url)))),
    words,
    sections: new Set(cited.map(({ url, anchor }) => `${url}#${anchor}`)).size,
  };
}

type Terms = Awaited<ReturnType<ReturnType<typeof createRetriever>["retrieve"]>>["terms"];

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function meanLine(name: string, values: readonly number[]): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const interval = bootstrapMean(values, { seed: SEED });
  print(
    `${name.padEnd(48)} ${mean.toFixed(3)}   ${interval?.low.toFixed(3)} to ${interval?.high.toFixed(3)}`,
  );
}

const { values } = parseArgs({
  options: { index: { type: "string" }, cases: { type: "string", multiple: true } },
});
if (values.index === undefined || values.cases === undefined) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else {
  await using index = await openIndex({ folder: values.index });
  const retriever = createRetriever({ index, clock: systemClock });
  const judged: Judged[] = [];
  for (const file of values.cases) {
    for (const one of parseCases(readFileSync(file, "utf8"), file)) {
      if (one.turns.length !== 1 || !one.gold.some(({ quote }) => quote !== "")) continue;
      const { evidence, terms } = await retriever.retrieve({ question: one.turns[0]?.user ?? "" });
      judged.push(judge(one, evidence, terms));
    }
  }
  print(`${judged.length} questions`);
  const of = (figure: keyof Judged) => judged.map((one) => one[figure]);
  meanLine("gold quotes in the answer", of("shown"));
  meanLine("gold quotes in the first sentences, as many words", of("shownByFirst"));
  const pairs = judged.map(({ shown, shownByFirst }) => ({ before: shownByFirst, after: shown }));
  const difference = bootstrapDifference(pairs, { seed: SEED });
  if (difference !== undefined) {
    print(
      `${"difference, paired".padEnd(48)} ${difference.difference.toFixed(3)}   ${difference.low.toFixed(3)} to ${difference.high.toFixed(3)}`,
    );
  }
  meanLine("answers that cite a gold page", of("citesGold"));
  print(`median words ${median(of("words"))}, median sections ${median(of("sections"))}`);
}
