/** Verdicts counted, for the terminal. Pure. */
import {
  agreement,
  type Interval,
  isGood,
  majority,
  type Verdict,
  VERDICTS,
  wilson,
} from "./verdict.ts";

const percent = (share: number) => `${Math.round(100 * share)} %`;

function line(name: string, { share, from, to, count, of }: Interval): string {
  const counted = `${count} of ${of}`.padStart(11);
  return (
    `${name.padEnd(34)}${percent(share).padStart(6)}   ${percent(from)} to ${percent(to)}`.padEnd(
      62,
    ) + counted
  );
}

/** An item helps when most of its turns do, and none misleads. */
function helps(turns: readonly Verdict[]): boolean {
  return (
    turns.filter(isGood).length > turns.length / 2 &&
    turns.every(({ verdict }) => verdict !== "misleading")
  );
}

/** What readers found: shares of turns, but `helps` of items. */
export type Tally = {
  readonly helps: Interval;
  readonly good: Interval;
  readonly first: Interval;
  readonly later: Interval;
  readonly verdicts: Readonly<Record<Verdict["verdict"], Interval>>;
  /** Every pair of readers, as they were given: from 1. */
  readonly pairs: readonly {
    readonly left: number;
    readonly right: number;
    readonly of: number;
    readonly share: number;
    readonly kappa: number;
  }[];
};

/** Over the verdict of most readers; `pairs` compares what each of them said. */
export function tally(readers: readonly (readonly Verdict[])[]): Tally {
  const all = majority(readers);
  const good = (verdicts: readonly Verdict[]) =>
    wilson(verdicts.filter(isGood).length, verdicts.length);
  const items = [...Map.groupBy(all, ({ id }) => id).values()];
  const counted = (verdict: Verdict["verdict"]) =>
    wilson(all.filter((each) => each.verdict === verdict).length, all.length);
  return {
    helps: wilson(items.filter(helps).length, items.length),
    good: good(all),
    first: good(all.filter(({ turn }) => turn === 0)),
    later: good(all.filter(({ turn }) => turn > 0)),
    verdicts: {
      useful: counted("useful"),
      partial: counted("partial"),
      "off-topic": counted("off-topic"),
      misleading: counted("misleading"),
      "declined-rightly": counted("declined-rightly"),
      "declined-wrongly": counted("declined-wrongly"),
    },
    pairs: readers.flatMap((left, index) =>
      readers.slice(index + 1).map((right, further) => ({
        left: index + 1,
        right: index + further + 2,
        ...agreement(left, right),
      })),
    ),
  };
}

/** A table over the verdict of most readers: good ones, misleading ones, later turns, each verdict, and the agreement. */
export function tallyText(readers: readonly (readonly Verdict[])[]): string {
  const { helps: helped, good, first, later, verdicts, pairs } = tally(readers);
  return [
    line("items that help", helped),
    line("useful or rightly declined", good),
    line("  first turns", first),
    line("  later turns of a thread", later),
    ...VERDICTS.map((verdict) => line(verdict, verdicts[verdict])),
    ...pairs.map(
      ({ left, right, share, of, kappa }) =>
        `readers ${left} and ${right} agree on ${percent(share)} of ${of} turns, kappa ${kappa.toFixed(2)}`,
    ),
    "",
  ].join("\n");
}
