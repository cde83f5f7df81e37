import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  type FiguresInput,
  figuresPage,
  shortTable,
  withShortTable,
} from "../../../eval/public/figures-page.ts";
import { isMet, Published } from "../../../eval/public/published.ts";
import { readingOf } from "../../../eval/public/reading.ts";
import { parseFacts } from "../../../eval/public/sample-facts.ts";
import { type Measured, measureSuite } from "../../../eval/public/results.ts";
import { parseVerdicts } from "../../../eval/reading/verdict.ts";
import type { CaseScore } from "../../../eval/score.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const published = Published.parse(JSON.parse(read("eval/public/published.json")));

const scoreOf = (id: string, values: CaseScore["values"]): CaseScore => ({
  id,
  kind: "failure",
  style: "plain",
  turns: [],
  values,
});

const measured = (values: readonly CaseScore["values"][]): Measured => {
  const suite = measureSuite(
    "all",
    values.map((each, index) => scoreOf(`c${index}`, each)),
  );
  return {
    date: "2026-11-30",
    commit: "0123456789",
    command: "npm run figures",
    machine: "Node 24.21.0 on 2 cores",
    index: { pages: 24, chunks: 68 },
    turns: values.length,
    time: { p50: 30, p95: 90 },
    absent: 0,
    failed: 0,
    all: suite,
    suites: [{ ...suite, name: "handbook-failures" }],
  };
};

const verdicts = (...given: readonly string[]) =>
  parseVerdicts(
    given.map((verdict, turn) => JSON.stringify({ id: "c", turn, verdict })).join("\n"),
    "verdicts",
  );

const input = (fields: Partial<FiguresInput> = {}): FiguresInput => ({
  results: { handbook: measured([{ "quotes-true": 1, "false-abstention": 0 }]) },
  readings: [],
  samples: [],
  published,
  ...fields,
});

describe("figuresPage", () => {
  it("sets each figure beside its goal and what others published", () => {
    const page = figuresPage(input());

    expect(page).toMatch(/^\| quotes true +\| 1\.000 \|.* 1 \| at least 1: met +\| 0\.515 \(/m);
    expect(page).toContain("Every figure that has a goal meets it.");
    expect(page).toContain("2026-11-30, commit `0123456789`, Node 24.21.0 on 2 cores.");
  });

  it("opens with what misses its goal, the furthest first", () => {
    const results = {
      handbook: measured([{ "quotes-true": 0.99, "false-abstention": 0.4, "hit@5": 0 }]),
    };
    const readings = [readingOf("2026-11-30", [verdicts("misleading", "useful")])];
    const page = figuresPage(input({ results, readings }));

    expect(page.split("\n").filter((line) => line.startsWith("- "))).toEqual([
      "- Readers, 2026-11-30: items that help is 0.000, the goal at least 0.6.",
      "- Readers, 2026-11-30: turns misleading is 0.500, the goal at most 0.03.",
      "- The bundled handbook: false abstention is 0.400, the goal at most 0.03.",
      "- The bundled handbook: quotes true is 0.990, the goal at least 1.",
    ]);
    expect(page).toContain("one reader, so nothing says how far another would agree");
  });

  it("names the facts of a model's replies that were lost, and counts only the true", () => {
    const facts = parseFacts(
      [
        { id: "c", turn: 0, fact: "it waits", true: true, shown: true },
        { id: "c", turn: 0, fact: "for 3 s", true: true, shown: false, why: "link" },
        { id: "c", turn: 0, fact: "probably", true: false, shown: false },
      ]
        .map((fact) => JSON.stringify(fact))
        .join("\n"),
      "facts",
    );
    const counts = {
      answers: 1,
      written: 2,
      asWritten: 1,
      corrected: 0,
      refusedByCode: 1,
      refusedByChecker: 0,
      firstShown: 1,
    };
    const page = figuresPage(input({ samples: [{ name: "2026-11-30", counts, facts }] }));

    expect(page).toMatch(/^\| true facts .*0\.500 .* 1 of 2 \| at least 0\.95: missed/mu);
    expect(page).toContain("- `c`, turn 1: for 3 s (link).");
    expect(() => parseFacts('{"id": "c"}', "facts.jsonl")).toThrow("facts.jsonl, line 1");
  });

  it("leaves out what was never measured, and says what could not be asked", () => {
    const page = figuresPage(
      input({ results: { mtrag: { ...measured([{ "ndcg@5": 0.5 }]), failed: 2 } } }),
    );

    expect(page).not.toContain("## The bundled handbook");
    expect(page).toContain("Cases that could not be asked: 2.");
    expect(page).toMatch(/^\| nDCG@5 .*0\.27 to 0\.578 \(5 systems, full corpus of /m);
    expect(page).toMatch(/^\| published: BM25, last turn as written +\|.* 0\.27 \|/m);
  });
});

describe("shortTable", () => {
  it("has a row a chief figure that was measured", () => {
    const readings = [readingOf("2026-11-30", [verdicts("useful", "partial", "useful")])];
    const rows = shortTable(input({ readings })).split("\n").slice(2);

    expect(rows.map((row) => row.split("|")[2]?.trim())).toEqual([
      "quotes true: quotes that stand where they say: a promise",
      "items that help",
      "later turns useful or rightly declined",
      "turns misleading",
    ]);
  });
});

describe("withShortTable", () => {
  it("puts the table between the markers and touches nothing else", () => {
    const text = "before\n<!-- figures: made by npm run figures -->\nold\n<!-- /figures -->\nafter";

    const once = withShortTable(text, "| new |");

    expect(once).toBe(
      "before\n<!-- figures: made by npm run figures -->\n\n| new |\n\n<!-- /figures -->\nafter",
    );
    expect(withShortTable(once ?? "", "| new |")).toBe(once);
  });

  it("gives nothing where a marker is missing", () => {
    expect(withShortTable("no markers", "x")).toBeUndefined();
    expect(withShortTable("<!-- /figures --> <!-- figures: made by npm run figures -->", "x")).toBe(
      undefined,
    );
  });
});

describe("isMet", () => {
  it("takes the goal itself as met, in either direction", () => {
    const sections = ["mtrag"] as const;

    expect(isMet({ sections, figure: "x", least: 0.6 }, 0.6)).toBe(true);
    expect(isMet({ sections, figure: "x", least: 0.6 }, 0.599)).toBe(false);
    expect(isMet({ sections, figure: "x", most: 0.03 }, 0.03)).toBe(true);
    expect(isMet({ sections, figure: "x", most: 0.03 }, 0.031)).toBe(false);
  });
});
