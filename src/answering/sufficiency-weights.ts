/**
 * Weights of `sufficiency.ts`, fitted by logistic regression (L2, classes weighed alike) on development questions and
 * on eval/cases/abstention.jsonl. Five-fold figures are in this folder's README. Data, not code.
 */
export const SUFFICIENCY_WEIGHTS: {
  readonly bias: number;
  /** A question whose evidence is less likely than this to answer it is declined. */
  readonly threshold: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: 0.911,
  threshold: 0.45,
  weights: {
    "covered-best": 0.099,
    "covered-three": 0.087,
    "rarest-covered": 0.099,
    "rare-missing": -0.338,
    unknown: -0.508,
    "unknown-word": -1.785,
    "unknown-name": -1.357,
    "unknown-identifier": -0.236,
    "name-missing": -1.067,
    "about-missing": -0.577,
    heading: 0.144,
    pairs: 0.105,
    short: -0.127,
  },
};
