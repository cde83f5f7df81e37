/** [pure] The figures of a report: what each is called, in which direction it is better, and how it is shown. */

export type Figure = {
  readonly name: string;
  readonly label: string;
  readonly group: "retrieval" | "answers" | "abstention" | "follow-ups" | "effort";
  readonly better: "higher" | "lower";
  readonly unit: "share" | "ms" | "tokens" | "usd";
  /** Compares words and not meaning. */
  readonly lexical?: true;
};

const share = (
  name: string,
  label: string,
  group: Figure["group"],
  more: Partial<Figure> = {},
): Figure => ({ name, label, group, better: "higher", unit: "share", ...more });

export const FIGURES: readonly Figure[] = [
  share("hit@1", "hit@1", "retrieval"),
  share("hit@3", "hit@3", "retrieval"),
  share("hit@5", "hit@5", "retrieval"),
  share("hit@10", "hit@10", "retrieval"),
  share("recall@1", "recall@1", "retrieval"),
  share("recall@3", "recall@3", "retrieval"),
  share("recall@5", "recall@5", "retrieval"),
  share("recall@10", "recall@10", "retrieval"),
  share("mrr", "MRR", "retrieval"),
  share("ndcg@10", "nDCG@10", "retrieval"),
  share("sections@5", "section recall@5", "retrieval"),
  share("sections@10", "section recall@10", "retrieval"),
  share("quotes@5", "quote recall@5", "retrieval"),
  share("quotes@10", "quote recall@10", "retrieval"),
  share("quotes@40", "quote recall@40", "retrieval"),
  share("quotes-true", "quotes true", "answers"),
  share("citations-present", "citations present", "answers"),
  share("citation-precision", "citation precision", "answers"),
  share("citation-recall", "citation recall", "answers"),
  share("gold-quoted", "gold quotes shown", "answers"),
  share("facts", "facts covered (judge)", "answers"),
  share("facts-all", "all facts covered (judge)", "answers"),
  share("supported", "claims supported (judge)", "answers"),
  share("forbidden-judged", "forbidden asserted (judge)", "answers", { better: "lower" }),
  share("passes", "turns that pass (judge)", "answers"),
  share("conversation-passes", "conversations that pass (judge)", "follow-ups"),
  share("fact-words", "fact words", "answers", { lexical: true }),
  share("forbidden", "forbidden asserted", "answers", { better: "lower", lexical: true }),
  share("answered", "answerable answered", "abstention"),
  share("abstention-recall", "abstention recall", "abstention"),
  share("abstention-precision", "abstention precision", "abstention"),
  share("false-abstention", "false abstention", "abstention", { better: "lower" }),
  share("small-talk", "small talk handled", "abstention"),
  share("follow-up-hit@5", "follow-up hit@5", "follow-ups"),
  share("follow-up-answered", "follow-ups answered", "follow-ups"),
  share("resolution-kind", "resolution kind", "follow-ups"),
  { name: "ms", label: "time a turn", group: "effort", better: "lower", unit: "ms" },
  { name: "input-tokens", label: "tokens read", group: "effort", better: "lower", unit: "tokens" },
  {
    name: "output-tokens",
    label: "tokens written",
    group: "effort",
    better: "lower",
    unit: "tokens",
  },
  { name: "usd", label: "cost a turn", group: "effort", better: "lower", unit: "usd" },
];

export function figureNamed(name: string): Figure {
  return FIGURES.find((figure) => figure.name === name) ?? share(name, name, "answers");
}

/** 0.9123 -> "0.912"; 34.6 ms -> "35 ms"; undefined -> "-". */
export function showValue(value: number | undefined, unit: Figure["unit"]): string {
  if (value === undefined) return "-";
  switch (unit) {
    case "share":
      return value.toFixed(3);
    case "ms":
      return `${Math.round(value)} ms`;
    case "tokens":
      return String(Math.round(value));
    case "usd":
      return `$${value.toFixed(4)}`;
  }
}

/** A difference with its sign: "+0.012", "-3 ms"; "0.000" when rounding leaves none. */
export function showChange(value: number, unit: Figure["unit"]): string {
  const size = showValue(Math.abs(value), unit);
  return size === showValue(0, unit) ? size : `${value < 0 ? "-" : "+"}${size}`;
}
