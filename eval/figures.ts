/** [pure] The figures of a report: what each is called, in which direction it is better, and how it is shown. */

export type Figure = {
  readonly name: string;
  readonly label: string;
  readonly group: FigureGroup;
  readonly better: "higher" | "lower";
  readonly unit: "share" | "ms" | "tokens" | "usd";
  /** What is counted, in a few words for who has not read the README. */
  readonly meaning: string;
  /** Compares words and not meaning. */
  readonly lexical?: true;
};

export const FIGURE_GROUPS = ["search", "answers", "abstention", "follow-ups", "effort"] as const;
export type FigureGroup = (typeof FIGURE_GROUPS)[number];

export const GROUP_TITLES: Readonly<Record<FigureGroup, string>> = {
  search: "Search",
  answers: "Answers and sources",
  abstention: "Answering and declining",
  "follow-ups": "Follow-ups",
  effort: "Effort",
};

const share = (
  group: FigureGroup,
  name: string,
  label: string,
  meaning: string,
  more: Partial<Figure> = {},
): Figure => ({ name, label, group, meaning, better: "higher", unit: "share", ...more });

const hits = (k: number): Figure =>
  share(
    "search",
    `hit@${k}`,
    `hit@${k}`,
    k === 1 ? "the first page is gold" : `a gold page is among the first ${k}`,
  );
const recalls = (k: number): Figure =>
  share(
    "search",
    `recall@${k}`,
    `recall@${k}`,
    k === 1 ? "share of the gold pages that is first" : `share of the gold pages in the first ${k}`,
  );

const lower = { better: "lower" } as const;

export const FIGURES: readonly Figure[] = [
  ...[1, 3, 5, 10].map(hits),
  ...[1, 3, 5, 10].map(recalls),
  share("search", "mrr", "MRR", "one divided by the rank of the first gold page"),
  share("search", "ndcg@5", "nDCG@5", "how near the gold pages are to the top of the first five"),
  share("search", "ndcg@10", "nDCG@10", "how near the gold pages are to the top of the first ten"),
  share("search", "sections@5", "section recall@5", "gold sections among the first 5 chunks"),
  share("search", "sections@10", "section recall@10", "gold sections among the first 10 chunks"),
  share("search", "quotes@5", "quote recall@5", "gold quotes in the first 5 chunks"),
  share("search", "quotes@10", "quote recall@10", "gold quotes in the first 10 chunks"),
  share("search", "quotes@40", "quote recall@40", "gold quotes in all chunks found, 40 at most"),
  share("answers", "quotes-true", "quotes true", "quotes that stand where they say: a promise"),
  share("answers", "citations-present", "citations present", "answers with at least one source"),
  share(
    "answers",
    "citation-precision",
    "citation precision",
    "sources that are gold; a lower bound",
  ),
  share("answers", "citation-recall", "citation recall", "gold pages among the sources"),
  share("answers", "gold-quoted", "gold quotes shown", "gold quotes that the answer shows"),
  share("answers", "facts", "facts covered (judge)", "expected facts that the answer states"),
  share("answers", "facts-all", "all facts covered (judge)", "answers that state every fact"),
  share("answers", "supported", "claims supported (judge)", "claims that follow from their quotes"),
  share(
    "answers",
    "forbidden-judged",
    "forbidden asserted (judge)",
    "answers that assert what is wrong",
    lower,
  ),
  share(
    "answers",
    "passes",
    "turns that pass (judge)",
    "all facts, nothing forbidden, all supported",
  ),
  share("answers", "fact-words", "fact words", "words of the expected facts in the answer", {
    lexical: true,
  }),
  share("answers", "forbidden", "forbidden asserted", "answers that assert what is wrong", {
    ...lower,
    lexical: true,
  }),
  share(
    "abstention",
    "answered",
    "answerable answered",
    "answerable questions that got an answer, right or wrong",
  ),
  share(
    "abstention",
    "abstention-recall",
    "abstention recall",
    "unanswerable questions that were declined",
  ),
  share(
    "abstention",
    "abstention-precision",
    "abstention precision",
    "declined questions that had no answer",
  ),
  share(
    "abstention",
    "false-abstention",
    "false abstention",
    "answerable questions that were declined",
    lower,
  ),
  share("abstention", "asked-back", "asked back", "questions that say too little, met with one"),
  share(
    "abstention",
    "small-talk",
    "small talk handled",
    "small talk met with a reply and no source",
  ),
  share(
    "follow-ups",
    "follow-up-hit@5",
    "follow-up hit@5",
    "a gold page among five, for the resolved follow-up",
  ),
  share(
    "follow-ups",
    "follow-up-answered",
    "follow-ups answered",
    "answerable follow-ups that got an answer",
  ),
  share("follow-ups", "resolution-kind", "resolution kind", "follow-ups taken for what they are"),
  share(
    "follow-ups",
    "conversation-passes",
    "conversations that pass (judge)",
    "every turn of them passes",
  ),
  {
    name: "ms",
    label: "time a turn",
    group: "effort",
    better: "lower",
    unit: "ms",
    meaning: "from question to answer",
  },
  {
    name: "input-tokens",
    label: "tokens read",
    group: "effort",
    better: "lower",
    unit: "tokens",
    meaning: "by the model, a turn",
  },
  {
    name: "output-tokens",
    label: "tokens written",
    group: "effort",
    better: "lower",
    unit: "tokens",
    meaning: "by the model, a turn",
  },
  {
    name: "usd",
    label: "cost a turn",
    group: "effort",
    better: "lower",
    unit: "usd",
    meaning: "at the prices given",
  },
];

/** Those a report begins with. */
export const CHIEF_FIGURES: readonly string[] = [
  "hit@5",
  "quotes@10",
  "quotes-true",
  "citation-recall",
  "answered",
  "abstention-recall",
  "follow-up-hit@5",
  "passes",
];

export function figureNamed(name: string): Figure {
  return FIGURES.find((figure) => figure.name === name) ?? share("answers", name, name, "");
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
