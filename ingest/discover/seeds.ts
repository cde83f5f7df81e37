/** Reads what a site says about itself before any page: robots.txt, sitemaps, lists of pages. */
import { gunzipSync } from "node:zlib";
import { AppError } from "../../src/platform/errors.ts";
import { type HttpAnswer, HttpError } from "../../src/platform/http.ts";
import { ask, type PageFetcher, PAGE_RETRIES } from "../fetch/fetch-page.ts";
import { decodeText } from "../fetch/charset.ts";
import { type RetrySchedule, retryAfterMs, withRetries } from "../../src/platform/retry.ts";
import type { Source } from "../sources/source.ts";
import { type AddressMap, canonicalAddress, inScope, MAX_ADDRESS_LENGTH } from "./address.ts";
import { parseLlmsText } from "./llms-text.ts";
import { ALLOW_ALL, parseRobots, type Robots } from "./robots.ts";
import { parseSitemap } from "./sitemap.ts";

/** The site cannot be asked what may be crawled, so nothing is. */
export class RobotsError extends AppError {}

export const SEED_LIMITS = {
  /** Sitemaps that are read, and that wait to be read: an index may name 50,000 others, and each of them again. */
  maxSitemaps: 500,
  maxLists: 200,
  /** An index of indexes is common, deeper nesting is a mistake or a trap. */
  maxNesting: 4,
};

const MAX_SITEMAP_BYTES = 50 * 1024 * 1024;

const FILE_RETRIES: RetrySchedule = { ...PAGE_RETRIES, attempts: 3 };

export type SeedPage = {
  /** Canonical address. */
  readonly url: string;
  /** Address of the source as the seed wrote it. */
  readonly requestUrl: string;
};

export type SeedList = {
  readonly pages: readonly SeedPage[];
  /** False when a file that should be there could not be read: missing pages then mean nothing. */
  readonly complete: boolean;
  /** Lines for the report. */
  readonly notes: readonly string[];
};

/** An address that is not fetched now will not be fetched a second later. */
const FINAL_ERRORS: ReadonlySet<string> = new Set(["private-address", "bad-address", "too-large"]);

/** Any status as an answer; after retries the error when there is none. */
async function getFile(fetcher: PageFetcher, url: string): Promise<HttpAnswer | HttpError> {
  return withRetries<HttpAnswer | HttpError>(
    FILE_RETRIES,
    fetcher.clock,
    fetcher.random,
    async () => {
      try {
        const limits = { maxBytes: MAX_SITEMAP_BYTES, maxUnpackedBytes: MAX_SITEMAP_BYTES };
        const answer = await ask(fetcher, url, { limits });
        if (answer.status < 500 && answer.status !== 429) return { kind: "done", value: answer };
        const waitMs = retryAfterMs(answer.headers["retry-after"], fetcher.clock.now());
        return { kind: "again", value: answer, ...(waitMs === undefined ? {} : { waitMs }) };
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        return { kind: FINAL_ERRORS.has(error.code) ? "done" : "again", value: error };
      }
    },
    fetcher.signal,
  );
}

/**
 * The site's robots.txt. Missing (4xx) allows everything; unreachable or 5xx forbids everything (RFC 9309, 2.3.1)
 * and is thrown as `RobotsError`, because a crawl of nothing must not look like an empty site.
 */
export async function readRobots(
  fetcher: PageFetcher,
  siteOrigin: string,
  productToken: string,
): Promise<Robots> {
  const url = new URL("/robots.txt", siteOrigin).href;
  const answer = await getFile(fetcher, url);
  if (answer instanceof HttpError || answer.status >= 500 || answer.status === 429) {
    const isPrivate = answer instanceof HttpError && answer.code === "private-address";
    throw new RobotsError("robots", "robots.txt cannot be read, so nothing may be crawled.", {
      facts: { address: url, answer: answerText(answer) },
      hint: isPrivate
        ? `If this host is meant, add it to the settings: INGEST_ALLOW_HOSTS=${new URL(url).hostname}`
        : "Check the address and the connection, then run it again; the live index is as it was.",
    });
  }
  if (answer.status !== 200) return ALLOW_ALL;
  return parseRobots(decodeText(answer.body, "text/plain; charset=utf-8").text, productToken);
}

/** Files to read, each once and at most `most` in all; files may be added while it is gone through. */
class ReadingList {
  readonly files: { readonly url: string; readonly nesting: number }[] = [];
  readonly #known = new Set<string>();
  readonly #most: number;
  /** True when there were more files than are read. */
  isCut = false;

  constructor(most: number, urls: Iterable<string>) {
    this.#most = most;
    for (const url of urls) this.add(url, 0);
  }

  add(url: string, nesting: number): void {
    if (this.#known.has(url) || url.length > MAX_ADDRESS_LENGTH) return;
    if (this.#known.size >= this.#most) {
      this.isCut = true;
      return;
    }
    this.#known.add(url);
    this.files.push({ url, nesting });
  }
}

/** Pages of the source in files of one kind and in those that they name. */
async function readSeeds(
  fetcher: PageFetcher,
  source: Source,
  addresses: AddressMap,
  files: {
    /** For the notes. */
    readonly kind: "sitemap" | "list";
    /** Addresses that the site says it has, and paths where it may have more. */
    readonly expected: ReadonlySet<string>;
    readonly usual: readonly string[];
    readonly most: number;
    readonly maxNesting: number;
    /** Pages and further files that one names; undefined when it cannot be read. */
    readonly read: (
      answer: HttpAnswer,
      address: string,
    ) => readonly [pages: readonly string[], files: readonly string[]] | undefined;
  },
): Promise<SeedList> {
  const { kind, expected, most } = files;
  const usual = files.usual.map((path) => `${source.origin}${path}`);
  const list = new ReadingList(most, [...expected, ...usual]);
  const pages = new Map<string, SeedPage>();
  const notes: string[] = [];
  let complete = true;
  for (const { url, nesting } of list.files) {
    if (pages.size >= source.maxPages) break;
    if (URL.parse(url)?.origin !== source.origin) {
      if (kind === "sitemap") notes.push(`sitemap on another site left out: ${url}`);
      continue;
    }
    const address = addresses.toRequest(url);
    const answer = await getFile(fetcher, address);
    const isThere = !(answer instanceof HttpError) && answer.status === 200;
    const found = isThere ? files.read(answer, address) : undefined;
    if (found === undefined) {
      // Not every site has such a file; one that another file names should be there.
      const isMissing =
        !(answer instanceof HttpError) && answer.status >= 400 && answer.status < 500;
      if (isMissing && !expected.has(url) && nesting === 0) continue;
      complete = false;
      notes.push(`${kind} not ${isThere ? "readable" : "read"}: ${url} (${answerText(answer)})`);
      continue;
    }
    for (const page of found[0]) addPage(pages, source, addresses, page);
    if (nesting === files.maxNesting) continue;
    for (const file of found[1]) list.add(addresses.toSource(file), nesting + 1);
  }
  if (list.isCut) notes.push(`more than ${most} ${kind}s: the rest was not read`);
  const isFull = pages.size >= source.maxPages;
  if (isFull)
    notes.push(`the ${kind}s name ${source.maxPages} pages or more: the rest was not read`);
  return { pages: [...pages.values()], complete: complete && !list.isCut && !isFull, notes };
}

/**
 * Pages of the source in its sitemaps, indexes and packed ones included; at most as many pages as the source may have,
 * from at most `limits.maxSitemaps` files.
 */
export function readSitemaps(
  fetcher: PageFetcher,
  source: Source,
  addresses: AddressMap,
  fromRobots: readonly string[],
  { maxSitemaps: most, maxNesting } = SEED_LIMITS,
): Promise<SeedList> {
  return readSeeds(fetcher, source, addresses, {
    kind: "sitemap",
    expected: new Set(fromRobots.slice(0, most).map((url) => addresses.toSource(url))),
    usual: source.seeds.sitemaps,
    most,
    maxNesting,
    read({ body }) {
      const text = unpackedText(body);
      const sitemap = text === undefined ? undefined : parseSitemap(text);
      return sitemap && [sitemap.pages, sitemap.sitemaps];
    },
  });
}

/** Pages of the source in its llms.txt, nested lists included. */
export function readLists(
  fetcher: PageFetcher,
  source: Source,
  addresses: AddressMap,
  { maxLists: most, maxNesting } = SEED_LIMITS,
): Promise<SeedList> {
  return readSeeds(fetcher, source, addresses, {
    kind: "list",
    expected: new Set(),
    usual: source.seeds.lists,
    most,
    maxNesting,
    read({ headers, body }, address) {
      const type = headers["content-type"] ?? "";
      // A site that redirects unknown addresses answers with a page.
      if (/html/i.test(type)) return [[], []];
      const { pages, lists } = parseLlmsText(decodeText(body, type).text, address);
      return [pages, lists];
    },
  });
}

function answerText(answer: HttpAnswer | HttpError): string {
  return answer instanceof HttpError ? answer.message : `status ${answer.status}`;
}

function addPage(
  pages: Map<string, SeedPage>,
  source: Source,
  addresses: AddressMap,
  address: string,
): void {
  if (pages.size >= source.maxPages || address.length > MAX_ADDRESS_LENGTH) return;
  const requestUrl = URL.parse(addresses.toSource(address));
  if (requestUrl === null) return;
  requestUrl.hash = "";
  const url = canonicalAddress(requestUrl.href);
  if (url === undefined || !inScope(url, source.origin, source.scope)) return;
  pages.set(url, { url, requestUrl: requestUrl.href });
}

/** A `.gz` sitemap arrives packed even when the connection is not. */
function unpackedText(body: Buffer): string | undefined {
  try {
    const isPacked = body[0] === 0x1f && body[1] === 0x8b;
    const bytes = isPacked ? gunzipSync(body, { maxOutputLength: MAX_SITEMAP_BYTES }) : body;
    return decodeText(bytes, "application/xml; charset=utf-8").text;
  } catch {
    return undefined;
  }
}
