/** Weights of `sufficiency.ts`, fitted by `eval/bin/fit-answering.ts`; figures in this folder's README. Data, not code. */
export const SUFFICIENCY_WEIGHTS: {
  readonly bias: number;
  /** A question whose evidence is less likely than this to answer it is declined. */
  readonly threshold: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: 0.951,
  threshold: 0.42,
  weights: {
    "covered-best": 0.171,
    "covered-three": 0.1,
    "rarest-covered": 0.12,
    "rare-missing": -0.219,
    unknown: -0.444,
    "unknown-word": -1.64,
    "unknown-name": -1.281,
    "unknown-identifier": -0.22,
    "name-missing": -0.898,
    "about-missing": -0.506,
    heading: 0.064,
    pairs: 0.191,
    short: -0.113,
  },
};
