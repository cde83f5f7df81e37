/** [pure] A case and its records -> the value of every figure for every turn. */
import { expectations, type EvalCase, type Expectation } from "./case.ts";
import { canonicalPath, type Redirects } from "./canonical-path.ts";
import { holdsPassage, passageKey } from "./comparable.ts";
import {
  abstentionPrecision,
  abstentionRecall,
  falseAbstention,
  type Response,
  responseOf,
} from "./metrics/abstention.ts";
import { citationPrecision, type CitedSource } from "./metrics/citation-precision.ts";
import { citationRecall } from "./metrics/citation-recall.ts";
import { costUsd, type Price } from "./metrics/cost.ts";
import { factWords } from "./metrics/fact-words.ts";
import { forbiddenStatements } from "./metrics/forbidden-statements.ts";
import { hitAtK } from "./metrics/hit-at-k.ts";
import { mean } from "./metrics/mean.ts";
import { ndcgAtK } from "./metrics/ndcg.ts";
import { quoteRecallAtK } from "./metrics/quote-recall.ts";
import { quotesTrue } from "./metrics/quotes-true.ts";
import { recallAtK } from "./metrics/recall-at-k.ts";
import { reciprocalRank } from "./metrics/reciprocal-rank.ts";
import { resolutionAccuracy } from "./metrics/resolution-accuracy.ts";
import { type Place, type RankedChunk, sectionRecallAtK } from "./metrics/section-recall.ts";
import type { EvalRecord } from "./record.ts";

export type Values = Readonly<Record<string, number | undefined>>;

export type TurnScore = {
  readonly turn: number;
  readonly response: Response;
  /** Gold places whose page the index lacks; they count neither for nor against. */
  readonly absent: readonly Place[];
  /** Forbidden statements asserted, by words. */
  readonly forbidden: readonly string[];
  readonly values: Values;
};

export type CaseScore = {
  readonly id: string;
  readonly kind: string;
  readonly style: string;
  readonly turns: readonly TurnScore[];
  /** Mean over the turns that have a value. */
  readonly values: Values;
};

export type ScoreOptions = {
  readonly redirects?: Redirects;
  readonly price?: Price;
  /** Text of chunks that were quoted but are not among the retrieved ones. */
  readonly chunkTexts?: ReadonlyMap<string, string>;
  /** Canonical paths the index is known to lack. */
  readonly absentPages?: ReadonlySet<string>;
};

const CUTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Throws when the records are not the case's turns in order. */
export function scoreCase(
  one: EvalCase,
  records: readonly EvalRecord[],
  options: ScoreOptions = {},
): CaseScore {
  const turns = expectations(one).map((expected) => {
    const record = records[expected.turn];
    if (record === undefined || record.id !== one.id || record.turn !== expected.turn) {
      throw new Error(`the records of ${one.id} are not its turns in order`);
    }
    return scoreTurn(expected, record, options);
  });
  return caseScore(one, turns);
}

/** A case's values: of each figure the mean over the turns that have it. */
export function caseScore(
  one: Pick<EvalCase, "id" | "kind" | "style">,
  turns: readonly TurnScore[],
): CaseScore {
  const names = new Set(turns.flatMap((turn) => Object.keys(turn.values)));
  const values = Object.fromEntries(
    [...names].map((name) => [name, mean(turns.map((turn) => turn.values[name]))]),
  );
  return { id: one.id, kind: one.kind, style: one.style, turns, values };
}

function scoreTurn(expected: Expectation, record: EvalRecord, options: ScoreOptions): TurnScore {
  const places = expected.gold.map((gold) => ({
    page: canonicalPath(gold.path, options.redirects),
    anchor: gold.anchor,
    quote: passageKey(gold.quote),
  }));
  const isAbsent = (place: Place) => options.absentPages?.has(place.page) ?? false;
  const absent = places.filter(isAbsent);
  const gold = places.filter((place) => !isAbsent(place));
  const response = responseOf(record.answer.kind);
  const scope = { expected, record, gold, response, options };
  const forbidden = forbiddenStatements(
    record.answer.claims.map((claim) => claim.text),
    expected.forbidden,
  );
  // Nobody can answer from pages that are not there.
  const judged = places.length === 0 || gold.length > 0;
  return {
    turn: expected.turn,
    response,
    absent,
    forbidden,
    values: {
      ...(gold.length === 0 ? {} : retrievalValues(scope)),
      ...answerValues(scope),
      ...(judged ? abstentionValues(scope) : {}),
      forbidden: expected.forbidden.length === 0 ? undefined : Number(forbidden.length > 0),
      "resolution-kind": resolutionAccuracy(record.resolution.kind, expected.resolution),
      ms: record.ms.total,
      // Zero for every turn without a model, and then nothing to show.
      "input-tokens": record.tokens.input || undefined,
      "output-tokens": record.tokens.output || undefined,
      usd: options.price === undefined ? undefined : costUsd(record.tokens, options.price),
    },
  };
}

type Scope = {
  readonly expected: Expectation;
  readonly record: EvalRecord;
  /** Places that the index has; pages are canonical paths. */
  readonly gold: readonly Place[];
  readonly response: Response;
  readonly options: ScoreOptions;
};

function retrievalValues({ expected, record, gold, response, options }: Scope): Values {
  const chunks: RankedChunk[] = record.retrieved.map((chunk) => ({
    page: canonicalPath(chunk.url, options.redirects),
    anchor: chunk.anchor,
    text: passageKey(chunk.text),
  }));
  const pages = [...new Set(chunks.map((chunk) => chunk.page))];
  const goldPages = new Set(gold.map((place) => place.page));
  const values: Record<string, number | undefined> = {
    mrr: reciprocalRank(pages, goldPages),
    "ndcg@5": ndcgAtK(pages, goldPages, 5),
    "ndcg@10": ndcgAtK(pages, goldPages, 10),
  };
  for (const k of CUTS) {
    values[`hit@${k}`] = hitAtK(pages, goldPages, k);
    values[`recall@${k}`] = recallAtK(pages, goldPages, k);
  }
  for (const k of [5, 10]) values[`sections@${k}`] = sectionRecallAtK(chunks, gold, k);
  for (const k of [5, 10, 40]) values[`quotes@${k}`] = quoteRecallAtK(chunks, gold, k);
  if (expected.turn > 0) {
    values["follow-up-hit@5"] = hitAtK(pages, goldPages, 5);
    values["follow-up-answered"] = Number(response === "answered");
  }
  return values;
}

function answerValues({ record, gold, response, options }: Scope): Values {
  const { answer } = record;
  const texts = new Map(record.retrieved.map((chunk) => [chunk.chunkId, chunk.text]));
  const values: Record<string, number | undefined> = {
    "quotes-true": quotesTrue(answer.claims, (id) => texts.get(id) ?? options.chunkTexts?.get(id)),
  };
  if (gold.length === 0 || response !== "answered") return values;
  const sources: CitedSource[] = answer.citations.map((citation) => ({
    page: canonicalPath(citation.url, options.redirects),
    quotes: answer.claims.flatMap((claim) =>
      claim.quotes
        .filter((quote) => quote.citation === citation.number)
        .map((quote) => passageKey(quote.text)),
    ),
  }));
  const quoted = gold.filter((place) => place.quote !== "");
  const shown = sources.flatMap((source) => source.quotes);
  values["citations-present"] = Number(sources.length > 0);
  values["citation-precision"] = citationPrecision(sources, gold);
  values["citation-recall"] = citationRecall(
    sources.map((source) => source.page),
    new Set(gold.map((place) => place.page)),
  );
  values["gold-quoted"] = mean(
    quoted.map((place) =>
      Number(
        shown.some((quote) => holdsPassage(quote, place.quote) || holdsPassage(place.quote, quote)),
      ),
    ),
  );
  return values;
}

function abstentionValues({ expected, record, response }: Scope): Values {
  if (expected.smallTalk) {
    const { answer } = record;
    return {
      "small-talk": Number(
        (answer.kind === "small-talk" || answer.kind === "help") && answer.citations.length === 0,
      ),
    };
  }
  return {
    answered: expected.answerable ? Number(response === "answered") : undefined,
    "abstention-recall": abstentionRecall(response, expected.answerable),
    "abstention-precision": abstentionPrecision(response, expected.answerable),
    "false-abstention": falseAbstention(response, expected.answerable),
    "fact-words":
      expected.answerable && response === "answered"
        ? factWords(record.rendered, expected.facts)
        : undefined,
  };
}
