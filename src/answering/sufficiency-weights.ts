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
  bias: 0.871,
  threshold: 0.45,
  weights: {
    "covered-best": 0.062,
    "covered-three": 0.060,
    "rarest-covered": 0.367,
    "rare-missing": -0.151,
    "unknown": -0.499,
    "unknown-word": -1.780,
    "unknown-name": -1.380,
    "unknown-identifier": -0.251,
    "name-missing": -0.908,
    "about-missing": -0.615,
    "heading": 0.107,
    "pairs": 0.012,
    "short": -0.132,
  },
};
