import { describe, expect, it } from "vitest";
import type { Answer, Claim } from "../../src/documents/answer.ts";
import { displayWidth } from "../../src/terminal/layout.ts";
import { renderAnswer, repeatsQuote } from "../../src/terminal/render.ts";
import { linkStyle } from "../../src/terminal/style.ts";

const QUOTE = "The run stays in a Running state until something marks it.";

function claim(part: Partial<Claim> = {}): Claim {
  return {
    id: "c1",
    text: QUOTE,
    aspect: "state",
    quotes: [{ citation: 1, chunkId: "k1", text: QUOTE, start: 0, end: QUOTE.length }],
    conditions: [],
    ...part,
  };
}

function answer(part: Partial<Answer> = {}): Answer {
  return {
    id: "a1",
    kind: "answered",
    claims: [claim()],
    remarks: [],
    citations: [
      {
        number: 1,
        url: "https://docs.example/zombie-runs#what-is-recorded",
        anchor: "what-is-recorded",
        title: "Zombie runs",
        section: "What is recorded",
        product: "prefect",
        version: "3",
        crawledAt: "2026-11-24T00:00:00.000Z",
      },
    ],
    closest: [],
    missing: [],
    terms: [],
    writer: "extractive",
    ...part,
  };
}

describe("renderAnswer", () => {
  it("shows claims under their heading with marks, and the sources below", () => {
    expect(renderAnswer(answer(), { question: "?" })).toMatchInlineSnapshot(`
      "What is recorded
        “The run stays in a Running state until something marks it.” [1]

      Sources
        [1] Zombie runs › What is recorded
            https://docs.example/zombie-runs#what-is-recorded:~:text=The%20run%20stays%20in%20a,state%20until%20something%20marks%20it."
    `);
  });

  it("quotes below the source what the claim says in other words", () => {
    const text = renderAnswer(answer({ claims: [claim({ text: "It keeps saying Running." })] }), {
      question: "?",
    });

    expect(text).toContain("  It keeps saying Running. [1]");
    expect(text).toContain(`      “${QUOTE}”`);
  });

  it("never wraps or quotes a listing", () => {
    const code = "```python\n@flow(retries=2, retry_delay_seconds=30)\ndef pipeline(): ...\n```";
    const text = renderAnswer(answer({ claims: [claim({ text: code, aspect: "step" })] }), {
      question: "?",
      width: 24,
    });

    expect(text).toContain("    @flow(retries=2, retry_delay_seconds=30)\n    def pipeline(): ...");
    expect(text).not.toContain("```");
  });

  it("says three different things for silence, a product without documentation and an outage", () => {
    const empty = { claims: [], citations: [] };
    const sentences = [
      answer({ ...empty, kind: "not-found", reason: "silent" }),
      answer({ ...empty, kind: "not-found", reason: "product-not-indexed", missing: ["Airflow"] }),
      answer({ ...empty, kind: "unavailable", reason: "index-down" }),
      answer({ ...empty, kind: "unavailable", reason: "no-index" }),
    ].map((value) => renderAnswer(value, { question: "?" }));

    expect(new Set(sentences).size).toBe(4);
    expect(sentences[1]).toContain("Airflow");
  });

  it("lets no escape sequence of a page through to the terminal", () => {
    const hostile = "Runs \u001B]0;owned\u0007 crash \u001B[2J now\u009B31m.";
    const text = renderAnswer(answer({ claims: [claim({ text: hostile })] }), { question: "?" });

    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/);
  });

  it("sets the lines of an entry apart, and keeps its name, labels and list items together", () => {
    const text = [
      "loop_seconds",
      "How often the service looks.",
      "Type: number",
      "Supported variables: A_LONG_NAME_OF_A_VARIABLE, ANOTHER_NAME",
      "- an item that is longer than its line",
    ].join("\n");
    const shown = renderAnswer(answer({ claims: [claim({ text, aspect: "setting" })] }), {
      question: "?",
      width: 32,
    });

    expect(shown.split("\n\n")[0]).toBe(
      [
        "  loop_seconds",
        "  How often the service looks.",
        "  Type: number",
        "  Supported variables:",
        "    A_LONG_NAME_OF_A_VARIABLE,",
        "    ANOTHER_NAME",
        "  - an item that is longer than",
        "    its line [1]",
      ].join("\n"),
    );
  });

  it("sets sentences that a model wrote one after the other as running text", () => {
    const written = (id: string, text: string) =>
      claim({ id, text, aspect: "other", words: "writer" });
    const shown = renderAnswer(
      answer({
        claims: [
          written("c1", "No, it waits."),
          { ...written("c2", "Set `x` for it."), words: "corrected" },
          claim({ id: "c3", text: "Other words of a page.", aspect: "other", words: "page" }),
          written("c4", "Then it goes on."),
        ],
      }),
      { question: "?" },
    );

    expect(shown.split("\n\n").slice(0, 3)).toEqual([
      "  No, it waits. [1] Set `x` for it. [1]",
      "  Other words of a page. [1]",
      "  Then it goes on. [1]",
    ]);
  });

  const listed = [
    "The order is:",
    "",
    "9. Stop the `worker` and wait until its last run ends",
    "   - now",
    "10. Start it",
  ].join("\n");
  const table = [
    "| State | Meaning | Since |",
    "| --- | --- | --- |",
    "| `Crashed` | the infrastructure went away before the run ended |  |",
    "| `Failed` | the code raised | 2.0 |",
  ].join("\n");
  const shownAt = (text: string, width: number) =>
    renderAnswer(answer({ claims: [claim({ text, aspect: "other" })] }), { question: "?", width })
      .split("\n\nSources")[0]
      ?.split("\n");

  it("hangs list items from their markers, code between backticks where there is no colour", () => {
    expect(shownAt(listed, 34)).toEqual([
      "  The order is:",
      "  9. Stop the `worker` and wait",
      "     until its last run ends",
      "     - now",
      "  10. Start it [1]",
    ]);
  });

  it("aligns a table, wraps its cells where it is too wide, and tells its rows where that is too narrow", () => {
    expect(shownAt(table, 90)).toEqual([
      "  State      Meaning                                            Since",
      "  ─────────  ─────────────────────────────────────────────────  ─────",
      "  `Crashed`  the infrastructure went away before the run ended",
      "  `Failed`   the code raised                                    2.0",
      "",
      "  What is recorded [1]",
    ]);
    expect(shownAt(table, 50)).toEqual([
      "  State      Meaning                         Since",
      "  ─────────  ──────────────────────────────  ─────",
      "  `Crashed`  the infrastructure went away",
      "             before the run ended",
      "  `Failed`   the code raised                 2.0",
      "",
      "  What is recorded [1]",
    ]);
    expect(shownAt(table, 30)).toEqual([
      "  `Crashed`",
      "    Meaning: the",
      "      infrastructure went away",
      "      before the run ended",
      "  `Failed`",
      "    Meaning: the code raised",
      "    Since: 2.0",
      "",
      "  What is recorded [1]",
    ]);
  });

  it("never leaves a mark alone on a line", () => {
    expect(shownAt("Do this:\n```\nx\n```", 60)).toEqual(["  Do this: [1]", "", "    x"]);
    expect(shownAt("```\nx\n```", 60)).toEqual(["    x", "", "  What is recorded [1]"]);
  });

  it("links a short address where the terminal knows links, and never draws over the edge", () => {
    const text = renderAnswer(answer(), { question: "?", width: 42, style: linkStyle });

    expect(text).toContain("\u001B]8;;https://docs.example/zombie-runs#what-is-recorded:~:text=");
    expect(text).toContain("docs.example/z…runs#what-is-recorded");
    for (const line of text.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(42);
  });
});

describe("repeatsQuote", () => {
  const said = { text: "From: Running; To: Crashed; it may be an eviction." };

  it.each([
    ["✅ | Running | Crashed | it may be an eviction.", true],
    ["| From | To | Explanation", true],
    ["From here nothing leads to a crash.", false],
    ["Running | Failed | it may be an eviction.", false],
  ])("of %j is %s", (text, repeated) => {
    expect(repeatsQuote(said, { text })).toBe(repeated);
  });
});
