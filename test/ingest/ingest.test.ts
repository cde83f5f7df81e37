import { globSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import type { EmbeddingModel } from "../../src/models/embedding-model.ts";
import type { SourceReport } from "../../ingest/ingest.ts";
import { sourceOfSite } from "../../ingest/sources/any-site.ts";
import { reportText } from "../../ingest/report-text.ts";
import {
  type DocsSite,
  type Fault,
  faults,
  pageHtml,
  type SitePage,
  startDocsSite,
} from "../support/docs-site.ts";
import { LANTERN_ORIGIN, lanternSource, startIngestRun } from "../support/ingest-run.ts";

function page(title: string, text: string, more: Partial<SitePage> = {}): SitePage {
  return { title, body: `<p>${text}</p>`, ...more };
}

const TEXTS = {
  "/docs": page("Start", "Lantern runs jobs and watches them."),
  "/docs/beacons": page("Beacons", "A beacon says that a job is alive."),
  "/docs/slots": page("Slots", "A slot is a place for one job."),
  "/docs/lost": page("Lost jobs", "A lost job holds its slot until someone releases it."),
  "/docs/api/release": page("release", "Frees the slot of a lost job."),
  "/docs/retries": page("Retries", "A failed job is tried again three times."),
};

const at = (path: string) => `${LANTERN_ORIGIN}${path}`;

function only(report: { readonly sources: readonly SourceReport[] }): SourceReport {
  const [source] = report.sources;
  if (source === undefined) throw new Error("no source in the report");
  return source;
}

const lanternSite = (): Promise<DocsSite> => startDocsSite(TEXTS);

describe("ingest", () => {
  it("publishes every page of the sitemap under the source's own addresses", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();

    const report = await run.run(site.origin);

    expect(only(report)).toMatchObject({ state: "published", pages: 6, failed: [], problems: [] });
    expect(report.version).toMatchObject({ pages: 6, chunks: 6 });
    const [chunk] = await run.chunks(at("/docs/api/release"));
    expect(chunk).toMatchObject({
      url: at("/docs/api/release"),
      title: "release",
      text: "Frees the slot of a lost job.",
      anchor: "top",
      product: "lantern",
      version: "2",
      pageType: "api-reference",
    });
    expect(JSON.stringify(chunk)).not.toContain("127.0.0.1");
  });

  it("asks once for each unchanged page, and builds nothing", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    const first = await run.run(site.origin);
    site.requests.length = 0;

    const second = await run.run(site.origin);

    expect(only(second)).toMatchObject({ state: "up-to-date", crawl: { unmodified: 6, bytes: 0 } });
    expect(second.version).toBeUndefined();
    const pages = site.requests.filter(({ path }) => path.startsWith("/docs"));
    expect(pages).toHaveLength(6);
    expect(pages.every(({ conditional, status }) => conditional && status === 304)).toBe(true);
    expect((await run.index.versions()).map(({ id }) => id)).toEqual([first.version?.id]);
  });

  it("takes a page whose bytes changed and whose text did not for unchanged", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    await run.run(site.origin);
    site.pages.set("/docs/slots", {
      ...TEXTS["/docs/slots"],
      head: '<script src="/new.js"></script>',
    });

    const report = await run.run(site.origin);

    expect(only(report)).toMatchObject({
      state: "up-to-date",
      crawl: { unmodified: 5, sameText: 1 },
    });
  });

  it("keeps the ids of unchanged chunks when other text of the page changes", async () => {
    const section = (id: string, words: string) =>
      `<h2 id="${id}">${id}</h2><p>${`${words} `.repeat(100)}</p>`;
    await using site = await startDocsSite({
      "/docs": { title: "Start", body: `${section("one", "alpha")}${section("two", "beta")}` },
    });
    await using run = await startIngestRun();
    await run.run(site.origin);
    const before = await run.chunks(at("/docs"));
    site.pages.set("/docs", {
      title: "Start",
      body: `${section("one", "alpha")}${section("two", "gamma")}`,
    });

    const report = await run.run(site.origin);

    expect(only(report).diff.changed).toEqual([at("/docs")]);
    const after = await run.chunks(at("/docs"));
    expect(after[0]?.id).toBe(before[0]?.id);
    expect(after[1]?.id).not.toBe(before[1]?.id);
  });

  it("finds pages by links that no sitemap names, and says so", async () => {
    await using site = await startDocsSite({
      ...TEXTS,
      "/docs": page(
        "Start",
        'See <a href="/docs/hidden?from=start#part">more</a> and <a href="/blog/x">news</a>.',
      ),
      "/docs/hidden": page("Hidden", "In no sitemap.", { listed: false }),
      "/blog/x": page("News", "Out of scope."),
    });
    await using run = await startIngestRun();

    const report = only(await run.run(site.origin));

    expect(report.crawl?.foundBy.notInSitemap).toEqual([at("/docs/hidden")]);
    expect(await run.chunks(at("/docs/hidden"))).toHaveLength(1);
    expect(site.hits("/blog/x")).toBe(0);
  });

  it("follows a long chain of links where no sitemap names the pages, and ends where one never ends", async () => {
    const link = (n: number) => `<a href="/docs/p${n + 1}">next</a>`;
    const chain = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [
        `/docs/p${n}`,
        page(`Page ${n}`, n === 29 ? "The end." : link(n)),
      ]),
    );
    await using site = await startDocsSite({ "/docs": page("Start", link(-1)), ...chain });
    site.files.set("/sitemap.xml", { type: "text/plain", body: "" });
    await using endless = await startDocsSite({
      "/docs": page("Start", '<a href="/docs/day/1">1</a>'),
    });
    endless.files.set("/sitemap.xml", { type: "text/plain", body: "" });
    for (let day = 1; day < 200; day += 1) {
      endless.pages.set(
        `/docs/day/${day}`,
        page(`Day ${day}`, `<a href="/docs/day/${day + 1}">tomorrow of day ${day}</a>`),
      );
    }
    await using run = await startIngestRun();
    await using other = await startIngestRun();

    const found = only(await run.run(site.origin));
    const bounded = only(await other.run(endless.origin));

    expect(found.pages).toBe(31);
    expect(bounded.pages).toBeLessThan(60);
  });

  it("keeps an unreachable page while a page that was not read again may still link to it", async () => {
    await using site = await startDocsSite({
      ...TEXTS,
      "/docs": page("Start", 'See <a href="/docs/hidden">more</a>.'),
      "/docs/hidden": page("Hidden", "In no sitemap.", { listed: false }),
    });
    await using run = await startIngestRun();
    await run.run(site.origin);
    site.faults.set("/docs/hidden", faults.status(503));

    const unread = only(await run.run(site.origin));
    site.faults.set("/docs/slots", faults.status(503));
    site.pages.set("/docs/slots", { ...TEXTS["/docs/slots"], listed: false });
    const unlisted = only(await run.run(site.origin));
    site.validators = false;
    site.pages.set("/docs", page("Start", "No links any more."));
    const read = only(await run.run(site.origin));

    expect(unread.stalePages).toEqual([at("/docs/hidden")]);
    // It has left the sitemap.
    expect(unlisted.diff.removed).toEqual([at("/docs/slots")]);
    expect(read.diff.removed).toEqual([at("/docs/hidden")]);
  });

  it("compares the ways that pages were found by", async () => {
    await using site = await startDocsSite({
      ...TEXTS,
      "/docs": page("Start", '<a href="/docs/slots">slots</a> <a href="/docs/hidden">more</a>'),
      "/docs/hidden": page("Hidden", "In no sitemap.", { listed: false }),
    });
    site.files.set("/llms.txt", { type: "text/plain", body: "- [Lost](/docs/lost.md)\n" });
    await using run = await startIngestRun(
      lanternSource({
        seeds: { sitemaps: ["/sitemap.xml"], lists: ["/llms.txt"], pages: ["/docs"] },
      }),
    );

    const first = await run.run(site.origin);
    const again = await run.run(site.origin);

    expect(reportText(first)).toContain(
      [
        "lantern: found 6 in the sitemap, 1 in lists, 2 by links",
        "  not in the sitemap: 1",
        `    ${at("/docs/hidden")}`,
        "  not in any list: 6",
      ].join("\n"),
    );
    expect(only(first).crawl?.foundBy.notLinked).toContain(at("/docs/lost"));
    // Pages that were not read again show no links.
    expect(only(again).crawl?.foundBy).toMatchObject({ links: undefined, notLinked: [] });
  });

  it("reads sitemap indexes, packed sitemaps and llms.txt", async () => {
    await using site = await lanternSite();
    const urls = (paths: readonly string[]) =>
      `<urlset>${paths.map((path) => `<url><loc>${site.origin}${path}</loc></url>`).join("")}</urlset>`;
    site.files.set("/sitemap.xml", {
      type: "text/xml",
      body: `<sitemapindex><sitemap><loc>${site.origin}/a.xml.gz</loc></sitemap></sitemapindex>`,
    });
    site.files.set("/a.xml.gz", {
      type: "application/gzip",
      body: gzipSync(urls(["/docs/beacons", "/docs/slots"])),
    });
    site.files.set("/llms.txt", {
      type: "text/plain",
      body: "# Lantern\n- [Lost](/docs/lost.md): lost jobs\n- [More](/llms-more.txt)\n",
    });
    site.files.set("/llms-more.txt", { type: "text/plain", body: "- [Retries](/docs/retries)\n" });
    await using run = await startIngestRun(
      lanternSource({
        seeds: { sitemaps: ["/sitemap.xml"], lists: ["/llms.txt"], pages: ["/docs"] },
      }),
    );

    const report = only(await run.run(site.origin));

    expect(report.pages).toBe(5);
    expect(report.crawl?.foundBy).toMatchObject({ sitemap: 2, lists: 2 });
  });

  it("obeys robots.txt and reads the sitemaps it names", async () => {
    await using site = await lanternSite();
    site.robots = "User-agent: *\nDisallow: /docs/api\nSitemap: {origin}/extra.xml\n";
    site.files.set("/extra.xml", {
      type: "text/xml",
      body: `<urlset><url><loc>${site.origin}/docs/extra</loc></url></urlset>`,
    });
    site.pages.set("/docs/extra", page("Extra", "Named by robots.txt.", { listed: false }));
    await using run = await startIngestRun();

    const report = only(await run.run(site.origin));

    expect(report.crawl?.disallowed).toEqual([at("/docs/api/release")]);
    expect(site.hits("/docs/api/release")).toBe(0);
    expect(await run.chunks(at("/docs/extra"))).toHaveLength(1);
  });

  it("crawls nothing when robots.txt cannot be read, and leaves the index alone", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    await run.run(site.origin);
    site.faults.set("/robots.txt", faults.status(503));
    site.requests.length = 0;

    const report = await run.run(site.origin);

    expect(only(report)).toMatchObject({ state: "failed" });
    expect(only(report).error).toContain("robots.txt");
    expect(site.requests.filter(({ path }) => path.startsWith("/docs"))).toEqual([]);
    expect(await run.chunks(at("/docs/slots"))).toHaveLength(1);
  });

  it("leaves out pages that say noindex, in the head or in a header", async () => {
    await using site = await startDocsSite({
      ...TEXTS,
      "/docs/slots": { ...TEXTS["/docs/slots"], head: '<meta name="robots" content="noindex">' },
      "/docs/lost": { ...TEXTS["/docs/lost"], headers: { "x-robots-tag": "noindex, nofollow" } },
    });
    await using run = await startIngestRun();

    const report = only(await run.run(site.origin));

    expect(report.leftOut.map(({ url, why }) => [url, why])).toEqual([
      [at("/docs/lost"), "noindex"],
      [at("/docs/slots"), "noindex"],
    ]);
  });

  it("keeps one of several pages: the one a canonical link names, or the listed one of equal ones", async () => {
    await using site = await startDocsSite({
      ...TEXTS,
      "/docs/slots-copy": { ...TEXTS["/docs/slots"], listed: false },
      "/docs/old-lost": page("Old", "Lost jobs, told before.", {
        head: '<link rel="canonical" href="/docs/lost">',
      }),
      "/docs": page("Start", '<a href="/docs/slots-copy">copy</a>'),
    });
    await using run = await startIngestRun();

    const report = only(await run.run(site.origin));

    expect(report.leftOut.map(({ url, why }) => [url, why])).toEqual([
      [at("/docs/old-lost"), "canonical-elsewhere"],
      [at("/docs/slots-copy"), "duplicate"],
    ]);
  });

  it("follows no link of a page that says nofollow", async () => {
    await using site = await startDocsSite({
      "/docs": page("Start", '<a href="/docs/a">a</a>', {
        headers: { "x-robots-tag": "nofollow" },
      }),
      "/docs/more": page("More", '<a href="/docs/b">b</a> <a rel="nofollow" href="/docs/c">c</a>'),
      "/docs/a": page("A", "Linked from a page that says nofollow.", { listed: false }),
      "/docs/b": page("B", "Linked.", { listed: false }),
      "/docs/c": page("C", "Linked with nofollow.", { listed: false }),
    });
    await using run = await startIngestRun();

    await run.run(site.origin);

    expect([site.hits("/docs/a"), site.hits("/docs/b"), site.hits("/docs/c")]).toEqual([0, 1, 0]);
  });

  it("ignores a canonical link to another site, and notes it", async () => {
    await using site = await startDocsSite({
      ...TEXTS,
      "/docs/lost": {
        ...TEXTS["/docs/lost"],
        head: '<link rel="canonical" href="https://evil.example/">',
      },
    });
    await using run = await startIngestRun();

    const report = only(await run.run(site.origin));

    expect(report.pages).toBe(6);
    expect(report.crawl?.notes.join("\n")).toContain("canonical link out of the source ignored");
  });

  it("follows a redirect to a page of the source once, under that page's address", async () => {
    await using site = await startDocsSite({
      ...TEXTS,
      "/docs": page("Start", '<a href="/docs/places">slots</a>'),
    });
    site.faults.set("/docs/places", faults.redirect(308, "/docs/slots"));
    await using run = await startIngestRun();

    const report = only(await run.run(site.origin));

    expect(report.leftOut).toEqual([
      { url: at("/docs/places"), why: "redirected", detail: `redirected to ${at("/docs/slots")}` },
    ]);
    expect(site.hits("/docs/slots")).toBe(1);
  });

  it("reads a page whose address wants a slash at its end", async () => {
    await using site = await startDocsSite({ "/docs/": page("Start", "With a slash.") });
    site.faults.set("/docs", faults.redirect(301, "/docs/"));
    await using run = await startIngestRun();

    await run.run(site.origin);

    expect((await run.chunks(at("/docs"))).map(({ text }) => text)).toEqual(["With a slash."]);
  });

  it("reads the text of diagrams from the page's Markdown form, and only where there are some", async () => {
    await using site = await lanternSite();
    site.files.set("/docs/slots", {
      type: "text/html",
      body: '<html><head><title>Slots</title><meta name="generator" content="Mintlify"></head><body><div id="content"><span data-as="p">See:</span><div data-component-part="mermaid"></div></div></body></html>',
    });
    site.files.set("/docs/slots.md", {
      type: "text/markdown; charset=utf-8",
      body: "See:\n\n```mermaid\nfree --> held\n```\n",
    });
    await using run = await startIngestRun();

    await run.run(site.origin);

    expect((await run.chunks(at("/docs/slots")))[0]?.text).toBe("See:\n\nfree --> held");
    expect(site.requests.filter(({ path }) => path.endsWith(".md"))).toHaveLength(1);
  });

  it("shows in a dry run what would change, and publishes nothing", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    const first = await run.run(site.origin);
    site.pages.set("/docs/new", page("New", "Added."));
    site.pages.set("/docs/slots", page("Slots", "Changed."));
    site.pages.delete("/docs/lost");

    const report = await run.run(site.origin, { dryRun: true });

    expect(report.version).toBeUndefined();
    expect(only(report)).toMatchObject({
      state: "dry-run",
      diff: {
        added: [at("/docs/new")],
        changed: [at("/docs/slots")],
        removed: [at("/docs/lost")],
        unchanged: 4,
      },
    });
    expect((await run.index.versions()).map(({ id }) => id)).toEqual([first.version?.id]);
    expect(await run.chunks(at("/docs/lost"))).toHaveLength(1);
    const third = await run.run(site.origin);
    expect(only(third).diff.removed).toEqual([at("/docs/lost")]);
    expect(await run.chunks(at("/docs/lost"))).toEqual([]);
  });

  it("refuses a crawl that lost a large share of the pages, names them, and publishes it when forced", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`/docs/p${n}`, page(`Page ${n}`, `Text number ${n}.`)]),
    );
    await using site = await startDocsSite({ ...TEXTS, ...many });
    await using run = await startIngestRun();
    await run.run(site.origin);
    for (let n = 0; n < 12; n += 1) site.pages.delete(`/docs/p${n}`);

    const refused = await run.run(site.origin);

    expect(refused.version).toBeUndefined();
    expect(only(refused).state).toBe("refused");
    expect(only(refused).problems.map(({ kind }) => kind)).toContain("lost-pages");
    expect(only(refused).problems[0]?.pages).toContain(at("/docs/p3"));
    expect(await run.chunks(at("/docs/p3"))).toHaveLength(1);

    const forced = await run.run(site.origin, { force: true });

    expect(forced.version).toMatchObject({ pages: 24 });
    expect(await run.chunks(at("/docs/p3"))).toEqual([]);
  });

  it("refuses a site whose pages have all become empty shells", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    await run.run(site.origin);
    for (const path of site.pages.keys()) {
      site.faults.set(
        path,
        faults.body(
          "<html><head><title>App</title></head><body><div id=root></div></body></html>",
          {},
        ),
      );
    }

    const report = only(await run.run(site.origin));

    expect(report.state).toBe("refused");
    expect(await run.chunks(at("/docs/slots"))).toHaveLength(1);
  });

  it("compares with the live version even when the page cache is gone", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`/docs/p${n}`, page(`Page ${n}`, `Text number ${n}.`)]),
    );
    await using site = await startDocsSite(many);
    await using run = await startIngestRun();
    await run.run(site.origin);
    rmSync(path.join(run.folder, "crawl.sqlite"));
    for (let n = 0; n < 12; n += 1) site.pages.delete(`/docs/p${n}`);

    const report = only(await run.run(site.origin));

    expect(report).toMatchObject({ state: "refused", problems: [{ kind: "lost-pages" }] });
  });

  it("asks the embedding endpoint for changed text only", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    const sent: string[] = [];
    const embeddingModel: EmbeddingModel = {
      name: "fake",
      dimensions: 2,
      batchLimit: 4,
      embed: async (texts) => {
        sent.push(...texts);
        return texts.map(() => Float32Array.of(1, 0));
      },
    };
    await run.run(site.origin, {}, { embeddingModel });
    const first = sent.length;
    sent.length = 0;

    await run.run(site.origin, {}, { embeddingModel });
    const unchanged = sent.length;
    site.pages.set("/docs/slots", page("Slots", "Changed."));
    await run.run(site.origin, {}, { embeddingModel });

    expect([first, unchanged]).toEqual([6, 0]);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toContain("Changed.");
  });

  it("builds a new version when the embedding model is another one", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    await run.run(site.origin);
    const embeddingModel: EmbeddingModel = {
      name: "fake",
      dimensions: 2,
      batchLimit: 100,
      embed: async (texts) => texts.map(() => Float32Array.of(0, 1)),
    };

    const report = await run.run(site.origin, {}, { embeddingModel });

    expect(report.version?.embedding).toEqual({ model: "fake", dimensions: 2 });
    expect(only(report)).toMatchObject({ state: "up-to-date", crawl: { unmodified: 6 } });
  });

  it("builds anew what cannot be read any more, without comparing with it", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    await run.run(site.origin);
    for (const file of globSync(path.join(run.folder, "index", "*.sqlite"))) {
      writeFileSync(file, "damaged ".repeat(1000));
    }
    const judge = () => Promise.reject(new Error("asked about a version that cannot be read"));

    const report = await run.run(site.origin, {}, { judge });

    expect(report.version).toMatchObject({ pages: 6 });
    expect(await run.chunks(at("/docs/slots"))).toHaveLength(1);
  });

  it("publishes nothing a look at the finished version objects to, unless forced", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    const first = await run.run(site.origin);
    site.pages.set("/docs/slots", page("Slots", "Changed."));
    const judge = async () => ["hit@5 fell from 0.9 to 0.5"];

    await expect(run.run(site.origin, {}, { judge })).rejects.toMatchObject({
      code: "judged",
      facts: { 1: "hit@5 fell from 0.9 to 0.5" },
    });

    const versions = await run.index.versions();
    expect(versions.map(({ id, live }) => [id, live])).toEqual([[first.version?.id, true]]);
    const forced = await run.run(site.origin, { force: true }, { judge });
    expect(forced.version).toBeDefined();
  });

  it("goes back to the version before, and the next ingest publishes again", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    const first = await run.run(site.origin);
    site.pages.set("/docs/slots", page("Slots", "Changed."));
    await run.run(site.origin);

    const back = await run.index.rollback();

    expect(back.id).toBe(first.version?.id);
    expect((await run.chunks(at("/docs/slots")))[0]?.text).toBe("A slot is a place for one job.");
    const dry = await run.run(site.origin, { dryRun: true });
    expect(reportText(dry)).toContain("would build the index anew");
    const again = await run.run(site.origin);
    expect(again.version).toBeDefined();
    expect((await run.chunks(at("/docs/slots")))[0]?.text).toBe("Changed.");
  });

  it("keeps the pages of other sources when one is refreshed", async () => {
    await using site = await lanternSite();
    await using other = await startDocsSite({ "/guide": page("Guide", "Another product.") });
    await using run = await startIngestRun();
    await run.run(site.origin);
    const source = lanternSource({
      name: "other",
      product: "other",
      origin: "https://other.example",
      scope: { include: ["/guide"], exclude: [] },
      seeds: { sitemaps: ["/sitemap.xml"], lists: [], pages: ["/guide"] },
    });

    const report = await run.run(other.origin, { sources: [source] });

    expect(report.version?.sources.map(({ name, pages }) => [name, pages])).toEqual([
      ["lantern", 6],
      ["other", 1],
    ]);
    expect(await run.chunks(at("/docs/slots"))).toHaveLength(1);
  });

  it("goes on after an interruption without fetching again what it has", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [`/docs/p${n}`, page(`Page ${n}`, `Text number ${n}.`)]),
    );
    await using site = await startDocsSite(many);
    await using run = await startIngestRun();
    const stop = new AbortController();
    const reason = new Error("stopped in the middle");
    let ticks = 0;
    const progress = {
      stage: () => undefined,
      count: () => undefined,
      note: () => undefined,
      end: () => undefined,
      crawl: () => {
        ticks += 1;
        if (ticks === 30) stop.abort(reason);
      },
    };
    await expect(run.run(site.origin, {}, { signal: stop.signal, progress })).rejects.toBe(reason);
    const fetched = site.requests.filter(({ path }) => path.startsWith("/docs/p")).length;

    const report = only(await run.run(site.origin));

    expect(report).toMatchObject({ pages: 60, crawl: { resumed: true } });
    const total = site.requests.filter(({ path }) => path.startsWith("/docs/p")).length;
    // What was under way when it stopped is asked for again, nothing else.
    expect(total - fetched).toBeLessThanOrEqual(60 - 30 + 12);
  });

  it("lets one ingest at a time into a data folder", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    site.faults.set("/robots.txt", faults.hang());
    const stop = new AbortController();
    const first = run.run(site.origin, {}, { signal: stop.signal });

    const results = await Promise.allSettled([
      first,
      run.run(site.origin, {}, { signal: stop.signal }).finally(() => stop.abort(new Error("end"))),
    ]);

    expect(results[1]).toMatchObject({ status: "rejected", reason: { code: "busy" } });
  });

  it("names the product as the site calls itself, and as the operator says from then on", async () => {
    const titled = Object.fromEntries(
      Object.entries(TEXTS).map(([address, one]) => [
        address,
        { ...one, head: '<meta property="og:site_name" content="Lantern Documentation">' },
      ]),
    );
    await using site = await startDocsSite(titled);
    const source = sourceOfSite(`${site.origin}/docs`);
    await using run = await startIngestRun(source);
    const options = { from: undefined };
    const allowed = { allowHosts: ["127.0.0.1"] };
    const summary = async () => (await run.index.versions())[0]?.sources[0];

    const first = await run.run(site.origin, options, allowed);

    expect(only(first).identity).toMatchObject({ product: "lantern", title: "Lantern" });
    expect(reportText(first)).toContain('taken to be about Lantern (product "lantern")');
    expect(await summary()).toMatchObject({ product: "lantern", title: "Lantern" });
    expect((await run.chunks(`${site.origin}/docs/slots`))[0]).toMatchObject({
      product: "lantern",
    });
    expect(only(await run.run(site.origin, options, allowed)).state).toBe("up-to-date");

    const given = { product: "beacon", version: "2" };
    await run.run(site.origin, { ...options, given }, allowed);

    expect(await summary()).toMatchObject({ product: "beacon", title: "Beacon", version: "2" });
    expect((await run.chunks(`${site.origin}/docs/slots`))[0]).toMatchObject({
      product: "beacon",
      version: "2",
    });
    const last = await run.run(site.origin, options, allowed);
    expect(only(last)).toMatchObject({ state: "up-to-date", crawl: { unmodified: 6, bytes: 0 } });
    expect(await summary()).toMatchObject({ product: "beacon" });
  });

  it("leaves out what the site's generator makes for itself, and asks for it once at most", async () => {
    const made = { head: '<meta name="generator" content="Docutils 0.22: sphinx">' };
    const links = [
      "genindex.html",
      "_modules/lantern/worker.html",
      "search.html",
      "changelog.html",
      "internals/loop.html",
    ];
    await using site = await startDocsSite({
      "/docs": page("Start", links.map((to) => `<a href="/docs/${to}">${to}</a>`).join(" "), made),
      "/docs/slots": page("Slots", "A slot is a place for one job.", made),
      ...Object.fromEntries(
        links.map((to) => [
          `/docs/${to}`,
          page(to, `All about ${to}.`, { ...made, listed: false }),
        ]),
      ),
    });
    await using run = await startIngestRun();

    const first = only(await run.run(site.origin));
    site.requests.length = 0;
    await run.run(site.origin);

    expect(first.pages).toBe(4);
    expect(first.crawl?.made).toEqual([
      at("/docs/_modules/lantern/worker.html"),
      at("/docs/genindex.html"),
      at("/docs/search.html"),
    ]);
    expect((await run.chunks(at("/docs/changelog.html")))[0]).toMatchObject({
      pageType: "release-notes",
    });
    expect((await run.chunks(at("/docs/internals/loop.html")))[0]).toMatchObject({
      pageType: "other",
    });
    expect(
      site.requests.filter(({ path: asked }) => /genindex|_modules|search/.test(asked)),
    ).toEqual([]);
  });

  it("leaves out lists of posts and tags that Docusaurus makes", async () => {
    const made = (kind: string) => ({
      head: `<meta name="generator" content="Docusaurus v3.10">`,
      kind,
    });
    const pages: Record<string, SitePage> = {
      "/docs": page("Start", "Words of the start.", made("docs-doc-page")),
      "/docs/tags": page("Tags", "alpha beta", made("docs-tags-list-page")),
    };
    await using site = await startDocsSite(pages);
    site.faults.set("/docs/tags", (_request, response) => {
      response.setHeader("content-type", "text/html");
      response.end(
        pageHtml(pages["/docs/tags"] ?? page("", "")).replace(
          "<html",
          '<html class="docs-wrapper docs-tags-list-page"',
        ),
      );
    });
    await using run = await startIngestRun();

    const report = only(await run.run(site.origin));

    expect(report).toMatchObject({ pages: 1, crawl: { made: [at("/docs/tags")] } });
  });

  it("leaves out a line that a theme puts on every page", async () => {
    const line = "This describes the stable release of Lantern. For the next one, go there.";
    const many = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [
        `/docs/p${n}`,
        page(`Page ${n}`, `Text number ${n} of its own.`, {}),
      ]),
    );
    for (const one of Object.values(many))
      Object.assign(one, { body: `<p>${line}</p>${one.body}` });
    await using site = await startDocsSite({ ...many, "/docs": page("Start", "Here it begins.") });
    await using run = await startIngestRun();

    await run.run(site.origin);

    expect((await run.chunks(at("/docs/p7")))[0]?.text).toBe("Text number 7 of its own.");
  });

  it("stores a preset's words with the version, and builds anew when they change", async () => {
    await using site = await lanternSite();
    const source = lanternSource({ words: { dead: ["stranded"] } });
    await using run = await startIngestRun(source);
    const words = async () => (await run.index.versions())[0]?.sources[0]?.words;

    await run.run(site.origin);
    expect(await words()).toMatchObject({ dead: ["stranded"], prompts: [] });
    expect((await run.run(site.origin)).version).toBeUndefined();

    await run.run(site.origin, { sources: [lanternSource({ words: { dead: ["adrift"] } })] });
    expect(await words()).toMatchObject({ dead: ["adrift"] });
  });

  it("says that the disk is full, and keeps what is live", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    const first = await run.run(site.origin);
    site.pages.set("/docs/slots", page("Slots", "A slot is a place for two jobs."));
    const full = {
      ...run.index,
      build: async () => {
        const database = new DatabaseSync(":memory:");
        database.exec("PRAGMA max_page_count = 2; CREATE TABLE t (x)");
        database.prepare("INSERT INTO t VALUES (?)").run("x".repeat(100_000));
        throw new Error("the database took more than it could");
      },
    };

    await expect(run.run(site.origin, {}, { index: full })).rejects.toMatchObject({
      code: "disk-full",
      message: "The disk is full.",
      facts: { folder: run.folder },
    });

    expect((await run.index.versions())[0]).toMatchObject({ id: first.version?.id, live: true });
    expect(only(await run.run(site.origin))).toMatchObject({ state: "published" });
  });

  it("lets no redirect lead from one private place to another, though the host is allowed", async () => {
    await using other = await startDocsSite({
      "/docs/secret": page("Secret", "Of another service."),
    });
    await using site = await lanternSite();
    await using run = await startIngestRun();
    site.faults.set("/sitemap.xml", faults.redirect(302, `${other.origin}/sitemap.xml`));
    site.faults.set("/docs/slots", faults.redirect(302, `${other.origin}/docs/secret`));

    await run.run(site.origin, {}, { allowHosts: ["127.0.0.1"] });

    expect(other.requests).toEqual([]);
  });

  it("stops when the site stops answering, and keeps what is live", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 80 }, (_, n) => [`/docs/p${n}`, page(`Page ${n}`, `Text number ${n}.`)]),
    );
    await using site = await startDocsSite(many);
    await using run = await startIngestRun();
    await run.run(site.origin);
    for (const path of site.pages.keys()) site.faults.set(path, faults.reset());

    const report = only(await run.run(site.origin));

    expect(report).toMatchObject({ state: "failed" });
    expect(report.error).toContain("stopped answering");
    expect(await run.chunks(at("/docs/p7"))).toHaveLength(1);
  });
});

const FAST_LIMITS = { timeoutMs: 400, maxBytes: 1_000_000, maxUnpackedBytes: 1_000_000 } as const;

/** What becomes of one page, of a run, and of the live index. */
type Expected = {
  /** On the first crawl: "indexed", or why it is left out. */
  readonly first: string;
  /** On a later crawl of a page that was fine before. */
  readonly later: "updated" | "stale" | "gone" | "same";
};

const FAULTS: readonly (readonly [string, (page: SitePage) => Fault, Expected])[] = [
  [
    "500 once",
    (own) => faults.first(1, faults.status(500), own),
    { first: "indexed", later: "same" },
  ],
  ["503 for good", () => faults.status(503), { first: "unreachable", later: "stale" }],
  ["a late answer", (own) => faults.late(own, 20), { first: "indexed", later: "same" }],
  ["a slow answer", (own) => faults.slowly(own), { first: "indexed", later: "same" }],
  [
    "429 without Retry-After",
    (own) => faults.first(2, faults.status(429), own),
    { first: "indexed", later: "same" },
  ],
  ["429 for good", () => faults.status(429), { first: "unreachable", later: "stale" }],
  [
    "429 with Retry-After",
    (own) => faults.first(2, faults.status(429, { "retry-after": "7" }), own),
    { first: "indexed", later: "same" },
  ],
  [
    "429 with a date",
    (own) =>
      faults.first(
        1,
        faults.status(429, { "retry-after": new Date(Date.now() + 5000).toUTCString() }),
        own,
      ),
    { first: "indexed", later: "same" },
  ],
  [
    "Retry-After of a day",
    () => faults.status(503, { "retry-after": "86400" }),
    { first: "unreachable", later: "stale" },
  ],
  ["404", () => faults.status(404), { first: "gone", later: "gone" }],
  ["410", () => faults.status(410), { first: "gone", later: "gone" }],
  ["403", () => faults.status(403), { first: "unusable", later: "stale" }],
  ["connection reset", () => faults.reset(), { first: "unreachable", later: "stale" }],
  [
    "a reset after the head",
    () => faults.resetAfter("head"),
    { first: "unreachable", later: "stale" },
  ],
  [
    "a reset within the body",
    () => faults.resetAfter("body"),
    { first: "unreachable", later: "stale" },
  ],
  [
    "reset once",
    (own) => faults.first(1, faults.reset(), own),
    { first: "indexed", later: "same" },
  ],
  ["no answer", () => faults.hang(), { first: "unreachable", later: "stale" }],
  ["a head and no body", () => faults.hangAfterHead(), { first: "unreachable", later: "stale" }],
  ["an answer that stops", () => faults.hangInBody(), { first: "unreachable", later: "stale" }],
  [
    "a body shorter than announced",
    (own) => faults.truncate(own),
    { first: "unreachable", later: "stale" },
  ],
  [
    "a body in pieces without the last",
    (own) => faults.truncateInPieces(own),
    { first: "unreachable", later: "stale" },
  ],
  [
    "a body cut off silently",
    (own) => faults.truncateSilently(own),
    { first: "truncated", later: "stale" },
  ],
  ["an empty body", () => faults.body("", {}), { first: "unreachable", later: "stale" }],
  [
    "another content type",
    (own) => faults.body(pageHtml(own), { "content-type": "application/pdf" }),
    { first: "unusable", later: "stale" },
  ],
  [
    "a page that is too large",
    (own) => faults.body(pageHtml(own) + " ".repeat(1_100_000), {}),
    { first: "unusable", later: "stale" },
  ],
  ["a body without end", () => faults.endless(), { first: "unusable", later: "stale" }],
  [
    "a compressed bomb",
    () => faults.body(gzipSync(Buffer.alloc(20_000_000)), { "content-encoding": "gzip" }),
    { first: "unusable", later: "stale" },
  ],
  [
    "plain text said to be gzip",
    (own) => faults.body(pageHtml(own), { "content-encoding": "gzip" }),
    { first: "unreachable", later: "stale" },
  ],
  [
    "an unknown encoding",
    (own) => faults.body(pageHtml(own), { "content-encoding": "rot13" }),
    { first: "unreachable", later: "stale" },
  ],
  [
    "gzip nobody asked for",
    (own) => faults.body(gzipSync(pageHtml(own)), { "content-encoding": "gzip" }),
    { first: "indexed", later: "same" },
  ],
  [
    "brotli nobody asked for",
    (own) => faults.body(brotliCompressSync(pageHtml(own)), { "content-encoding": "br" }),
    { first: "indexed", later: "same" },
  ],
  [
    "deflate nobody asked for",
    (own) => faults.body(deflateSync(pageHtml(own)), { "content-encoding": "deflate" }),
    { first: "indexed", later: "same" },
  ],
  [
    "a packed body with a damaged middle",
    (own) => {
      const packed = gzipSync(pageHtml(own));
      packed.fill(0, 60, 80);
      return faults.body(packed, { "content-encoding": "gzip" });
    },
    { first: "unreachable", later: "stale" },
  ],
  [
    "a redirect to itself",
    () => faults.redirect(302, (path) => path),
    { first: "unreachable", later: "stale" },
  ],
  [
    "a redirect to and fro",
    () =>
      faults.redirect(302, (path) =>
        path.includes("?") ? path.replace(/\?.*/, "") : `${path}?side=b`,
      ),
    { first: "unreachable", later: "stale" },
  ],
  [
    "some redirects, then the page",
    (own) =>
      faults.first(
        3,
        faults.redirect(302, (path, hit) => `${path}?hop=${hit}`),
        own,
      ),
    { first: "indexed", later: "same" },
  ],
  [
    "endless redirects",
    () => faults.redirect(302, (path, hit) => `${path}?round=${hit}`),
    { first: "unreachable", later: "stale" },
  ],
  [
    "a redirect to another site",
    () => faults.redirect(301, "https://evil.example/docs/slots"),
    { first: "gone", later: "gone" },
  ],
  [
    "a redirect into the network",
    () => faults.redirect(302, "http://169.254.169.254/latest/meta-data"),
    { first: "gone", later: "stale" },
  ],
  [
    "a login wall",
    () => faults.redirect(302, "/login?next=slots"),
    { first: "gone", later: "stale" },
  ],
  [
    "a permanent redirect to a known page",
    () => faults.redirect(308, "/docs/lost"),
    { first: "redirected", later: "gone" },
  ],
  [
    "a not-found page with status 200",
    () =>
      faults.body(
        "<pageHtml(own)><head><title>Page Not Found</title></head><body><h1>Page Not Found</h1><p>Try the search.</p></body></pageHtml(own)>",
        {},
      ),
    { first: "gone", later: "gone" },
  ],
  [
    "noindex from now on",
    (own) => faults.body(pageHtml(own), { "x-robots-tag": "noindex" }),
    { first: "noindex", later: "gone" },
  ],
  [
    "noindex in the head only",
    (own) => faults.body(pageHtml({ ...own, head: '<meta name="robots" content="noindex">' }), {}),
    { first: "noindex", later: "gone" },
  ],
  [
    "a canonical link to another page",
    (own) =>
      faults.body(pageHtml({ ...own, head: '<link rel="canonical" href="/docs/lost">' }), {}),
    { first: "canonical-elsewhere", later: "gone" },
  ],
  [
    "a canonical link to another site",
    (own) =>
      faults.body(
        pageHtml({ ...own, head: '<link rel="canonical" href="https://evil.example">' }),
        {},
      ),
    { first: "indexed", later: "same" },
  ],
  [
    "the text of another page",
    () => faults.body(pageHtml(TEXTS["/docs/lost"]), {}),
    { first: "duplicate", later: "gone" },
  ],
  ["no validators", (own) => faults.body(pageHtml(own), {}), { first: "indexed", later: "same" }],
];

describe("a page with a fault", () => {
  const pathOf = (name: string) => `/docs/${name.replaceAll(/[^A-Za-z0-9]+/g, "-")}`;
  const ownPage = (name: string) => page(name, `A page for: ${name}.`);
  const faulty = Object.fromEntries(FAULTS.map(([name]) => [pathOf(name), ownPage(name)]));
  const lenient = {
    httpLimits: FAST_LIMITS,
    gateLimits: { maxLostPages: 1, maxLostWords: 1, maxFailed: 1, maxEmpty: 1 },
  };
  const setFaults = (site: DocsSite) => {
    for (const [name, fault] of FAULTS) site.faults.set(pathOf(name), fault(ownPage(name)));
  };
  /** What the first crawl made of each page, and what a crawl of a site that was fine before. */
  let first: SourceReport;
  let later: SourceReport;
  let became: ReadonlyMap<string, string>;

  beforeAll(async () => {
    await using site = await startDocsSite({ ...TEXTS, ...faulty });
    setFaults(site);
    await using fresh = await startIngestRun();
    first = only(await fresh.run(site.origin, {}, lenient));

    site.faults.clear();
    await using run = await startIngestRun();
    await run.run(site.origin);
    setFaults(site);
    site.requests.length = 0;
    later = only(await run.run(site.origin, {}, lenient));
    const outcomes = new Map<string, string>();
    for (const [name] of FAULTS) {
      const [chunk] = await run.chunks(at(pathOf(name)));
      outcomes.set(
        name,
        chunk === undefined
          ? "gone"
          : chunk.stale === true
            ? "stale"
            : chunk.text === `A page for: ${name}.`
              ? "same"
              : "updated",
      );
    }
    became = outcomes;
  }, 120_000);

  it.each(FAULTS)("%s: on a first crawl", (name, _fault, expected) => {
    const left = first.leftOut.find(({ url }) => url === at(pathOf(name)));

    expect(left?.why ?? "indexed").toBe(expected.first);
  });

  it.each(FAULTS)("%s: on a later crawl", (name, _fault, expected) => {
    const url = at(pathOf(name));

    expect(became.get(name)).toBe(expected.later);
    expect(later.stalePages.includes(url)).toBe(expected.later === "stale");
    expect(later.failed.some((one) => one.url === url)).toBe(expected.later === "stale");
  });

  it("does not keep the other pages from being indexed", () => {
    const indexed = FAULTS.filter(([, , expected]) => expected.first === "indexed").length;

    expect(first).toMatchObject({ state: "published", pages: 6 + indexed });
    expect(later.state).toBe("published");
  });

  it("is fresh again when the fault is over", async () => {
    await using site = await lanternSite();
    await using run = await startIngestRun();
    await run.run(site.origin);
    site.faults.set("/docs/slots", faults.status(503));
    await run.run(site.origin);
    site.faults.clear();

    const report = only(await run.run(site.origin));

    expect(report.stalePages).toEqual([]);
    expect((await run.chunks(at("/docs/slots")))[0]?.stale).toBeUndefined();
  });

  it("waits as long as Retry-After says, and no longer than it should", async () => {
    await using site = await lanternSite();
    site.faults.set(
      "/docs/slots",
      faults.first(1, faults.status(429, { "retry-after": "7" }), TEXTS["/docs/slots"]),
    );
    await using run = await startIngestRun();

    await run.run(site.origin);

    const longest = Math.max(...run.clock.waits);
    expect(longest).toBeLessThanOrEqual(7000);
    expect(longest).toBeGreaterThan(6000);
  });

  it("reads other charsets and notes bytes that are none", async () => {
    await using site = await startDocsSite({ "/docs": page("Start", "x") });
    site.faults.set(
      "/docs",
      faults.body(
        Buffer.from(pageHtml(page("Start", "caf\u00E9 \u00FCber")).replace("utf-8", "x"), "latin1"),
        {
          "content-type": "text/html; charset=iso-8859-1",
        },
      ),
    );
    await using run = await startIngestRun();
    await run.run(site.origin);
    const [latin] = await run.chunks(at("/docs"));
    site.faults.set(
      "/docs",
      faults.body(
        Buffer.concat([
          Buffer.from(pageHtml(page("Start", "broken here "))),
          Buffer.from([0xff, 0xfe]),
        ]),
        {},
      ),
    );

    await run.run(site.origin);

    const [broken] = await run.chunks(at("/docs"));
    expect(latin?.text).toBe("caf\u00E9 \u00FCber");
    expect(broken?.text).toBe("broken here");
  });

  it("of a private address is not fetched unless its host is allowed", async () => {
    await using site = await lanternSite();
    const source = lanternSource({ origin: site.origin });
    await using run = await startIngestRun(source);
    const direct = { sources: [source], from: undefined } as unknown as { from: string };

    const refused = only(await run.run(site.origin, direct));
    const requestsBefore = site.requests.length;
    const allowed = only(await run.run(site.origin, direct, { allowHosts: ["127.0.0.1"] }));

    expect(refused).toMatchObject({ state: "failed" });
    expect(requestsBefore).toBe(0);
    expect(allowed).toMatchObject({ state: "published", pages: 6 });
  });
});
