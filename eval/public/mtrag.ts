/**
 * [pure] MTRAG, conversations of several turns on documentation nobody here wrote (repository IBM/mt-rag-benchmark), in
 * this project's case format. As in the published task only the last turn counts, and the turns before it are fixed.
 */
import { z } from "zod";
import type { EvalCase } from "../case.ts";
import type { EvalRecord } from "../record.ts";
import { caseScore, type CaseScore, scoreCase, type ScoreOptions } from "../score.ts";

/** How the last turn is asked: in its conversation, or as one message without it. */
export const WAYS = ["in its conversation", "alone", "pasted to the question before"] as const;
export type Way = (typeof WAYS)[number];

/** What the questions have beside a case. */
const Task = z.object({
  id: z.string(),
  answerability: z.string().optional(),
});

/** Ids of the cases whose last turn says too little to be answered; lines were read as cases before. */
export function underspecifiedIds(text: string): ReadonlySet<string> {
  const tasks = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) => Task.parse(JSON.parse(line)));
  return new Set(
    tasks.flatMap(({ id, answerability }) => (answerability === "underspecified" ? [id] : [])),
  );
}

/** The cases as they are asked in one of the ways. */
export function askedAs(cases: readonly EvalCase[], way: Way): readonly EvalCase[] {
  return way === "in its conversation" ? cases : cases.map((one) => withoutConversation(one, way));
}

function withoutConversation(one: EvalCase, way: Way): EvalCase {
  const last = one.turns.at(-1);
  if (last === undefined) throw new Error("a case has a turn");
  const before = way === "alone" ? undefined : one.turns.at(-2)?.user;
  const { assistant_previous: _replaced, ...turn } = last;
  const user = before === undefined ? last.user : `${before}\n${last.user}`;
  return { ...one, turns: [{ ...turn, user }] };
}

/**
 * Scores of the last turns. A gold page that the index lacks counts as missed: it is part of the benchmark. Cases
 * of `underspecified` also say whether the bot asked back.
 */
export function scoreLastTurns(
  cases: readonly EvalCase[],
  records: readonly EvalRecord[],
  underspecified: ReadonlySet<string>,
  options: Pick<ScoreOptions, "chunkTexts"> = {},
): readonly CaseScore[] {
  const byId = Map.groupBy(records, ({ id }) => id);
  return cases.map((one) => {
    const own = byId.get(one.id) ?? [];
    const last = scoreCase(one, own, options).turns.slice(-1);
    const asksBack = own.at(-1)?.answer.kind === "asked-back";
    const turns = last.map((turn) => ({
      ...turn,
      values: {
        ...turn.values,
        ...(underspecified.has(one.id) ? { "asked-back": Number(asksBack) } : {}),
      },
    }));
    return caseScore(one, turns);
  });
}
