/** [pure] Results, readings and published rows -> `docs/figures.md` and the README's short table. */
import { figureNamed, showValue } from "../figures.ts";
import { type Interval, wilson } from "../reading/verdict.ts";
import { markdownTable } from "./markdown-table.ts";
import {
  goalOf,
  type Goal,
  isMet,
  type Published,
  type PublishedRow,
  publishedOf,
} from "./published.ts";
import type { Reading } from "./reading.ts";
import { type ModelSample, tallyFacts } from "./sample-facts.ts";
import {
  cellOf,
  type Measured,
  type MeasuredCell,
  type MeasuredSuite,
  type Results,
  type Section,
  SECTIONS,
} from "./results.ts";

export type FiguresInput = {
  readonly results: Results;
  /** Oldest first. */
  readonly readings: readonly Reading[];
  /** Oldest first. */
  readonly samples: readonly ModelSample[];
  readonly published: Published;
};

const TITLES: Readonly<Record<Section, string>> = {
  handbook: "The bundled handbook",
  documentation: "Prefect's documentation",
  mtrag: "MTRAG, conversations that nobody here wrote",
};

const ABOUT: Readonly<Record<Section, string>> = {
  handbook:
    "24 pages that come with this repository, and questions written for them. The smallest set, and the one that anybody can measure in a minute.",
  documentation:
    "Questions in `eval/cases/docs-*.jsonl`, written from the pages. Weights of search and of the offline answer were fitted on most of them, so new questions do worse; none was fitted on `docs-held.jsonl` and `docs-follow-ups.jsonl`. `abstention.jsonl` and `abstention-held.jsonl` stand in the second table only.",
  mtrag:
    "The part of MTRAG (IBM/mt-rag-benchmark) on a cloud provider's documentation. Only the last turn of each conversation counts, the earlier answers are the benchmark's own, and a gold page that the index lacks counts as missed. The full corpus has 61,000 passages. An index with fewer pages (a closed pool of passages that belong to some question) makes the task easier: then compare rows of ours with each other, and published rows with each other.",
};

/** Figures of the main table, in order. */
const SHOWN: Readonly<Record<Section, readonly string[]>> = {
  handbook: [
    "hit@5",
    "ndcg@10",
    "quotes@10",
    "quotes-true",
    "citations-present",
    "citation-precision",
    "citation-recall",
    "gold-quoted",
    "answered",
    "abstention-recall",
    "false-abstention",
    "follow-up-hit@5",
    "resolution-kind",
    "ms",
  ],
  documentation: [
    "hit@1",
    "hit@5",
    "hit@10",
    "ndcg@10",
    "sections@10",
    "quotes-true",
    "citations-present",
    "citation-precision",
    "citation-recall",
    "answered",
    "abstention-recall",
    "false-abstention",
    "follow-up-hit@5",
    "resolution-kind",
    "ms",
  ],
  mtrag: [
    "hit@5",
    "ndcg@5",
    "ndcg@10",
    "recall@5",
    "quotes-true",
    "answered",
    "abstention-recall",
    "false-abstention",
    "asked-back",
  ],
};

const SUITE_COLUMNS: Readonly<Record<Section, readonly string[]>> = {
  handbook: ["hit@5", "ndcg@10", "citation-recall", "answered", "abstention-recall"],
  documentation: ["hit@5", "ndcg@10", "citation-recall", "answered", "abstention-recall"],
  mtrag: ["hit@5", "ndcg@5", "ndcg@10", "abstention-recall"],
};

const SUITES_TITLE: Readonly<Record<Section, string>> = {
  handbook: "By suite:",
  documentation: "By suite:",
  mtrag: "By how the last turn is asked; below, what others published on the full corpus:",
};

type ReadingFigure = {
  readonly figure: string;
  readonly label: string;
  readonly of: (reading: Reading) => Interval;
};

const READING_FIGURES: readonly ReadingFigure[] = [
  { figure: "helps", label: "items that help", of: ({ tally }) => tally.helps },
  { figure: "good", label: "turns useful or rightly declined", of: ({ tally }) => tally.good },
  {
    figure: "first",
    label: "first turns useful or rightly declined",
    of: ({ tally }) => tally.first,
  },
  {
    figure: "later",
    label: "later turns useful or rightly declined",
    of: ({ tally }) => tally.later,
  },
  { figure: "partial", label: "turns partial", of: ({ tally }) => tally.verdicts.partial },
  { figure: "off-topic", label: "turns off topic", of: ({ tally }) => tally.verdicts["off-topic"] },
  { figure: "misleading", label: "turns misleading", of: ({ tally }) => tally.verdicts.misleading },
  {
    figure: "declined-wrongly",
    label: "turns declined wrongly",
    of: ({ tally }) => tally.verdicts["declined-wrongly"],
  },
];

/** Rows of the README. */
const SHORT: readonly (readonly [Section, string])[] = [
  ["handbook", "quotes-true"],
  ["documentation", "hit@5"],
  ["documentation", "citation-precision"],
  ["documentation", "abstention-recall"],
  ["documentation", "false-abstention"],
  ["mtrag", "hit@5"],
  ["mtrag", "ndcg@5"],
];

const SHORT_READING = new Set(["helps", "later", "misleading"]);

export function figuresPage(input: FiguresInput): string {
  const sections = SECTIONS.flatMap((section) => {
    const measured = input.results[section];
    return measured === undefined ? [] : [...sectionLines(section, measured, input.published), ""];
  });
  const missed = shortfalls(input);
  const lines = [
    "# Figures",
    "",
    "Made by `npm run figures`; edits by hand are lost. Everything but the samples of a model's answers was measured without a language model.",
    "What each figure counts stands in [`eval/README.md`](../eval/README.md); intervals are 95 %.",
    "",
    "## What falls short",
    "",
    ...(missed.length === 0
      ? ["Every figure that has a goal meets it."]
      : ["Figures that miss their goal, the furthest first:", "", ...missed]),
    "",
    ...sections,
    ...readingLines(input),
    ...sampleLines(input),
    "## Published figures",
    "",
    "What others measured, on their own documents. Why a row is not the same measure as ours stands beside it.",
    "",
    ...publishedLines(input.published),
    "",
  ];
  return lines.join("\n");
}

/** The chief figures, a row each. */
export function shortTable({ results, readings, published }: FiguresInput): string {
  const measured = SHORT.flatMap(([section, figure]) => {
    const cell = results[section] && cellOf(results[section].all, figure);
    if (cell === undefined) return [];
    const known = figureNamed(figure);
    return [
      [
        `${TITLES[section].split(",")[0]}, ${results[section]?.index.pages} pages`,
        `${known.label}: ${known.meaning}`,
        showValue(cell.value, known.unit),
        goalText(goalOf(published, section, figure), cell.value),
        besideText(publishedOf(published, section, figure)),
      ],
    ];
  });
  const reading = readings.at(-1);
  const read = READING_FIGURES.flatMap(({ figure, label, of }) => {
    if (reading === undefined || !SHORT_READING.has(figure)) return [];
    const { share } = of(reading);
    return [
      [
        `${reading.readers} readers`,
        label,
        share.toFixed(3),
        goalText(goalOf(published, "reading", figure), share),
        "",
      ],
    ];
  });
  return markdownTable(
    ["measured on", "figure", "value", "goal", "published"],
    [...measured, ...read],
    [false, false, true, false, false],
  ).join("\n");
}

const BEGIN = "<!-- figures: made by npm run figures -->";
const END = "<!-- /figures -->";

/** `text` with `table` between the two markers; undefined when a marker is missing. */
export function withShortTable(text: string, table: string): string | undefined {
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END, from);
  if (from === -1 || to === -1) return undefined;
  return `${text.slice(0, from + BEGIN.length)}\n\n${table}\n\n${text.slice(to)}`;
}

function sectionLines(section: Section, measured: Measured, published: Published): string[] {
  const { index, all, suites, turns, time } = measured;
  const absent =
    measured.absent === 0
      ? []
      : [
          `Cases that name pages the index lacks: ${measured.absent}${section === "mtrag" ? ", counted as missed" : ", which count for nothing where all of theirs are lacking"}.`,
        ];
  const failed =
    measured.failed === 0 ? [] : [`Cases that could not be asked: ${measured.failed}.`];
  return [
    `## ${TITLES[section]}`,
    "",
    ABOUT[section],
    "",
    "```sh",
    measured.command,
    "```",
    "",
    [
      `${measured.date}, commit \`${measured.commit}\`, ${measured.machine}.`,
      `${index.pages} pages in ${index.chunks} chunks; ${all.cases} cases, ${turns} turns; a turn took ${time.p50} ms (median), ${time.p95} ms (95th percentile).`,
      ...absent,
      ...failed,
    ].join(" "),
    "",
    ...markdownTable(
      ["figure", "value", "interval", "cases", "goal", "published"],
      SHOWN[section].flatMap((figure) => {
        const cell = cellOf(all, figure);
        return cell === undefined ? [] : [figureRow(section, cell, published)];
      }),
      [false, true, false, true, false, false],
    ),
    "",
    SUITES_TITLE[section],
    "",
    ...suiteTable(section, suites, published),
  ];
}

function figureRow(section: Section, cell: MeasuredCell, published: Published): string[] {
  const { label, unit } = figureNamed(cell.figure);
  return [
    label,
    showValue(cell.value, unit),
    `${showValue(cell.low, unit)} to ${showValue(cell.high, unit)}`,
    String(cell.count),
    goalText(goalOf(published, section, cell.figure), cell.value),
    besideText(publishedOf(published, section, cell.figure)),
  ];
}

/** One row in full, of several the range: all of them stand in the last table. */
function besideText(rows: readonly PublishedRow[]): string {
  const [first, ...others] = rows;
  const last = others.at(-1);
  if (first === undefined) return "";
  if (last === undefined) return `${first.shown} (${first.what})`;
  return `${first.shown} to ${last.shown} (${rows.length} systems, ${last.differs})`;
}

/** MTRAG's published rows stand below ours: they are of the same questions, in another collection. */
function suiteTable(
  section: Section,
  suites: readonly MeasuredSuite[],
  published: Published,
): readonly string[] {
  const columns = SUITE_COLUMNS[section];
  const others = section === "mtrag" ? publishedOf(published, section) : [];
  return markdownTable(
    [
      section === "mtrag" ? "last turn" : "suite",
      "cases",
      ...columns.map((name) => figureNamed(name).label),
    ],
    [
      ...suites.map((suite) => [
        suite.name,
        String(suite.cases),
        ...columns.map((name) => showValue(cellOf(suite, name)?.value, figureNamed(name).unit)),
      ]),
      ...others.map(({ figure, shown, what }) => [
        `published: ${what}`,
        "-",
        ...columns.map((name) => (name === figure ? shown : "-")),
      ]),
    ],
  );
}

function readingLines({ readings, published }: FiguresInput): string[] {
  if (readings.length === 0) return [];
  return [
    "## As readers judge it",
    "",
    "Search can be right and every quote true while nobody is helped. Readers see question and answer as the asker would, without knowing",
    "which version wrote it; the verdict of most counts ([`eval/readings`](../eval/readings/README.md)).",
    "",
    ...readings.toReversed().flatMap((reading) => [
      `### ${reading.name}`,
      "",
      "```sh",
      `npm run eval:reading -- tally eval/readings/${reading.name}/reader-*.jsonl`,
      "```",
      "",
      `${reading.items} items, ${reading.readers} readers; ${agreementText(reading)}.`,
      "",
      ...intervalTable(
        READING_FIGURES.map(({ figure, label, of }) => ({
          label,
          value: of(reading),
          goal: goalOf(published, "reading", figure),
        })),
      ),
      "",
    ]),
  ];
}

function sampleLines({ samples, published }: FiguresInput): string[] {
  if (samples.length === 0) return [];
  return [
    "## With a model",
    "",
    "Replies and checks were written by hand as a capable model writes them, from the rendered prompts alone; another reader listed what",
    "each reply states and looked for it in the answer as shown ([`eval/model-samples`](../eval/model-samples/README.md)).",
    "",
    ...samples.toReversed().flatMap(({ name, counts, facts }) => {
      const { shown, lost, untrue, untrueShown } = tallyFacts(facts);
      return [
        `### ${name}`,
        "",
        ...intervalTable([
          {
            label: "true facts of the reply that were shown",
            value: shown,
            goal: goalOf(published, "sample", "facts-shown"),
          },
          { label: "what no cited passage says, shown", value: wilson(untrueShown, untrue) },
          { label: "sentences shown as written", value: wilson(counts.asWritten, counts.written) },
          { label: "sentences corrected", value: wilson(counts.corrected, counts.written) },
          {
            label: "sentences refused by code",
            value: wilson(counts.refusedByCode, counts.written),
          },
          {
            label: "sentences refused by the checker",
            value: wilson(counts.refusedByChecker, counts.written),
          },
          {
            label: "answers whose first sentence was shown",
            value: wilson(counts.firstShown, counts.answers),
            goal: goalOf(published, "sample", "first-shown"),
          },
        ]),
        "",
        ...(lost.length === 0 ? [] : ["Lost:", ""]),
        ...lost.map(
          ({ id, turn, fact, why }) =>
            `- \`${id}\`, turn ${turn + 1}: ${fact} (${why ?? "not said"}).`,
        ),
        "",
      ];
    }),
  ];
}

function intervalTable(
  rows: readonly {
    readonly label: string;
    readonly value: Interval;
    readonly goal?: Goal | undefined;
  }[],
): readonly string[] {
  return markdownTable(
    ["figure", "value", "interval", "count", "goal"],
    rows.map(({ label, value: { share, from, to, count, of }, goal }) => [
      label,
      share.toFixed(3),
      `${from.toFixed(3)} to ${to.toFixed(3)}`,
      `${count} of ${of}`,
      goalText(goal, share),
    ]),
    [false, true, false, true, false],
  );
}

function agreementText({ tally }: Reading): string {
  const kappas = tally.pairs.map(({ kappa }) => kappa);
  if (kappas.length === 0) return "one reader, so nothing says how far another would agree";
  const range = [Math.min(...kappas), Math.max(...kappas)].map((kappa) => kappa.toFixed(2));
  return `any two of them agree with kappa ${[...new Set(range)].join(" to ")}`;
}

function publishedLines(published: Published): readonly string[] {
  return markdownTable(
    ["beside", "published", "what", "source", "not the same because"],
    published.published.map(({ figure, shown, what, source, differs }) => [
      figureNamed(figure).label,
      shown,
      what,
      source,
      differs,
    ]),
    [],
  );
}

/** A line for each figure that misses its goal, by how far. */
function shortfalls({ results, readings, published }: FiguresInput): readonly string[] {
  const measured = SECTIONS.flatMap((section) =>
    (results[section]?.all.cells ?? []).map(({ figure, value }) => ({
      where: TITLES[section],
      label: figureNamed(figure).label,
      value,
      goal: goalOf(published, section, figure),
    })),
  );
  const reading = readings.at(-1);
  const read = READING_FIGURES.flatMap(({ figure, label, of }) =>
    reading === undefined
      ? []
      : [
          {
            where: `Readers, ${reading.name}`,
            label,
            value: of(reading).share,
            goal: goalOf(published, "reading", figure),
          },
        ],
  );
  return [...measured, ...read]
    .flatMap(({ goal, ...row }) => (goal === undefined ? [] : [{ ...row, goal }]))
    .filter(({ goal, value }) => !isMet(goal, value))
    .toSorted((a, b) => distance(b.goal, b.value) - distance(a.goal, a.value))
    .map(
      ({ where, label, value, goal }) =>
        `- ${where}: ${label} is ${value.toFixed(3)}, the goal ${bound(goal)}.`,
    );
}

function distance(goal: Goal, value: number): number {
  return Math.abs(value - ("least" in goal ? goal.least : goal.most));
}

function bound(goal: Goal): string {
  return "least" in goal ? `at least ${goal.least}` : `at most ${goal.most}`;
}

function goalText(goal: Goal | undefined, value: number): string {
  return goal === undefined ? "" : `${bound(goal)}: ${isMet(goal, value) ? "met" : "missed"}`;
}
