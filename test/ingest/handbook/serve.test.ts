import { describe, expect, it } from "vitest";
import { HANDBOOK_ORIGIN } from "../../../ingest/handbook/origin.ts";
import { serveHandbook } from "../../../ingest/handbook/serve.ts";
import { readHandbook } from "./read-handbook.ts";

describe("serveHandbook", () => {
  it("serves a page with an ETag, and 304 to whoever has it already", async () => {
    await using server = await serveHandbook();
    const address = `${server.origin}/flow-pod-dies`;

    const first = await fetch(address);
    const etag = first.headers.get("etag") ?? "";
    const again = await fetch(address, { headers: { "if-none-match": `W/${etag}, "other"` } });
    const changed = await fetch(address, { headers: { "if-none-match": '"other"' } });

    expect(first.status).toBe(200);
    expect(first.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    expect(await first.text()).toContain("<h1>The pod that runs a flow dies</h1>");
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect([changed.status, (await changed.text()).length > 1000]).toEqual([200, true]);
  });

  it("lists every page but the index in its sitemap, by canonical address", async () => {
    await using server = await serveHandbook();

    const robots = await (await fetch(`${server.origin}/robots.txt`)).text();
    const sitemap = await (await fetch(`${server.origin}/sitemap.xml`)).text();

    expect(robots).toContain(`Sitemap: ${HANDBOOK_ORIGIN}/sitemap.xml`);
    const listed = [...sitemap.matchAll(/<loc>([^<]+)<\/loc>/g)].map((match) => match[1] ?? "");
    expect(listed.toSorted()).toEqual(
      readHandbook()
        .filter((page) => page.path !== "/")
        .map((page) => page.canonical)
        .toSorted(),
    );
  });

  it.each([
    ["/flow-pod-dies/", "/flow-pod-dies"],
    ["/flow-pod-dies.html", "/flow-pod-dies"],
    ["/index.html", "/"],
  ])("redirects %s to %s", async (from, to) => {
    await using server = await serveHandbook();

    const response = await fetch(`${server.origin}${from}`, { redirect: "manual" });

    expect([response.status, response.headers.get("location")]).toEqual([308, to]);
  });

  it.each(["/no-such-page", "/../serve.ts", "/pages/flow-pod-dies", "//flow-pod-dies"])(
    "answers 404 to %s",
    async (path) => {
      await using server = await serveHandbook();

      expect((await fetch(`${server.origin}${path}`)).status).toBe(404);
    },
  );

  it("takes GET and HEAD only", async () => {
    await using server = await serveHandbook();

    const head = await fetch(`${server.origin}/`, { method: "HEAD" });
    const post = await fetch(`${server.origin}/`, { method: "POST" });

    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("is gone once disposed of", async () => {
    const server = await serveHandbook();
    await server[Symbol.asyncDispose]();

    await expect(fetch(server.origin)).rejects.toThrow("fetch failed");
  });
});
