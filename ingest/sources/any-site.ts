import { UsageError } from "../../src/platform/errors.ts";
import { defineSource, type Source } from "./source.ts";

/** Page types that paths suggest on many sites. */
const PAGE_TYPES = [
  { pattern: "/**/rest-api/**", type: "rest-reference" },
  { pattern: "/**/api/**", type: "api-reference" },
  { pattern: "/**/api-ref/**", type: "api-reference" },
  { pattern: "/**/api-reference/**", type: "api-reference" },
  { pattern: "/**/cli/**", type: "cli-reference" },
  { pattern: "/**/settings/**", type: "settings-reference" },
  { pattern: "/**/release-notes**", type: "release-notes" },
  { pattern: "/**/changelog**", type: "release-notes" },
  { pattern: "/**/concepts/**", type: "concept" },
  { pattern: "/**/examples/**", type: "example" },
  { pattern: "/**/integrations/**", type: "integration" },
  { pattern: "/**", type: "guide" },
] as const;

/**
 * A source for a site that has no preset: everything below the folder of `address`, the product named as
 * the site calls itself, once its pages were read. Throws `UsageError` when it is no web address.
 */
export function sourceOfSite(address: string): Source {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new UsageError(
      `"${address}" is neither a source nor a web address.`,
      "Name a source (npm run ingest -- --help lists them) or give an address such as https://docs.example.com/guide.",
    );
  }
  const path = url.pathname.replace(/\/[^/]*\.[^/]*$/, "/").replace(/(?<=.)\/+$/, "");
  const name = `${url.hostname}${path === "/" ? "" : path}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 63);
  const below = (file: string) => (path === "/" ? file : `${path}${file}`);
  return defineSource({
    name,
    title: `${url.host}${path === "/" ? "" : path}`,
    product: url.hostname.replace(/^(?:www|docs?)\./, "").replace(/\.[a-z]+$/, ""),
    identity: "site",
    version: { kind: "fixed", version: "" },
    origin: url.origin,
    seeds: {
      sitemaps: [...new Set(["/sitemap.xml", below("/sitemap.xml")])],
      lists: [...new Set(["/llms.txt", below("/llms.txt")])],
      pages: [url.pathname],
    },
    scope: { include: [path], exclude: [] },
    generator: "auto",
    pageTypes: [...PAGE_TYPES],
    refreshHours: 72,
    maxPages: 10_000,
  });
}
