/** Weights of `sufficiency.ts`, fitted by `eval/bin/fit-answering.ts`; figures in this folder's README. Data, not code. */
export const SUFFICIENCY_WEIGHTS: {
  readonly bias: number;
  /** A question whose evidence is less likely than this to answer it is declined. */
  readonly threshold: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: 0.937,
  threshold: 0.42,
  weights: {
    "covered-best": 0.188,
    "covered-three": 0.097,
    "rarest-covered": 0.055,
    "rare-missing": -0.207,
    unknown: -0.466,
    "unknown-word": -1.646,
    "unknown-name": -1.273,
    "unknown-identifier": -0.217,
    "name-missing": -0.899,
    "about-missing": -0.508,
    heading: 0.145,
    pairs: 0.225,
    short: -0.107,
  },
};
