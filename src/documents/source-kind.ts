/** What kind of source a page is, in words: what people reported is never said as if the product were documented so. Pure. */
import type { Chunk } from "./chunk.ts";
import type { SourceKind } from "./document.ts";

/** By the page's type where an older index does not say. */
export function sourceKindOf({
  sourceKind,
  pageType,
}: Pick<Chunk, "sourceKind" | "pageType">): SourceKind {
  if (sourceKind !== undefined) return sourceKind;
  if (pageType === "issue") return "issue";
  return pageType === "release-notes" ? "release-note" : "documentation";
}

/** Whether people said it, and no documentation. */
export function isReported(chunk: Pick<Chunk, "sourceKind" | "pageType">): boolean {
  const kind = sourceKindOf(chunk);
  return kind === "issue" || kind === "discussion";
}

/** "reported in #123, closed, fixed in 3.6.25", "discussed in #45, answered"; undefined for what is documented. */
export function reportedIn(
  page: Pick<Chunk, "sourceKind" | "pageType" | "status" | "url">,
): string | undefined {
  if (!isReported(page)) return undefined;
  const isIssue = sourceKindOf(page) === "issue";
  const number = /\/(?:issues|discussions)\/(\d{1,9})(?:[/#?]|$)/u.exec(page.url)?.[1];
  const where = number === undefined ? (isIssue ? "an issue" : "a discussion") : `#${number}`;
  const said = `${isIssue ? "reported" : "discussed"} in ${where}`;
  return page.status === undefined ? said : `${said}, ${page.status}`;
}
