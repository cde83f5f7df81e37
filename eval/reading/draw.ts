/** Which cases are read: drawn by a seed, before anybody has seen an answer, spread over the kinds. Pure. */
import { createHash } from "node:crypto";
import type { EvalCase } from "../case.ts";

/**
 * `count` cases, of each kind its share (by largest remainder, kinds without any first), in the order of the
 * draw. The same seed draws the same cases whatever their order in the file; another case more changes only its own
 * kind's draw.
 */
export function drawCases(
  cases: readonly EvalCase[],
  count: number,
  seed: string,
): readonly EvalCase[] {
  const lot = ({ id }: EvalCase) => createHash("sha256").update(`${seed}\n${id}`).digest("hex");
  const inOrder = cases
    .map((one) => ({ one, lot: lot(one) }))
    .sort((left, right) => (left.lot < right.lot ? -1 : 1))
    .map(({ one }) => one);
  const shares = sharesOf(inOrder, Math.min(count, cases.length));
  const taken = new Map<string, number>();
  return inOrder.filter(({ kind }) => {
    const before = taken.get(kind) ?? 0;
    if (before >= (shares.get(kind) ?? 0)) return false;
    taken.set(kind, before + 1);
    return true;
  });
}

function sharesOf(cases: readonly EvalCase[], count: number): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { kind } of cases) sizes.set(kind, (sizes.get(kind) ?? 0) + 1);
  const wanted = [...sizes].map(([kind, size]) => ({
    kind,
    size,
    exact: (count * size) / Math.max(1, cases.length),
  }));
  const shares = new Map(wanted.map(({ kind, exact }) => [kind, Math.floor(exact)] as const));
  let left = count - [...shares.values()].reduce((sum, share) => sum + share, 0);
  const byRest = wanted.toSorted(
    (a, b) =>
      Number((shares.get(a.kind) ?? 0) > 0) - Number((shares.get(b.kind) ?? 0) > 0) ||
      (b.exact % 1) - (a.exact % 1) ||
      (a.kind < b.kind ? -1 : 1),
  );
  for (const { kind, size } of byRest) {
    const share = shares.get(kind) ?? 0;
    if (left === 0 || share >= size) continue;
    shares.set(kind, share + 1);
    left -= 1;
  }
  return shares;
}
