/**
 * Measures how much of the pages' own text the extractor brings through, and how much else:
 *
 *     npm run completeness -- ADDRESS [--limit N] [--worst N] [--json]
 *
 * ADDRESS is the origin of a site or a copy of one; its sitemap names the pages. The reference is the words of the
 * text nodes of each page's content element, less what is known not to be text (buttons, heading anchors, tab lists,
 * counters), read by another parser and without any code of the extractor.
 */
import { parseArgs } from "node:util";
import { load } from "cheerio";
import { type AnyNode, hasChildren, isTag, isText } from "domhandler";
import type { Document } from "../../../src/documents/document.ts";
import { runEntry } from "../../../src/platform/run-entry.ts";
import { UsageError } from "../../../src/platform/errors.ts";
import { extractPage } from "../../../ingest/extract/extract.ts";

const HELP = `Usage: npm run completeness -- ADDRESS [--limit N] [--worst N] [--json]

Compares the words that the extractor reads with those that the pages of a site show. ADDRESS is its origin.
`;

type Reference = {
  readonly generator: string;
  /** Where the page's own text is, best first. */
  readonly content: readonly string[];
  /** Further text of the page outside of it: title, shown description. */
  readonly also: readonly string[];
  /** What is not text. */
  readonly drop: readonly string[];
};

const DROP_ANYWHERE = [
  "script",
  "style",
  "svg",
  "noscript",
  "template",
  "iframe",
  "select",
  "textarea",
];

const REFERENCES: readonly Reference[] = [
  {
    generator: "mintlify",
    content: ["#content"],
    also: ["#page-title", "#header > .prose"],
    drop: [
      'a[aria-label="Navigate to header"]',
      "[data-floating-buttons]",
      "[data-component-part=code-block-header] button",
      "[data-component-part=code-block-header] [aria-hidden=true]",
      "[data-component-part=code-block-footer]",
      "[data-component-part=code-group-tab-bar]",
      "[data-component-part=step-number]",
      "[role=tablist]",
      "button:not([data-component-part=update-label])",
      "annotation",
      ".katex-html",
    ],
  },
  {
    generator: "docusaurus",
    content: [".theme-doc-markdown", "article .markdown", "article"],
    also: [],
    drop: [
      ".hash-link",
      "[role=tablist]",
      "button",
      ".theme-doc-toc-mobile",
      "nav",
      "[class*=codeLineNumber]",
    ],
  },
  {
    generator: "mkdocs-material",
    content: ["article.md-content__inner"],
    also: [],
    drop: [
      ".headerlink",
      ".tabbed-labels",
      ".linenos",
      ".linenodiv",
      "button",
      ".md-source-file",
      ".md-content__button",
      "form",
      "nav",
    ],
  },
  {
    generator: "sphinx",
    content: ["[role=main]", "article#furo-main-content", ".body"],
    also: [],
    drop: [
      ".headerlink",
      ".linenos",
      ".linenodiv",
      "button",
      ".viewcode-link",
      ".back-to-top",
      "nav",
      ".sphinx-tabs [role=tablist]",
      ".sd-tab-label",
    ],
  },
  {
    generator: "generic",
    content: ["main", "[role=main]", "article", "body"],
    also: [],
    drop: ["nav", "footer", "button", "[hidden]"],
  },
];

type PageFigures = {
  readonly url: string;
  readonly generator: string;
  readonly words: number;
  readonly missing: number;
  readonly extracted: number;
  readonly foreign: number;
  readonly missingExamples: readonly string[];
  readonly foreignExamples: readonly string[];
};

type Words = ReadonlyMap<string, number>;

async function main(signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      limit: { type: "string", default: "100000" },
      worst: { type: "string", default: "10" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [address] = positionals;
  if (address === undefined || URL.parse(address) === null) {
    throw new UsageError("Give the address of a site, such as http://127.0.0.1:4000.");
  }
  const urls = (await pagesOf(address, signal)).slice(0, Number(values.limit));
  if (urls.length === 0) throw new UsageError(`There is no sitemap with pages at ${address}.`);

  const figures: PageFigures[] = [];
  for (const url of urls) {
    const response = await fetch(url, { signal });
    if (response.ok) figures.push(measurePage(url, await response.text()));
    else await response.body?.cancel();
  }
  const report = summary(figures);
  const worst = figures
    .filter(({ missing, foreign }) => missing + foreign > 0)
    .toSorted((a, b) => badness(b) - badness(a))
    .slice(0, Number(values.worst));
  process.stdout.write(
    values.json ? `${JSON.stringify({ ...report, worst })}\n` : text(report, worst),
  );
  return report.coverage >= 0.995 && report.chrome <= 0.005 ? 0 : 1;
}

async function pagesOf(address: string, signal: AbortSignal): Promise<readonly string[]> {
  const pages: string[] = [];
  const queue = [new URL("/sitemap.xml", address).href];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const response = await fetch(next, { signal });
    if (!response.ok) continue;
    const xml = await response.text();
    const found = [...xml.matchAll(/<loc>\s*([^<\s]+)\s*<\/loc>/g)].map((match) => match[1] ?? "");
    // A copy may name the addresses of the original.
    const local = found.map((url) => new URL(new URL(url).pathname, address).href);
    if (xml.includes("<sitemapindex")) queue.push(...local);
    else pages.push(...local);
  }
  return pages;
}

function measurePage(url: string, html: string): PageFigures {
  const identity = { url, product: "", version: "", pageType: "other" } as const;
  const { document, generator } = extractPage(html, identity);
  const reference = referenceWords(html, generator);
  const extracted = documentWords(document, false);
  const withLabels = documentWords(document, true);

  let words = 0;
  let missing = 0;
  const missingExamples: string[] = [];
  for (const [word, count] of reference) {
    words += count;
    const lack = count - (withLabels.get(word) ?? 0);
    if (lack > 0) {
      missing += lack;
      missingExamples.push(word);
    }
  }
  let total = 0;
  let foreign = 0;
  const foreignExamples: string[] = [];
  for (const [word, count] of extracted) {
    total += count;
    const excess = count - (reference.get(word) ?? 0);
    if (excess > 0) {
      foreign += excess;
      foreignExamples.push(word);
    }
  }
  return {
    url,
    generator,
    words,
    missing,
    extracted: total,
    foreign,
    missingExamples: missingExamples.slice(0, 8),
    foreignExamples: foreignExamples.slice(0, 8),
  };
}

function referenceWords(html: string, generator: string): Words {
  const rule = REFERENCES.find((one) => one.generator === generator) ?? REFERENCES.at(-1);
  const $ = load(html);
  $([...DROP_ANYWHERE, ...(rule?.drop ?? [])].join(",")).remove();
  const root = (rule?.content ?? [])
    .map((selector) => $(selector).first())
    .find(($one) => $one.length > 0);
  const words = new Map<string, number>();
  for (const node of root?.toArray() ?? []) addTexts(node, words);
  for (const selector of rule?.also ?? [])
    for (const node of $(selector).toArray()) addTexts(node, words);
  return words;
}

/** Elements that do not separate words: "in<code>line</code>" is one word. */
const INLINE = new Set(
  "a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark q s samp small span strong sub sup time tt u var wbr".split(
    " ",
  ),
);

/** Text of `node`, blocks apart from each other, counted by word. */
function addTexts(node: AnyNode, words: Map<string, number>): void {
  let line = "";
  const visit = (current: AnyNode) => {
    if (isText(current)) line += current.data;
    else if (hasChildren(current)) {
      const separates =
        isTag(current) && (!INLINE.has(current.name) || current.attribs["data-as"] === "p");
      if (separates) line += "\n";
      for (const child of current.children) visit(child);
      if (separates) line += "\n";
    }
  };
  visit(node);
  addWords(words, line);
}

function documentWords(document: Document, withLabels: boolean): Words {
  const words = new Map<string, number>();
  addWords(words, document.title);
  const headings = new Set<string>();
  for (const { anchor, headingPath, blocks } of document.sections) {
    for (const [depth, heading] of headingPath.entries()) {
      const isOwn = depth === headingPath.length - 1;
      const key = `${headingPath.slice(0, depth + 1).join("\n")}\n${isOwn ? anchor : ""}`;
      const inner = `${headingPath.slice(0, depth + 1).join("\n")}\n`;
      if (headings.has(key) || (!isOwn && [...headings].some((one) => one.startsWith(inner))))
        continue;
      headings.add(key);
      // The name of an API object stands in its signature.
      const inSignature =
        isOwn && blocks[0]?.kind === "definition" && blocks[0].text.includes(heading);
      if (!inSignature) addWords(words, heading);
    }
    const isBare = blocks.length === 1 && blocks[0]?.text === headingPath.at(-1);
    for (const block of blocks) {
      if (!isBare) addWords(words, block.text);
      if (withLabels && block.label !== undefined) addWords(words, block.label);
    }
  }
  return words;
}

function addWords(words: Map<string, number>, text: string): void {
  const visible = text.replaceAll(/[\u00AD\u200B\u2060\uFEFF]/g, "");
  for (const [word] of visible.matchAll(/[\p{L}\p{N}_]+/gu)) {
    // A note's kind is "Note" on the page and "note" as a label.
    const key = word.toLowerCase();
    words.set(key, (words.get(key) ?? 0) + 1);
  }
}

type Summary = {
  readonly pages: number;
  readonly words: number;
  /** Share of the pages' own words that came through. */
  readonly coverage: number;
  /** Share of what came through that is not the pages' own. */
  readonly chrome: number;
  readonly generators: Readonly<
    Record<string, { readonly pages: number; readonly coverage: number; readonly chrome: number }>
  >;
};

function summary(figures: readonly PageFigures[]): Summary {
  const groups = Object.groupBy(figures, ({ generator }) => generator);
  const generators = Object.fromEntries(
    Object.entries(groups).map(([name, group = []]) => [
      name,
      { pages: group.length, ...shares(group) },
    ]),
  );
  const words = figures.reduce((sum, page) => sum + page.words, 0);
  return { pages: figures.length, words, ...shares(figures), generators };
}

function shares(figures: readonly PageFigures[]): {
  readonly coverage: number;
  readonly chrome: number;
} {
  const sum = (value: (page: PageFigures) => number) =>
    figures.reduce((total, page) => total + value(page), 0);
  const words = sum((page) => page.words);
  const extracted = sum((page) => page.extracted);
  return {
    coverage: words === 0 ? 1 : 1 - sum((page) => page.missing) / words,
    chrome: extracted === 0 ? 0 : sum((page) => page.foreign) / extracted,
  };
}

function badness(page: PageFigures): number {
  return (page.missing + page.foreign) / Math.max(1, page.words);
}

function text(report: Summary, worst: readonly PageFigures[]): string {
  const percent = (share: number) => `${(share * 100).toFixed(3)} %`;
  const lines = [
    `${report.pages} pages, ${report.words} words: ${percent(report.coverage)} came through, ${percent(report.chrome)} of what came through is not the pages' own`,
    ...Object.entries(report.generators).map(
      ([name, one]) =>
        `  ${name}: ${one.pages} pages, ${percent(one.coverage)}, ${percent(one.chrome)}`,
    ),
    ...(worst.length === 0 ? [] : ["", "worst pages"]),
    ...worst.map(
      (page) =>
        `  ${page.url}\n    of ${page.words} words ${page.missing} missing (${page.missingExamples.join(" ")}), ${page.foreign} foreign (${page.foreignExamples.join(" ")})`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

await runEntry(main);
