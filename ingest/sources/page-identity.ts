/** What a source's rules say of one page. */
import type { PageType } from "../../src/documents/document.ts";
import { matchesGlob } from "../discover/address.ts";
import type { PageIdentity } from "../extract/extract.ts";
import type { Source } from "./source.ts";

/** Product, version and page type of the page at canonical address `url`. */
export function pageIdentity(source: Source, url: string): PageIdentity {
  const path = url.slice(source.origin.length) || "/";
  return {
    url,
    product: source.product,
    version: versionOf(source, path),
    pageType: pageTypeOf(source, path),
  };
}

function versionOf(source: Source, path: string): string {
  const rule = source.version;
  if (rule.kind === "fixed") return rule.version;
  return new RegExp(rule.pattern).exec(path)?.[1] ?? rule.otherwise;
}

function pageTypeOf(source: Source, path: string): PageType {
  return source.pageTypes.find(({ pattern }) => matchesGlob(pattern, path))?.type ?? "guide";
}
