import { defineSource } from "./source.ts";

/** Temporal (Docusaurus). */
export const temporal = defineSource({
  name: "temporal",
  title: "Temporal",
  product: "temporal",
  version: { kind: "fixed", version: "" },
  origin: "https://docs.temporal.io",
  seeds: { sitemaps: ["/sitemap.xml"], lists: ["/llms.txt"], pages: ["/"] },
  scope: { include: ["/"], exclude: ["/search", "/tags/**"] },
  generator: "auto",
  pageTypes: [
    { pattern: "/references/configuration", type: "settings-reference" },
    { pattern: "/references/**configuration**", type: "settings-reference" },
    { pattern: "/references", type: "api-reference" },
    { pattern: "/cli", type: "cli-reference" },
    { pattern: "/encyclopedia", type: "concept" },
    { pattern: "/changelog", type: "release-notes" },
    { pattern: "/**", type: "guide" },
  ],
  refreshHours: 72,
  maxPages: 10_000,
});
