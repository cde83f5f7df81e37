/** Addresses of pages: one form for each page, whether it is in scope, and where it is really fetched from. */
import type { Scope } from "../sources/source.ts";

/** File endings that are never pages. */
const NOT_PAGES =
  /\.(?:png|jpe?g|gif|svg|webp|ico|avif|bmp|css|m?js|map|json|ya?ml|toml|xml|txt|md|mdx|rst|pdf|zip|gz|tgz|tar|bz2|whl|exe|dmg|mp[34]|webm|mov|avi|wav|woff2?|ttf|eot|otf|csv|ipynb|py|sh|rss|atom)$/i;

/** Longer ones are made up: the sitemap protocol ends there, and so do proxies and browsers' address bars. */
export const MAX_ADDRESS_LENGTH = 2048;

/** A copy that does not keep the text alive that it was cut from. */
export function detached(text: string): string {
  return Buffer.from(text).toString();
}

/**
 * The one form of a page's address: no query, no fragment, no user, no trailing slash (but for the root), escapes
 * normalised. Undefined for what is no web address, or longer than one may be.
 */
export function canonicalAddress(address: string, base?: string): string | undefined {
  if (address.length > MAX_ADDRESS_LENGTH) return undefined;
  const url = URL.parse(address, base);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined;
  const path = evenEscapes(url.pathname)
    .replaceAll(/\/{2,}/g, "/")
    .replace(/\/index\.html?$/, "/")
    .replace(/(?<=.)\/+$/, "");
  return `${url.protocol}//${url.host}${path === "" ? "/" : path}`;
}

/** Escapes of what needs none as characters, all others in upper case. */
export function evenEscapes(path: string): string {
  return path.replaceAll(/%[0-9a-fA-F]{2}/g, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : escape.toUpperCase();
  });
}

/** True when the page at canonical address `url` belongs to the source. */
export function inScope(url: string, origin: string, scope: Scope): boolean {
  if (url !== origin && !url.startsWith(`${origin}/`)) return false;
  const path = url.slice(origin.length) || "/";
  if (NOT_PAGES.test(path)) return false;
  const below = (prefix: string) =>
    prefix === "/" ||
    path === prefix ||
    path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
  return scope.include.some(below) && !scope.exclude.some((pattern) => matchesGlob(pattern, path));
}

const patterns = new Map<string, RegExp>();

/**
 * `*` is any run within a path segment, `**` any run at all, `{a,b}` one of several; a pattern without them also covers
 * what is below it. Patterns come from source files, not from pages.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  if (!/[*{]/.test(pattern)) return path === pattern || path.startsWith(`${pattern}/`);
  const known = patterns.get(pattern) ?? new RegExp(`^${expressionOf(pattern)}$`);
  patterns.set(pattern, known);
  return known.test(path);
}

function expressionOf(pattern: string): string {
  return pattern
    .split(/(\*\*|\*|\{[^{}]*\})/)
    .map((part) => {
      if (part === "**") return ".*";
      if (part === "*") return "[^/]*";
      return part.startsWith("{")
        ? `(?:${part
            .slice(1, -1)
            .split(",")
            .map((each) => RegExp.escape(each))
            .join("|")})`
        : RegExp.escape(part);
    })
    .join("");
}

export interface AddressMap {
  /** Where the page with this address of the source is fetched. */
  toRequest(url: string): string;
  /** The source's own address of something fetched; other addresses stay as they are. */
  toSource(url: string): string;
}

/**
 * Addresses of a copy: with `from` ("http://127.0.0.1:4000" or "http://127.0.0.1:4000/docs") every page of `origin`
 * is fetched there, and nothing of the copy's address gets into ids or citations.
 */
export function addressMap(origin: string, from: string | undefined): AddressMap {
  if (from === undefined) return { toRequest: (url) => url, toSource: (url) => url };
  const copy = from.replace(/\/+$/, "");
  const swap = (url: string, before: string, after: string) =>
    url === before || url.startsWith(`${before}/`) || url.startsWith(`${before}?`)
      ? `${after}${url.slice(before.length)}`
      : url;
  return {
    toRequest: (url) => swap(url, origin, copy),
    toSource: (url) => swap(url, copy, origin),
  };
}
