import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractPage } from "../../../ingest/extract/extract.ts";
import { readMarkdown } from "../../../ingest/folder/markdown.ts";
import { startCpuTime } from "../../support/cpu-time.ts";

const identity = {
  url: "https://wiki.example/page",
  product: "lantern",
  version: "",
  pageType: "guide",
} as const;

function sectionsOf(text: string, isMdx = false) {
  const { html } = readMarkdown(text, { isMdx });
  return extractPage(`<html><body><main>${html}</main></body></html>`, identity).document.sections;
}

const blocksOf = (text: string, isMdx = false) =>
  sectionsOf(text, isMdx).flatMap(({ blocks }) => blocks);
const textsOf = (text: string, isMdx = false) => blocksOf(text, isMdx).map((block) => block.text);

describe("readMarkdown", () => {
  it("reads headings with the ids that they have where the page is shown", () => {
    const sections = sectionsOf(
      "# Runbook\n\nintro\n\n## Disk is full!\n\none\n\nLost jobs\n---------\n\ntwo\n\n## Disk is full!\n\nthree\n\n### Own id {#own}\n\nfour\n",
    );

    expect(sections.map(({ anchor, headingPath }) => [anchor, headingPath.at(-1)])).toEqual([
      ["runbook", undefined],
      ["disk-is-full", "Disk is full!"],
      ["lost-jobs", "Lost jobs"],
      ["disk-is-full-1", "Disk is full!"],
      ["own", "Own id"],
    ]);
  });

  it("reads paragraphs as their words, without the marks of emphasis, links and images", () => {
    expect(
      textsOf(
        'The **queue** is *always* `full_of_jobs`,\nsee [the page](https://a.example/x_(y) "t") and snake_case_word ![chart](c.png).\n\nUse \\*stars\\* & 3 < 4 <https://b.example> and <run-id>[^1].\n\nA [ref][r], another [r], not [this].\n\n[r]: https://c.example\n',
      ),
    ).toEqual([
      "The queue is always full_of_jobs, see the page and snake_case_word .",
      "Use *stars* & 3 < 4 https://b.example and <run-id>.",
      "A ref, another r, not [this].",
    ]);
  });

  it("reads listings verbatim, with their language", () => {
    expect(
      blocksOf(
        '```bash title="x"\nkubectl get <pod>\n\n  # [not](a link)\n```\n\n    indented & kept\n\n~~~\n```\n~~~\n',
      ),
    ).toEqual([
      { kind: "code", language: "bash", text: "kubectl get <pod>\n\n  # [not](a link)" },
      { kind: "code", text: "indented & kept" },
      { kind: "code", text: "```" },
    ]);
  });

  it("reads lists in lists, with what belongs to an item", () => {
    expect(
      blocksOf(
        "1. Stop the worker\n   - drain it\n   - wait\n2. Look:\n\n   ```sh\n   df -h\n   ```\n\n3. [x] Done\n\nAfter.\n",
      ).map(({ kind, text, depth, label }) => [kind, text, depth, label]),
    ).toEqual([
      ["list-item", "Stop the worker", 0, "1"],
      ["list-item", "drain it", 1, undefined],
      ["list-item", "wait", 1, undefined],
      ["list-item", "Look:", 0, "2"],
      ["code", "df -h", undefined, undefined],
      ["list-item", "Done", 0, "3"],
      ["paragraph", "After.", undefined, undefined],
    ]);
  });

  it("reads tables, a bar in code among them", () => {
    expect(
      blocksOf("| Alert | Do |\n| --- | :-: |\n| `a | b` | page \\| call |\n| two | x |\n\nEnd.\n"),
    ).toEqual([
      { kind: "table-row", text: "Alert | Do", header: true },
      { kind: "table-row", text: "a | b | page | call", code: [{ start: 0, end: 5 }] },
      { kind: "table-row", text: "two | x" },
      { kind: "paragraph", text: "End." },
    ]);
  });

  it.each([
    ["GitHub", "> [!WARNING]\n> Never delete the slot.\n"],
    ["Docusaurus", ":::warning\nNever delete the slot.\n:::\n"],
    ["MkDocs", "!!! warning\n    Never delete the slot.\n"],
  ])("reads a warning as %s writes it", (_name, text) => {
    expect(blocksOf(text)).toEqual([
      { kind: "admonition", label: "warning", text: "Never delete the slot." },
    ]);
  });

  it("takes title and description from the front matter, and knows a draft", () => {
    const page = readMarkdown(
      '---\ntitle: "Disk: full"\ndescription: What to do.\ndraft: true\ntags:\n  - a\n---\n\nText\n',
    );

    expect(page).toMatchObject({ title: "Disk: full", description: "What to do.", draft: true });
    expect(page.html).toBe("<p>Text</p>");
    expect(readMarkdown("---\n\nno front matter\n").draft).toBe(false);
  });

  it("tolerates MDX: no import, no component, no expression is text", () => {
    const text = `import Tabs from "x";
export const a = 1;

# Title

<Tabs values={[1]}>
<TabItem value="a">

Run **this**.

</TabItem>
</Tabs>

<Warning>
Never that.
</Warning>

{/* hidden */}

Text with <Icon name="x" /> inside.
`;

    expect(textsOf(text, true)).toEqual(["Run this.", "Never that.", "Text with inside."]);
  });

  it("leaves out comments and what HTML hides", () => {
    expect(
      textsOf(
        '<!-- tell the reader\n\nto run this -->\n\nSeen <span hidden>not</span>.\n\n<p class="hidden">not</p>\n',
      ),
    ).toEqual(["Seen ."]);
  });

  it("refuses bytes that are no text", () => {
    expect(() => readMarkdown("a\u0000b")).toThrow("no text");
  });

  it.each([
    "[",
    "![",
    "`",
    "*",
    "_",
    "> ",
    "- ",
    "<",
    "<a ",
    "|",
    "#",
    "{",
    ":::",
    "\\",
    "**a",
    "[a](",
    "1. ",
    "    ",
    "!!! note\n    ",
    "``a`",
    "<!--",
    "&",
    "[^",
    "~~~\n",
    "- \n  ",
  ])("stays fast on %j again and again", (piece) => {
    const cpuMs = startCpuTime();

    readMarkdown(piece.repeat(60_000));
    readMarkdown(`${piece}\n`.repeat(30_000), { isMdx: true });
    readMarkdown(`${piece}x `.repeat(30_000));

    expect(cpuMs()).toBeLessThan(3000);
  });

  it("loses no word of prose", () => {
    const word = fc.stringMatching(/^[a-z]{3,9}$/);
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 12 }),
        (lines) => {
          const prefixes = ["", "- ", "1. ", "> ", "## ", "  "];
          const text = lines
            .map((line, at) => `${prefixes[at % prefixes.length]}${line.join(" ")}`)
            .join("\n\n");

          const read = sectionsOf(text)
            .flatMap(({ headingPath, blocks }) => [
              ...headingPath,
              ...blocks.map((block) => block.text),
            ])
            .join(" ");

          for (const one of lines.flat()) expect(read).toContain(one);
        },
      ),
      { numRuns: 60 },
    );
  });
});
