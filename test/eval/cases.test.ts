/** The suites that ship with the project: every case can be read, and every gold place of the handbook exists. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type EvalCase, type Gold, parseCases } from "../../eval/case.ts";
import { readHandbook } from "../ingest/handbook/read-handbook.ts";

const folder = path.resolve(import.meta.dirname, "../../eval/cases");
const suites = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith(".jsonl"))
    .map((file) => [file, parseCases(readFileSync(path.join(folder, file), "utf8"), file)]),
);

function casesOf(prefix: string): readonly (readonly [string, EvalCase])[] {
  return [...suites]
    .filter(([file]) => file.startsWith(prefix))
    .flatMap(([, cases]) => cases.map((one) => [one.id, one] as const));
}

const handbookCases = casesOf("handbook-");
const documentationCases = casesOf("docs-");
const pages = new Map(readHandbook().map((page) => [page.path, page]));

/** Each gold place once, whether it stands on the case or on a turn. */
function goldOf(one: EvalCase): readonly Gold[] {
  return [...one.gold, ...one.turns.flatMap((turn) => turn.gold ?? [])];
}

describe("all suites", () => {
  it("have ids of their own, across files", () => {
    const ids = [...suites.values()].flat().map((one) => one.id);

    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it("are mentioned in the README beside them", () => {
    const readme = readFileSync(path.join(folder, "README.md"), "utf8");

    expect([...suites.keys()].filter((file) => !readme.includes(`\`${file}\``))).toEqual([]);
  });

  it("hold at least 60 cases on the handbook and 100 on the documentation", () => {
    expect(handbookCases.length).toBeGreaterThanOrEqual(60);
    expect(documentationCases.length).toBeGreaterThanOrEqual(100);
  });

  it("never ask the same question twice", () => {
    const first = [...handbookCases, ...documentationCases]
      .filter(([, one]) => one.turns.length === 1)
      .map(([, one]) => one.turns[0]?.user.toLowerCase());

    expect(first.filter((text, index) => first.indexOf(text) !== index)).toEqual([]);
  });
});

const ownCases = [...handbookCases, ...documentationCases];

describe.each(ownCases.filter(([, one]) => one.answerable && one.turns.length === 1))(
  "single question %s",
  (_id, one) => {
    it("has something to cite and something to say", () => {
      expect(one.gold.length).toBeGreaterThan(0);
      expect(one.facts.length).toBeGreaterThan(0);
    });
  },
);

describe.each(ownCases.filter(([, one]) => !one.answerable))("unanswerable case %s", (_id, one) => {
  it("cites nothing", () => {
    expect(goldOf(one)).toEqual([]);
  });
});

describe.each(ownCases.filter(([, one]) => one.turns.length > 1))("conversation %s", (_id, one) => {
  it("says what each follow-up refers to", () => {
    const silent = one.turns
      .slice(1)
      .filter((turn) => turn.kind !== "smalltalk" && (turn.refers_to ?? "") === "");

    expect(silent).toEqual([]);
  });

  it("cites nothing for small talk", () => {
    const smallTalk = one.turns.filter(({ kind }) => kind === "smalltalk");

    expect(smallTalk.flatMap((turn) => turn.gold ?? [])).toEqual([]);
  });

  it("repeats its last turn at the top", () => {
    expect(one.gold).toEqual(one.turns.at(-1)?.gold);
    expect(one.facts).toEqual(one.turns.at(-1)?.facts);
  });
});

describe.each(handbookCases)("handbook case %s", (_id, one) => {
  it("names pages and sections of the handbook, and quotes what stands in them", () => {
    const wrong = goldOf(one).filter(({ path: pagePath, anchor, quote }) => {
      const text = pages.get(pagePath)?.sections.get(anchor);
      if (text === undefined) return true;
      return quote !== "" && (quote.split(" ").length < 6 || !text.includes(quote));
    });

    expect(wrong).toEqual([]);
  });
});

describe.each(documentationCases)("documentation case %s", (_id, one) => {
  it("names pages by path and holds no sentence of theirs", () => {
    const gold = goldOf(one);

    expect(
      gold.filter(({ path: page }) => !/^\/(?:v3|integrations)\/[\w./-]+$/.test(page)),
    ).toEqual([]);
    expect(gold.filter(({ quote }) => quote !== "")).toEqual([]);
  });
});

describe("unanswerable questions about the handbook", () => {
  const cases = new Map(handbookCases);

  it("come in twins: each names an answerable one, and is named by it", () => {
    const unanswerable = handbookCases.filter(([, one]) => one.kind === "unanswerable");
    expect(unanswerable.length).toBeGreaterThanOrEqual(12);

    const lonely = unanswerable.filter(([id, one]) => {
      const twin = cases.get(/Twin of (\S+?)\./.exec(one.notes)?.[1] ?? "");
      return twin?.answerable !== true || !twin.notes.includes(id);
    });
    expect(lonely.map(([id]) => id)).toEqual([]);
  });
});
