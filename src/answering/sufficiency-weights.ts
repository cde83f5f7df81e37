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
  bias: 0.544,
  threshold: 0.45,
  weights: {
    "covered-best": 0.281,
    "covered-three": 0.052,
    "rarest-covered": -0.069,
    "rare-missing": -0.356,
    unknown: -0.459,
    "unknown-word": -1.673,
    "unknown-name": -1.272,
    "unknown-identifier": -0.197,
    "name-missing": -0.831,
    "about-missing": -0.423,
    heading: 0.09,
    pairs: 0.528,
    short: -0.264,
  },
};
