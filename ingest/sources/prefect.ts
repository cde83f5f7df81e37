import { defineSource } from "./source.ts";

/** Prefect 3. Pages of version 2 and translations have paths of their own, which are not included. */
export const prefect = defineSource({
  name: "prefect",
  title: "Prefect 3",
  product: "prefect",
  version: { kind: "fixed", version: "3" },
  origin: "https://docs.prefect.io",
  seeds: { sitemaps: ["/sitemap.xml"], lists: ["/llms.txt"], pages: ["/v3/get-started"] },
  scope: {
    include: ["/v3", "/integrations", "/contribute", "/resources"],
    exclude: [],
  },
  generator: "auto",
  pageTypes: [
    { pattern: "/v3/api-ref/python", type: "api-reference" },
    { pattern: "/v3/api-ref/events", type: "api-reference" },
    { pattern: "/v3/api-ref/rest-api", type: "rest-reference" },
    { pattern: "/v3/api-ref/settings-ref", type: "settings-reference" },
    { pattern: "/v3/api-ref/cli", type: "cli-reference" },
    { pattern: "/v3/api-ref", type: "api-reference" },
    { pattern: "/v3/release-notes", type: "release-notes" },
    { pattern: "/integrations/**/api-ref/**", type: "api-reference" },
    { pattern: "/integrations", type: "integration" },
    { pattern: "/v3/examples", type: "example" },
    { pattern: "/v3/concepts", type: "concept" },
    { pattern: "/v3", type: "guide" },
    { pattern: "/contribute", type: "other" },
    { pattern: "/resources", type: "other" },
  ],
  phrasings: ["prefect.phrasings.jsonl", "prefect.sections.jsonl"],
  refreshHours: 24,
  maxPages: 20_000,
});
