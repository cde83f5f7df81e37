/** [pure] How far a judge agrees with labels set by hand. */
import { z } from "zod";
import { AppError } from "../src/platform/errors.ts";
import { CHECKS, type Check, type JudgeQuestion, type Verdict } from "./judge.ts";
import { bootstrapMean, type Interval } from "./metrics/bootstrap.ts";
import { factWords } from "./metrics/fact-words.ts";
import { forbiddenStatements } from "./metrics/forbidden-statements.ts";
import { isNegated, statementWords } from "./metrics/statement-words.ts";

const label = { id: z.string().min(1), label: z.enum(["yes", "no"]), why: z.string().min(1) };
const text = z.string().min(1);

export const JudgeLabel = z.discriminatedUnion("check", [
  z.strictObject({ ...label, check: z.literal("fact"), fact: text, answer: text }),
  z.strictObject({ ...label, check: z.literal("forbidden"), statement: text, answer: text }),
  z.strictObject({ ...label, check: z.literal("support"), claim: text, quote: text }),
]);
export type JudgeLabel = Readonly<z.infer<typeof JudgeLabel>>;

/** Labels, one JSON object a line. Throws one `AppError` that lists every wrong line. */
export function parseLabels(file: string): readonly JudgeLabel[] {
  const problems: Record<string, string> = {};
  const labels: JudgeLabel[] = [];
  for (const [index, line] of file.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    try {
      labels.push(JudgeLabel.parse(JSON.parse(line)));
    } catch (error) {
      problems[`line ${index + 1}`] = error instanceof Error ? error.message : String(error);
    }
  }
  if (Object.keys(problems).length > 0) {
    throw new AppError("labels", "Some labels cannot be read.", { facts: problems });
  }
  return labels;
}

export type Agreement = {
  readonly check: Check | "all";
  readonly count: number;
  /** Share of verdicts that are the label; a reply that is neither counts against it. */
  readonly agreement: number;
  readonly interval: Interval;
  /** Agreement beyond what the shares of yes and no give by chance (Cohen 1960); 1 perfect, 0 chance. */
  readonly kappa: number;
  readonly wrong: readonly { readonly label: JudgeLabel; readonly verdict: Verdict }[];
};

/** For each check and for all: how often the verdict is the label. A check without labels is left out. */
export function agreements(
  judged: readonly { readonly label: JudgeLabel; readonly verdict: Verdict }[],
): readonly Agreement[] {
  return (["all", ...CHECKS] as const).flatMap((check) => {
    const some = judged.filter(({ label: one }) => check === "all" || one.check === check);
    const right = some.map(({ label: one, verdict }) => Number(verdict === one.label));
    const interval = bootstrapMean(right, { seed: 1 });
    if (interval === undefined) return [];
    const agreement = right.reduce((sum, one) => sum + one, 0) / right.length;
    return [
      {
        check,
        count: some.length,
        agreement,
        interval,
        kappa: kappa(some),
        wrong: some.filter(({ label: one, verdict }) => verdict !== one.label),
      },
    ];
  });
}

function kappa(
  judged: readonly { readonly label: JudgeLabel; readonly verdict: Verdict }[],
): number {
  const share = (test: (one: (typeof judged)[number]) => boolean) =>
    judged.filter(test).length / judged.length;
  const observed = share(({ label: one, verdict }) => one.label === verdict);
  const chance =
    share(({ label: one }) => one.label === "yes") * share(({ verdict }) => verdict === "yes") +
    share(({ label: one }) => one.label === "no") * share(({ verdict }) => verdict === "no");
  return chance === 1 ? 1 : (observed - chance) / (1 - chance);
}

/** Share of a fact's words from which `verdictByWords` takes it for stated. */
const STATED_FROM = 0.6;

/** What the checks by words say to the same questions: the yardstick a judge has to beat. */
export function verdictByWords(question: JudgeQuestion): Verdict {
  switch (question.check) {
    case "fact":
      return (factWords(question.answer, [question.fact]) ?? 0) >= STATED_FROM ? "yes" : "no";
    case "forbidden":
      return forbiddenStatements([question.answer], [question.statement]).length > 0 ? "yes" : "no";
    case "support": {
      const words = [...statementWords(question.claim)];
      const quoted = statementWords(question.quote);
      const share = words.filter((word) => quoted.has(word)).length / Math.max(1, words.length);
      return share >= STATED_FROM && isNegated(question.claim) === isNegated(question.quote)
        ? "yes"
        : "no";
    }
  }
}

/** The agreements as a table, with every disagreement below it. */
export function renderAgreements(name: string, all: readonly Agreement[]): string {
  const rows = all.map(
    ({ check, count, agreement, interval, kappa: beyond }) =>
      `  ${check.padEnd(10)}${String(count).padStart(4)}   agrees ${agreement.toFixed(2)} (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})   kappa ${beyond.toFixed(2)}`,
  );
  const wrong = (all.find(({ check }) => check === "all")?.wrong ?? []).map(
    ({ label: one, verdict }) =>
      `  ${one.id}: ${verdict ?? "no verdict"}, by hand ${one.label} (${one.why})`,
  );
  return [name, ...rows, ...(wrong.length === 0 ? [] : ["disagreements:", ...wrong])].join("\n");
}
