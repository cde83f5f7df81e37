/**
 * Weights of `passage-score.ts`, fitted by logistic regression (L2) on development questions: does the passage hold
 * a passage that an expert marked as the answer. Five-fold figures are in this folder's README. Data, not code.
 */
export const PASSAGE_WEIGHTS: {
  readonly bias: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: -2.948,
  weights: {
    "with-headings": 0.32,
    "best-own": 0.495,
    pairs: 0.302,
    score: -1.48,
    rank: 1.497,
    "text-rank": 2.311,
    "corpus-rank": 1.245,
    "page-held": 0.379,
    "page-coverage": 0.562,
    central: -0.015,
    opens: -0.278,
    short: -0.234,
    number: 0.143,
    "listing-else": -0.379,
    list: -0.299,
    item: -0.304,
    aspect: 0.109,
    states: 0.11,
    trouble: 0.355,
    definition: 0.03,
    subject: 0.193,
    side: -0.126,
    "after-error": 0.139,
    chatter: -0.106,
    leaning: -0.232,
    reference: -1.132,
    "release-notes": -0.075,
    "settings-page": 0.456,
  },
};
