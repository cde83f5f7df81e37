/**
 * Weights of `passage-score.ts`, fitted by logistic regression (L2) on development questions: does the passage hold
 * a passage that an expert marked as the answer. Five-fold figures are in this folder's README. Data, not code.
 */
export const PASSAGE_WEIGHTS: {
  readonly bias: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: -4.067,
  weights: {
    "with-headings": 0.203,
    "best-own": 0.311,
    pairs: 0.357,
    score: 1.068,
    rank: 1.225,
    "text-rank": 0.801,
    "corpus-rank": 0.691,
    "pairs-rank": 0.854,
    "page-rank": 1.414,
    "page-held": -0.265,
    "page-coverage": 0.044,
    central: -0.238,
    opens: -0.246,
    short: -0.508,
    number: 0.183,
    "listing-else": -0.373,
    list: -0.182,
    item: -0.293,
    aspect: 0.257,
    states: 0.038,
    trouble: 0.146,
    death: 0.188,
    raised: 0.026,
    definition: 0.077,
    defines: 0.285,
    subject: 0.183,
    named: -0.081,
    "named-intro": 0.073,
    side: -0.166,
    "after-error": 0.015,
    leaning: -0.231,
    reference: -0.75,
    "release-notes": -0.581,
    "settings-page": 0.156,
  },
};
