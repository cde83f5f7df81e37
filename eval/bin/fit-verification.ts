/** Fits the weights that tell holding claims from doubtful ones (src/verification/verdict-weights.ts). */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { CLOSENESS } from "../../src/verification/closeness.ts";
import { UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import {
  fitVerdict,
  judgeApart,
  LAST_MENDED_ROUND,
  type JudgedPair,
  parsePairs,
  type VerdictWeights,
} from "../fit/claim-pairs.ts";

const HELP = `Usage: node eval/bin/fit-verification.ts --pairs FILE [--write]

Fits the weights by which a claim that no rule refuses holds or is doubtful, on labelled pairs of claim and quote, prints
figures by round (weights of the other rounds) and in five folds, and with --write replaces the weight file.
`;

const FOLDS = 5;
const FILE = path.resolve(import.meta.dirname, "../../src/verification/verdict-weights.ts");

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
  const byRound = rounds.flatMap((round) => judgeApart(pairs, (pair) => pair.round === round));
  terminal.out(`${HEAD}\n`);
  for (const round of rounds) {
    terminal.out(
      `${row(
        `round ${round}`,
        byRound.filter((pair) => pair.round === round),
      )}\n`,
    );
  }
  terminal.out(`${row("all", byRound)}\n`);
  const quotes = [...new Set(pairs.map(({ quote }) => quote))];
  const folds = Array.from({ length: FOLDS }, (_, fold) =>
    judgeApart(pairs, ({ quote }) => quotes.indexOf(quote) % FOLDS === fold),
  ).flat();
  terminal.out(`${row("five folds", folds)}\n\n`);
  const unseen = byRound.filter(({ round }) => round > LAST_MENDED_ROUND);
  terminal.out(
    `Rounds after ${LAST_MENDED_ROUND}, on which no rule was mended:\n${row("all", unseen)}\n`,
  );
  for (const share of SHARES) terminal.out(`${atShare(unseen, share)}\n`);
  if (!values.write) return 0;
  writeWeights(fitVerdict(pairs));
  terminal.out("Weights written.\n");
  return 0;
}

const HEAD =
  "            pairs | not holding, accepted: rules, now, crossed | holding: rules reject, in our words, in the page's, lost";

function row(name: string, judged: readonly JudgedPair[]): string {
  const holding = judged.filter(({ holds }) => holds);
  const wrong = judged.filter(({ holds, kind }) => !holds && kind !== "crossed");
  const crossed = judged.filter(({ kind }) => kind === "crossed");
  const is = (verdict: JudgedPair["verdict"]) => (pair: JudgedPair) => pair.verdict === verdict;
  const figures = [
    [wrong, ({ passesRules }: JudgedPair) => passesRules],
    [wrong, is("holds")],
    [crossed, is("holds")],
    [holding, ({ passesRules }: JudgedPair) => !passesRules],
    [holding, is("holds")],
    [holding, is("doubtful")],
    [holding, is("refused")],
  ] as const;
  const shown = figures.map(([of, test]) => percent(of.filter(test).length, of.length));
  return `${name.padEnd(12)}${String(holding.length + wrong.length).padStart(5)} | ${shown.slice(0, 3).join("  ")} | ${shown.slice(3).join("  ")}`;
}

/** Shares of what does not hold. */
const SHARES = [0.05, 0.1, 0.2, 0.3, 0.5];

/** What of holding claims, and of crossed ones, passes when this share of those that do not hold may. */
function atShare(judged: readonly JudgedPair[], share: number): string {
  const crossed = judged.filter(({ kind }) => kind === "crossed");
  const wrong = judged.filter(({ holds, kind }) => !holds && kind !== "crossed");
  const holding = judged.filter(({ holds }) => holds);
  const passing = (score: (pair: JudgedPair) => number) => {
    const ranked = wrong.map(score).toSorted((one, other) => other - one);
    const bar = ranked[Math.floor(share * wrong.length)] ?? 0;
    const passes = (pair: JudgedPair) => score(pair) > bar;
    return `${percent(holding.filter(passes).length, holding.length)}, crossed ${percent(crossed.filter(passes).length, crossed.length)}`;
  };
  const gated = passing(({ passesRules, certainty }) =>
    passesRules ? certainty : Number.NEGATIVE_INFINITY,
  );
  const alone = passing(({ certainty }) => certainty);
  return `where ${percent(share, 1)} pass: of what holds ${gated}; by the weights alone ${alone}`;
}

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / Math.max(1, whole))} %`.padStart(5);
}

function writeWeights({ bias, holdsFrom, weights }: VerdictWeights): void {
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
