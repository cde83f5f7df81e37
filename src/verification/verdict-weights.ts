/** Weights of `claim-verdict.ts`, fitted by `eval/bin/fit-verification.ts`; figures in this folder's README. Data, not code. */
export const VERDICT_WEIGHTS: {
  readonly bias: number;
  /** A claim that is less sure than this is doubtful. */
  readonly holdsFrom: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: -2.281,
  holdsFrom: 0,
  weights: {
    found: 2.067,
    otherWords: 1.718,
    repeatedNearby: -0.87,
    mendedByExchange: -0.534,
    operatorsDiffer: 0.398,
    operatorsDifferNearby: -0.803,
    gathered: -1.015,
    jumps: -0.349,
    conditionsLeftOut: -0.56,
    quoteClauses: 1.202,
  },
};
