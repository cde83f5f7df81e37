/**
 * One reading of a source that is no site: a folder, a repository. Writes down the documents that changed, as a crawl does
 * with pages; what they amount to is decided afterwards by the same rules.
 */
import type { Document } from "../src/documents/document.ts";
import type { Clock } from "../src/platform/clock.ts";
import { contentHashOf, wordsOf } from "./content.ts";
import type { CrawlOptions, CrawlSummary } from "./crawl.ts";
import { EXTRACTION } from "./extract/extract.ts";
import { newRecord, type PageCache, type PageRecord } from "./fetch/page-cache.ts";
import type { Source } from "./sources/source.ts";

export class SourceReading {
  readonly notes: string[] = [];
  readonly #source: Source;
  readonly #cache: PageCache;
  readonly #clock: Clock;
  readonly #progress: CrawlOptions["progress"];
  readonly #begun: number;
  readonly #crawl: string;
  readonly #urls = new Set<string>();
  #unmodified = 0;
  #sameText = 0;
  #failed = 0;

  /** `from` is where it is read. */
  constructor(
    source: Source,
    from: string,
    cache: PageCache,
    clock: Clock,
    { newId, progress }: Pick<CrawlOptions, "newId" | "progress">,
  ) {
    this.#source = source;
    this.#cache = cache;
    this.#clock = clock;
    this.#progress = progress;
    this.#begun = clock.elapsed();
    this.#crawl = newId();
    cache.startCrawl({
      id: this.#crawl,
      source: source.name,
      from,
      startedAt: this.#now(),
      finishedAt: undefined,
    });
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }

  #record(url: string, before: PageRecord | undefined): PageRecord {
    this.#urls.add(url);
    return {
      ...(before ?? newRecord(this.#source.name, url)),
      crawl: this.#crawl,
      failure: "",
      confirmedAt: this.#now(),
    };
  }

  /** True once something was written for the address. */
  has(url: string): boolean {
    return this.#urls.has(url);
  }

  /** `etag` changes whenever the document may: it is made only then. Undefined when it is not to be read yet. */
  write(url: string, etag: string, make: () => Document | undefined): void {
    const before = this.#cache.get(this.#source.name, url);
    const isPage = before?.kind === "page";
    if (isPage && before.etag === etag && before.pipeline === EXTRACTION) {
      this.#unmodified += 1;
      this.#cache.put(this.#record(url, before));
      return;
    }
    const document = make();
    const record = this.#record(url, before);
    if (document === undefined) {
      this.#cache.put({ ...record, kind: "noindex", reason: "a draft" });
      return;
    }
    const contentHash = contentHashOf(document);
    const words = wordsOf(document);
    if (isPage && before.contentHash === contentHash) this.#sameText += 1;
    const read = { reason: "", target: "", notes: "", etag, contentHash, words };
    this.#cache.put({ ...record, ...read, kind: "page", pipeline: EXTRACTION }, document);
  }

  /** It could not be read now; a page that was there stays. */
  fail(url: string, reason: string): void {
    this.#failed += 1;
    const before = this.#cache.get(this.#source.name, url);
    const record = this.#record(url, before);
    this.#cache.put(
      before?.kind === "page"
        ? { ...record, failure: reason, confirmedAt: before.confirmedAt }
        : { ...record, kind: "unusable", reason },
    );
  }

  tick(done: number, known = done): void {
    const elapsedMs = this.#clock.elapsed() - this.#begun;
    this.#progress.crawl({ known, done, failed: this.#failed, elapsedMs });
  }

  /** What was not written is gone, for `reason`. `tried` files or requests, `bytes` of them read. */
  finish(reason: string, { tried, bytes }: Pick<CrawlSummary, "tried" | "bytes">): CrawlSummary {
    for (const record of this.#cache.records(this.#source.name)) {
      if (this.#urls.has(record.url) || record.kind === "gone") continue;
      this.#cache.put({ ...record, kind: "gone", reason, crawl: this.#crawl, failure: "" });
    }
    this.#cache.flush();
    this.#cache.finishCrawl(this.#crawl, this.#now());
    return {
      source: this.#source.name,
      crawl: this.#crawl,
      resumed: false,
      tried,
      unmodified: this.#unmodified,
      sameText: this.#sameText,
      bytes,
      elapsedMs: this.#clock.elapsed() - this.#begun,
      inSitemap: this.#urls,
      inLists: new Set(),
      linked: new Set(),
      sitemapComplete: true,
      linksComplete: false,
      disallowed: [],
      made: [],
      notes: this.notes,
    };
  }
}
