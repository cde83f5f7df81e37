import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startCpuTime } from "../support/cpu-time.ts";
import type { BlockSpan, Chunk } from "../../src/documents/chunk.ts";
import type { Block } from "../../src/documents/document.ts";
import {
  cellSpans,
  fenced,
  markupOf,
  markupOfSpans,
  parseInline,
  parseMarkup,
  plainMarkup,
  runsText,
} from "../../src/documents/markup.ts";
import type { Span } from "../../src/documents/text.ts";

/** A chunk of these blocks; what stands between ‹ and › in their text is code. */
function chunkOf(...blocks: readonly Block[]): Chunk {
  let text = "";
  const spans: BlockSpan[] = [];
  const code: Span[] = [];
  for (const [index, { text: marked, ...block }] of blocks.entries()) {
    if (index > 0) text += block.kind === blocks[index - 1]?.kind ? "\n" : "\n\n";
    const start = text.length;
    for (const [place, part] of marked.split(/[‹›]/).entries()) {
      if (place % 2 === 1) code.push({ start: text.length, end: text.length + part.length });
      text += part;
    }
    spans.push({ ...block, start, end: text.length });
  }
  return {
    id: "00000000-0000-8000-8000-000000000000",
    url: "https://docs.example/page",
    anchor: "",
    title: "Page",
    headingPath: [],
    text,
    blocks: spans,
    code,
    product: "example",
    version: "",
    pageType: "guide",
    facts: [],
    crawledAt: "2026-01-01T00:00:00Z",
    position: 0,
  };
}

function whole(chunk: Chunk): Span {
  return { start: 0, end: chunk.text.length };
}

function spanOf(chunk: Chunk, words: string): Span {
  const start = chunk.text.indexOf(words);
  return { start, end: start + words.length };
}

const header: Block = { kind: "table-row", text: "State | Type", header: true };

describe("markupOf", () => {
  it("puts what the page sets as code between backticks", () => {
    const chunk = chunkOf({ kind: "paragraph", text: "Set ‹retries=3› on the ‹@task›." });

    expect(markupOf(chunk, whole(chunk))).toBe("Set `retries=3` on the `@task`.");
    expect(markupOf(chunk, spanOf(chunk, "3 on the @t"))).toBe("`3` on the `@t`");
  });

  it("takes a chunk of an index that knows of no code", () => {
    const { code: _code, ...old } = chunkOf({ kind: "paragraph", text: "Set ‹it›." });

    expect(markupOf(old, whole(old))).toBe("Set it.");
  });

  it("writes items as a list with their numbers and nesting", () => {
    const chunk = chunkOf(
      { kind: "paragraph", text: "In order:" },
      { kind: "list-item", text: "Stop ‹worker›.", depth: 0, label: "3" },
      { kind: "list-item", text: "Wait.", depth: 1 },
      { kind: "list-item", text: "Start.", depth: 0, label: "4" },
    );

    expect(markupOf(chunk, whole(chunk))).toBe(
      "In order:\n\n3. Stop `worker`.\n   - Wait.\n4. Start.",
    );
    expect(markupOf(chunk, spanOf(chunk, "Start."))).toBe("Start.");
  });

  it("gives a row the header of its table, and none where the table has none", () => {
    const chunk = chunkOf(
      header,
      { kind: "table-row", text: "‹Crashed› | Terminal" },
      { kind: "table-row", text: "Late | Scheduled" },
    );
    const bare = chunkOf({ kind: "table-row", text: "a | b" });

    expect(markupOf(chunk, spanOf(chunk, "Late | Scheduled"))).toBe(
      "| State | Type |\n| --- | --- |\n| Late | Scheduled |",
    );
    expect(markupOf(chunk, whole(chunk))).toBe(
      "| State | Type |\n| --- | --- |\n| `Crashed` | Terminal |\n| Late | Scheduled |",
    );
    expect(markupOf(bare, whole(bare))).toBe("|  |  |\n| --- | --- |\n| a | b |");
    expect(markupOf(chunk, spanOf(chunk, "Termin"))).toBe("Termin");
  });

  it("fences a listing with its language, beyond any fence in it", () => {
    const chunk = chunkOf(
      { kind: "paragraph", text: "Like this:" },
      { kind: "code", text: "```\nprint(`1`)", language: "python" },
    );

    expect(markupOf(chunk, whole(chunk))).toBe("Like this:\n\n````python\n```\nprint(`1`)\n````");
  });

  it("leaves out what stands between several spans", () => {
    const chunk = chunkOf(
      { kind: "paragraph", text: "One of:" },
      { kind: "list-item", text: "first", depth: 0 },
      { kind: "list-item", text: "second", depth: 0 },
    );

    expect(markupOfSpans(chunk, [spanOf(chunk, "second"), spanOf(chunk, "One of:")])).toBe(
      "One of:\n\n- second",
    );
  });

  it("keeps the page's own marks as words", () => {
    const chunk = chunkOf({ kind: "paragraph", text: "- a ` b \\` c | d" });

    const markup = markupOf(chunk, whole(chunk));

    expect(parseMarkup(markup)).toEqual([
      { kind: "paragraph", runs: [{ text: chunk.text, code: false }] },
    ]);
  });

  it("gives back words and code of any sentence, item and cell", () => {
    const word = fc
      .string({ unit: fc.constantFrom(...Array.from("ab1 `\\|-*+#.)>~ \n‹")) })
      .map((text) =>
        // What extraction never leaves in a block.
        text.replaceAll(/[‹\s]+/g, " "),
      );
    const runs = fc.array(fc.tuple(word, fc.boolean()), { maxLength: 5 });
    fc.assert(
      fc.property(runs, fc.constantFrom("paragraph", "list-item"), (parts, kind) => {
        const marked = parts
          .map(([text, code]) => (code && text.trim() !== "" ? `‹${text.trim()}›` : text))
          .join("")
          .trim();
        fc.pre(
          marked.replaceAll(/[‹›]/g, "").trim() === marked.replaceAll(/[‹›]/g, "") && marked !== "",
        );
        const chunk = chunkOf({ kind, text: marked });
        const blocks = parseMarkup(markupOf(chunk, whole(chunk)));
        expect(blocks).toHaveLength(1);
        const [block] = blocks;
        expect(block?.kind).toBe("paragraph");
        const read = block?.kind === "paragraph" ? block.runs : [];
        expect(runsText(read)).toBe(chunk.text);
        let at = 0;
        const code: Span[] = [];
        for (const run of read) {
          const last = code.at(-1);
          if (run.code && last?.end === at)
            code[code.length - 1] = { ...last, end: at + run.text.length };
          else if (run.code) code.push({ start: at, end: at + run.text.length });
          at += run.text.length;
        }
        const merged: Span[] = [];
        for (const span of chunk.code ?? []) {
          const last = merged.at(-1);
          if (last?.end === span.start) merged[merged.length - 1] = { ...last, end: span.end };
          else merged.push(span);
        }
        expect(code).toEqual(merged);
      }),
      { numRuns: 500 },
    );
  });
});

describe("cellSpans", () => {
  it("finds cells at bars outside code, empty ones included", () => {
    const cellsOf = (text: string) => {
      const chunk = chunkOf({ kind: "table-row", text });
      return cellSpans(chunk, whole(chunk)).map(({ start, end }) => chunk.text.slice(start, end));
    };

    expect(cellsOf("name | ‹int | None› | the name")).toEqual(["name", "int | None", "the name"]);
    expect(cellsOf("| b | c")).toEqual(["", "b", "c"]);
    expect(cellsOf("a |  |")).toEqual(["a", "", ""]);
    expect(cellsOf("a |")).toEqual(["a", ""]);
    expect(cellsOf("‹a | b›")).toEqual(["a | b"]);
  });
});

describe("parseMarkup", () => {
  it("reads paragraphs, headings, lists, tables and listings", () => {
    expect(
      parseMarkup(
        [
          "Two `states`:",
          "second line",
          "- one",
          "  goes on",
          "   1. inner",
          "",
          "* two",
          "## Table",
          "| a | `b \\| c` |",
          "| --- | :-: |",
          "| 1 | 2 |",
          "```PYTHON",
          "x = 1",
          "```",
          "end",
        ].join("\n"),
      ),
    ).toMatchInlineSnapshot(`
      [
        {
          "kind": "paragraph",
          "runs": [
            {
              "code": false,
              "text": "Two ",
            },
            {
              "code": true,
              "text": "states",
            },
            {
              "code": false,
              "text": ":
      second line",
            },
          ],
        },
        {
          "items": [
            {
              "depth": 0,
              "number": undefined,
              "runs": [
                {
                  "code": false,
                  "text": "one
      goes on",
                },
              ],
            },
            {
              "depth": 1,
              "number": 1,
              "runs": [
                {
                  "code": false,
                  "text": "inner",
                },
              ],
            },
            {
              "depth": 0,
              "number": undefined,
              "runs": [
                {
                  "code": false,
                  "text": "two",
                },
              ],
            },
          ],
          "kind": "list",
        },
        {
          "kind": "heading",
          "runs": [
            {
              "code": false,
              "text": "Table",
            },
          ],
        },
        {
          "header": [
            [
              {
                "code": false,
                "text": "a",
              },
            ],
            [
              {
                "code": true,
                "text": "b | c",
              },
            ],
          ],
          "kind": "table",
          "rows": [
            [
              [
                {
                  "code": false,
                  "text": "1",
                },
              ],
              [
                {
                  "code": false,
                  "text": "2",
                },
              ],
            ],
          ],
        },
        {
          "kind": "listing",
          "language": "python",
          "text": "x = 1",
        },
        {
          "kind": "paragraph",
          "runs": [
            {
              "code": false,
              "text": "end",
            },
          ],
        },
      ]
    `);
  });

  it("takes what is not closed to the end, and what is no table as text", () => {
    expect(parseMarkup("```\nopen")).toEqual([
      { kind: "listing", text: "open", language: undefined },
    ]);
    expect(parseMarkup("| a | b |\n|")).toEqual([
      { kind: "paragraph", runs: [{ text: "| a | b |\n|", code: false }] },
    ]);
    expect(parseInline("a ` b")).toEqual([{ text: "a ` b", code: false }]);
  });

  it("takes time in proportion to the text", () => {
    const hostile = [
      (n: number) =>
        Array.from({ length: n / 20 }, (_, index) => "`".repeat(index % 200)).join("a"),
      (n: number) => "\\`".repeat(n / 2),
      (n: number) => "| ".repeat(n / 2),
      (n: number) => "| a |\n".repeat(n / 6),
      (n: number) => "- a\n\n".repeat(n / 5),
      (n: number) => "```a\n".repeat(n / 5),
      (n: number) => `${" ".repeat(n)}a`,
      (n: number) => "1".repeat(n),
    ];
    for (const make of hostile) {
      const once = time(() => parseMarkup(make(100_000)));
      const twice = time(() => parseMarkup(make(200_000)));
      expect(twice).toBeLessThan(once * 6 + 50);
    }
  });
});

/** Milliseconds of the processor, the least of three runs: others on the machine do not count. */
function time(work: () => unknown): number {
  const runs = [1, 2, 3].map(() => {
    const used = startCpuTime();
    work();
    return used();
  });
  return Math.min(...runs);
}

describe("plainMarkup", () => {
  it("leaves the words", () => {
    expect(
      plainMarkup("Use `a`:\n\n1. b\n\n| c | d |\n| --- | --- |\n| e | f |\n```sh\ng\n```"),
    ).toBe("Use a:\n1. b\nc | d\ne | f\ng");
  });
});

describe("fenced", () => {
  it("takes only a language that is a name", () => {
    expect(fenced("x", "py`\nthon")).toBe("```\nx\n```");
  });
});
