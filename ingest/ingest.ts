/**
 * The whole of an ingest: crawl each source into the page cache, decide what its pages amount to, check that against
 * what was published, and build one index version of all sources beside the live one. Everything it needs is given
 * to it; nothing is published unless all of it worked.
 */
import { createHash } from "node:crypto";
import path from "node:path";
import type { Chunk } from "../src/documents/chunk.ts";
import type { EmbeddingModel } from "../src/models/embedding-model.ts";
import type { Clock } from "../src/platform/clock.ts";
import { diskFullError, isDiskFull } from "../src/platform/disk-full.ts";
import { AppError, describeError } from "../src/platform/errors.ts";
import {
  createHttpClient,
  hostWithPort,
  type HttpLimits,
  isAllowedHost,
} from "../src/platform/http.ts";
import type { RetrySchedule } from "../src/platform/retry.ts";
import { indexChunks } from "../src/retrieval/index-chunks.ts";
import { PIPELINE } from "../src/retrieval/pipeline.ts";
import {
  type ChunkIndex,
  IndexUnavailableError,
  type IndexVersion,
  type SourceSummary,
} from "../src/store/chunk-index.ts";
import { type Given, givenSource } from "./sources/given.ts";
import { type Identity, siteIdentity, withWordsOf } from "./sources/identity.ts";
import { type Phrasings, readPhrasings } from "./sources/phrasings.ts";
import { readOwnSources, SOURCES } from "./sources/registry.ts";
import { CHUNKING, documentChunks } from "./chunk/document-chunks.ts";
import { crawlSource, type CrawlSummary, NOTE_UNCLOSED, PRODUCT_TOKEN } from "./crawl.ts";
import { openEmbeddingCache } from "./embed/embedding-cache.ts";
import { EXTRACTION } from "./extract/extract.ts";
import type { PageFetcher } from "./fetch/fetch-page.ts";
import { createHostGate, POLITE, UNHURRIED } from "./fetch/host-gate.ts";
import { isFolderSource, readFolder } from "./folder/read-folder.ts";
import { createGithubApi } from "./github/api.ts";
import { isGithubSource, readRepository } from "./github/read-repository.ts";
import { openPageCache, type PageCache } from "./fetch/page-cache.ts";
import { type Lease, takeLease } from "./lease.ts";
import { withPhrasings } from "./phrase/attach-phrasings.ts";
import type { Progress } from "./progress.ts";
import { diffPages, isEmptyDiff, type PageDiff, type PublishedPage } from "./publish/diff.ts";
import { furnitureOf, withoutFurniture } from "./publish/furniture.ts";
import {
  checkSnapshot,
  GATE_LIMITS,
  type GateLimits,
  type GateProblem,
} from "./publish/safety-gate.ts";
import {
  type LeftOut,
  type Snapshot,
  type SnapshotPage,
  takeSnapshot,
} from "./publish/snapshot.ts";
import type { Source } from "./sources/source.ts";

export type IngestRequest = {
  readonly sources: readonly Source[];
  /** Fetch from this origin instead of the source's own; only with one source. */
  readonly from?: string;
  /** What the operator says the source is about; remembered for the runs that follow. Only with one source. */
  readonly given?: Given;
  /** Publish although the safety gate objects. */
  readonly force?: boolean;
  /** Crawl and compare, publish nothing. */
  readonly dryRun?: boolean;
};

export type IngestDependencies = {
  readonly index: ChunkIndex;
  /** Endpoint embeddings, when one is configured. */
  readonly embeddingModel?: EmbeddingModel;
  /** A look at a finished version before it goes live; what it names keeps it from that, unless forced. */
  readonly judge?: (version: IndexVersion) => Promise<readonly string[]>;
  /** Exists and can be written; the page cache lies in it. */
  readonly dataFolder: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
  readonly progress: Progress;
  /** Private hosts that may be crawled, without politeness delays. */
  readonly allowHosts: readonly string[];
  /** Where GitHub's API is, and what it is asked with. */
  readonly github?: { readonly apiUrl: string; readonly token?: string };
  readonly signal?: AbortSignal;
  readonly httpLimits?: Partial<HttpLimits>;
  readonly retries?: RetrySchedule;
  readonly gateLimits?: GateLimits;
};

export type SourceReport = {
  readonly source: string;
  /** What became of it: `kept` means that the published pages stay as they were. */
  readonly state: "published" | "up-to-date" | "refused" | "failed" | "dry-run";
  readonly pages: number;
  /** What the source was taken to be about; absent when it was not read. */
  readonly identity?: Identity;
  readonly stalePages: readonly string[];
  readonly diff: PageDiff;
  readonly leftOut: readonly LeftOut[];
  readonly failed: readonly { readonly url: string; readonly reason: string }[];
  readonly problems: readonly GateProblem[];
  /** Why the crawl ended early. */
  readonly error?: string;
  readonly crawl?: {
    readonly resumed: boolean;
    readonly tried: number;
    readonly unmodified: number;
    readonly sameText: number;
    readonly bytes: number;
    readonly elapsedMs: number;
    readonly foundBy: FoundByComparison;
    readonly disallowed: readonly string[];
    /** Pages that the site's generator makes for itself. */
    readonly made: readonly string[];
    readonly notes: readonly string[];
  };
};

/** Indexed pages by the ways they were found; a way that found none is not compared with. */
export type FoundByComparison = {
  readonly sitemap: number;
  readonly lists: number;
  /** Undefined when pages were not read again, or could not be: then nobody knows what they link to. */
  readonly links: number | undefined;
  readonly notInSitemap: readonly string[];
  readonly notInLists: readonly string[];
  readonly notLinked: readonly string[];
};

export type IngestReport = {
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly sources: readonly SourceReport[];
  /** The version that went live; undefined when nothing was published. */
  readonly version: IndexVersion | undefined;
  /**
   * The live version is not the one made here last (somebody rolled back), or this program would make it otherwise:
   * it is built anew whether or not pages changed, and differs from the new one by more than the pages named here.
   */
  readonly anew: boolean;
};

/** What was asked cannot be done with these sources. */
export class IngestError extends AppError {}

type Crawled = {
  readonly source: Source;
  readonly identity: Identity;
  readonly summary: CrawlSummary;
  readonly snapshot: Snapshot;
  readonly diff: PageDiff;
  readonly problems: readonly GateProblem[];
};

const GITHUB_API_URL = "https://api.github.com";
const PAGE_CACHE = "crawl.sqlite";
/** File of the embedding cache inside a data folder. */
export const EMBEDDING_CACHE = "embeddings.sqlite";
const PUBLISHED = "published";
const IDENTITY = "identity";
const GIVEN = "given";

/**
 * Throws when the run as a whole cannot go on (`IngestBusyError`, `PageCacheError`, a full disk, errors of the index,
 * the signal's reason). A source that fails alone is in the report, and the pages it had stay published.
 */
export async function ingest(
  request: IngestRequest,
  dependencies: IngestDependencies,
): Promise<IngestReport> {
  try {
    return await ingestAlone(request, dependencies);
  } catch (error) {
    throw isDiskFull(error) ? diskFullError(dependencies.dataFolder, error) : error;
  }
}

async function ingestAlone(
  request: IngestRequest,
  given: IngestDependencies,
): Promise<IngestReport> {
  const { clock } = given;
  const startedAt = new Date(clock.now()).toISOString();
  const start = clock.elapsed();
  using lease = await takeLease(given.dataFolder, {
    ...given,
    note: (text) => given.progress.note(text),
  });
  const dependencies = {
    ...given,
    lease,
    signal:
      given.signal === undefined ? lease.signal : AbortSignal.any([given.signal, lease.signal]),
  };
  using cache = openPageCache(path.join(dependencies.dataFolder, PAGE_CACHE));

  const live = (await dependencies.index.versions()).find((version) => version.live);
  const reports: SourceReport[] = [];
  const crawled: Crawled[] = [];
  for (const named of request.sources) {
    const source = givenSource(named, rememberedGiven(cache, named.name, request.given));
    const what = isFolderSource(source)
      ? "the folder"
      : isGithubSource(source)
        ? "GitHub"
        : "the site";
    dependencies.progress.stage(`${source.title}: reading ${what}`);
    try {
      const livePages = live?.sources.find(({ name }) => name === source.name)?.pages ?? 0;
      crawled.push(await crawlAndJudge(source, request, dependencies, cache, livePages));
    } catch (error) {
      dependencies.signal.throwIfAborted();
      if (!(error instanceof AppError) || isDiskFull(error)) throw error;
      reports.push(failedReport(source, error));
    }
  }

  const phrasings = phrasingsOf(request.sources, cache.sources(), dependencies.dataFolder);
  const presets = [...readOwnSources(dependencies.dataFolder), ...SOURCES];
  const identities = identitiesOf(cache, crawled, presets);
  const settings = [
    EXTRACTION,
    CHUNKING,
    PIPELINE,
    dependencies.embeddingModel?.name ?? "",
    hashOf([...identities]),
    ...[...phrasings.values()].map(({ hash }) => hash).filter((hash) => hash !== ""),
  ].join(" ");
  // A live version that this program cannot read has to be built anew, and cannot be compared with.
  const canRead = live !== undefined && (await canReadLive(dependencies.index));
  const liveIsOurs =
    canRead && cache.note("", "version") === live.id && cache.note("", "settings") === settings;

  const accepted = crawled.filter(
    ({ problems }) => problems.length === 0 || request.force === true,
  );
  const refused = crawled.filter((one) => !accepted.includes(one));
  const changed = accepted.filter((one) => !isUpToDate(one, cache));
  const mustBuild = changed.length > 0 || (!liveIsOurs && accepted.length > 0);

  let version: IndexVersion | undefined;
  if (mustBuild && request.dryRun !== true) {
    const parts = partsOf(accepted, cache, phrasings, identities);
    refuseLosingSources(live, parts, request.force === true);
    if (parts.some(({ pages }) => pages.length > 0)) {
      version = await publish(parts, cache, dependencies, canRead && request.force !== true);
    }
  }
  for (const one of crawled) {
    reports.push(reportOf(one, request, cache, version, refused.includes(one)));
  }
  if (version !== undefined) {
    for (const { source, snapshot, identity } of accepted) {
      remember(cache, source.name, snapshot);
      cache.setNote(source.name, IDENTITY, JSON.stringify(identity));
    }
    cache.setNote("", "version", version.id);
    cache.setNote("", "settings", settings);
  } else if (request.dryRun !== true) {
    // Nothing to publish: what is known to be fresh is noted all the same.
    for (const { source, snapshot } of accepted) {
      if (published(cache, source.name).size > 0) remember(cache, source.name, snapshot);
    }
  }
  dependencies.progress.end();
  const anew = live !== undefined && !liveIsOurs && accepted.length > 0;
  return { startedAt, elapsedMs: clock.elapsed() - start, sources: reports, version, anew };
}

async function crawlAndJudge(
  source: Source,
  request: IngestRequest,
  dependencies: IngestDependencies,
  cache: PageCache,
  livePages: number,
): Promise<Crawled> {
  const site = new URL(request.from ?? source.origin);
  // An origin the operator typed is an origin the operator allows. A private host that is allowed is allowed for the
  // source that stands there: no page of another site, and no redirect, leads to it, nor to another port of it.
  const isAllowed = request.from !== undefined || isAllowedHost(site, dependencies.allowHosts);
  const githubUrl = dependencies.github?.apiUrl ?? GITHUB_API_URL;
  const allowHosts = isGithubSource(source)
    ? [hostWithPort(new URL(githubUrl))]
    : isAllowed
      ? [hostWithPort(site)]
      : [];
  const politeness = isAllowed ? UNHURRIED : POLITE;
  await using http = createHttpClient({
    userAgent: `Mozilla/5.0 (compatible; ${PRODUCT_TOKEN}/0.1; documentation search)`,
    allowHosts,
    connections: politeness.maxConcurrent,
    ...(dependencies.httpLimits === undefined ? {} : { limits: dependencies.httpLimits }),
  });
  const fetcher: PageFetcher = {
    http,
    gate: createHostGate(politeness, dependencies.clock),
    clock: dependencies.clock,
    random: dependencies.random,
    // Packing saves nothing on this machine.
    ...(isAllowed ? { headers: { "accept-encoding": "identity" } } : {}),
    ...(dependencies.retries === undefined ? {} : { retries: dependencies.retries }),
    ...(dependencies.signal === undefined ? {} : { signal: dependencies.signal }),
  };
  const read = (): Promise<CrawlSummary> => {
    if (isGithubSource(source)) {
      const { token } = dependencies.github ?? {};
      const api = createGithubApi({
        ...dependencies,
        http,
        apiUrl: githubUrl,
        ...(token === undefined ? {} : { token }),
        note: (text) => dependencies.progress.note(text),
      });
      return readRepository(source, cache, api, fetcher, dependencies);
    }
    if (isFolderSource(source)) return readFolder(source, cache, fetcher, dependencies);
    const { newId, progress } = dependencies;
    return crawlSource(source, cache, fetcher, { from: request.from, newId, progress });
  };
  const summary = await read();
  const before = published(cache, source.name);
  const snapshot = takeSnapshot(cache.records(source.name), {
    inSitemap: summary.inSitemap,
    linked: new Set([...summary.linked, ...summary.inLists]),
    sitemapComplete: summary.sitemapComplete,
    linksComplete: summary.linksComplete,
    published: new Map([...before].map(([url, { contentHash }]) => [url, contentHash])),
    unclosedNote: NOTE_UNCLOSED,
  });
  return {
    source,
    identity: withWordsOf(siteIdentity(cache.heads(source.name), source), [
      ...readOwnSources(dependencies.dataFolder),
      ...SOURCES,
    ]),
    summary,
    snapshot,
    diff: diffPages(before, snapshot.pages),
    problems: checkSnapshot(snapshot, before, dependencies.gateLimits ?? GATE_LIMITS, livePages),
  };
}

/** What the operator said in this run, kept for the next ones; else what was kept. */
function rememberedGiven(cache: PageCache, source: string, given: Given | undefined): Given {
  if (given !== undefined) {
    cache.setNote(source, GIVEN, JSON.stringify(given));
    return given;
  }
  const text = cache.note(source, GIVEN);
  // Written above.
  return text === undefined ? {} : (JSON.parse(text) as Given);
}

/** What each source is about, by name: as just read, else as it was when it was last published. */
function identitiesOf(
  cache: PageCache,
  crawled: readonly Crawled[],
  presets: readonly Source[],
): ReadonlyMap<string, Identity> {
  const identities = new Map<string, Identity>();
  for (const name of cache.sources()) {
    const text = cache.note(name, IDENTITY);
    const preset = presets.find((source) => source.name === name);
    // Written when the source was published.
    if (text !== undefined) identities.set(name, JSON.parse(text) as Identity);
    else if (preset !== undefined) identities.set(name, siteIdentity([], preset));
  }
  for (const { source, identity } of crawled) identities.set(source.name, identity);
  return identities;
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

/** The pages of a source in the live version, by address. */
function published(
  cache: PageCache,
  source: string,
): ReadonlyMap<string, PublishedPage & { readonly stale: boolean; readonly confirmedAt: string }> {
  const text = cache.note(source, PUBLISHED);
  if (text === undefined) return new Map();
  // Written by `remember`.
  const rows = JSON.parse(text) as [string, string, number, boolean, string][];
  return new Map(
    rows.map(([url, contentHash, words, stale, confirmedAt]) => [
      url,
      { contentHash, words, stale, confirmedAt },
    ]),
  );
}

function remember(cache: PageCache, source: string, snapshot: Snapshot): void {
  const rows = snapshot.pages.map(({ url, contentHash, words, stale, confirmedAt }) => [
    url,
    contentHash,
    words,
    stale,
    confirmedAt,
  ]);
  cache.setNote(source, PUBLISHED, JSON.stringify(rows));
}

function isUpToDate(one: Crawled, cache: PageCache): boolean {
  if (!isEmptyDiff(one.diff)) return false;
  const before = published(cache, one.source.name);
  return one.snapshot.pages.every(({ url, stale }) => before.get(url)?.stale === stale);
}

type Part = {
  readonly name: string;
  /** Undefined for a source of an earlier release that was not read since. */
  readonly identity: Identity | undefined;
  readonly pages: readonly SnapshotPage[];
  readonly phrasings: Omit<Phrasings, "hash"> | undefined;
};

/** Phrasings by name of the source: of those asked for, and of presets carried over. */
function phrasingsOf(
  requested: readonly Source[],
  carriedOver: readonly string[],
  dataFolder: string,
): ReadonlyMap<string, Phrasings> {
  const names = new Set([...requested.map(({ name }) => name), ...carriedOver]);
  return new Map(
    [...names].toSorted().flatMap((name) => {
      const source = [...requested, ...readOwnSources(dataFolder), ...SOURCES].find(
        (one) => one.name === name,
      );
      return source === undefined ? [] : [[name, readPhrasings(source, dataFolder)] as const];
    }),
  );
}

/** Pages of every source: the new ones of those that were accepted, the published ones of the others. */
function partsOf(
  accepted: readonly Crawled[],
  cache: PageCache,
  phrasings: ReadonlyMap<string, Phrasings>,
  identities: ReadonlyMap<string, Identity>,
): readonly Part[] {
  const now = new Map(accepted.map(({ source, snapshot }) => [source.name, snapshot.pages]));
  const names = new Set([...cache.sources(), ...now.keys()]);
  return [...names].toSorted().map((name) => ({
    name,
    identity: identities.get(name),
    phrasings: phrasings.get(name),
    pages: now.get(name) ?? [...published(cache, name)].map(([url, page]) => ({ url, ...page })),
  }));
}

function refuseLosingSources(
  live: IndexVersion | undefined,
  parts: readonly Part[],
  force: boolean,
): void {
  const kept = new Set(parts.filter(({ pages }) => pages.length > 0).map(({ name }) => name));
  const lost = (live?.sources ?? []).map(({ name }) => name).filter((name) => !kept.has(name));
  if (lost.length === 0 || force) return;
  throw new IngestError(
    "lost-sources",
    "The live index has sources this data folder knows nothing of.",
    {
      facts: { sources: lost.join(", ") },
      hint: `Ingest them here too (npm run ingest -- ${lost[0] ?? ""}), or leave them out with --force.`,
    },
  );
}

async function canReadLive(index: ChunkIndex): Promise<boolean> {
  try {
    await using reader = await index.open();
    return reader !== undefined;
  } catch (error) {
    if (error instanceof IndexUnavailableError) return false;
    throw error;
  }
}

/** Builds a version of all parts beside the live one, and makes it live in one step. */
async function publish(
  parts: readonly Part[],
  cache: PageCache,
  dependencies: IngestDependencies & { readonly lease: Lease },
  mayBeRefused: boolean,
): Promise<IndexVersion> {
  const { progress, embeddingModel, signal } = dependencies;
  progress.stage("building the index");
  let counts: ReadonlyMap<string, SourceCount> = new Map();
  using embeddingCache =
    embeddingModel === undefined
      ? undefined
      : openEmbeddingCache(path.join(dependencies.dataFolder, EMBEDDING_CACHE));
  const furniture = new Map(
    parts.map(({ name, pages }) => [
      name,
      furnitureOf(
        pages.map(({ url }) => url),
        (url) => cache.document(name, url),
      ),
    ]),
  );
  const { builder, version } = await indexChunks({
    index: dependencies.index,
    chunks: () => {
      const counting = new Map<string, SourceCount>();
      counts = counting;
      return chunksOf(parts, cache, furniture, counting);
    },
    sources: () => parts.flatMap((part) => summaryOf(part, counts.get(part.name)) ?? []),
    clock: dependencies.clock,
    ...(embeddingModel === undefined ? {} : { embeddingModel }),
    ...(embeddingCache === undefined ? {} : { embeddingCache }),
    ...(signal === undefined ? {} : { signal }),
    onProgress: ({ stage, chunks, total }) => {
      if (stage === "train") progress.stage(`building the index: ${chunks} chunks`);
      if (stage === "add" && total !== undefined) progress.count(chunks, total);
      dependencies.lease.renewWhenDue();
    },
  });
  await using finished = builder;
  const objections = mayBeRefused ? ((await dependencies.judge?.(version)) ?? []) : [];
  if (objections.length > 0) {
    throw new IngestError(
      "judged",
      "The new index version answers worse than before, so it was not published.",
      {
        facts: Object.fromEntries(
          objections.map((objection, index) => [`${index + 1}`, objection]),
        ),
        hint: "The live index is as it was; --force publishes the new version all the same.",
      },
    );
  }
  dependencies.lease.renew();
  return await finished.publish();
}

type SourceCount = {
  chunks: number;
  phrasedPages: number;
  product: string;
  readonly versions: Set<string>;
};

function summaryOf(
  { name, pages, identity }: Part,
  count: SourceCount | undefined,
): SourceSummary | undefined {
  if (count === undefined) return undefined;
  return {
    name,
    product: count.product,
    ...(identity === undefined
      ? {}
      : {
          ...(identity.kind === undefined ? {} : { kind: identity.kind }),
          title: identity.title,
          names: identity.names,
          ...(identity.words === undefined ? {} : { words: identity.words }),
        }),
    version: [...count.versions].toSorted().join(", "),
    pages: pages.length,
    stalePages: pages.filter(({ stale }) => stale).length,
    chunks: count.chunks,
    ...(count.phrasedPages === 0 ? {} : { phrasedPages: count.phrasedPages }),
    crawledAt:
      pages
        .map(({ confirmedAt }) => confirmedAt)
        .toSorted()
        .at(-1) ?? "",
  };
}

/** Chunks of all pages in order of source and address, one page in memory at a time; `counts` is filled on the way. */
function* chunksOf(
  parts: readonly Part[],
  cache: PageCache,
  furniture: ReadonlyMap<string, ReadonlySet<string>>,
  counts: Map<string, SourceCount>,
): Generator<Chunk, undefined> {
  for (const { name, pages, phrasings, identity } of parts) {
    if (pages.length === 0) continue;
    const count: SourceCount = { chunks: 0, phrasedPages: 0, product: "", versions: new Set() };
    counts.set(name, count);
    for (const page of pages) {
      const read = cache.document(name, page.url);
      if (read === undefined) continue;
      const document = {
        ...withoutFurniture(read, furniture.get(name) ?? new Set()),
        product: identity?.product ?? read.product,
        version: (identity?.version ?? "") === "" ? read.version : (identity?.version ?? ""),
      };
      count.product = document.product;
      count.versions.add(document.version);
      const chunks = documentChunks(document, {
        crawledAt: page.confirmedAt,
        stale: page.stale,
        ...(identity?.words === undefined ? {} : { editions: identity.words.editions }),
      });
      count.chunks += chunks.length;
      if (phrasings?.ofPage.has(page.url) === true) count.phrasedPages += 1;
      yield* phrasings === undefined ? chunks : withPhrasings(chunks, phrasings);
    }
  }
}

function reportOf(
  one: Crawled,
  request: IngestRequest,
  cache: PageCache,
  version: IndexVersion | undefined,
  isRefused: boolean,
): SourceReport {
  const { summary, snapshot } = one;
  const urls = snapshot.pages.map(({ url }) => url);
  const state = isRefused
    ? "refused"
    : request.dryRun === true
      ? "dry-run"
      : version !== undefined
        ? isUpToDate(one, cache)
          ? "up-to-date"
          : "published"
        : "up-to-date";
  return {
    source: one.source.name,
    state,
    pages: urls.length,
    identity: one.identity,
    stalePages: snapshot.pages.filter(({ stale }) => stale).map(({ url }) => url),
    diff: one.diff,
    leftOut: snapshot.leftOut,
    failed: snapshot.failed,
    problems: one.problems,
    crawl: {
      resumed: summary.resumed,
      tried: summary.tried,
      unmodified: summary.unmodified,
      sameText: summary.sameText,
      bytes: summary.bytes,
      elapsedMs: summary.elapsedMs,
      foundBy: compareWays(urls, summary),
      disallowed: summary.disallowed,
      made: summary.made,
      notes: summary.notes,
    },
  };
}

function compareWays(urls: readonly string[], summary: CrawlSummary): FoundByComparison {
  const { inSitemap, inLists, linked, linksComplete } = summary;
  const missing = (way: ReadonlySet<string>) => urls.filter((url) => !way.has(url));
  const notInSitemap = missing(inSitemap);
  const notInLists = missing(inLists);
  const notLinked = missing(linked);
  return {
    sitemap: urls.length - notInSitemap.length,
    lists: urls.length - notInLists.length,
    links: linksComplete ? urls.length - notLinked.length : undefined,
    notInSitemap: notInSitemap.length === urls.length ? [] : notInSitemap,
    notInLists: notInLists.length === urls.length ? [] : notInLists,
    notLinked: linksComplete ? notLinked : [],
  };
}

function failedReport(source: Source, error: AppError): SourceReport {
  return {
    source: source.name,
    state: "failed",
    pages: 0,
    stalePages: [],
    diff: { added: [], changed: [], removed: [], unchanged: 0 },
    leftOut: [],
    failed: [],
    problems: [],
    error: describeError(error),
  };
}
