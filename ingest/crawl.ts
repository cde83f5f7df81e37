/**
 * Crawls one source into the page cache: every address that robots.txt, sitemaps, lists, links and earlier crawls
 * know is tried once, conditionally where the cache has validators. What the pages amount to is decided afterwards,
 * from the records alone (`publish/snapshot.ts`).
 */
import type { Document } from "../src/documents/document.ts";
import { AppError } from "../src/platform/errors.ts";
import { contentHashOf, wordsOf } from "./content.ts";
import {
  addressMap,
  canonicalAddress,
  detached,
  inScope,
  matchesGlob,
  MAX_ADDRESS_LENGTH,
} from "./discover/address.ts";
import { isAllowed, type Robots } from "./discover/robots.ts";
import { readLists, readRobots, readSitemaps, type SeedPage } from "./discover/seeds.ts";
import { countDiagrams, fillDiagrams, mermaidListings } from "./extract/diagrams.ts";
import { EXTRACTION, type Extraction, extractPage, generatorNamed } from "./extract/extract.ts";
import type { Generator } from "./extract/generators/generator.ts";
import { fetchPage, fetchText, type FetchOutcome, type PageFetcher } from "./fetch/fetch-page.ts";
import { newRecord, type PageCache, type PageRecord } from "./fetch/page-cache.ts";
import type { Progress } from "./progress.ts";
import { pageIdentity, pathOf, refinedPageType } from "./sources/page-identity.ts";
import type { Source } from "./sources/source.ts";

/** How robots.txt names this crawler. */
export const PRODUCT_TOKEN = "ask-marvin";

/** How a page was found. */
export type FoundBy = "sitemap" | "list" | "link" | "seed" | "redirect" | "canonical" | "cache";

/**
 * Links are followed this far from a page that the site itself lists: a site without lists may chain its pages by
 * "next page" alone, and one that makes up an address for each link must end.
 */
const MAX_LINK_DEPTH = 50;
const MAX_HOPS = 5;
const MAX_MENU_LINKS = 100_000;
/** Addresses left out that are remembered for the report. */
const MAX_LEFT_OUT = 20_000;
/** A longer title says no more of the site. */
const MAX_TITLE_LENGTH = 300;
/** Failures in a row, nothing else in between, after which the site counts as down. */
const SITE_DOWN_AFTER = 30;
/** An unfinished crawl older than this is begun anew. */
const RESUME_WITHIN_MS = 24 * 3600 * 1000;

/** The site stopped answering; the cache keeps what was read. */
export class SiteDownError extends AppError {}

export type CrawlOptions = {
  /** Origin to fetch from instead of the source's own. */
  readonly from: string | undefined;
  readonly newId: () => string;
  readonly progress: Progress;
};

export type CrawlSummary = {
  readonly source: string;
  readonly crawl: string;
  readonly resumed: boolean;
  /** Addresses tried in this run. */
  readonly tried: number;
  /** Answers that said "not modified". */
  readonly unmodified: number;
  /** Answers that were read and had the text of before. */
  readonly sameText: number;
  readonly bytes: number;
  readonly elapsedMs: number;
  /** Pages by the way they were found, for comparison: canonical addresses. */
  readonly inSitemap: ReadonlySet<string>;
  readonly inLists: ReadonlySet<string>;
  readonly linked: ReadonlySet<string>;
  /** The sitemaps could be read, so a page that is in none of them is not listed. */
  readonly sitemapComplete: boolean;
  /** Every list and every page was read in this run, so a page that none of them names is linked from nowhere. */
  readonly linksComplete: boolean;
  readonly disallowed: readonly string[];
  /** Indexes, source listings and their like, which were left out. */
  readonly made: readonly string[];
  readonly notes: readonly string[];
};

type Entry = {
  readonly url: string;
  requestUrl: string;
  readonly foundBy: Set<FoundBy>;
  readonly depth: number;
  readonly hops: number;
};

/**
 * Throws `RobotsError` when the site cannot be asked, `SiteDownError` when it stops answering, and the signal's
 * reason when aborted; in each case the next crawl goes on where this one ended.
 */
export async function crawlSource(
  source: Source,
  cache: PageCache,
  fetcher: PageFetcher,
  options: CrawlOptions,
): Promise<CrawlSummary> {
  return new Crawl(source, cache, fetcher, options).run();
}

class Crawl {
  readonly #source: Source;
  readonly #cache: PageCache;
  readonly #fetcher: PageFetcher;
  readonly #options: CrawlOptions;
  readonly #addresses;
  readonly #known = new Map<string, Entry>();
  /** First in, first out: a page is then reached by a shortest way, which `MAX_LINK_DEPTH` supposes. */
  readonly #queue: Entry[] = [];
  #queueHead = 0;
  readonly #disallowed = new Set<string>();
  readonly #notes: string[] = [];
  readonly #linked = new Set<string>();
  /** Links from the root that were seen before, resolved. */
  readonly #menuLinks = new Map<string, SeedPage | "elsewhere">();
  #robots: Robots = { rules: [], crawlDelaySeconds: undefined, sitemaps: [] };
  #crawlId = "";
  #tried = 0;
  #done = 0;
  #failed = 0;
  #failedInRow = 0;
  #unmodified = 0;
  #sameText = 0;
  #bytes = 0;
  #tooMany = false;
  #startedAt = 0;
  /** What made the site, once known. */
  #generator: Generator | undefined;
  /** Pages that it made for itself. */
  readonly #made = new Set<string>();

  constructor(source: Source, cache: PageCache, fetcher: PageFetcher, options: CrawlOptions) {
    this.#source = source;
    this.#cache = cache;
    this.#fetcher = fetcher;
    this.#options = options;
    this.#addresses = addressMap(source.origin, options.from);
    this.#generator =
      generatorNamed(source.generator) ??
      generatorNamed(cache.note(source.name, NOTE_GENERATOR) ?? "");
  }

  async run(): Promise<CrawlSummary> {
    const { clock } = this.#fetcher;
    this.#startedAt = clock.elapsed();
    const siteOrigin = new URL(this.#addresses.toRequest(`${this.#source.origin}/`)).origin;
    this.#robots = await readRobots(this.#fetcher, siteOrigin, PRODUCT_TOKEN);
    const delay = this.#robots.crawlDelaySeconds;
    if (delay !== undefined && delay > 0) this.#fetcher.gate.keepDelay(Math.min(delay, 60) * 1000);

    const sitemaps = await readSitemaps(
      this.#fetcher,
      this.#source,
      this.#addresses,
      this.#robots.sitemaps,
    );
    const lists = await readLists(this.#fetcher, this.#source, this.#addresses);
    this.#notes.push(...sitemaps.notes, ...lists.notes);

    const resumed = this.#startOrResume();
    for (const path of this.#source.seeds.pages) {
      const requestUrl = `${this.#source.origin}${path}`;
      const url = canonicalAddress(requestUrl);
      if (url !== undefined) this.#find({ url, requestUrl }, "seed", 0, 0);
    }
    for (const page of sitemaps.pages) this.#find(page, "sitemap", 0, 0);
    for (const page of lists.pages) this.#find(page, "list", 0, 0);
    for (const record of this.#cache.records(this.#source.name)) {
      if (record.reason === REASON_MADE && this.#isMade(record.url)) continue;
      if (record.kind === "page" || record.kind === "noindex" || record.kind === "unknown") {
        this.#find(record, "cache", 1, 0);
      }
    }
    await this.#work();
    this.#cache.flush();
    this.#cache.finishCrawl(this.#crawlId, isoTime(clock.now()));

    return {
      source: this.#source.name,
      crawl: this.#crawlId,
      resumed,
      tried: this.#tried,
      unmodified: this.#unmodified,
      sameText: this.#sameText,
      bytes: this.#bytes,
      elapsedMs: clock.elapsed() - this.#startedAt,
      inSitemap: new Set(sitemaps.pages.map(({ url }) => url)),
      inLists: new Set(lists.pages.map(({ url }) => url)),
      linked: this.#linked,
      sitemapComplete: sitemaps.complete && sitemaps.pages.length > 0,
      linksComplete: !resumed && this.#unmodified === 0 && lists.complete,
      disallowed: [...this.#disallowed].toSorted(),
      made: [...this.#made].toSorted(),
      notes: this.#notes,
    };
  }

  #startOrResume(): boolean {
    const { clock } = this.#fetcher;
    const from = this.#options.from ?? this.#source.origin;
    const last = this.#cache.lastCrawl(this.#source.name);
    const resumable =
      last !== undefined &&
      last.finishedAt === undefined &&
      last.from === from &&
      clock.now() - Date.parse(last.startedAt) < RESUME_WITHIN_MS;
    if (resumable) {
      this.#crawlId = last.id;
      return true;
    }
    this.#crawlId = this.#options.newId();
    this.#cache.startCrawl({
      id: this.#crawlId,
      source: this.#source.name,
      from,
      startedAt: isoTime(clock.now()),
      finishedAt: undefined,
    });
    return false;
  }

  /** True for a page that the site's generator makes for itself: an index, a listing of sources. */
  #isMade(url: string): boolean {
    const leftOut = this.#generator?.leftOut ?? [];
    const path = pathOf(this.#source, url);
    return leftOut.some((pattern) => matchesGlob(pattern, path));
  }

  /** Puts an address on the list, once. */
  #find(page: SeedPage, foundBy: FoundBy, depth: number, hops: number): void {
    const { url } = page;
    const known = this.#known.get(url);
    if (known !== undefined) {
      known.foundBy.add(foundBy);
      return;
    }
    if (!inScope(url, this.#source.origin, this.#source.scope)) return;
    if (this.#isMade(url)) {
      if (this.#made.size < MAX_LEFT_OUT) this.#made.add(url);
      return;
    }
    const request = new URL(this.#addresses.toRequest(page.requestUrl));
    if (!isAllowed(this.#robots, `${request.pathname}${request.search}`)) {
      if (this.#disallowed.size < MAX_LEFT_OUT) this.#disallowed.add(url);
      return;
    }
    if (this.#known.size >= this.#source.maxPages) {
      if (!this.#tooMany) {
        this.#notes.push(`more than ${this.#source.maxPages} addresses: the rest was left out`);
      }
      this.#tooMany = true;
      return;
    }
    const entry: Entry = {
      url,
      requestUrl: page.requestUrl,
      foundBy: new Set([foundBy]),
      depth,
      hops,
    };
    this.#known.set(url, entry);
    const record = this.#cache.get(this.#source.name, url);
    if (record !== undefined && record.crawl === this.#crawlId) {
      // This crawl had it already before it was interrupted.
      this.#done += 1;
      return;
    }
    if (record === undefined) this.#put(emptyRecord(this.#source.name, entry));
    this.#queue.push(entry);
  }

  #next(): Entry | undefined {
    const entry = this.#queue[this.#queueHead];
    if (entry !== undefined) this.#queueHead += 1;
    return entry;
  }

  async #work(): Promise<void> {
    let active = 0;
    /** Resolves when a worker is done: it may have found addresses. */
    let turn = Promise.withResolvers<void>();
    const worker = async () => {
      for (;;) {
        const entry = this.#next();
        if (entry === undefined) {
          if (active === 0) return;
          await turn.promise;
          continue;
        }
        active += 1;
        try {
          await this.#visit(entry);
        } finally {
          active -= 1;
          turn.resolve();
          turn = Promise.withResolvers();
        }
      }
    };
    const width = this.#fetcher.gate.maxConcurrent;
    const results = await Promise.allSettled(Array.from({ length: width }, worker));
    this.#cache.flush();
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason as Error;
  }

  async #visit(entry: Entry): Promise<void> {
    if (this.#failedInRow >= SITE_DOWN_AFTER) {
      throw new SiteDownError("site-down", `${this.#source.title} stopped answering.`, {
        facts: {
          site: this.#addresses.toRequest(this.#source.origin),
          failures: `${this.#failedInRow} in a row`,
        },
        hint: "Run it again later: it goes on where it stopped. The live index is as it was.",
      });
    }
    const before = this.#cache.get(this.#source.name, entry.url);
    if (this.#isMade(entry.url)) {
      // It was found before anybody knew what made the site.
      this.#leaveOut(entry, before);
      return;
    }
    // Only for pages we have: a header such as X-Robots-Tag can change without the ETag, and 304 would hide that.
    const readable =
      before !== undefined && before.pipeline === EXTRACTION && before.kind === "page";
    const outcome = await fetchPage(
      this.#fetcher,
      this.#addresses.toRequest(entry.requestUrl),
      readable && (before.etag !== undefined || before.lastModified !== undefined)
        ? { etag: before.etag, lastModified: before.lastModified }
        : undefined,
    );
    this.#tried += 1;
    await this.#take(entry, before, outcome);
    // Written at once, with what the page led to: a run that is killed asks for nothing twice.
    this.#cache.flush();
    this.#done += 1;
    this.#options.progress.crawl({
      known: this.#known.size,
      done: this.#done,
      failed: this.#failed,
      elapsedMs: this.#fetcher.clock.elapsed() - this.#startedAt,
    });
  }

  #leaveOut(entry: Entry, before: PageRecord | undefined): void {
    this.#made.add(entry.url);
    this.#put({
      ...(before ?? emptyRecord(this.#source.name, entry)),
      kind: "noindex",
      reason: REASON_MADE,
      crawl: this.#crawlId,
      failure: "",
    });
    this.#cache.flush();
    this.#done += 1;
  }

  async #take(entry: Entry, before: PageRecord | undefined, outcome: FetchOutcome): Promise<void> {
    const base: PageRecord = {
      ...(before ?? emptyRecord(this.#source.name, entry)),
      requestUrl: entry.requestUrl,
      foundBy: foundByNow(entry, before),
      crawl: this.#crawlId,
      failure: "",
      confirmedAt: isoTime(this.#fetcher.clock.now()),
    };
    this.#failedInRow = outcome.kind === "failed" ? this.#failedInRow + 1 : 0;
    switch (outcome.kind) {
      case "not-modified":
        this.#unmodified += 1;
        this.#put(base);
        return;
      case "gone":
        this.#put({ ...base, kind: "gone", reason: `status ${outcome.status}` });
        return;
      case "failed":
        this.#fail(base, before, outcome.reason);
        return;
      case "unusable":
        this.#unusable(base, before, outcome.reason);
        return;
      case "redirect":
        this.#redirected(entry, base, before, outcome);
        return;
      case "page":
        this.#bytes += outcome.bytes;
        await this.#read(entry, base, before, outcome);
        return;
      default:
        outcome satisfies never;
    }
  }

  /** Keeps what was known; `failure` says why it could not be confirmed. */
  #fail(base: PageRecord, before: PageRecord | undefined, failure: string): void {
    this.#failed += 1;
    this.#put({ ...base, failure, confirmedAt: before?.confirmedAt ?? "" });
  }

  /** No page that can be read; one that was there stays. */
  #unusable(base: PageRecord, before: PageRecord | undefined, reason: string): void {
    if (before?.kind === "page") this.#fail(base, before, reason);
    else this.#put({ ...base, kind: "unusable", reason });
  }

  #redirected(
    entry: Entry,
    base: PageRecord,
    before: PageRecord | undefined,
    outcome: Extract<FetchOutcome, { kind: "redirect" }>,
  ): void {
    const to = this.#addresses.toSource(outcome.to);
    const target = canonicalAddress(to);
    if (target === entry.url && to !== entry.requestUrl && entry.hops < MAX_HOPS) {
      // The same page by another spelling: with or without a slash at the end.
      this.#done -= 1;
      this.#queue.push({ ...entry, requestUrl: withoutFragment(to), hops: entry.hops + 1 });
      return;
    }
    const inside = target !== undefined && inScope(target, this.#source.origin, this.#source.scope);
    const wasPage = before?.kind === "page";
    if (target === entry.url || entry.hops >= MAX_HOPS) {
      this.#fail(base, before, target === entry.url ? "redirects to itself" : "too many redirects");
      return;
    }
    // A temporary redirect of a page we have is a disturbance: a login wall, a maintenance page.
    if (!outcome.permanent && wasPage) {
      this.#fail(base, before, `redirected for now to ${shorten(to)}`);
      return;
    }
    if (!inside) {
      const reason = `redirected out of the source, to ${shorten(to)}`;
      this.#put({ ...base, kind: "gone", reason });
      return;
    }
    this.#put({ ...base, kind: "alias", target, reason: `redirected to ${shorten(target)}` });
    const found = { url: target, requestUrl: withoutFragment(to) };
    this.#find(found, "redirect", entry.depth, entry.hops + 1);
  }

  async #read(
    entry: Entry,
    base: PageRecord,
    before: PageRecord | undefined,
    outcome: Extract<FetchOutcome, { kind: "page" }>,
  ): Promise<void> {
    const page = this.#extract(entry, outcome.html);
    if (page instanceof Error) {
      // A defect of ours that one page brings to light must not cost the other pages.
      this.#unusable(base, before, `not readable: ${page.message}`);
      return;
    }
    const complete = isClosed(outcome.html);
    if (!complete && before?.kind === "page" && !before.notes.includes(NOTE_UNCLOSED)) {
      this.#fail(base, before, "the page ends in the middle");
      return;
    }
    const robots = `${outcome.robots}, ${page.head.robots}`;
    if (!/\b(?:nofollow|none)\b/.test(robots)) this.#follow(entry, page);

    const record: PageRecord = {
      ...base,
      etag: complete ? outcome.validators.etag : undefined,
      lastModified: complete ? outcome.validators.lastModified : undefined,
      canonical: this.#canonicalOf(entry, page),
      reason: "",
      target: "",
      pipeline: EXTRACTION,
      notes: [outcome.damaged ? NOTE_DAMAGED : "", complete ? "" : NOTE_UNCLOSED]
        .filter((note) => note !== "")
        .join(", "),
    };
    if (isNotFoundPage(page)) {
      this.#put({ ...record, kind: "gone", reason: "says that there is no such page" });
      return;
    }
    this.#know(page.madeBy);
    if (this.#isMade(entry.url) || page.madeBy.isListing?.(page.head) === true) {
      this.#made.add(entry.url);
      this.#put({ ...record, kind: "noindex", reason: REASON_MADE });
      return;
    }
    if (/\b(?:noindex|none)\b/.test(robots)) {
      this.#put({ ...record, kind: "noindex", reason: "asks not to be indexed" });
      return;
    }
    const pageType = refinedPageType(this.#source, entry.url, page.pageType);
    const document = await this.#withDiagrams(entry, { ...page.document, pageType });
    const contentHash = contentHashOf(document);
    const words = wordsOf(document);
    if (words === 0 && before?.kind === "page" && before.words > 0) {
      this.#fail(base, before, "the page has no text");
      return;
    }
    if (before?.kind === "page" && before.contentHash === contentHash) this.#sameText += 1;
    this.#put({ ...record, kind: "page", contentHash, words }, document);
    const { title, siteName, project, siteVersion } = page.head;
    this.#cache.putHead(this.#source.name, entry.url, {
      title: title.slice(0, MAX_TITLE_LENGTH),
      siteName,
      project,
      version: siteVersion,
    });
    if (record.canonical !== "") {
      const named = { url: record.canonical, requestUrl: record.canonical };
      this.#find(named, "canonical", entry.depth, 0);
    }
  }

  /** What made the site, from the first page that says so; kept, because the next crawl may read no page anew. */
  #know(generator: Generator): void {
    if (this.#generator !== undefined || generator.name === "generic") return;
    this.#generator = generator;
    this.#cache.setNote(this.#source.name, NOTE_GENERATOR, generator.name);
  }

  #extract(entry: Entry, html: string): Extraction | Error {
    const generator = generatorNamed(this.#source.generator);
    const identity = pageIdentity(this.#source, entry.url);
    try {
      return extractPage(html, identity, generator === undefined ? {} : { generator });
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Reads the page's Markdown form where it says more than the HTML: the text of diagrams. */
  async #withDiagrams(entry: Entry, document: Document): Promise<Document> {
    if (countDiagrams(document) === 0) return document;
    const url = this.#addresses.toRequest(`${entry.url}.md`);
    const allowed = isAllowed(this.#robots, new URL(url).pathname);
    const markdown = allowed ? await fetchText(this.#fetcher, url) : undefined;
    return fillDiagrams(document, markdown === undefined ? [] : mermaidListings(markdown));
  }

  #follow(entry: Entry, page: Extraction): void {
    if (entry.depth >= MAX_LINK_DEPTH) return;
    const own = this.#addresses.toRequest(entry.requestUrl);
    const base = URL.parse(page.head.base ?? "", own)?.href ?? own;
    for (const href of page.links) {
      if (href.startsWith("#") || href.startsWith("mailto:")) continue;
      // Menus repeat on every page; addresses from the root mean the same wherever they stand.
      const isFromRoot =
        page.head.base === undefined && href.startsWith("/") && !href.startsWith("//");
      let link = isFromRoot ? this.#menuLinks.get(href) : undefined;
      if (link === undefined) {
        link = this.#resolveLink(href, base);
        if (isFromRoot && this.#menuLinks.size < MAX_MENU_LINKS) {
          this.#menuLinks.set(detached(href), link);
        }
      }
      if (link === "elsewhere" || link.url === entry.url) continue;
      this.#find(link, "link", entry.depth + 1, 0);
      // Only what is crawled is remembered: a site may make up an address for each link.
      if (this.#known.has(link.url)) this.#linked.add(link.url);
    }
  }

  #resolveLink(href: string, base: string): SeedPage | "elsewhere" {
    if (href.length > MAX_ADDRESS_LENGTH) return "elsewhere";
    const url = URL.parse(href, base);
    if (url === null) return "elsewhere";
    const to = this.#addresses.toSource(url.href);
    const target = canonicalAddress(to);
    if (target === undefined || !inScope(target, this.#source.origin, this.#source.scope)) {
      return "elsewhere";
    }
    return { url: target, requestUrl: withoutQuery(to) };
  }

  /** The address the page names as its own, when that is another page of this source; "" otherwise. */
  #canonicalOf(entry: Entry, page: Extraction): string {
    if (page.head.canonical === undefined) return "";
    const named = URL.parse(page.head.canonical, this.#addresses.toRequest(entry.requestUrl));
    if (named === null) return "";
    const url = canonicalAddress(this.#addresses.toSource(named.href));
    if (url === undefined || url === entry.url) return "";
    if (!inScope(url, this.#source.origin, this.#source.scope)) {
      this.#notes.push(
        `canonical link out of the source ignored: ${entry.url} names ${shorten(url)}`,
      );
      return "";
    }
    return url;
  }

  #put(record: PageRecord, document?: Document): void {
    this.#cache.put(record, document);
  }
}

/** Key of a note: name of the generator that made the site. */
const NOTE_GENERATOR = "generator";
const REASON_MADE = "made by the site's generator for itself";

export const NOTE_DAMAGED = "bytes that are not valid in the page's charset";
export const NOTE_UNCLOSED = "the page's markup has no end";

/** How the page was found; one that nothing names any more keeps how it was found before. */
function foundByNow(entry: Entry, before: PageRecord | undefined): string {
  const isNamed = [...entry.foundBy].some((way) => way !== "cache");
  return isNamed || before === undefined ? [...entry.foundBy].join(" ") : before.foundBy;
}

function emptyRecord(source: string, { url, requestUrl, foundBy }: Entry): PageRecord {
  return { ...newRecord(source, url), requestUrl, foundBy: [...foundBy].join(" ") };
}

/** A page that is cut off has no end of its document. */
function isClosed(html: string): boolean {
  return /<\/(?:html|body)\s*>/i.test(html.slice(-4096));
}

/** A "not found" page with status 200. */
function isNotFoundPage(page: Extraction): boolean {
  const says = (text: string) =>
    /^(?:404\b.{0,40}|(?:error\s+)?404|(?:page|document|file)?\s*(?:was\s+)?not\s+found.{0,40})$/i.test(
      text.split(/\s+[|·—–-]\s+/)[0]?.trim() ?? "",
    );
  return says(page.document.title) && (says(page.head.title) || wordsOf(page.document) < 80);
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function withoutFragment(address: string): string {
  return address.replace(/#.*$/s, "");
}

function withoutQuery(address: string): string {
  return address.replace(/[?#].*$/s, "");
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
