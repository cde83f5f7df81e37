/**
 * Weights of `passage-score.ts`, fitted by logistic regression (L2) on development questions: does the passage hold
 * a passage that an expert marked as the answer. Five-fold figures are in this folder's README. Data, not code.
 */
export const PASSAGE_WEIGHTS: {
  readonly bias: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: -2.949,
  weights: {
    "with-headings": 0.310,
    "best-own": 0.502,
    "pairs": 0.301,
    "score": -1.477,
    "rank": 1.500,
    "text-rank": 2.311,
    "corpus-rank": 1.240,
    "page-held": 0.373,
    "page-coverage": 0.569,
    "central": -0.021,
    "opens": -0.274,
    "short": -0.227,
    "number": 0.131,
    "listing-else": -0.382,
    "list": -0.301,
    "item": -0.307,
    "aspect": 0.116,
    "states": 0.108,
    "trouble": 0.355,
    "definition": 0.023,
    "defines": 0.232,
    "subject": 0.161,
    "named": -0.024,
    "named-intro": 0.156,
    "side": -0.136,
    "after-error": 0.139,
    "chatter": -0.107,
    "leaning": -0.226,
    "reference": -1.138,
    "release-notes": -0.075,
    "settings-page": 0.455,
  },
};
