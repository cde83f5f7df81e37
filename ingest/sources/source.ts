/** A source: one documentation site, as data. The files beside this one are the presets. */
import { z } from "zod";
import { PAGE_TYPES } from "../../src/documents/document.ts";
import { ProductWords } from "../../src/documents/product-words.ts";

const path = z.string().startsWith("/");

export const Scope = z.strictObject({
  /** A page is in when its path is one of these or below one of them. */
  include: z.array(path).min(1).readonly(),
  /** Glob patterns of paths that stay out: `*` within a segment, `**` across segments. */
  exclude: z.array(z.string()).readonly(),
});
export type Scope = Readonly<z.infer<typeof Scope>>;

/** Which version of the product a page is about. */
export const VersionRule = z.discriminatedUnion("kind", [
  /** The same on every page; "" when the source has only one version. */
  z.strictObject({ kind: z.literal("fixed"), version: z.string() }),
  /** The first group of a regular expression over the path; `otherwise` where it does not match. */
  z.strictObject({ kind: z.literal("path"), pattern: z.string(), otherwise: z.string() }),
]);
export type VersionRule = Readonly<z.infer<typeof VersionRule>>;

export const Source = z.strictObject({
  /** Name on the command line and in the index. */
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/),
  /** For people. */
  title: z.string().min(1),
  /** Product the pages are about; questions are scoped by it. */
  product: z.string().min(1),
  /** Whether product, title and version are as given here, or what the site calls itself (`identity.ts`). */
  identity: z.enum(["given", "site"]).default("given"),
  /** Other names that people use for the product. */
  names: z.array(z.string().trim().min(2).max(60)).readonly().default([]),
  version: VersionRule,
  /** Scheme and host of the canonical addresses. */
  origin: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, "")),
  seeds: z.strictObject({
    /** Tried in addition to those robots.txt names; one that is missing is no error. */
    sitemaps: z.array(path).readonly(),
    /** Lists of pages in the form of llms.txt. */
    lists: z.array(path).readonly(),
    pages: z.array(path).min(1).readonly(),
  }),
  scope: Scope,
  /** Which generator's markup the pages have; "auto" reads it from each page. */
  generator: z.enum(["auto", "mintlify", "docusaurus", "mkdocs-material", "sphinx", "generic"]),
  /** First match wins. */
  pageTypes: z.array(z.strictObject({ pattern: z.string(), type: z.enum(PAGE_TYPES) })).readonly(),
  /** Files beside the presets with how people ask for the source's pages and sections (`phrasings.ts`). */
  phrasings: z.array(z.string()).default([]),
  /** The product's words (`product-words.ts`). */
  words: ProductWords.optional(),
  /** A repository on GitHub instead of a site, "owner/name": its issues, discussions and releases. */
  github: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,99}\/[A-Za-z0-9._][\w.-]{0,99}$/)
    .optional(),
  /** A folder of Markdown instead of a site: where it is, and where its pages are shown to people. */
  folder: z
    .strictObject({
      path: z.string().min(1),
      /** An address with `{path}` or `{page}` in it, or one that the path is put behind. */
      shownAt: z.string().regex(/^https?:\/\/\S+$/i),
    })
    .optional(),
  /** How often `--watch` crawls it. */
  refreshHours: z.number().positive(),
  maxPages: z.int().positive(),
});
export type Source = Readonly<z.infer<typeof Source>>;

/** A checked source from its literal; throws on a mistake in a preset. */
export function defineSource(source: z.input<typeof Source>): Source {
  return Source.parse(source);
}
