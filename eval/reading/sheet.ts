/** What a reader gets: question or thread as typed, the answer as rendered, what a right answer says. Pure. */
import { expectations, type EvalCase } from "../case.ts";
import type { EvalRecord } from "../record.ts";

export type Sheet = {
  readonly id: string;
  readonly kind: string;
  readonly turns: readonly SheetTurn[];
  readonly notes: string;
};

type SheetTurn = {
  readonly turn: number;
  readonly asked: string;
  /** A fixed earlier answer of the bot that this turn speaks of. */
  readonly botSaidBefore?: string;
  readonly answer: string;
  readonly answerable: boolean;
  readonly facts: readonly string[];
  readonly goldQuotes: readonly string[];
  readonly forbidden: readonly string[];
};

/** The addresses under an answer: a reader sees the titles, as in a chat. */
const ADDRESS_LINE = /^\s*https?:\/\/\S+\s*$/u;

function folded(rendered: string): string {
  return rendered
    .split("\n")
    .filter((line) => !ADDRESS_LINE.test(line))
    .join("\n");
}

/** One sheet a case, for the cases that have a record of every turn. */
export function sheetsOf(
  cases: readonly EvalCase[],
  records: readonly EvalRecord[],
): readonly Sheet[] {
  const byId = Map.groupBy(records, ({ id }) => id);
  return cases.flatMap((one) => {
    const found = byId.get(one.id) ?? [];
    const turns = expectations(one).flatMap((expected, index): SheetTurn[] => {
      const record = found.find(({ turn }) => turn === index);
      const before = one.turns[index]?.assistant_previous;
      if (record === undefined) return [];
      return [
        {
          turn: index,
          asked: expected.user,
          ...(before === undefined ? {} : { botSaidBefore: before }),
          answer: folded(record.rendered),
          answerable: expected.answerable,
          facts: expected.facts,
          goldQuotes: expected.gold.map(({ quote }) => quote).filter((quote) => quote !== ""),
          forbidden: expected.forbidden,
        },
      ];
    });
    return turns.length < one.turns.length
      ? []
      : [{ id: one.id, kind: one.kind, turns, notes: one.notes }];
  });
}
