/**
 * Weights of `passage-score.ts`, fitted by logistic regression (L2) on development questions: does the passage hold
 * a passage that an expert marked as the answer. Five-fold figures are in this folder's README. Data, not code.
 */
export const PASSAGE_WEIGHTS: {
  readonly bias: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: -2.942,
  weights: {
    "with-headings": 0.339,
    "best-own": 0.460,
    "pairs": 0.343,
    "score": -1.473,
    "rank": 1.498,
    "text-rank": 2.303,
    "corpus-rank": 1.245,
    "page-held": 0.382,
    "page-coverage": 0.551,
    "central": -0.043,
    "opens": -0.266,
    "short": -0.234,
    "number": 0.140,
    "listing-else": -0.459,
    "list": -0.280,
    "item": -0.293,
    "aspect": 0.105,
    "states": 0.128,
    "trouble": 0.347,
    "definition": 0.031,
    "subject": 0.218,
    "side": -0.162,
    "after-error": 0.135,
    "chatter": -0.101,
    "leaning": -0.281,
    "reference": -1.128,
    "release-notes": -0.074,
    "settings-page": 0.456,
  },
};
