/** [pure] The kinds in order of how likely they are for a message, by weights that were fitted on labelled talk. */
import { RESOLUTION_KINDS } from "../conversation.ts";
import { z } from "zod";
import fitted from "./kind-weights.json" with { type: "json" };

/** Kinds that are weighed, in the order of the weights; "first" follows from the thread alone. */
export const WEIGHED_KINDS = RESOLUTION_KINDS.filter((kind) => kind !== "first");

export type WeighedKind = (typeof WEIGHED_KINDS)[number];

export type KindScore = { readonly kind: WeighedKind; readonly probability: number };

/** Always there; carries how frequent each kind is. */
export const BIAS = "bias";
/** Weights are kept as hundredths. */
export const WEIGHT_UNIT = 100;

/** For each feature one weight a kind, in the order of `WEIGHED_KINDS`, in hundredths. */
export type KindWeights = Readonly<Record<string, readonly number[]>>;

/** Fitted by `eval/bin/fit-kinds.ts`; figures in the README of `src/conversation`. */
export const KIND_WEIGHTS: KindWeights = z
  .record(z.string(), z.array(z.int()).length(WEIGHED_KINDS.length))
  .parse(fitted);

/** Likeliest first; without weights all are equally likely. */
export function rankKinds(
  features: ReadonlyMap<string, number>,
  weights: KindWeights = KIND_WEIGHTS,
): KindScore[] {
  const sums = WEIGHED_KINDS.map(() => 0);
  for (const [name, value] of [[BIAS, 1] as const, ...features]) {
    for (const [at, weight] of (weights[name] ?? []).entries()) {
      sums[at] = (sums[at] ?? 0) + (weight / WEIGHT_UNIT) * value;
    }
  }
  const most = Math.max(...sums);
  const odds = sums.map((sum) => Math.exp(sum - most));
  const total = odds.reduce((left, right) => left + right, 0);
  return WEIGHED_KINDS.map((kind, at) => ({ kind, probability: (odds[at] ?? 0) / total })).toSorted(
    (left, right) => right.probability - left.probability,
  );
}
