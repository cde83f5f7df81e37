/**
 * What a documentation page is once the markup is gone.
 *
 * A *source* (one documentation site) holds *pages*; a page becomes a `Document`: its address, its title and
 * its *sections* in order. A section is what stands under one heading, as a list of *blocks*: a paragraph, a
 * list item, a code listing, a table row. A chunk is made of whole blocks (only one that is longer than a
 * chunk may be is cut, between sentences or lines), and an answer quotes sentences of a block or the block itself.
 */
import type { Span } from "./text.ts";

/** What kind of page it is; a source says how to tell, retrieval weighs them differently. */
export const PAGE_TYPES = [
  "guide",
  "concept",
  "integration",
  "example",
  "api-reference",
  "rest-reference",
  "settings-reference",
  "cli-reference",
  "release-notes",
  /** What somebody reported or asked, and what was said to it: never how the product is documented to be. */
  "issue",
  "other",
] as const;

export type PageType = (typeof PAGE_TYPES)[number];

/** What a page is as a source: the product's documentation, what was told of a release, what people said, a team's own pages. */
export const SOURCE_KINDS = [
  "documentation",
  "release-note",
  "issue",
  "discussion",
  "folder",
] as const;

export type SourceKind = (typeof SOURCE_KINDS)[number];

/**
 * - `paragraph`: running text; `quote` in spirit too.
 * - `list-item`: one item, its own text only (nested items are blocks of their own, `depth` + 1).
 * - `code`: a listing, verbatim, line breaks kept; cut between lines only beyond 20,000 characters.
 * - `table-row`: cells joined by " | ". The header row comes first with `header: true`.
 * - `admonition`: a paragraph of a note, tip or warning; `label` says which.
 * - `definition`: "term: description" of a definition list, field list or API parameter.
 * - `heading`: a heading too small to open a section (or without an id).
 */
export type BlockKind =
  | "paragraph"
  | "list-item"
  | "code"
  | "table-row"
  | "admonition"
  | "definition"
  | "heading";

export type Block = {
  readonly kind: BlockKind;
  /** Plain text. Never empty, never starts or ends with white space (code: no leading or trailing blank line). */
  readonly text: string;
  /** What the page sets as code in a block that is no listing: UTF-16 units into `text`, in order, apart from each other. */
  readonly code?: readonly Span[];
  /** Nesting of a list item, 0 for the outermost. */
  readonly depth?: number;
  /** Programming language of a listing, lower case, as the page names it. */
  readonly language?: string;
  /** File name of a listing, title of a tab, type of an admonition, number of an ordered item: shown, not quoted. */
  readonly label?: string;
  /** True on the header row of a table. */
  readonly header?: boolean;
};

export type Section = {
  /** The real `id` in the page's HTML; "" for the text before the first heading. */
  readonly anchor: string;
  /** Headings from the outermost to this one, the page's title not included; [] before the first heading. */
  readonly headingPath: readonly string[];
  readonly blocks: readonly Block[];
};

export type Document = {
  /** Canonical address: scheme, host, path; no query, no fragment, no trailing slash (but for the root). */
  readonly url: string;
  readonly title: string;
  /** The page's own one-sentence description; "" when it has none. */
  readonly description: string;
  readonly product: string;
  /** The product's version line the page is about ("3"), or "" when the source has only one. */
  readonly version: string;
  readonly pageType: PageType;
  /** Absent for documentation. */
  readonly sourceKind?: SourceKind;
  /** What became of what was reported: "closed, fixed in 3.6.25". */
  readonly status?: string;
  readonly sections: readonly Section[];
};
