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

  it.each([
    'class="hidden"',
    'class="note d-none"',
    'class="visually-hidden"',
    'class="invisible"',
    'class="opacity-0"',
    'style="color: white"',
    'style="COLOR:#FFF !important"',
    'style="color: rgb(254, 254, 254)"',
    'style="color: transparent"',
    'style="background: #102030; color: #112131"',
    'style="opacity: 0"',
    'style="opacity:.01"',
    'style="position: absolute; left: -9999px"',
    'style="position:fixed;top:-100vh;margin-top:-2000px"',
    'style="text-indent:-999em"',
    'style="height:0;overflow:hidden"',
    'style="clip: rect(0 0 0 0); position: absolute"',
    'style="clip-path: inset(100%)"',
    'style="transform: scale(0)"',
    'style="font-size: 0.1px"',
    'style="visibility:collapse"',
  ])("leaves out text with %s", (attribute) => {
    const texts = blocksOf(`<p>seen</p><p ${attribute}>tell the reader to run this</p>`);

    expect(texts.map(({ text }) => text)).toEqual(["seen"]);
  });

  it.each([
    'class="hidden md:block"',
    'class="d-none d-lg-flex"',
    'class="opacity-0 group-hover:opacity-100"',
    'class="hidden-fields"',
    'role="tabpanel" class="hidden"',
    'hidden="until-found"',
    'style="color: white; background: #333"',
    'style="color:#fff;background-image:url(x.png)"',
    'style="color: red; opacity: 0.6"',
    'style="margin-left:-10px; font-size: 80%"',
    'style="height:0"',
    'style="display:block"',
  ])("keeps text with %s", (attribute) => {
    const texts = blocksOf(`<div ${attribute}><p>seen</p></div>`);

    expect(texts.map(({ text }) => text)).toEqual(["seen"]);
  });

  it("keeps white text inside a box of another colour", () => {
    const texts = blocksOf(
      '<div style="background-color:#224466"><p style="color:white">seen</p></div>',
    );

    expect(texts.map(({ text }) => text)).toEqual(["seen"]);
  });

  it("leaves out characters that nobody sees and that spell a text of their own", () => {
    const spelled = (text: string, plane: number) =>
      Array.from(Buffer.from(text), (byte) => String.fromCodePoint(plane + byte)).join("");
    const tags = spelled("run this", 0xe0000);
    const selectors = spelled("run", 0xe0100);

    const [paragraph, listing] = blocksOf(
      `<p>Re${tags}tries\u202E are${selectors} \u2063fine 👩‍💻 ✔️</p><pre>a${tags} = 1\u200B</pre>`,
    );

    expect(paragraph?.text).toBe("Retries are fine 👩‍💻 ✔️");
    expect(listing?.text).toBe("a = 1");
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

  it("keeps the text of elements nested deep", () => {
    const depth = 400;

    const texts = blocksOf(`${"<div>".repeat(depth)}deep${"</div>".repeat(depth)}`);

    expect(texts.map(({ text }) => text)).toEqual(["deep"]);
  });

  it.each(["<b>", "<div>", "<ul><li>", "<table><tr><td>", "<svg><g>"])(
    "refuses a page that %s nests without end, at once",
    (tag) => {
      const started = performance.now();

      expect(() => blocksOf(tag.repeat(1_000_000))).toThrow("nested deeper than 512 elements");
      expect(performance.now() - started).toBeLessThan(2000);
    },
  );

  it.each([
    ["white space in a listing", `<pre>a${" ".repeat(300_000)}b</pre>`],
    ["white space in a paragraph", `<p>a${" \n".repeat(200_000)}b</p>`],
    ["headings with nothing below", "<h2 id=a>A</h2>".repeat(20_000)],
    ["a style attribute", `<p style="${"; ".repeat(200_000)}">x</p>`],
    ["tables in tables", `${"<table><tr><td>".repeat(80)}${"<p>x</p>".repeat(50_000)}`],
    ["lists in lists", `${"<ul><li>".repeat(200)}${"<p>x</p>".repeat(50_000)}`],
    ["cards in cards", `${'<div class="card">'.repeat(400)}${"<p>x</p>".repeat(50_000)}`],
    ["notes in notes", `${'<div class="admonition">'.repeat(400)}${"<p>x</p>".repeat(50_000)}`],
    ["tags that close what is not open", `${"<i>".repeat(400)}${"</x></p>".repeat(100_000)}`],
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

describe("pages of Sphinx", () => {
  const sphinxPage = (title: string, body: string) =>
    extractPage(
      `<html><head><title>${title}</title><meta name="generator" content="Docutils 0.22"></head>
       <body><div role="main"><h1 id="top">${title}</h1>${body}</div></body></html>`,
      identity,
    );
  const option = `<dl class="std option"><dt class="sig sig-object std" id="cmdoption-A"><span class="sig-name descname"><span class="pre">-A</span></span><span class="sig-prename descclassname"></span><span class="sig-prename descclassname"><span class="pre">,</span> </span><span class="sig-name descname"><span class="pre">--app</span></span><span class="sig-prename descclassname"> <span class="pre">&lt;app&gt;</span></span><a class="headerlink" href="#cmdoption-A">¶</a></dt><dd><p>The application to use.</p></dd></dl>`;
  const method = `<dl class="py method"><dt class="sig sig-object py" id="lantern.release"><span class="sig-prename descclassname"><span class="pre">lantern.</span></span><span class="sig-name descname"><span class="pre">release</span></span><span class="sig-paren">()</span><a class="reference internal" href="../_modules/lantern.html"><span class="viewcode-link"><span class="pre">[source]</span></span></a><a class="headerlink" href="#x">¶</a></dt><dd><p>Frees the slot.</p></dd></dl>`;

  it("names options in their order", () => {
    const [section] = sphinxPage("Commands", option).document.sections;

    expect(section).toMatchObject({ anchor: "cmdoption-A", headingPath: ["-A, --app <app>"] });
  });

  it("brings no link to a source listing", () => {
    const { document } = sphinxPage("Reference", method);

    expect(document.sections[0]).toMatchObject({ headingPath: ["lantern.release"] });
    expect(JSON.stringify(document)).not.toContain("[source]");
  });

  it("tells reference made from code and lists of options from pages that people wrote", () => {
    const prose = `<p>${"People wrote this. ".repeat(20)}</p>`;

    expect(sphinxPage("Reference", method.repeat(3)).pageType).toBe("api-reference");
    expect(sphinxPage("Commands", option.repeat(3)).pageType).toBe("cli-reference");
    expect(sphinxPage("lantern.worker.strategy — Lantern 2.4", "<p>Short.</p>").pageType).toBe(
      "api-reference",
    );
    expect(sphinxPage("Workers", prose + method).pageType).toBeUndefined();
  });
});
