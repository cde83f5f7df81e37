import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractPage } from "../../../ingest/extract/extract.ts";
import { pageCases } from "../../fixtures/pages/cases.ts";
import { startCpuTime } from "../../support/cpu-time.ts";

const identity = {
  url: "https://lantern.example/page",
  product: "lantern",
  version: "2",
  pageType: "guide",
} as const;

function blocksOf(body: string) {
  const html = `<html><head><title>Page</title></head><body><main>${body}</main></body></html>`;
  return extractPage(html, identity).document.sections.flatMap(({ blocks }) => blocks);
}

describe("extractPage", () => {
  const cases = pageCases();

  it("has at least four cases of each generator", () => {
    const names = cases.map(({ name }) => name);
    const count = (prefix: string) => names.filter((name) => name.startsWith(prefix)).length;

    expect(
      ["mintlify-", "docusaurus-", "mkdocs-material-", "furo-", "read-the-docs-"].map(count),
    ).toEqual([4, 4, 4, 4, 4]);
  });

  it.each(cases)("reads $name as expected", ({ folder, identity: ofCase }) => {
    const html = readFileSync(path.join(folder, "source.html"), "utf8");
    const expected: unknown = JSON.parse(readFileSync(path.join(folder, "expected.json"), "utf8"));

    const { document, generator } = extractPage(html, ofCase);
    const { title, description, sections } = document;

    expect({ generator, title, description, sections }).toEqual(expected);
  });

  it.each(cases)("brings nothing of the chrome of $name", ({ folder, identity: ofCase }) => {
    const html = readFileSync(path.join(folder, "source.html"), "utf8");

    const text = JSON.stringify(extractPage(html, ofCase).document);

    for (const chrome of [
      /Was this page helpful/,
      /On this page/,
      /Copy page/,
      /Ask AI/,
      /Documentation Index/,
      /Skip to/,
      /¶/,
      /Made with/,
      /All rights reserved/,
      /cookies/,
      /__next_f/,
      /See all \d+ lines/,
      /Permalink/,
    ]) {
      expect(text).not.toMatch(chrome);
    }
  });

  it("gives the head of a page: canonical link, robots, language", () => {
    const { head } = extractPage(
      `<html lang="EN"><head><link rel="canonical" href="/a"><meta name="robots" content="NoIndex">
       <meta name="robots" content="nofollow"><title> A  page </title></head><body>text</body></html>`,
      identity,
    );

    expect(head).toMatchObject({
      canonical: "/a",
      robots: "noindex, nofollow",
      language: "en",
      title: "A page",
    });
  });

  it("collects links of the whole page once each, but for those marked nofollow", () => {
    const { links } = extractPage(
      `<body><nav><a href="/a">A</a></nav><main><a href="/b#c">B</a><a href="/a">A</a>
       <a rel="nofollow" href="/n">N</a></main></body>`,
      identity,
    );

    expect(links).toEqual(["/a", "/b#c"]);
  });

  it("keeps listings verbatim: indentation, blank lines, no line numbers", () => {
    const [block] = blocksOf(
      '<pre class="language-py"><code><span class="lineno">1 </span>def f():\n\n    return 1\n</code></pre>',
    );

    expect(block).toEqual({ kind: "code", language: "py", text: "def f():\n\n    return 1" });
  });

  it("leaves out what an inline style hides", () => {
    const texts = blocksOf(
      `<p>seen</p><p style="color:red; display : none">a</p><div style="visibility:hidden">b</div>
       <p style="font-size:0">c</p><p hidden>d</p><p aria-hidden="true">e</p>`,
    ).map(({ text }) => text);

    expect(texts).toEqual(["seen"]);
  });

  it("gives a page without its generator's content element as any page", () => {
    const { document, generator } = extractPage(
      `<html><head><meta name="generator" content="Mintlify"><title>x</title></head>
       <body><main><h1>Other</h1><p>Text</p></main></body></html>`,
      identity,
    );

    expect(generator).toBe("generic");
    expect(document.sections.flatMap(({ blocks }) => blocks)).toEqual([
      { kind: "paragraph", text: "Text" },
    ]);
  });

  it("survives nesting deeper than any stack", () => {
    const depth = 20_000;

    const texts = blocksOf(`${"<div>".repeat(depth)}deep${"</div>".repeat(depth)}`);

    expect(texts.length).toBeLessThanOrEqual(1);
  });

  it.each([
    ["white space in a listing", `<pre>a${" ".repeat(300_000)}b</pre>`],
    ["white space in a paragraph", `<p>a${" \n".repeat(200_000)}b</p>`],
    ["headings with nothing below", "<h2 id=a>A</h2>".repeat(20_000)],
    ["a style attribute", `<p style="${"; ".repeat(200_000)}">x</p>`],
    ["tables in tables", "<table><tr><td>".repeat(5000)],
    ["lists in lists", "<ul><li>x".repeat(5000)],
    ["cards in cards", '<div class="card">'.repeat(5000)],
    ["entities", "&amp;".repeat(200_000)],
    ["code in a sentence", `<p>${"<code> a</code> b".repeat(40_000)}</p>`],
  ])("stays fast on %s made to be slow", (_name, body) => {
    const cpuMs = startCpuTime();

    blocksOf(body);

    expect(cpuMs()).toBeLessThan(2000);
  });

  it("keeps what the page sets as code in a sentence, an item, a cell and a term", () => {
    const codeOf = (body: string) =>
      blocksOf(body).map(({ text, code }) =>
        (code ?? []).map(({ start, end }) => text.slice(start, end)),
      );

    expect(
      codeOf(
        "<p>  Use\u200B <code> a\u00AD  b </code>, <kbd>c</kbd>, <a><tt>d <i>e</i></tt></a></p>",
      ),
    ).toEqual([["a b", "c", "d e"]]);
    expect(codeOf("<p><code>a</code><code>b</code><code> </code></p>")).toEqual([["ab"]]);
    expect(codeOf("<ol><li><code>a</code> b<ul><li>c <code>d</code></ul></ol>")).toEqual([
      ["a"],
      ["d"],
    ]);
    expect(
      codeOf("<table><tr><th>n<th>t<tr><td><code>a | b</code><td> <td><code>c</code></table>"),
    ).toEqual([[], ["a | b", "c"]]);
    expect(codeOf("<dl><dt><code>a</code>:<dt><code>b</code><dd>c <code>d</code></dl>")).toEqual([
      ["a", "b", "d"],
    ]);
    expect(codeOf("<pre><code>a</code></pre><p>b</p>")).toEqual([[], []]);
    expect(codeOf("<code>a<p>b</p></code><p>c</p>")).toEqual([["a"], ["b"], []]);
  });

  it("gives blocks without white space at their ends, and never an empty one", () => {
    const piece = fc.constantFrom(
      "<p>",
      "</p>",
      "<ul>",
      "<li>",
      "</ul>",
      "<div>",
      "</div>",
      "<h2 id=a>",
      "</h2>",
      "<h3>",
      "<table><tr>",
      "<td>",
      "</table>",
      "<dl><dt>",
      "<dd>",
      "</dl>",
      "<pre>",
      "</pre>",
      "<details><summary>",
      "</summary>",
      "</details>",
      '<div class="admonition note"><p class="admonition-title">',
      "<br>",
      " word ",
      "\u200B",
      "\u00A0",
      "&lt;",
      "<code>x</code>",
      "<code>",
      "</code>",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const block of blocksOf(pieces.join(""))) {
          expect(block.text.trim()).not.toBe("");
          expect(block.text.trimEnd()).toBe(block.text);
          const start = block.kind === "code" ? block.text.trimStart() : block.text;
          expect(start.trimStart()).toBe(start);
          let before = -1;
          for (const span of block.code ?? []) {
            const code = block.text.slice(span.start, span.end);
            expect([code.trim(), code.length > 0, span.start > before]).toEqual([code, true, true]);
            before = span.end;
          }
          expect(before).toBeLessThanOrEqual(block.text.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});
