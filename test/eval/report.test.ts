import { describe, expect, it } from "vitest";
import type { Evaluation } from "../../eval/evaluate.ts";
import { renderHtml } from "../../eval/report/html.ts";
import { renderMarkdown } from "../../eval/report/markdown.ts";
import { renderRemainder, renderTable } from "../../eval/report/table.ts";
import { worstFirst } from "../../eval/report/worst.ts";
import { scoreCase } from "../../eval/score.ts";
import { summarise } from "../../eval/summarise.ts";
import { makeAnswer, makeCase, makeReceipt, makeRecord, makeRetrieved } from "./support/make.ts";

const HOSTILE = `<script>alert(1)</script> "quoted" & ![x](https://evil.example/p.png)`;

const citation = (url: string) => ({
  number: 1,
  url,
  anchor: "",
  title: "A",
  section: "A",
  product: "prefect",
  version: "3",
  crawledAt: "",
});

function evaluation(): Evaluation {
  const gold = [{ path: "/v3/a", anchor: "", quote: "" }];
  const cases = [
    makeCase({ id: "good", gold, style: "plain" }),
    makeCase({ id: "bad", gold, turns: [{ user: HOSTILE }], style: "slack" }),
  ];
  const records = [
    makeRecord({
      id: "good",
      retrieved: [makeRetrieved("/v3/a")],
      answer: makeAnswer({
        kind: "answered",
        citations: [citation("https://docs.example.com/v3/a")],
      }),
    }),
    makeRecord({
      id: "bad",
      question: HOSTILE,
      retrieved: [makeRetrieved("/v3/z", { text: HOSTILE })],
      answer: makeAnswer({ kind: "not-found", reason: "silent" }),
      rendered: HOSTILE,
    }),
  ];
  const absentPages = new Set<string>();
  return {
    cases,
    records,
    scores: cases.map((one, index) => scoreCase(one, records.slice(index, index + 1))),
    receipts: new Map([["bad#0", makeReceipt({ notes: [HOSTILE] })]]),
    failures: [{ id: "broken", error: new Error("went wrong") }],
    indexFacts: {
      chunkTexts: new Map(),
      absentPages,
      absentQuotes: [{ id: "bad", page: "/v3/a", quote: "q" }],
    },
    elapsedMs: 1500,
  };
}

const about = { title: "Evaluation", indexVersion: "v1", writer: "extractive" };

describe("renderHtml", () => {
  const whole = evaluation();
  const html = renderHtml({ about, evaluation: whole, groups: summarise(whole.scores) });

  it("shows the worst case first, with question, answer, evidence and receipt", () => {
    expect(html.indexOf("<code>bad</code>")).toBeLessThan(html.indexOf("<code>good</code>"));
    expect(html).toContain("<h4>Evidence</h4>");
    expect(html).toContain("<h4>Receipt</h4>");
    expect(html).toContain("did not answer");
  });

  it("takes everything that others wrote for text", () => {
    expect(html).not.toContain("<script>alert");
    expect(html.split("<script>")).toHaveLength(2);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &quot;quoted&quot; &amp;");
  });

  it("marks the gold pages among evidence and sources, and links the words quoted", () => {
    const good = html.slice(html.indexOf('id="good"'));

    expect(good).toContain('<li value="1" class="gold"><a href="https://docs.example.com/v3/a');
    expect(good).toMatch(/<ol class="evidence"><li class="gold">/);
    expect(html.slice(html.indexOf('id="bad"'), html.indexOf('id="good"'))).not.toContain(
      'class="gold"',
    );
  });

  it("asks nothing of the network", () => {
    expect(html).toContain(`default-src 'none'`);
    expect(html).not.toMatch(/<(?:img|link|iframe|script src)|\burl\(|@import/);
  });

  it("reports failures and lost quotes apart", () => {
    expect(html).toContain("went wrong");
    expect(html).toContain("1 gold quote stands in no chunk of its page");
  });
});

describe("renderMarkdown", () => {
  it("holds the figures, a change where there is a baseline, and questions without their markup", () => {
    const whole = evaluation();
    const baseline = new Map([
      ["good", { "hit@5": 0 }],
      ["bad", { "hit@5": 0 }],
    ]);

    const text = renderMarkdown({
      about,
      evaluation: whole,
      groups: summarise(whole.scores, baseline),
    });

    expect(text).toContain("| hit@5 | 0.500 | 0.000 to 1.000 | 2 | +0.500 | 0.000 to +1.000 |");
    expect(text).toContain("| kind concept | 2 | 0.500 (+0.500) |");
    expect(text).toContain("\\<script\\>");
    expect(text).not.toContain("![x]");
  });
});

describe("renderTable", () => {
  it("lists every figure for all and the chief ones by group", () => {
    const text = renderTable(summarise(evaluation().scores));

    expect(text).toMatch(/^hit@5 +0\.500 +0\.000 to 1\.000 +2 cases$/m);
    expect(text).toMatch(/^style slack +1 +0\.000/m);
  });

  it("fits a narrow terminal", () => {
    const lines = renderTable(summarise(evaluation().scores), undefined, 75).split("\n");

    expect(lines.filter((line) => line.length > 75)).toEqual([]);
    expect(lines.some((line) => /cases +hit@5 +rec@5/.test(line))).toBe(true);
  });
});

describe("renderRemainder", () => {
  it("says what the figures leave out", () => {
    const text = renderRemainder(evaluation());

    expect(text).toContain("2 cases, 2 turns in 1.5 s");
    expect(text).toContain("1 gold quote stands in no chunk of its page");
    expect(text).toContain("broken failed: went wrong");
  });
});

describe("renderRemainder on an outage", () => {
  it("does not let an index that is down pass for refusals", () => {
    const whole = evaluation();
    const records = [
      makeRecord({ id: "good", answer: makeAnswer({ kind: "unavailable", reason: "index-down" }) }),
    ];

    expect(renderRemainder({ ...whole, records })).toContain(
      "1 turn met an index that did not answer",
    );
  });
});

describe("worstFirst", () => {
  it("says why a case is bad", () => {
    expect(
      worstFirst(evaluation().scores).map(({ score, why }) => [score.id, why.length > 0]),
    ).toEqual([
      ["bad", true],
      ["good", false],
    ]);
  });
});
