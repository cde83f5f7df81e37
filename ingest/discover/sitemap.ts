/** Sitemaps (sitemaps.org 0.9): a list of pages, a list of sitemaps, or one address a line. */
import { Parser } from "htmlparser2";

export type SitemapEntry = {
  readonly url: string;
  /** As written: a W3C date or date and time. */
  readonly lastmod: string | undefined;
};

export type Sitemap = {
  readonly pages: readonly SitemapEntry[];
  /** Further sitemaps an index names. */
  readonly sitemaps: readonly string[];
};

/** A sitemap may hold 50,000 addresses; what is beyond is not read. */
export const MAX_SITEMAP_ENTRIES = 50_000;

/** Reads XML or plain text; broken XML gives what could be read, a page of HTML gives nothing. */
export function parseSitemap(text: string): Sitemap {
  const trimmed = text.replace(/^\uFEFF/, "").trimStart();
  if (!trimmed.startsWith("<")) {
    const lines = trimmed.split(/\s+/).filter((line) => /^https?:\/\//.test(line));
    return {
      pages: lines.slice(0, MAX_SITEMAP_ENTRIES).map((url) => ({ url, lastmod: undefined })),
      sitemaps: [],
    };
  }
  const pages: SitemapEntry[] = [];
  const sitemaps: string[] = [];
  let inside: "url" | "sitemap" | undefined;
  let field: "loc" | "lastmod" | undefined;
  let loc = "";
  let lastmod = "";
  const local = (name: string) => name.replace(/^.*:/, "").toLowerCase();
  const prefixed = (name: string) => name.includes(":") && !/^(?:sm|sitemap|ns\d*):/i.test(name);

  const parser = new Parser(
    {
      onopentag(name) {
        if (prefixed(name)) return;
        const tag = local(name);
        if (tag === "url" || tag === "sitemap") {
          inside = tag;
          loc = "";
          lastmod = "";
        } else if (inside !== undefined && (tag === "loc" || tag === "lastmod")) field = tag;
      },
      ontext(data) {
        if (field === "loc") loc += data;
        else if (field === "lastmod") lastmod += data;
      },
      onclosetag(name, isImplied) {
        // A tag that the end of the file closed may hold half an address.
        if (isImplied || prefixed(name)) return;
        const tag = local(name);
        if (tag === "loc" || tag === "lastmod") field = undefined;
        if (tag !== inside) return;
        const url = loc.trim();
        if (url !== "" && inside === "url" && pages.length < MAX_SITEMAP_ENTRIES) {
          pages.push({ url, lastmod: lastmod.trim() === "" ? undefined : lastmod.trim() });
        } else if (url !== "" && inside === "sitemap" && sitemaps.length < MAX_SITEMAP_ENTRIES) {
          sitemaps.push(url);
        }
        inside = undefined;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(trimmed);
  parser.end();
  return { pages, sitemaps };
}
