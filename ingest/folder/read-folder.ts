/**
 * A folder of Markdown as a source: a team's runbooks, or the checkout of a repository. Reads the files that changed
 * into the page cache, as a crawl does with pages; what the pages amount to is decided afterwards by the same rules.
 */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Document } from "../../src/documents/document.ts";
import { AppError } from "../../src/platform/errors.ts";
import type { CrawlOptions, CrawlSummary } from "../crawl.ts";
import { matchesGlob } from "../discover/address.ts";
import { extractPage } from "../extract/extract.ts";
import { generic } from "../extract/generators/generic.ts";
import { decodeText } from "../fetch/charset.ts";
import type { PageFetcher } from "../fetch/fetch-page.ts";
import type { PageCache } from "../fetch/page-cache.ts";
import { SourceReading } from "../source-reading.ts";
import { refinedPageType } from "../sources/page-identity.ts";
import type { Source } from "../sources/source.ts";
import { readMarkdown } from "./markdown.ts";

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
  run: Pick<CrawlOptions, "newId" | "progress">,
): Promise<CrawlSummary> {
  const reading = new SourceReading(source, source.folder.path, cache, clock, run);
  const files = filesOf(source, reading.notes);
  let bytes = 0;
  for (const [at, file] of files.entries()) {
    signal?.throwIfAborted();
    const url = addressOf(source, file);
    if (url === undefined || reading.has(url)) {
      reading.notes.push(
        `left out, its address is ${url === undefined ? "not one" : "that of another file"}: ${file}`,
      );
      continue;
    }
    try {
      const content = readFile(path.join(source.folder.path, file));
      reading.write(url, etagOf(source, content), () => {
        const document = documentOf(source, file, url, content);
        if (document !== undefined) bytes += content.length;
        return document;
      });
    } catch (error) {
      reading.fail(url, error instanceof Error ? error.message : String(error));
    }
    reading.tick(at + 1, files.length);
    if (at % 100 === 99) {
      cache.flush();
      await clock.sleep(0, signal);
    }
  }
  return reading.finish("its file is not there any more", { tried: files.length, bytes });
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

function readFile(file: string): Buffer {
  if (lstatSync(file).size > MAX_FILE_BYTES) throw new Error(`larger than ${MAX_FILE_BYTES} bytes`);
  return readFileSync(file);
}

const KIND = "folder";

/** Of what the file says and what the source says of it: a change of either makes another document. */
function etagOf({ product, title, version, pageTypes }: FolderSource, content: Buffer): string {
  return createHash("sha256")
    .update(content)
    .update(JSON.stringify([product, title, version, pageTypes, KIND]))
    .digest("hex");
}

/** Undefined for a draft. Throws for what is no text in UTF-8. */
function documentOf(
  source: FolderSource,
  file: string,
  url: string,
  content: Buffer,
): Document | undefined {
  const { text, damaged } = decodeText(content, "text/markdown; charset=utf-8");
  if (damaged) throw new Error("not a text in UTF-8");
  const page = readMarkdown(text, { isMdx: file.toLowerCase().endsWith(".mdx") });
  if (page.draft) return undefined;
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
