/**
 * A chunk is the unit of retrieval and of quotation: consecutive blocks of one section, small enough to rank
 * well and large enough to stand alone. Its id follows from its content, so unchanged text keeps its id
 * through every crawl and in every engine.
 */
import { createHash } from "node:crypto";
import type { Block, BlockKind, PageType, SourceKind } from "./document.ts";
import type { Span } from "./text.ts";

/** A UUID made of SHA-256 over canonical URL, heading path, folded text and occurrence (`chunkId`). */
export type ChunkId = string;

/**
 * Where a block stands in `Chunk.text`: UTF-16 units, `end` exclusive; `text.slice(start, end)` is the block's
 * own text. Blocks do not overlap and stand in order.
 */
export type BlockSpan = Omit<Block, "text" | "kind" | "code"> & {
  readonly kind: BlockKind;
  readonly start: number;
  readonly end: number;
  /**
   * On a `heading` of a small section that was merged into the chunk: the section's own id. What follows it in the
   * chunk stands under that anchor, not under `Chunk.anchor`.
   */
  readonly anchor?: string;
};

/**
 * Something the page says about where or since when a statement holds, recognised at extraction.
 * `text` is the page's own wording and stands in the chunk, or in the section or page it belongs to.
 */
export type Fact = {
  readonly kind: "since" | "requires" | "edition" | "deprecated" | "platform";
  /** Short form for display: "since 3.6.22", "Prefect Cloud only". */
  readonly label: string;
  readonly text: string;
};

/** How people ask for what one section answers, in words that it lacks. Searched and weighed, never quoted. */
export type SectionPhrasings = {
  /** Id of the section: the chunk's, or that of a section merged into it. */
  readonly anchor: string;
  readonly asked: readonly string[];
  /** The part of `text` that answers these, where it is known: whole passages of that section. */
  readonly span?: Span;
};

export type Chunk = {
  readonly id: ChunkId;
  readonly url: string;
  /** Anchor of the innermost heading above the chunk's first block; "" above the first heading. */
  readonly anchor: string;
  readonly title: string;
  readonly headingPath: readonly string[];
  /** Plain text: blocks joined by a blank line; list items and table rows of one list or table by a line break. */
  readonly text: string;
  readonly blocks: readonly BlockSpan[];
  /**
   * What the page sets as code inside its sentences, items and cells: UTF-16 units into `text`, in order, none overlaps
   * another; listings are not in it. Absent when there is none, and in an index made before it was kept.
   */
  readonly code?: readonly Span[];
  readonly product: string;
  readonly version: string;
  readonly pageType: PageType;
  /** As its document has them; absent in an index made before they were kept. */
  readonly sourceKind?: SourceKind;
  readonly status?: string;
  readonly facts: readonly Fact[];
  /** ISO 8601 time of the fetch that last confirmed the page. */
  readonly crawledAt: string;
  /** Place of the chunk on its page, from 0: neighbours are position - 1 and position + 1 of the same url. */
  readonly position: number;
  /**
   * How people ask for what the page answers, in words that it lacks; on the first chunk of a page only. Searched and
   * never quoted: it is not the page's text.
   */
  readonly phrasings?: readonly string[];
  /** The same for the sections that stand in the chunk; absent where none were written. */
  readonly sectionPhrasings?: readonly SectionPhrasings[];
  /** True when the last crawl could not reach the page and kept the older copy. */
  readonly stale?: boolean;
};

/** Differences that are no change of content: white space, typographic marks, case. */
function foldForId(text: string): string {
  return text
    .replaceAll(/[\u2018\u2019\u201A\u201B]/g, "'")
    .replaceAll(/[\u201C\u201D\u201E\u201F]/g, '"')
    .replaceAll(/[\u2010-\u2015\u2212]+/g, "-")
    .replaceAll(/[\u00AD\u200B-\u200F\u2060\uFEFF]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .toLowerCase();
}

/**
 * The id of a chunk: a UUID (version 8, RFC 9562) of the first 128 bits of SHA-256 over the page's canonical
 * address, the heading path, the text folded (white space, quotes and dashes, case) and how many chunks with the
 * same three came before it on the page (from 0). The same content has the same id in every crawl and engine.
 */
export function chunkId(
  url: string,
  headingPath: readonly string[],
  text: string,
  occurrence: number,
): ChunkId {
  const parts = [url, headingPath.map(foldForId).join("\u001F"), foldForId(text), `${occurrence}`];
  const hash = createHash("sha256").update(parts.join("\u001E")).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex", 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
