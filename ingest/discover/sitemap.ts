/** Sitemaps (sitemaps.org 0.9): a list of pages, a list of sitemaps, or one address a line. */
import { Parser } from "htmlparser2";
import { detached, MAX_ADDRESS_LENGTH } from "./address.ts";

export type Sitemap = {
  readonly pages: readonly string[];
  /** Further sitemaps an index names. */
  readonly sitemaps: readonly string[];
};

/** A sitemap may hold 50,000 addresses; what is beyond is not read. */
export const MAX_SITEMAP_ENTRIES = 50_000;

/** The parser's work at each tag grows with the tags that are open; a sitemap needs four. */
const MAX_NESTING = 50;

/** Reads XML or plain text; broken XML gives what could be read, a page of HTML gives nothing. */
export function parseSitemap(text: string): Sitemap {
  const trimmed = text.replace(/^\uFEFF/, "").trimStart();
  if (!trimmed.startsWith("<")) {
    const pages = trimmed
      .matchAll(/\S+/g)
      .map(([line]) => line)
      .filter(isAddress)
      .take(MAX_SITEMAP_ENTRIES);
    return { pages: [...pages].map(detached), sitemaps: [] };
  }
  const pages: string[] = [];
  const sitemaps: string[] = [];
  let inside: "url" | "sitemap" | undefined;
  let inLoc = false;
  let loc = "";
  let nesting = 0;
  const local = (name: string) => name.replace(/^.*:/, "").toLowerCase();
  const prefixed = (name: string) => name.includes(":") && !/^(?:sm|sitemap|ns\d*):/i.test(name);

  const parser = new Parser(
    {
      onopentag(name) {
        nesting += 1;
        if (nesting > MAX_NESTING) throw new NestedTooDeep();
        if (prefixed(name)) return;
        const tag = local(name);
        if (tag === "url" || tag === "sitemap") {
          inside = tag;
          loc = "";
        } else if (tag === "loc") inLoc = inside !== undefined;
      },
      ontext(data) {
        if (inLoc) loc += data;
      },
      onclosetag(name, isImplied) {
        nesting -= 1;
        // A tag that the end of the file closed may hold half an address.
        if (isImplied || prefixed(name)) return;
        const tag = local(name);
        if (tag === "loc") inLoc = false;
        if (tag !== inside) return;
        const list = inside === "url" ? pages : sitemaps;
        inside = undefined;
        const url = loc.trim();
        if (isAddress(url) && list.length < MAX_SITEMAP_ENTRIES) list.push(detached(url));
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  try {
    parser.write(trimmed);
    parser.end();
  } catch (error) {
    if (!(error instanceof NestedTooDeep)) throw error;
  }
  return { pages, sitemaps };
}

class NestedTooDeep extends Error {}

function isAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS_LENGTH && /^https?:\/\//i.test(text);
}
