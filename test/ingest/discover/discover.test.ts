import { describe, expect, it } from "vitest";
import {
  addressMap,
  canonicalAddress,
  inScope,
  matchesGlob,
} from "../../../ingest/discover/address.ts";
import { parseLlmsText } from "../../../ingest/discover/llms-text.ts";
import { parseSitemap } from "../../../ingest/discover/sitemap.ts";

describe("parseSitemap", () => {
  it("reads pages with their dates, and leaves other namespaces alone", () => {
    const sitemap = parseSitemap(
      `<?xml version="1.0"?><urlset xmlns:image="x"><url><loc> https://a.example/1?x=1&amp;y=2 </loc><lastmod>2026-01-01</lastmod>
       <image:image><image:loc>https://a.example/i.png</image:loc></image:image></url><url><loc>https://a.example/2</loc></url></urlset>`,
    );

    expect(sitemap).toEqual({
      pages: ["https://a.example/1?x=1&y=2", "https://a.example/2"],
      sitemaps: [],
    });
  });

  it("reads an index, CDATA and plain lists", () => {
    expect(
      parseSitemap(
        "<sitemapindex><sitemap><loc><![CDATA[https://a.example/s.xml]]></loc></sitemap></sitemapindex>",
      ).sitemaps,
    ).toEqual(["https://a.example/s.xml"]);
    expect(parseSitemap("https://a.example/1\nhttps://a.example/2\nnot one").pages).toHaveLength(2);
  });

  it("gives what there is of broken XML, and nothing of a page", () => {
    expect(
      parseSitemap("<urlset><url><loc>https://a.example/1</loc></url><url><loc>https://a").pages,
    ).toEqual(["https://a.example/1"]);
    expect(parseSitemap("<!doctype html><html><body><a href=/x>x</a></body></html>").pages).toEqual(
      [],
    );
  });
});

describe("parseLlmsText", () => {
  it("gives pages without their Markdown ending, and further lists", () => {
    const list = parseLlmsText(
      "# Name\n- [A](https://a.example/a.md): about\n- [B](/b/index.md)\n- [Tab](/_llms/tab.md)\n- [All](/llms-full.txt)\n- [Mail](mailto:x@a.example)\n",
      "https://a.example/llms.txt",
    );

    expect(list).toEqual({
      pages: ["https://a.example/a", "https://a.example/b"],
      lists: ["https://a.example/_llms/tab.md"],
    });
  });
});

describe("canonicalAddress", () => {
  it.each([
    ["https://A.example:443/b/?x=1#c", "https://a.example/b"],
    ["https://a.example", "https://a.example/"],
    ["https://a.example//b//c/", "https://a.example/b/c"],
    ["https://a.example/b/index.html", "https://a.example/b"],
    ["https://a.example/%7euser/%2f", "https://a.example/~user/%2F"],
    ["https://user:secret@a.example/x", "https://a.example/x"],
    ["https://a.example/b/../c", "https://a.example/c"],
  ])("%s is %s", (address, expected) => {
    expect(canonicalAddress(address)).toBe(expected);
  });

  it("is undefined for what is no web address", () => {
    expect(canonicalAddress("javascript:alert(1)")).toBeUndefined();
    expect(canonicalAddress("/relative")).toBeUndefined();
  });
});

describe("inScope", () => {
  const scope = { include: ["/v3", "/integrations"], exclude: ["/v3/old", "/v3/**/draft-*"] };
  const check = (path: string) => inScope(`https://a.example${path}`, "https://a.example", scope);

  it("takes what is below an included path and not excluded", () => {
    expect(["/v3", "/v3/a/b", "/integrations/x"].map(check)).toEqual([true, true, true]);
    expect(["/v30", "/v2/a", "/", "/v3/old/x", "/v3/a/draft-1", "/v3/logo.png"].map(check)).toEqual(
      [false, false, false, false, false, false],
    );
    expect(inScope("https://a.example.evil/v3", "https://a.example", scope)).toBe(false);
  });
});

describe("matchesGlob", () => {
  it("keeps one star within a segment", () => {
    expect(matchesGlob("/a/*/c", "/a/b/c")).toBe(true);
    expect(matchesGlob("/a/*/c", "/a/b/b/c")).toBe(false);
    expect(matchesGlob("/a/**/c", "/a/b/b/c")).toBe(true);
    expect(matchesGlob("/a.b", "/aXb")).toBe(false);
  });
});

describe("addressMap", () => {
  it("fetches a copy below a path, and gives the source's addresses back", () => {
    const map = addressMap("https://a.example", "http://127.0.0.1:4000/docs/");

    expect(map.toRequest("https://a.example/v3/x?y")).toBe("http://127.0.0.1:4000/docs/v3/x?y");
    expect(map.toSource("http://127.0.0.1:4000/docs/v3/x")).toBe("https://a.example/v3/x");
    expect(map.toSource("http://127.0.0.1:4000/other")).toBe("http://127.0.0.1:4000/other");
  });
});
