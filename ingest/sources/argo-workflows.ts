import { defineSource } from "./source.ts";

/** Argo Workflows (MkDocs Material on Read the Docs): the latest released documentation. */
export const argoWorkflows = defineSource({
  name: "argo-workflows",
  title: "Argo Workflows",
  product: "argo-workflows",
  version: { kind: "fixed", version: "" },
  origin: "https://argo-workflows.readthedocs.io",
  seeds: { sitemaps: ["/en/latest/sitemap.xml"], lists: [], pages: ["/en/latest/"] },
  scope: { include: ["/en/latest"], exclude: ["/en/latest/search"] },
  generator: "auto",
  pageTypes: [
    { pattern: "/en/latest/cli", type: "cli-reference" },
    { pattern: "/en/latest/swagger", type: "rest-reference" },
    { pattern: "/en/latest/rest-api", type: "rest-reference" },
    { pattern: "/en/latest/fields", type: "api-reference" },
    { pattern: "/en/latest/executor_swagger", type: "api-reference" },
    { pattern: "/en/latest/environment-variables", type: "settings-reference" },
    { pattern: "/en/latest/workflow-controller-configmap", type: "settings-reference" },
    { pattern: "/en/latest/releases", type: "release-notes" },
    { pattern: "/en/latest/new-features", type: "release-notes" },
    { pattern: "/en/latest/workflow-concepts", type: "concept" },
    { pattern: "/en", type: "guide" },
  ],
  refreshHours: 72,
  maxPages: 5000,
});
