/** Fits the weights that tell holding claims from doubtful ones (src/answering/verification/verdict-weights.ts). */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { certaintyOf, judgeClaim } from "../../src/answering/verification/claim-verdict.ts";
import { checkSupport } from "../../src/answering/verification/claim-support.ts";
import { CLOSENESS, closenessOf } from "../../src/answering/verification/closeness.ts";
import { UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import {
  type ClaimPair,
  crossedPairs,
  parsePairs,
  PRODUCT_HEADING,
  verdictExamples,
} from "../fit/claim-pairs.ts";
import { fitLogistic } from "../fit/logistic.ts";

const HELP = `Usage: node eval/bin/fit-verification.ts --pairs FILE [--write]

Fits the weights by which a claim that no rule refuses holds or is doubtful, on labelled pairs of claim and quote, prints
figures by round (weights of the other rounds) and in five folds, and with --write replaces the weight file.
`;

const FIT = { penalty: 1, steps: 400, rate: 0.05 };
/** Chosen so that of claims that do not hold, seen by neither rules nor weights, at most a tenth passes. */
const HOLDS_FROM = -0.3;
const FOLDS = 5;
const FILE = path.resolve(
  import.meta.dirname,
  "../../src/answering/verification/verdict-weights.ts",
);

type Weights = { readonly bias: number; readonly holdsFrom: number; readonly weights: Readonly<Record<string, number>> };
type Judged = ClaimPair & {
  readonly passesRules: boolean;
  readonly certainty: number;
  readonly isRefused: boolean;
};

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      pairs: { type: "string" },
      write: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const terminal = processTerminal(process, process.env);
  if (values.help || values.pairs === undefined) {
    terminal.out(HELP);
    if (values.help) return 0;
    throw new UsageError("--pairs is needed.");
  }
  const pairs = parsePairs(readFileSync(values.pairs, "utf8"));
  const rounds = [...new Set(pairs.map(({ round }) => round))];
  const byRound = rounds.flatMap((round) => judgedApart(pairs, (pair) => pair.round === round));
  terminal.out(`${HEAD}\n`);
  for (const round of rounds) {
    terminal.out(`${row(`round ${round}`, byRound.filter((pair) => pair.round === round))}\n`);
  }
  terminal.out(`${row("all", byRound)}\n`);
  const quotes = [...new Set(pairs.map(({ quote }) => quote))];
  const folds = Array.from({ length: FOLDS }, (_, fold) =>
    judgedApart(pairs, ({ quote }) => quotes.indexOf(quote) % FOLDS === fold),
  ).flat();
  terminal.out(`${row("five folds", folds)}\n\n`);
  for (const share of [0.05, 0.1, 0.15]) terminal.out(`${atShare(byRound, share)}\n`);
  if (!values.write) return 0;
  writeWeights(weightsFrom(pairs));
  terminal.out("Weights written.\n");
  return 0;
}

function weightsFrom(pairs: readonly ClaimPair[]): Weights {
  const { weights, bias } = fitLogistic(verdictExamples(pairs), FIT);
  return {
    bias,
    holdsFrom: HOLDS_FROM,
    weights: Object.fromEntries(CLOSENESS.map((name, at) => [name, weights[at] ?? 0])),
  };
}

/** The pairs that `isApart` picks, and those crossed from them, judged by weights fitted on the others. */
function judgedApart(
  pairs: readonly ClaimPair[],
  isApart: (pair: ClaimPair) => boolean,
): readonly Judged[] {
  const weights = weightsFrom(pairs.filter((pair) => !isApart(pair)));
  const apart = pairs.filter(isApart);
  return [...apart, ...crossedPairs(apart)].map((pair) => {
    const options = { headings: PRODUCT_HEADING };
    return {
      ...pair,
      passesRules: checkSupport(pair.claim, [pair.quote], options).ok,
      certainty: certaintyOf(closenessOf(pair.claim, [pair.quote], PRODUCT_HEADING), weights),
      isRefused: judgeClaim(pair.claim, [pair.quote], options).verdict === "refused",
    };
  });
}

const HEAD =
  "            pairs | not holding, accepted: rules, now, crossed | holding: rules reject, in our words, in the page's, lost";

function row(name: string, judged: readonly Judged[]): string {
  const holding = judged.filter(({ holds }) => holds);
  const wrong = judged.filter(({ holds, kind }) => !holds && kind !== "crossed");
  const crossed = judged.filter(({ kind }) => kind === "crossed");
  const passes = (pair: Judged) => pair.passesRules && pair.certainty >= HOLDS_FROM;
  const figures = [
    [wrong, ({ passesRules }: Judged) => passesRules],
    [wrong, passes],
    [crossed, passes],
    [holding, ({ passesRules }: Judged) => !passesRules],
    [holding, passes],
    [holding, (pair: Judged) => !passes(pair) && !pair.isRefused],
    [holding, ({ isRefused }: Judged) => isRefused],
  ] as const;
  const shown = figures.map(([of, test]) => percent(of.filter(test).length, of.length));
  return `${name.padEnd(12)}${String(holding.length + wrong.length).padStart(5)} | ${shown.slice(0, 3).join("  ")} | ${shown.slice(3).join("  ")}`;
}

/** What is shown in our words when this share of what does not hold may pass. */
function atShare(judged: readonly Judged[], share: number): string {
  const score = ({ passesRules, certainty }: Judged) =>
    passesRules ? certainty : Number.NEGATIVE_INFINITY;
  const wrong = judged.filter(({ holds, kind }) => !holds && kind !== "crossed");
  const holding = judged.filter(({ holds }) => holds);
  const bar = wrong.map(score).toSorted((one, other) => other - one)[Math.floor(share * wrong.length)] ?? 0;
  const kept = holding.filter((pair) => score(pair) > bar).length;
  return `where ${percent(share, 1)} of what does not hold passes: ${percent(kept, holding.length)} of what holds does (from ${bar.toFixed(2)})`;
}

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / Math.max(1, whole))} %`.padStart(5);
}

function writeWeights({ bias, holdsFrom, weights }: Weights): void {
  const lines = CLOSENESS.map((name) => `    ${name}: ${(weights[name] ?? 0).toFixed(3)},`);
  writeFileSync(
    FILE,
    `/** Weights of \`claim-verdict.ts\`, fitted by \`eval/bin/fit-verification.ts\`; figures in this folder's README. Data, not code. */
export const VERDICT_WEIGHTS: {
  readonly bias: number;
  /** A claim that is less sure than this is doubtful. */
  readonly holdsFrom: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: ${bias.toFixed(3)},
  holdsFrom: ${holdsFrom},
  weights: {
${lines.join("\n")}
  },
};
`,
  );
}

await runEntry(main);
