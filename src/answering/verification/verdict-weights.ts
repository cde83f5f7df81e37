/** Weights of `claim-verdict.ts`, fitted by `eval/bin/fit-verification.ts`; figures in this folder's README. Data, not code. */
export const VERDICT_WEIGHTS: {
  readonly bias: number;
  /** A claim that is less sure than this is doubtful. */
  readonly holdsFrom: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: -1.457,
  holdsFrom: -0.2,
  weights: {
    found: 0.761,
    otherWords: 1.791,
    used: 0.343,
    sameRelations: -0.549,
    mendedByExchange: -0.59,
    operatorsDiffer: 0.57,
    operatorsDifferNearby: -1.061,
    gathered: -1.016,
    jumps: -0.218,
    quoteClauses: 1.246,
  },
};
