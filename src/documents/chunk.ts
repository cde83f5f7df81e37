/**
 * A chunk is the unit of retrieval and of quotation: consecutive blocks of one section, small enough to rank
 * well and large enough to stand alone. Its id follows from its content, so unchanged text keeps its id
 * through every crawl and in every engine.
 */
import type { Block, BlockKind, PageType } from "./document.ts";

/** A UUID made of SHA-256 over canonical URL, heading path, folded text and occurrence (`chunkId`). */
export type ChunkId = string;

/**
 * Where a block stands in `Chunk.text`: UTF-16 units, `end` exclusive; `text.slice(start, end)` is the block's
 * own text. Blocks do not overlap and stand in order.
 */
export type BlockSpan = Omit<Block, "text" | "kind"> & {
  readonly kind: BlockKind;
  readonly start: number;
  readonly end: number;
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
  readonly product: string;
  readonly version: string;
  readonly pageType: PageType;
  readonly facts: readonly Fact[];
  /** ISO 8601 time of the fetch that last confirmed the page. */
  readonly crawledAt: string;
  /** Place of the chunk on its page, from 0: neighbours are position - 1 and position + 1 of the same url. */
  readonly position: number;
  /** True when the last crawl could not reach the page and kept the older copy. */
  readonly stale?: boolean;
};
