/** What the live index holds, page by page: read once for each version, because a version never changes. */
import type { PageType } from "../documents/document.ts";
import type { ChunkIndex, IndexVersion } from "../store/chunk-index.ts";
import { within } from "./kept.ts";

export type PageSummary = {
  readonly url: string;
  readonly title: string;
  readonly product: string;
  readonly version: string;
  readonly pageType: PageType;
  readonly chunks: number;
  readonly crawledAt: string;
  readonly stale: boolean;
};

export type IndexOverview = {
  readonly version: IndexVersion;
  /** In the order of building; undefined while they are still being read. */
  readonly pages: readonly PageSummary[] | undefined;
  /** Questions people ask, from the index itself: what a newcomer may try. */
  readonly examples: readonly string[];
};

const EXAMPLES = 4;

export interface OverviewReader {
  /** Undefined when nothing is indexed. Waits at most `waitMs` for the list of pages. Throws what the index throws. */
  read(waitMs: number): Promise<IndexOverview | undefined>;
}

export function createOverviewReader(index: ChunkIndex): OverviewReader {
  let cached:
    | { readonly id: string; readonly reading: Promise<Pages>; done: Pages | undefined }
    | undefined;
  return {
    async read(waitMs) {
      const version = (await index.versions()).find(({ live }) => live);
      if (version === undefined) return undefined;
      if (cached?.id !== version.id) {
        const entry = {
          id: version.id,
          reading: readPages(index, version.id),
          done: undefined as Pages | undefined,
        };
        cached = entry;
        entry.reading.then(
          (pages) => {
            entry.done = pages;
          },
          () => {
            // Read anew by whoever asks next.
            if (cached === entry) cached = undefined;
          },
        );
      }
      const pages = cached.done ?? (await within(cached.reading, waitMs));
      return { version, pages: pages?.pages, examples: pages?.examples ?? [] };
    },
  };
}

type Pages = { readonly pages: readonly PageSummary[]; readonly examples: readonly string[] };

async function readPages(index: ChunkIndex, id: string): Promise<Pages> {
  await using reader = await index.open(id);
  const pages = new Map<string, PageSummary>();
  const asked: string[] = [];
  let read = 0;
  for await (const chunk of reader?.chunks() ?? []) {
    const before = pages.get(chunk.url);
    pages.set(chunk.url, {
      url: chunk.url,
      title: chunk.title,
      product: chunk.product,
      version: chunk.version,
      pageType: chunk.pageType,
      chunks: (before?.chunks ?? 0) + 1,
      crawledAt: chunk.crawledAt,
      stale: chunk.stale === true || before?.stale === true,
    });
    const [phrasing] = chunk.phrasings ?? [];
    if (phrasing !== undefined && (chunk.pageType === "guide" || chunk.pageType === "concept"))
      asked.push(phrasing);
    read += 1;
    // An embedded index answers without giving way; others want to be served meanwhile.
    if (read % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { pages: [...pages.values()], examples: spread(asked, EXAMPLES) };
}

/** `most` of the values, evenly from beginning to end. */
function spread(values: readonly string[], most: number): string[] {
  if (values.length <= most) return [...values];
  return Array.from(
    { length: most },
    (_, at) => values[Math.floor(((at + 0.5) * values.length) / most)] ?? "",
  );
}
