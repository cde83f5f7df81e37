import { describe, expect, it } from "vitest";
import type { PageRecord } from "../../../ingest/fetch/page-cache.ts";
import { diffPages } from "../../../ingest/publish/diff.ts";
import { checkSnapshot } from "../../../ingest/publish/safety-gate.ts";
import { type SnapshotOptions, takeSnapshot } from "../../../ingest/publish/snapshot.ts";

function record(url: string, changes: Partial<PageRecord> = {}): PageRecord {
  return {
    source: "lantern",
    url,
    requestUrl: url,
    kind: "page",
    reason: "",
    target: "",
    etag: undefined,
    lastModified: undefined,
    canonical: "",
    contentHash: url,
    words: 100,
    foundBy: "sitemap",
    notes: "",
    crawl: "1",
    failure: "",
    confirmedAt: "2026-01-01T00:00:00.000Z",
    pipeline: "p",
    ...changes,
  };
}

const options: SnapshotOptions = {
  inSitemap: new Set(["/a", "/b"]),
  linked: new Set(),
  sitemapComplete: true,
  linksComplete: true,
  published: new Map(),
  unclosedNote: "no end",
};

const take = (records: readonly PageRecord[], changes: Partial<SnapshotOptions> = {}) => {
  const snapshot = takeSnapshot(records, { ...options, ...changes });
  return {
    ...snapshot,
    urls: snapshot.pages.map(({ url }) => url),
    why: Object.fromEntries(snapshot.leftOut.map(({ url, why }) => [url, why])),
  };
};

describe("takeSnapshot", () => {
  it("keeps an unreachable page as stale while something still names it", () => {
    const snapshot = take(
      [
        record("/a", { failure: "timeout" }),
        record("/old", { failure: "timeout" }),
        record("/linked", { failure: "timeout" }),
      ],
      { linked: new Set(["/linked"]) },
    );

    expect(snapshot.pages.map(({ url, stale }) => [url, stale])).toEqual([
      ["/a", true],
      ["/linked", true],
    ]);
    expect(snapshot.why).toEqual({ "/old": "gone" });
  });

  it("does not take absence from a sitemap that could not be read for anything", () => {
    const snapshot = take([record("/old", { failure: "timeout" })], { sitemapComplete: false });

    expect(snapshot.urls).toEqual(["/old"]);
  });

  it("does not take missing links for anything while some pages were not read again", () => {
    const failed = { failure: "timeout" };
    const snapshot = take(
      [record("/linked", { ...failed, foundBy: "link" }), record("/listed", failed)],
      { linksComplete: false },
    );

    expect(snapshot.urls).toEqual(["/linked"]);
    expect(snapshot.why).toEqual({ "/listed": "gone" });
  });

  it("keeps both pages of a pair that name each other as the real one", () => {
    const snapshot = take([record("/a", { canonical: "/b" }), record("/b", { canonical: "/a" })]);

    expect(snapshot.urls).toEqual(["/a", "/b"]);
  });

  it("keeps a page whose canonical page is not there", () => {
    const snapshot = take([
      record("/a", { canonical: "/b" }),
      record("/b", { kind: "gone", reason: "status 404" }),
    ]);

    expect(snapshot.urls).toEqual(["/a"]);
  });

  it("keeps of equal pages the one that had the text before, then the listed one, then the shortest", () => {
    const twins = [record("/long", { contentHash: "x" }), record("/b", { contentHash: "x" })];

    expect(take(twins).urls).toEqual(["/b"]);
    expect(take(twins, { published: new Map([["/long", "x"]]) }).urls).toEqual(["/long"]);
    expect(take(twins, { inSitemap: new Set() }).urls).toEqual(["/b"]);
  });

  it("takes a few pages without an end for cut off, many for the site's way of writing", () => {
    const page = (n: number, notes: string) => record(`/p${n}`, { notes });
    const few = Array.from({ length: 20 }, (_, n) => page(n, n === 0 ? "no end" : ""));
    const many = Array.from({ length: 20 }, (_, n) => page(n, n < 10 ? "no end" : ""));

    expect(take(few).why).toEqual({ "/p0": "truncated" });
    expect(take(many).urls).toHaveLength(20);
  });
});

describe("checkSnapshot", () => {
  const pages = (count: number, words = 100) =>
    Array.from({ length: count }, (_, n) => record(`/p${n}`, { words }));
  const before = (count: number) =>
    new Map(pages(count).map(({ url, contentHash, words }) => [url, { contentHash, words }]));
  const check = (records: readonly PageRecord[], published = before(100)) =>
    checkSnapshot(take(records), published).map(({ kind }) => kind);

  it("says nothing against ordinary change", () => {
    expect(check(pages(95))).toEqual([]);
    expect(check(pages(100))).toEqual([]);
    expect(check(pages(3), new Map())).toEqual([]);
  });

  it("objects to a tenth of the pages missing, and names them", () => {
    const [problem] = checkSnapshot(take(pages(85)), before(100));

    expect(problem).toMatchObject({
      kind: "lost-pages",
      message: "15 of 100 pages are missing (at most 10)",
    });
    expect(problem?.pages).toContain("/p99");
  });

  it("objects to pages that are all there and have lost their text", () => {
    expect(check(pages(100, 60))).toEqual(["lost-words"]);
  });

  it("objects to many failures and to many empty pages", () => {
    const failing = pages(100).map((one, n) => (n < 30 ? { ...one, failure: "timeout" } : one));
    const empty = pages(100).map((one, n) => (n < 8 ? { ...one, words: 0 } : one));

    expect(
      checkSnapshot(takeSnapshot(failing, { ...options, sitemapComplete: false }), before(100)).map(
        ({ kind }) => kind,
      ),
    ).toEqual(["failed"]);
    expect(check(empty)).toEqual(["empty"]);
  });

  it("objects to an empty crawl even when nothing was published", () => {
    expect(check([], new Map())).toEqual(["no-pages"]);
  });

  it("lets a small site lose a page or three", () => {
    expect(check(pages(5), before(8))).toEqual([]);
  });
});

describe("diffPages", () => {
  it("tells added, changed, removed and unchanged apart", () => {
    const snapshot = take([record("/a"), record("/b", { contentHash: "new" }), record("/c")]);

    const diff = diffPages(
      new Map([
        ["/a", { contentHash: "/a", words: 1 }],
        ["/b", { contentHash: "/b", words: 1 }],
        ["/z", { contentHash: "/z", words: 1 }],
      ]),
      snapshot.pages,
    );

    expect(diff).toEqual({ added: ["/c"], changed: ["/b"], removed: ["/z"], unchanged: 1 });
  });
});
