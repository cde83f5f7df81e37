/** [pure] Which cases to look at first. */
import type { CaseScore } from "../score.ts";

export type Ranked = {
  readonly score: CaseScore;
  /** 0 for a case without fault, higher is worse. */
  readonly badness: number;
  readonly why: readonly string[];
};

/** What each shortfall weighs: a broken promise before a wrong refusal before a weak search. */
const WEIGHTS: readonly {
  readonly figure: string;
  readonly weight: number;
  readonly lowerIsBetter?: true;
  readonly why: string;
}[] = [
  { figure: "quotes-true", weight: 5, why: "quote not on its page" },
  { figure: "forbidden-judged", weight: 4, lowerIsBetter: true, why: "forbidden statement" },
  { figure: "abstention-recall", weight: 3, why: "answered what has no answer" },
  { figure: "answered", weight: 3, why: "did not answer" },
  { figure: "small-talk", weight: 2, why: "small talk not seen" },
  { figure: "hit@5", weight: 2, why: "no gold page in five" },
  { figure: "quotes@10", weight: 1, why: "gold quotes not found" },
  { figure: "citation-recall", weight: 1, why: "gold pages not cited" },
  { figure: "supported", weight: 3, why: "claim not supported" },
  { figure: "facts", weight: 2, why: "facts missing" },
  // By words alone it is no more than a hint.
  { figure: "forbidden", weight: 0.5, lowerIsBetter: true, why: "forbidden statement, by words" },
  { figure: "resolution-kind", weight: 1, why: "follow-up taken for another kind" },
];

export function worstFirst(scores: readonly CaseScore[]): readonly Ranked[] {
  return scores
    .map((score) => {
      let badness = 0;
      const why: string[] = [];
      for (const { figure, weight, lowerIsBetter, why: reason } of WEIGHTS) {
        const value = score.values[figure];
        if (value === undefined) continue;
        const shortfall = lowerIsBetter === true ? value : 1 - value;
        if (shortfall <= 0) continue;
        badness += weight * shortfall;
        why.push(reason);
      }
      return { score, badness, why };
    })
    .toSorted((a, b) => b.badness - a.badness);
}
