/** An IngestReport as text for people. */
import type { Lapsed } from "../src/answering/reviewed/cited-pages.ts";
import type { IndexVersion } from "../src/store/chunk-index.ts";
import type { FoundByComparison, IngestReport, SourceReport } from "./ingest.ts";
import type { WrittenPhrasings } from "./phrase/write-phrasings.ts";
import { identityText } from "./sources/identity.ts";
import { duration } from "./terminal-progress.ts";

const SHOWN = 10;

/** The summary table and what is worth knowing beside it; ends with a line break. */
export function reportText(report: IngestReport): string {
  const lines = [...table(report), ""];
  for (const source of report.sources) lines.push(...about(source), ...details(source));
  lines.push(outcome(report));
  return `${lines.join("\n")}\n`;
}

/** What `write-phrasings` did; ends with a line break. */
export function phrasingsText(
  file: string,
  { pages, places, left, failed, tokens }: WrittenPhrasings,
): string {
  const of = pages === 1 ? "1 page" : `${pages} pages`;
  const lines = [
    `Wrote how people ask for ${of} and ${places === 1 ? "1 place" : `${places} places`} (${tokens.input} tokens read, ${tokens.output} written) to ${file}.`,
    ...failed.slice(0, SHOWN).map(({ url, reason }) => `failed: ${url}: ${reason}`),
    ...(failed.length > SHOWN ? [`and ${failed.length - SHOWN} more`] : []),
    failed.length > 0 || left > 0
      ? `Run it again for ${left > 0 ? `the ${left} pages that are left` : "those that failed"}.`
      : pages === 0
        ? "There was nothing to write: every page that people wrote has phrasings."
        : "The next `npm run ingest` builds the index with them.",
  ];
  return `${lines.join("\n")}\n`;
}

function table(report: IngestReport): readonly string[] {
  const rows = report.sources.map((source) => [
    source.source,
    source.state,
    String(source.pages),
    String(source.diff.added.length),
    String(source.diff.changed.length),
    String(source.diff.removed.length),
    String(source.stalePages.length),
    String(source.failed.length),
    source.crawl === undefined ? "" : duration(source.crawl.elapsedMs / 1000),
  ]);
  const head = [
    "source",
    "state",
    "pages",
    "new",
    "changed",
    "gone",
    "stale",
    "failed",
    "crawled in",
  ];
  return columns([head, ...rows]);
}

/** Rows with their columns lined up; numbers to the right. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        const isNumber = /^\d+$/.test(cell) || (row === rows[0] && isNumberColumn(rows, column));
        return isNumber ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}

function isNumberColumn(rows: readonly (readonly string[])[], column: number): boolean {
  return rows.length > 1 && rows.slice(1).every((row) => /^\d+$/.test(row[column] ?? ""));
}

/** What the source was taken to be about, and how to say otherwise. */
function about({ source, identity, state }: SourceReport): readonly string[] {
  if (identity === undefined || state === "up-to-date") return [];
  const line = `${source}: taken to be about ${identityText(identity)}.`;
  return identity.by === "site"
    ? [line, "  If that is wrong, say it: --title NAME, --product NAME, --version VERSION."]
    : [line];
}

function details(source: SourceReport): readonly string[] {
  const lines: string[] = [];
  if (source.error !== undefined) {
    lines.push(`${source.source} failed; its published pages stay as they were.`);
    lines.push(...source.error.split("\n").map((line) => `  ${line}`));
  }
  if (source.state === "refused") {
    lines.push(`${source.source} was refused; its published pages stay as they were.`);
  }
  for (const problem of source.problems) {
    lines.push(`  ${problem.message}`);
    lines.push(...some(problem.pages.map((url) => `    ${url}`)));
  }
  if (source.state === "refused")
    lines.push("  Look at the pages; --force publishes it all the same.");
  if (source.state === "dry-run") {
    const named = (sign: string, urls: readonly string[]) =>
      some(urls.map((url) => `  ${sign} ${url}`));
    lines.push(
      ...named("+", source.diff.added),
      ...named("~", source.diff.changed),
      ...named("-", source.diff.removed),
    );
  }
  if (source.failed.length > 0) {
    lines.push(`${source.source}: pages that could not be read`);
    lines.push(...some(source.failed.map(({ url, reason }) => `  ${url}: ${reason}`)));
  }
  const crawl = source.crawl;
  if (crawl !== undefined) {
    const unusual = source.leftOut.filter(
      ({ why }) => why === "empty" || why === "truncated" || why === "unusable",
    );
    if (unusual.length > 0) {
      lines.push(`${source.source}: pages left out`);
      lines.push(...some(unusual.map(({ url, why, detail }) => `  ${url}: ${why} (${detail})`)));
    }
    lines.push(...ways(source.source, crawl.foundBy));
    if (crawl.disallowed.length > 0) {
      lines.push(
        `${source.source}: ${crawl.disallowed.length} addresses that robots.txt keeps out`,
      );
    }
    if (crawl.made.length > 0) {
      lines.push(
        `${source.source}: ${crawl.made.length} pages left out that the site's generator makes for itself (indexes, source listings)`,
      );
    }
    lines.push(...some(crawl.notes.map((note) => `${source.source}: ${note}`)));
  }
  if (lines.length > 0) lines.push("");
  return lines;
}

/** How many pages each way found, and which pages it did not. */
function ways(name: string, foundBy: FoundByComparison): readonly string[] {
  const { sitemap, lists, links } = foundBy;
  const counts = [
    `${sitemap} in the sitemap`,
    `${lists} in lists`,
    ...(links === undefined ? [] : [`${links} by links`]),
  ];
  const missed = (title: string, urls: readonly string[]) =>
    urls.length === 0
      ? []
      : [`  ${title}: ${urls.length}`, ...some(urls.map((url) => `    ${url}`))];
  const differences = [
    ...missed("not in the sitemap", foundBy.notInSitemap),
    ...missed("not in any list", foundBy.notInLists),
    ...missed("linked from no page", foundBy.notLinked),
  ];
  // A crawl that read no page anew and found nothing odd has nothing to tell.
  if (links === undefined && differences.length === 0) return [];
  return [`${name}: found ${counts.join(", ")}`, ...differences];
}

function some(lines: readonly string[]): readonly string[] {
  if (lines.length <= SHOWN) return lines;
  return [...lines.slice(0, SHOWN), `    ... and ${lines.length - SHOWN} more (--json lists all)`];
}

function outcome(report: IngestReport): string {
  const seconds = duration(report.elapsedMs / 1000);
  const { version } = report;
  if (version !== undefined) {
    return `Version ${version.id} is live: ${version.pages} pages, ${version.chunks} chunks, in ${seconds}.`;
  }
  if (report.sources.some(({ state }) => state === "failed" || state === "refused")) {
    return `Nothing was published (${seconds}).`;
  }
  if (report.sources.some(({ state }) => state === "dry-run")) {
    const anew = report.anew
      ? " An ingest would build the index anew: the live version is not the last one made here, or was made otherwise."
      : "";
    return `Dry run: nothing was published (${seconds}).${anew}`;
  }
  return `Everything is up to date (${seconds}).`;
}

/** The versions of an index, newest first, and the sources of the live one. */
export function statusText(
  versions: readonly (IndexVersion & { readonly live: boolean })[],
): string {
  if (versions.length === 0) return "There is no index yet. Make one with: npm run ingest\n";
  const rows = versions.map((version) => [
    version.live ? "live" : "",
    version.id,
    version.createdAt,
    String(version.pages),
    String(version.chunks),
    version.embedding?.model ?? "",
  ]);
  const lines = [...columns([["", "version", "made", "pages", "chunks", "embedding"], ...rows])];
  const live = versions.find((version) => version.live);
  if (live !== undefined) {
    const sources = live.sources.map((source) => [
      source.name,
      source.product,
      source.version,
      String(source.pages),
      String(source.stalePages),
      String(source.chunks),
      source.crawledAt,
    ]);
    lines.push(
      "",
      ...columns([
        ["source", "product", "version", "pages", "stale", "chunks", "crawled"],
        ...sources,
      ]),
    );
  }
  return `${lines.join("\n")}\n`;
}

/** Reviewed answers that are offered no more, and why; "" when there are none. */
export function lapsedText(lapsed: readonly Lapsed[]): string {
  if (lapsed.length === 0) return "";
  const lines = lapsed.map(
    ({ id, author, wording, because }) => `  ${id} (${author}) "${wording}": ${because}\n`,
  );
  const many =
    lapsed.length === 1 ? "1 reviewed answer is" : `${lapsed.length} reviewed answers are`;
  return `${many} offered no more, until somebody looks at them (npm run reviewed -- renew ID):\n${lines.join("")}`;
}

/** How many posted answers stand on words that changed; "" when there are none or it is not known. */
export function changedText(changed: number | undefined, days: number): string {
  if (changed === undefined || changed === 0) return "";
  const many = changed === 1 ? "1 posted answer" : `${changed} posted answers`;
  const stand = changed === 1 ? "stands" : "stand";
  return `${many} of the last ${days} days ${stand} on words that changed: npm run changed\n`;
}
