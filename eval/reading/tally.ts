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

/** A table over the verdict of most readers: good ones, misleading ones, later turns, each verdict, and the agreement. */
export function tallyText(readers: readonly (readonly Verdict[])[]): string {
  const all = majority(readers);
  const first = all.filter(({ turn }) => turn === 0);
  const later = all.filter(({ turn }) => turn > 0);
  const good = (verdicts: readonly Verdict[]) =>
    wilson(verdicts.filter(isGood).length, verdicts.length);
  const items = [...Map.groupBy(all, ({ id }) => id).values()];
  const rows = [
    line("items that help", wilson(items.filter(helps).length, items.length)),
    line("useful or rightly declined", good(all)),
    line("  first turns", good(first)),
    line("  later turns of a thread", good(later)),
    ...VERDICTS.map((verdict) =>
      line(verdict, wilson(all.filter((each) => each.verdict === verdict).length, all.length)),
    ),
  ];
  const pairs = readers.flatMap((left, index) =>
    readers.slice(index + 1).map((right, further) => {
      const { share, kappa, of } = agreement(left, right);
      return `readers ${index + 1} and ${index + further + 2} agree on ${percent(share)} of ${of} turns, kappa ${kappa.toFixed(2)}`;
    }),
  );
  return [...rows, ...pairs, ""].join("\n");
}
