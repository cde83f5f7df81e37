import { defineSource } from "./source.ts";

/** Dagster (Docusaurus); older versions live on hosts of their own. */
export const dagster = defineSource({
  name: "dagster",
  title: "Dagster",
  product: "dagster",
  version: { kind: "fixed", version: "1" },
  origin: "https://docs.dagster.io",
  seeds: { sitemaps: ["/sitemap.xml"], lists: ["/llms.txt"], pages: ["/"] },
  scope: { include: ["/"], exclude: ["/search", "/tags/**", "/next/**"] },
  generator: "auto",
  pageTypes: [
    { pattern: "/api/rest-apis/**", type: "rest-reference" },
    { pattern: "/api/clis/**", type: "cli-reference" },
    { pattern: "/api", type: "api-reference" },
    { pattern: "/about/changelog", type: "release-notes" },
    { pattern: "/integrations", type: "integration" },
    { pattern: "/examples", type: "example" },
    { pattern: "/getting-started/concepts", type: "concept" },
    { pattern: "/**", type: "guide" },
  ],
  refreshHours: 72,
  maxPages: 10_000,
});
