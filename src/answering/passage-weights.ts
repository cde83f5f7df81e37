/**
 * Weights of `passage-score.ts`, fitted by logistic regression (L2) on development questions: does the passage hold
 * a passage that an expert marked as the answer. Five-fold figures are in this folder's README. Data, not code.
 */
export const PASSAGE_WEIGHTS: {
  readonly bias: number;
  readonly weights: Readonly<Record<string, number>>;
} = {
  bias: -3.735,
  weights: {
    "own": -0.023,
    "own-rare": -0.006,
    "with-headings": 0.312,
    "headings": 0.156,
    "chunk": 0.602,
    "score": 0.289,
    "rank": 2.795,
    "first": -0.280,
    "short": -0.529,
    "long": -0.054,
    "identifier": 0.115,
    "number": 0.276,
    "name": -0.042,
    "listing": -0.269,
    "listing-else": -0.511,
    "row-or-entry": -0.146,
    "list": -0.379,
    "item": -0.279,
    "aspect": 0.020,
    "action": 0.100,
    "definition": 0.126,
    "definition-first": 0.006,
    "side": -0.012,
    "trouble": 0.329,
    "states": 0.121,
    "chatter": -0.190,
    "leaning": -0.081,
    "reference": -1.108,
    "release-notes": 0.153,
    "settings-page": 0.029,
    "condition": 0.049,
    "central": 0.419,
    "pairs": 0.317,
    "best-own": 0.441,
  },
};
