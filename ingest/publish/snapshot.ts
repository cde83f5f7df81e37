/** Page records -> which pages an index version holds, and why the others do not. */
import type { PageRecord } from "../fetch/page-cache.ts";

export type SnapshotPage = {
  readonly url: string;
  readonly contentHash: string;
  readonly words: number;
  /** ISO 8601: when an answer last confirmed the text. */
  readonly confirmedAt: string;
  /** The last try failed; this is the text of before. */
  readonly stale: boolean;
};

export type LeftOut = {
  readonly url: string;
  readonly why:
    | "gone"
    | "redirected"
    | "noindex"
    | "duplicate"
    | "canonical-elsewhere"
    | "empty"
    | "unusable"
    | "truncated"
    | "unreachable";
  /** For people: "status 410", "same text as ...". */
  readonly detail: string;
};

export type Snapshot = {
  /** In order of address. */
  readonly pages: readonly SnapshotPage[];
  readonly leftOut: readonly LeftOut[];
  /** Pages the last crawl could not reach, with the reason; those with a text are in `pages` as stale. */
  readonly failed: readonly { readonly url: string; readonly reason: string }[];
};

export type SnapshotOptions = {
  /** Pages the sitemaps list. */
  readonly inSitemap: ReadonlySet<string>;
  /** Pages that other pages or lists named in this crawl. */
  readonly linked: ReadonlySet<string>;
  /** Sitemaps were read, so that absence from them says something. */
  readonly sitemapComplete: boolean;
  /** Everything that could link to a page was read in this crawl; an answer "not modified" shows no links. */
  readonly linksComplete: boolean;
  /** Pages of the version before, with their content hash: of two equal pages the one that had the text stays. */
  readonly published: ReadonlyMap<string, string>;
  /** `PageRecord.notes` of a page without an end contain this. */
  readonly unclosedNote: string;
};

/** Below this share pages without an end are taken for cut off; above it the site just writes pages that way. */
const UNCLOSED_SHARE = 0.1;

export function takeSnapshot(records: readonly PageRecord[], options: SnapshotOptions): Snapshot {
  const byUrl = new Map(records.map((record) => [record.url, record]));
  const leftOut: LeftOut[] = [];
  const failed: { url: string; reason: string }[] = [];
  const withText: PageRecord[] = [];
  const unclosed = records.filter(
    ({ kind, notes }) => kind === "page" && notes.includes(options.unclosedNote),
  ).length;
  const all = records.filter(({ kind }) => kind === "page").length;
  const unclosedMeansCut = unclosed > 0 && unclosed <= Math.max(1, all * UNCLOSED_SHARE) && all > 1;

  for (const record of records) {
    const { url, failure } = record;
    if (failure !== "") failed.push({ url, reason: failure });
    const leave = (why: LeftOut["why"], detail: string) => leftOut.push({ url, why, detail });
    switch (record.kind) {
      case "gone":
        leave("gone", record.reason);
        break;
      case "alias":
        leave("redirected", record.reason);
        break;
      case "noindex":
        leave("noindex", record.reason);
        break;
      case "unusable":
        leave("unusable", record.reason);
        break;
      case "unknown":
        leave("unreachable", failure === "" ? "not tried yet" : failure);
        break;
      case "page":
        if (failure !== "" && isUnlisted(record, options)) {
          leave("gone", `in no list any more and not reachable: ${failure}`);
        } else if (unclosedMeansCut && record.notes.includes(options.unclosedNote)) {
          leave("truncated", record.notes);
        } else if (record.words === 0) leave("empty", "no text");
        else withText.push(record);
        break;
      default:
        record.kind satisfies never;
    }
  }

  const kept = dropCanonical(withText, byUrl, leftOut);
  const pages = dropDuplicates(kept, options, leftOut).map((record) => ({
    url: record.url,
    contentHash: record.contentHash,
    words: record.words,
    confirmedAt: record.confirmedAt,
    stale: record.failure !== "",
  }));
  return {
    pages: pages.toSorted((a, b) => (a.url < b.url ? -1 : 1)),
    leftOut: leftOut.toSorted((a, b) => (a.url < b.url ? -1 : 1)),
    failed,
  };
}

/** True when the site has given the page up: nothing names it, or it has left the sitemap that named it. */
function isUnlisted(record: PageRecord, options: SnapshotOptions): boolean {
  if (!options.sitemapComplete) return false;
  if (options.inSitemap.has(record.url) || options.linked.has(record.url)) return false;
  return options.linksComplete || record.foundBy.split(" ").includes("sitemap");
}

/** Pages that name another page as the real one, when that page is there and names itself. */
function dropCanonical(
  records: readonly PageRecord[],
  byUrl: ReadonlyMap<string, PageRecord>,
  leftOut: LeftOut[],
): readonly PageRecord[] {
  return records.filter((record) => {
    const target = record.canonical === "" ? undefined : byUrl.get(record.canonical);
    if (target === undefined || target.kind !== "page" || target.words === 0) return true;
    if (target.canonical !== "") return true;
    leftOut.push({
      url: record.url,
      why: "canonical-elsewhere",
      detail: `its own address is ${target.url}`,
    });
    return false;
  });
}

/** What tells two pages of the same text apart from others: the part of the hash that no address is in. */
function textOf({ contentHash }: PageRecord): string {
  return contentHash.split(":", 1)[0] ?? contentHash;
}

function dropDuplicates(
  records: readonly PageRecord[],
  options: SnapshotOptions,
  leftOut: LeftOut[],
): readonly PageRecord[] {
  const groups = Map.groupBy(records, textOf);
  const kept: PageRecord[] = [];
  for (const group of groups.values()) {
    const [best, ...rest] = group.toSorted((a, b) => {
      const rank = (record: PageRecord) =>
        (options.published.get(record.url) === record.contentHash ? 0 : 4) +
        (record.canonical === "" ? 0 : 2) +
        (options.inSitemap.has(record.url) ? 0 : 1);
      return rank(a) - rank(b) || a.url.length - b.url.length || (a.url < b.url ? -1 : 1);
    });
    if (best === undefined) continue;
    kept.push(best);
    for (const other of rest) {
      leftOut.push({ url: other.url, why: "duplicate", detail: `same text as ${best.url}` });
    }
  }
  return kept;
}
