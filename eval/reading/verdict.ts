/** What readers say of an answer, and what many verdicts come to. Pure. */
import { z } from "zod";
import { parseLines } from "../parse-lines.ts";

export const VERDICTS = [
  "useful",
  "partial",
  "off-topic",
  "misleading",
  "declined-rightly",
  "declined-wrongly",
] as const;

export const Verdict = z.object({
  id: z.string().min(1),
  /** From 0. */
  turn: z.int().min(0),
  verdict: z.enum(VERDICTS),
  /** Where it is not useful: the kind of fault, in about ten words. */
  fault: z.string().default(""),
});
export type Verdict = Readonly<z.infer<typeof Verdict>>;

/** A reader's file. Throws `AppError` that names the line that is no verdict. */
export function parseVerdicts(text: string, name: string): readonly Verdict[] {
  return parseLines(
    Verdict,
    text,
    name,
    '{"id": "...", "turn": 0, "verdict": "useful", "fault": ""}',
  );
}

export const isGood = ({ verdict }: Pick<Verdict, "verdict">): boolean =>
  verdict === "useful" || verdict === "declined-rightly";

export type Interval = {
  readonly share: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly of: number;
};

/** A share with its 95 % interval by Wilson (1927), which holds for small counts and for shares near 0 and 1. */
export function wilson(count: number, of: number): Interval {
  if (of === 0) return { share: 0, from: 0, to: 1, count, of };
  const z = 1.96;
  const share = count / of;
  const base = 1 + z ** 2 / of;
  const middle = (share + z ** 2 / (2 * of)) / base;
  const half = (z / base) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  return { share, from: Math.max(0, middle - half), to: Math.min(1, middle + half), count, of };
}

const key = ({ id, turn }: Verdict) => `${id} ${turn}`;

/** Share of turns on which two readers agree, and Cohen's kappa (1960): agreement beyond chance. */
export function agreement(
  left: readonly Verdict[],
  right: readonly Verdict[],
): { readonly of: number; readonly share: number; readonly kappa: number } {
  const other = new Map(right.map((each) => [key(each), each.verdict] as const));
  const pairs = left.flatMap((each) => {
    const verdict = other.get(key(each));
    return verdict === undefined ? [] : [[each.verdict, verdict] as const];
  });
  const of = pairs.length;
  if (of === 0) return { of, share: 0, kappa: 0 };
  const share = pairs.filter(([a, b]) => a === b).length / of;
  const chance = VERDICTS.reduce((sum, verdict) => {
    const a = pairs.filter(([one]) => one === verdict).length / of;
    const b = pairs.filter(([, one]) => one === verdict).length / of;
    return sum + a * b;
  }, 0);
  return { of, share, kappa: chance === 1 ? 1 : (share - chance) / (1 - chance) };
}

/** The worse it is for the asker, the later it stands. */
const WORSE: readonly Verdict["verdict"][] = [
  "useful",
  "declined-rightly",
  "partial",
  "declined-wrongly",
  "off-topic",
  "misleading",
];

/** One verdict a turn from several readers: the one most of them gave; of equals the worse one. */
export function majority(readers: readonly (readonly Verdict[])[]): readonly Verdict[] {
  const byTurn = Map.groupBy(readers.flat(), key);
  return [...byTurn.values()].map((verdicts) => {
    const votes = (verdict: Verdict["verdict"]) =>
      verdicts.filter((each) => each.verdict === verdict).length;
    const [first] = verdicts;
    if (first === undefined) throw new Error("A group holds at least one verdict.");
    const most = verdicts.reduce((best, each) => {
      const more = votes(each.verdict) - votes(best.verdict);
      const worse = WORSE.indexOf(each.verdict) - WORSE.indexOf(best.verdict);
      return more > 0 || (more === 0 && worse > 0) ? each : best;
    }, first);
    return most;
  });
}
