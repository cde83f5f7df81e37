/** A judge's verdicts as figures, added to those of an evaluation. */
import { expectations, type Expectation } from "./case.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Judge, JudgeQuestion, Verdict } from "./judge.ts";
import { mapConcurrently } from "./map-concurrently.ts";
import { mean } from "./metrics/mean.ts";
import type { EvalRecord } from "./record.ts";
import { caseScore, type TurnScore } from "./score.ts";

/**
 * Asks the judge about every fact, forbidden statement and claim, and adds `facts`, `facts-all`, `supported`,
 * `forbidden-judged`, `passes` and, for conversations, `conversation-passes`. A reply that is no verdict has no value.
 */
export async function judgeEvaluation(
  evaluation: Evaluation,
  judge: Judge,
  options: { readonly concurrency: number; readonly signal?: AbortSignal },
): Promise<Evaluation> {
  const ask = (question: JudgeQuestion) => judge.ask(question, options.signal);
  const scores = await mapConcurrently(
    evaluation.cases.map((one, index) => ({ one, score: evaluation.scores[index] })),
    options.concurrency,
    async ({ one, score }) => {
      if (score === undefined) throw new Error(`${one.id} was not scored`);
      const turns: TurnScore[] = [];
      for (const expected of expectations(one)) {
        const turn = score.turns[expected.turn];
        const record = evaluation.records.find(
          ({ id, turn: number }) => id === one.id && number === expected.turn,
        );
        if (turn === undefined || record === undefined) throw new Error(`${one.id} misses a turn`);
        turns.push(await judgeTurn(expected, record, turn, ask));
      }
      const judged = caseScore(one, turns);
      if (turns.length === 1) return judged;
      const passes = turns.map((turn) => turn.values["passes"]);
      const all = passes.some((value) => value === undefined)
        ? undefined
        : Number(passes.every((value) => value === 1));
      return { ...judged, values: { ...judged.values, "conversation-passes": all } };
    },
  );
  return { ...evaluation, scores };
}

async function judgeTurn(
  expected: Expectation,
  record: EvalRecord,
  turn: TurnScore,
  ask: (question: JudgeQuestion) => Promise<Verdict>,
): Promise<TurnScore> {
  const { claims } = record.answer;
  const answer = record.rendered;
  const facts: (number | undefined)[] = [];
  for (const fact of expected.facts) facts.push(yes(await ask({ check: "fact", fact, answer })));
  const forbidden: (number | undefined)[] = [];
  for (const statement of expected.forbidden) {
    forbidden.push(yes(await ask({ check: "forbidden", statement, answer })));
  }
  const supported: (number | undefined)[] = [];
  for (const { text, quotes } of claims) {
    const quote = quotes.map((one) => one.text).join("\n");
    // A claim that is its quote needs no judge.
    supported.push(text === quote ? 1 : yes(await ask({ check: "support", claim: text, quote })));
  }
  const values = {
    facts: mean(facts),
    "facts-all": all(facts),
    supported: mean(supported),
    "forbidden-judged":
      forbidden.length === 0 ? undefined : Math.max(0, ...forbidden.map((value) => value ?? 0)),
  };
  return { ...turn, values: { ...turn.values, ...values, passes: passes(expected, turn, values) } };
}

/** All facts, nothing forbidden, every claim supported; where there is no answer, declining is what passes. */
function passes(
  expected: Expectation,
  turn: TurnScore,
  values: Readonly<Record<string, number | undefined>>,
): number | undefined {
  if (expected.smallTalk) return turn.values["small-talk"];
  if ((values["forbidden-judged"] ?? 0) > 0) return 0;
  if (!expected.answerable) return Number(turn.response === "declined");
  if (expected.facts.length === 0) return undefined;
  if (turn.response !== "answered") return 0;
  return Number(values["facts-all"] === 1 && (values["supported"] ?? 1) === 1);
}

function yes(verdict: Verdict): number | undefined {
  return verdict === undefined ? undefined : Number(verdict === "yes");
}

function all(values: readonly (number | undefined)[]): number | undefined {
  if (values.length === 0) return undefined;
  return Number(values.every((value) => value === 1));
}
