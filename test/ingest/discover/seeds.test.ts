import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { addressMap } from "../../../ingest/discover/address.ts";
import { readSitemaps, SEED_LIMITS } from "../../../ingest/discover/seeds.ts";
import { createHostGate, UNHURRIED } from "../../../ingest/fetch/host-gate.ts";
import { createHttpClient } from "../../../src/platform/http.ts";
import { instantClock, LANTERN_ORIGIN, lanternSource } from "../../support/ingest-run.ts";

/** Every address is an index of `entries` further ones, or a list of so many pages. */
async function endlessSitemaps(kind: "sitemap" | "url", entries: number) {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    const part = requests;
    const all = Array.from(
      { length: entries },
      (_, n) =>
        `<${kind}><loc>${LANTERN_ORIGIN}/docs/${part}/${n}/${"x".repeat(60)}</loc></${kind}>`,
    );
    response.setHeader("content-type", "application/xml");
    response.end(`<${kind}set>${all.join("")}</${kind}set>`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    // A server that listens on a port has an address with one.
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

describe("readSitemaps", () => {
  const read = async (origin: string, maxSitemaps: number, sitemaps = ["/sitemap.xml"]) => {
    const clock = instantClock();
    await using http = createHttpClient({ userAgent: "test", allowHosts: ["127.0.0.1"] });
    return await readSitemaps(
      { http, gate: createHostGate(UNHURRIED, clock), clock, random: () => 0 },
      lanternSource({ seeds: { sitemaps, lists: [], pages: ["/docs"] } }),
      addressMap(LANTERN_ORIGIN, origin),
      [],
      { ...SEED_LIMITS, maxSitemaps },
    );
  };

  it("reads so many files of an index without end, and says that it is not all", async () => {
    await using site = await endlessSitemaps("sitemap", 300);

    const { complete, notes } = await read(site.origin, 20);

    expect(site.requests).toBe(20);
    expect(complete).toBe(false);
    expect(notes).toEqual(["more than 20 sitemaps: the rest was not read"]);
  });

  it("takes as many pages as the source may have, and reads no further file then", async () => {
    await using site = await endlessSitemaps("url", 700);

    const { pages, complete } = await read(site.origin, 20, ["/a.xml", "/b.xml", "/c.xml"]);

    expect(pages).toHaveLength(1000);
    expect(site.requests).toBe(2);
    expect(complete).toBe(false);
  });

  it("stays within little memory, whatever the indexes name", async () => {
    const script = `
      import { readSitemaps } from ${JSON.stringify(path.resolve("ingest/discover/seeds.ts"))};
      const entry = (n, m) => "<sitemap><loc>https://lantern.example/" + n + "/" + m + "/" + "x".repeat(60) + "</loc></sitemap>";
      let n = 0;
      const get = async () => {
        n += 1;
        const body = Buffer.from("<sitemapindex>" + Array.from({ length: 50_000 }, (_, m) => entry(n, m)).join("") + "</sitemapindex>");
        return { url: "", status: 200, headers: {}, body, redirects: 0 };
      };
      const same = (url) => url;
      const fetcher = { http: { get }, gate: { run: (task) => task(), wentWell() {}, slowDown() {} }, clock: { now: () => 0, elapsed: () => 0, sleep: async () => {} }, random: () => 0 };
      const source = { origin: "https://lantern.example", maxPages: 1000, scope: { include: ["/"], exclude: [] }, seeds: { sitemaps: ["/sitemap.xml"], lists: [], pages: ["/"] } };
      await readSitemaps(fetcher, source, { toRequest: same, toSource: same }, [], { maxSitemaps: 15, maxLists: 1, maxNesting: 4 });
      console.log("read", n);
    `;

    const child = spawnSync(
      process.execPath,
      ["--max-old-space-size=64", "--input-type=module", "--eval", script],
      { encoding: "utf8", timeout: 60_000 },
    );

    expect(child.stderr).toBe("");
    expect(child.stdout).toBe("read 15\n");
  }, 60_000);
});
