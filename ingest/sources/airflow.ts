import { defineSource } from "./source.ts";

/** Apache Airflow (Sphinx): the stable documentation of the core; older versions have their number in the path. */
export const airflow = defineSource({
  name: "airflow",
  title: "Apache Airflow",
  product: "airflow",
  version: {
    kind: "path",
    pattern: "^/docs/apache-airflow/(\\d+\\.\\d+)(?:\\.\\d+)?/",
    otherwise: "3",
  },
  origin: "https://airflow.apache.org",
  seeds: {
    sitemaps: ["/sitemap.xml"],
    lists: [],
    pages: ["/docs/apache-airflow/stable/index.html", "/docs/helm-chart/stable/index.html"],
  },
  scope: {
    include: ["/docs/apache-airflow/stable", "/docs/helm-chart/stable"],
    exclude: [
      "/docs/**/_modules/**",
      "/docs/**/_sources/**",
      "/docs/**/genindex*",
      "/docs/**/py-modindex*",
      "/docs/**/search*",
    ],
  },
  generator: "auto",
  pageTypes: [
    { pattern: "/docs/**/_api/**", type: "api-reference" },
    { pattern: "/docs/**/stable-rest-api-ref*", type: "rest-reference" },
    { pattern: "/docs/**/configurations-ref*", type: "settings-reference" },
    { pattern: "/docs/**/parameters-ref*", type: "settings-reference" },
    { pattern: "/docs/**/cli-and-env-variables-ref*", type: "cli-reference" },
    { pattern: "/docs/**/release_notes*", type: "release-notes" },
    { pattern: "/docs/**/core-concepts/**", type: "concept" },
    { pattern: "/docs/**/tutorial/**", type: "example" },
    { pattern: "/docs", type: "guide" },
  ],
  refreshHours: 72,
  maxPages: 10_000,
});
