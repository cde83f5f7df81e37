/**
 * A folder of Markdown as a source: a team's runbooks, or the checkout of a repository. Reads the files that changed
 * into the page cache, as a crawl does with pages; what the pages amount to is decided afterwards by the same rules.
 */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Document } from "../../src/documents/document.ts";
import { AppError } from "../../src/platform/errors.ts";
import { contentHashOf, wordsOf } from "../content.ts";
import type { CrawlOptions, CrawlSummary } from "../crawl.ts";
import { matchesGlob } from "../discover/address.ts";
import { EXTRACTION, extractPage } from "../extract/extract.ts";
import { generic } from "../extract/generators/generic.ts";
import { decodeText } from "../fetch/charset.ts";
import type { PageFetcher } from "../fetch/fetch-page.ts";
import { newRecord, type PageCache, type PageRecord } from "../fetch/page-cache.ts";
import { refinedPageType } from "../sources/page-identity.ts";
import type { Source } from "../sources/source.ts";
import { type MarkdownPage, readMarkdown } from "./markdown.ts";

/** The folder is not there or may not be read; what is published stays. */
export class FolderError extends AppError {}

const MARKDOWN = /\.(?:md|mdx|markdown)$/i;
/** A page that people read is shorter; what is longer is data. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 30;
/** Folders that are never documentation. */
const NOT_ENTERED = new Set(["node_modules", "vendor", "__pycache__"]);

type FolderSource = Source & { readonly folder: NonNullable<Source["folder"]> };

export function isFolderSource(source: Source | undefined): source is FolderSource {
  return source?.folder !== undefined;
}

/**
 * Reads the folder of `source`. Links are not followed, neither in pages nor in the file system. Throws `FolderError`
 * when the folder cannot be read; a file that cannot be read is a failed page.
 */
export async function readFolder(
  source: FolderSource,
  cache: PageCache,
  { clock, signal }: Pick<PageFetcher, "clock" | "signal">,
  { newId, progress }: Pick<CrawlOptions, "newId" | "progress">,
): Promise<CrawlSummary> {
  const begun = clock.elapsed();
  const crawl = newId();
  const notes: string[] = [];
  const startedAt = new Date(clock.now()).toISOString();
  const files = filesOf(source, notes);
  cache.startCrawl({
    id: crawl,
    source: source.name,
    from: source.folder.path,
    startedAt,
    finishedAt: undefined,
  });
  const seen = new Set<string>();
  const counts = { unmodified: 0, sameText: 0, bytes: 0, failed: 0 };
  for (const [at, file] of files.entries()) {
    signal?.throwIfAborted();
    const url = addressOf(source, file);
    if (url === undefined || seen.has(url)) {
      notes.push(
        `left out, its address is ${url === undefined ? "not one" : "that of another file"}: ${file}`,
      );
      continue;
    }
    seen.add(url);
    const before = cache.get(source.name, url);
    const record: PageRecord = {
      ...(before ?? newRecord(source.name, url)),
      crawl,
      failure: "",
      confirmedAt: new Date(clock.now()).toISOString(),
    };
    const read = readFile(source, file, url, before);
    if (read.kind === "failed") {
      counts.failed += 1;
      cache.put(
        before?.kind === "page"
          ? { ...record, failure: read.reason, confirmedAt: before.confirmedAt }
          : { ...record, kind: "unusable", reason: read.reason },
      );
    } else if (read.kind === "unmodified") {
      counts.unmodified += 1;
      cache.put(record);
    } else if (read.kind === "draft") {
      cache.put({ ...record, kind: "noindex", reason: "a draft" });
    } else {
      const contentHash = contentHashOf(read.document);
      counts.bytes += read.bytes;
      if (before?.kind === "page" && before.contentHash === contentHash) counts.sameText += 1;
      cache.put(
        {
          ...record,
          kind: "page",
          reason: "",
          target: "",
          etag: read.hash,
          contentHash,
          words: wordsOf(read.document),
          pipeline: EXTRACTION,
          notes: "",
        },
        read.document,
      );
    }
    progress.crawl({
      known: files.length,
      done: at + 1,
      failed: counts.failed,
      elapsedMs: clock.elapsed() - begun,
    });
    if (at % 100 === 99) {
      cache.flush();
      await clock.sleep(0, signal);
    }
  }
  for (const record of cache.records(source.name)) {
    if (seen.has(record.url) || record.kind === "gone") continue;
    cache.put({
      ...record,
      kind: "gone",
      reason: "its file is not there any more",
      crawl,
      failure: "",
    });
  }
  cache.flush();
  cache.finishCrawl(crawl, new Date(clock.now()).toISOString());
  return {
    source: source.name,
    crawl,
    resumed: false,
    tried: files.length,
    unmodified: counts.unmodified,
    sameText: counts.sameText,
    bytes: counts.bytes,
    elapsedMs: clock.elapsed() - begun,
    inSitemap: seen,
    inLists: new Set(),
    linked: new Set(),
    sitemapComplete: true,
    linksComplete: false,
    disallowed: [],
    made: [],
    notes,
  };
}

/** Paths of the Markdown files below the folder, with "/" between their parts, in order. */
function filesOf(source: FolderSource, notes: string[]): readonly string[] {
  const root = source.folder.path;
  const files: string[] = [];
  const visit = (below: string, depth: number) => {
    const entries = readdirSync(path.join(root, below), { withFileTypes: true }).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    for (const entry of entries) {
      const file = below === "" ? entry.name : `${below}/${entry.name}`;
      if (
        entry.name.startsWith(".") ||
        source.scope.exclude.some((pattern) => matchesGlob(pattern, `/${file}`))
      )
        continue;
      if (files.length >= source.maxPages) return;
      // A link may lead anywhere.
      if (entry.isDirectory() && !NOT_ENTERED.has(entry.name) && depth < MAX_DEPTH)
        visit(file, depth + 1);
      else if (entry.isFile() && MARKDOWN.test(entry.name)) files.push(file);
    }
  };
  try {
    visit("", 0);
  } catch (cause) {
    throw new FolderError("folder", `The folder of ${source.title} cannot be read.`, {
      facts: { folder: root, reason: cause instanceof Error ? cause.message : String(cause) },
      hint: "Check the path and its rights; the live index is as it was.",
      cause,
    });
  }
  if (files.length >= source.maxPages) {
    notes.push(`more than ${source.maxPages} files: the rest was left out`);
  }
  return files;
}

type FileRead =
  | {
      readonly kind: "page";
      readonly document: Document;
      readonly hash: string;
      readonly bytes: number;
    }
  | { readonly kind: "unmodified" }
  | { readonly kind: "draft" }
  | { readonly kind: "failed"; readonly reason: string };

function readFile(
  source: FolderSource,
  file: string,
  url: string,
  before: PageRecord | undefined,
): FileRead {
  const whole = path.join(source.folder.path, file);
  try {
    const { size } = lstatSync(whole);
    if (size > MAX_FILE_BYTES)
      return { kind: "failed", reason: `larger than ${MAX_FILE_BYTES} bytes` };
    const bytes = readFileSync(whole);
    // What the file says and what the source says of it: a change of either makes another document.
    const { product, title, version, pageTypes } = source;
    const hash = createHash("sha256")
      .update(bytes)
      .update(JSON.stringify([product, title, version, pageTypes, KIND]))
      .digest("hex");
    const isSame =
      before?.etag === hash && before.pipeline === EXTRACTION && before.kind === "page";
    if (isSame) return { kind: "unmodified" };
    const { text, damaged } = decodeText(bytes, "text/markdown; charset=utf-8");
    if (damaged) return { kind: "failed", reason: "not a text in UTF-8" };
    const page = readMarkdown(text, { isMdx: file.toLowerCase().endsWith(".mdx") });
    if (page.draft) return { kind: "draft" };
    return {
      kind: "page",
      document: documentOf(source, file, url, page),
      hash,
      bytes: bytes.length,
    };
  } catch (error) {
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

const KIND = "folder";

function documentOf(source: FolderSource, file: string, url: string, page: MarkdownPage): Document {
  const { document } = extractPage(
    `<html><head><title></title></head><body><main>${page.html}</main></body></html>`,
    {
      url,
      product: source.product,
      version: source.version.kind === "fixed" ? source.version.version : source.version.otherwise,
      pageType: refinedPageType(source, `${source.origin}/${file}`, undefined),
    },
    { generator: generic },
  );
  return {
    ...document,
    title: page.title !== "" ? page.title : document.title !== "" ? document.title : nameOf(file),
    description: page.description,
    sourceKind: KIND,
  };
}

/** "on-call/disk_full.md" is called "Disk full", "on-call/README.md" "On call". */
function nameOf(file: string): string {
  const parts = file.replace(MARKDOWN, "").split("/");
  const last = parts.at(-1) ?? "";
  const name = /^(?:readme|index)$/i.test(last) ? (parts.at(-2) ?? last) : last;
  return name.replaceAll(/[-_]+/g, " ").replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

/**
 * Where a file is shown: `{path}` in the operator's address stands for its path, `{page}` for that without the ending;
 * without either the path stands behind it. Undefined when that gives no address.
 */
export function addressOf({ folder }: FolderSource, file: string): string | undefined {
  const encoded = file.split("/").map(encodeURIComponent).join("/");
  const page = encoded.replace(MARKDOWN, "").replace(/(?:^|\/)(?:index|README)$/i, "");
  const { shownAt } = folder;
  const address = /\{(?:path|page)\}/.test(shownAt)
    ? shownAt.replaceAll("{path}", encoded).replaceAll("{page}", page)
    : `${shownAt.replace(/\/+$/, "")}/${encoded}`;
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined;
  url.hash = "";
  return url.href;
}
