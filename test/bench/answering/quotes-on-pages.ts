/**
 * Whether what the bot quotes stands on the pages it cites, as they are served: records of `npm run eval` against the
 * text nodes of each page. Reads and folds pages with nothing of the crawler's or the verification's own code.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as cheerio from "cheerio";

const HELP = `Usage: node test/bench/answering/quotes-on-pages.ts --records FILE [--from ORIGIN]

  --records FILE  records that npm run eval -- --out FILE wrote
  --from ORIGIN   fetch the cited pages from this origin and not from their own
`;

type Answer = {
  readonly claims: readonly {
    readonly quotes: readonly { readonly citation: number; readonly text: string }[];
  }[];
  readonly citations: readonly { readonly number: number; readonly url: string }[];
};

const PLAIN: Readonly<Record<string, string>> = {
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "–": "-",
  "—": "-",
};

function folded(text: string): string {
  return text
    .normalize("NFKC")
    .replaceAll(/[‘’“”–—]/g, (sign) => PLAIN[sign] ?? sign)
    .replaceAll(/[\s`*_\\|\u200B]+/g, "")
    .toLowerCase();
}

async function textOf(address: string): Promise<string> {
  const $ = cheerio.load(await (await fetch(address)).text());
  $("script, style, svg").remove();
  return folded($("body").text());
}

const { values } = parseArgs({
  options: { records: { type: "string" }, from: { type: "string" } },
});
if (values.records === undefined) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else {
  const pages = new Map<string, string>();
  let quotes = 0;
  const missing: string[] = [];
  for (const line of readFileSync(values.records, "utf8").split("\n").filter(Boolean)) {
    // The record's shape is this project's own contract.
    const { id, answer } = JSON.parse(line) as { readonly id: string; readonly answer: Answer };
    for (const { citation, text } of answer.claims.flatMap((claim) => claim.quotes)) {
      const cited = new URL(answer.citations.find(({ number }) => number === citation)?.url ?? "");
      const address = `${values.from ?? cited.origin}${cited.pathname}`;
      const page = pages.get(address) ?? (await textOf(address));
      pages.set(address, page);
      quotes += 1;
      // Cells and lines stand in elements of their own on the page.
      const parts = text.split(/ \| |\n/).map(folded);
      if (!parts.every((part) => page.includes(part))) missing.push(`${id} ${address}: ${text}`);
    }
  }
  process.stdout.write(`${quotes} quotes on ${pages.size} pages, ${missing.length} not found\n`);
  for (const one of missing) process.stdout.write(`  ${one}\n`);
  if (missing.length > 0) process.exitCode = 1;
}
