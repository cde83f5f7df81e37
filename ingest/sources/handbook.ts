import { ProductWords } from "../../src/documents/product-words.ts";
import prefect from "./presets/prefect.json" with { type: "json" };
import { HANDBOOK_ORIGIN } from "../handbook/origin.ts";
import { defineSource } from "./source.ts";

/** The bundled handbook: what the demo indexes, from a server on this machine. */
export const handbookSource = defineSource({
  name: "handbook",
  title: "Handbook",
  product: "prefect",
  version: { kind: "fixed", version: "3" },
  origin: HANDBOOK_ORIGIN,
  seeds: { sitemaps: ["/sitemap.xml"], lists: [], pages: ["/"] },
  scope: { include: ["/"], exclude: [] },
  generator: "generic",
  pageTypes: [{ pattern: "/**", type: "concept" }],
  // It is about the same product, and has its words.
  words: ProductWords.parse(prefect.words),
  refreshHours: 24,
  maxPages: 100,
});
