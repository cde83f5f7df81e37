/**
 * Weights of `passage-score.ts`, fitted by logistic regression (L2) on development questions: does the passage hold
 * a passage that an expert marked as the answer. Five-fold figures are in this folder's README. Data, not code.
 */
export const PASSAGE_WEIGHTS: {
  readonly bias: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: -4.094,
  weights: {
    "with-headings": 0.194,
    "best-own": 0.298,
    pairs: 0.338,
    score: 1.063,
    rank: 1.3,
    "text-rank": 0.903,
    "corpus-rank": 0.8,
    "pairs-rank": 0.814,
    "page-rank": 1.471,
    "page-held": -0.321,
    "page-coverage": 0.029,
    central: -0.213,
    opens: -0.238,
    short: -0.51,
    number: 0.196,
    "listing-else": -0.37,
    list: -0.156,
    item: -0.265,
    aspect: 0.29,
    states: -0.005,
    trouble: 0.158,
    death: 0.035,
    raised: 0.123,
    definition: 0.078,
    defines: 0.285,
    subject: 0.182,
    named: -0.077,
    "named-intro": 0.075,
    side: -0.165,
    "after-error": 0.006,
    leaning: -0.227,
    reference: -0.731,
    "release-notes": -0.576,
    "settings-page": 0.175,
  },
};
