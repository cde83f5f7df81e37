/** Weights of `sufficiency.ts`, fitted by `eval/bin/fit-answering.ts`; figures in this folder's README. Data, not code. */
export const SUFFICIENCY_WEIGHTS: {
  readonly bias: number;
  /** A question whose evidence is less likely than this to answer it is declined. */
  readonly threshold: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: 0.989,
  threshold: 0.42,
  weights: {
    "covered-best": 0.168,
    "covered-three": 0.025,
    "rarest-covered": 0.134,
    "rare-missing": -0.098,
    unknown: -0.451,
    "unknown-word": -1.636,
    "unknown-name": -1.282,
    "unknown-identifier": -0.218,
    "name-missing": -0.947,
    "about-missing": -0.506,
    heading: 0.143,
    pairs: 0.122,
    short: -0.12,
  },
};
