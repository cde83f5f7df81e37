/** Weights of `claim-verdict.ts`, fitted by `eval/bin/fit-verification.ts`; figures in this folder's README. Data, not code. */
export const VERDICT_WEIGHTS: {
  readonly bias: number;
  /** A claim that is less sure than this is doubtful. */
  readonly holdsFrom: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: -2.226,
  holdsFrom: -0.2,
  weights: {
    found: 1.655,
    otherWords: 1.794,
    used: 0.273,
    sameRelations: -0.561,
    mendedByExchange: -0.606,
    operatorsDiffer: 0.564,
    operatorsDifferNearby: -1.063,
    gathered: -1.02,
    jumps: -0.23,
    quoteClauses: 1.214,
  },
};
