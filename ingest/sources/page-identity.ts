/** What a source's rules say of one page. */
import type { PageType } from "../../src/documents/document.ts";
import { matchesGlob } from "../discover/address.ts";
import type { PageIdentity } from "../extract/extract.ts";
import type { Source } from "./source.ts";

/** Product, version and page type of the page at canonical address `url`. */
export function pageIdentity(source: Source, url: string): PageIdentity {
  const path = pathOf(source, url);
  return {
    url,
    product: source.product,
    version: versionOf(source, path),
    pageType: pageTypeOf(source, path),
  };
}

/** Path of a page of the source. */
export function pathOf(source: Source, url: string): string {
  return url.slice(source.origin.length) || "/";
}

/** Names that change logs go by on any site: a heading for each release, and what was done for it. */
const CHANGE_LOGS = [
  "**/{changelog,changelogs,changes,release-notes,release_notes,releases,releasenotes,whatsnew,whats-new}",
  "**/{changelog,changelogs,release-notes,release_notes,releases,releasenotes,whatsnew,whats-new}/**",
  "**/{changelog,changes,history,release-notes,release_notes,releases,releasenotes,whatsnew,whats-new}.html",
  "**/{changelog,whatsnew,release-notes}-*",
] as const;

/** Names of pages for those who work on the product itself, on any site; "contribute" and the like. */
const FOR_CONTRIBUTORS = [
  "**/{contribute,contributing,contribution,contributions,contributors,code-of-conduct,code_of_conduct,governance,internals,maintainers}",
  "**/{contribute,contributing,contribution,contributions,contributors,internals,maintainers}/**",
  "**/{contribute,contributing,contributors,code-of-conduct,code_of_conduct,governance,internals,maintainers}.html",
] as const;

/**
 * The type of a page once it was read: what the source's rules say, unless they only say that it is a guide like all
 * others; then that it is a change log by its name, what its markup shows, and that it is for contributors by its name.
 */
export function refinedPageType(
  source: Source,
  url: string,
  shown: PageType | undefined,
): PageType {
  const path = pathOf(source, url);
  const ruled = pageTypeOf(source, path);
  if (ruled !== "guide") return ruled;
  const isNamed = (patterns: readonly string[]) =>
    patterns.some((pattern) => matchesGlob(pattern, path.toLowerCase()));
  if (isNamed(CHANGE_LOGS)) return "release-notes";
  return shown ?? (isNamed(FOR_CONTRIBUTORS) ? "other" : ruled);
}

function versionOf(source: Source, path: string): string {
  const rule = source.version;
  if (rule.kind === "fixed") return rule.version;
  return new RegExp(rule.pattern).exec(path)?.[1] ?? rule.otherwise;
}

function pageTypeOf(source: Source, path: string): PageType {
  return source.pageTypes.find(({ pattern }) => matchesGlob(pattern, path))?.type ?? "guide";
}
