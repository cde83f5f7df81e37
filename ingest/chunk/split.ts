/**
 * Document -> chunks. A chunk is a run of whole blocks of one section; small neighbouring sections of the same
 * parent share a chunk, long sections are split between blocks into parts of about the same size. Only a block that is
 * longer than a chunk is cut itself (`cut-block.ts`).
 */
import { type BlockSpan, type Chunk, chunkId, type Fact } from "../../src/documents/chunk.ts";
import type { Block, Document, Section } from "../../src/documents/document.ts";
import type { Span } from "../../src/documents/text.ts";
import { cutBlock } from "./cut-block.ts";

export type ChunkSizes = {
  /** A section shorter than this is joined with the section after it. */
  readonly minWords: number;
  /** Longer runs are split; a listing may be longer. */
  readonly maxWords: number;
};

/**
 * Retrieval quality is flat between 120 and 400 words a chunk; whole pages and one-line chunks lose. Small sections
 * stay apart above 80 words, because a citation can only point to the heading a chunk begins with.
 */
export const CHUNK_SIZES: ChunkSizes = { minWords: 80, maxWords: 300 };

export type ChunkOptions = {
  readonly sizes?: ChunkSizes;
  /** ISO 8601 time of the fetch that confirmed the page. */
  readonly crawledAt: string;
  /** The last crawl could not reach the page. */
  readonly stale?: boolean;
  /** Facts of a chunk, by its text and blocks. */
  readonly factsOf?: (part: ChunkPart) => readonly Fact[];
};

export type ChunkPart = {
  readonly anchor: string;
  readonly headingPath: readonly string[];
  readonly text: string;
  readonly blocks: readonly BlockSpan[];
  readonly code?: readonly Span[];
};

/** A block on its way into a chunk; the heading of a merged section knows where it comes from. */
type Piece = Block & { readonly opens?: Pick<Section, "anchor" | "headingPath"> };

type Run = {
  readonly anchor: string;
  readonly headingPath: readonly string[];
  readonly pieces: readonly Piece[];
};

export function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

/** The chunks of `document` in page order; none for a page without text. */
export function chunkDocument(document: Document, options: ChunkOptions): readonly Chunk[] {
  const sizes = options.sizes ?? CHUNK_SIZES;
  const sections = document.sections.map((section) => ({
    ...section,
    blocks: section.blocks.flatMap((block) => cutBlock(block, sizes.maxWords)),
  }));
  const runs = mergeSections(sections, sizes).flatMap((run) => splitRun(run, sizes));
  const occurrences = new Map<string, number>();

  return runs.map((run, position) => {
    const part: ChunkPart = {
      anchor: run.anchor,
      headingPath: run.headingPath,
      ...joinBlocks(run.pieces),
    };
    const { text } = part;
    const sameKey = chunkId(document.url, run.headingPath, text, 0);
    const occurrence = occurrences.get(sameKey) ?? 0;
    occurrences.set(sameKey, occurrence + 1);
    return {
      id: occurrence === 0 ? sameKey : chunkId(document.url, run.headingPath, text, occurrence),
      url: document.url,
      ...part,
      title: document.title,
      product: document.product,
      version: document.version,
      pageType: document.pageType,
      ...(document.sourceKind === undefined ? {} : { sourceKind: document.sourceKind }),
      ...(document.status === undefined ? {} : { status: document.status }),
      facts: options.factsOf?.(part) ?? [],
      crawledAt: options.crawledAt,
      position,
      ...(options.stale === true ? { stale: true } : {}),
    };
  });
}

/** Small sections take in the section after them while it lies below the same parent and the sum stays small. */
function mergeSections(sections: readonly Section[], sizes: ChunkSizes): readonly Run[] {
  const runs: { anchor: string; headingPath: readonly string[]; pieces: Piece[]; words: number }[] =
    [];
  for (const section of sections) {
    const words = section.blocks.reduce((sum, block) => sum + countWords(block.text), 0);
    const last = runs.at(-1);
    const sameHeading =
      last !== undefined &&
      last.anchor === section.anchor &&
      samePath(last.headingPath, section.headingPath);
    if (sameHeading) {
      last.pieces.push(...section.blocks);
      last.words += words;
      continue;
    }
    const joins =
      last !== undefined &&
      (last.words < sizes.minWords || words < sizes.minWords / 2) &&
      last.words + words <= sizes.maxWords &&
      belongTogether(last.headingPath, section.headingPath);
    if (joins) {
      const heading = section.headingPath.at(-1);
      const [only] = section.blocks;
      // A section of nothing but its heading has it as its block already.
      const isBare = only?.kind === "heading" && only.text === heading;
      if (heading !== undefined) {
        last.pieces.push({ kind: "heading", text: heading, opens: section });
      }
      last.pieces.push(...(isBare ? section.blocks.slice(1) : section.blocks));
      last.words += words;
      continue;
    }
    runs.push({
      anchor: section.anchor,
      headingPath: section.headingPath,
      pieces: [...section.blocks],
      words,
    });
  }
  return runs;
}

function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((heading, index) => heading === b[index]);
}

/** True when `next` is a subsection of `first`, or its sibling below a common heading. */
function belongTogether(first: readonly string[], next: readonly string[]): boolean {
  const parent = first.slice(0, Math.max(0, first.length - 1));
  const isBelow = samePath(next.slice(0, first.length), first);
  const isSibling = next.length >= first.length && samePath(next.slice(0, parent.length), parent);
  return isBelow || isSibling;
}

/** Parts of at most `maxWords` words, cut only where a block ends, of about the same size. */
function splitRun(run: Run, sizes: ChunkSizes): readonly Run[] {
  const words = run.pieces.map((piece) => countWords(piece.text));
  const total = words.reduce((sum, count) => sum + count, 0);
  if (total <= sizes.maxWords) return [run];

  const target = total / Math.ceil(total / sizes.maxWords);
  const parts: Piece[][] = [[]];
  let filled = 0;
  for (const [index, piece] of run.pieces.entries()) {
    const count = words[index] ?? 0;
    const current = parts.at(-1) ?? [];
    const tooLong = filled + count > sizes.maxWords;
    const pastTarget = filled + count / 2 > target;
    // What introduces stays with what it introduces, within reason.
    const stays = leadsOn(current.at(-1), piece) && filled + count <= sizes.maxWords * 1.5;
    if (current.length > 0 && (tooLong || pastTarget) && !stays) {
      const carried = carriedOver(current, piece);
      parts.push([...carried, piece]);
      filled = count + carried.reduce((sum, block) => sum + countWords(block.text), 0);
    } else {
      current.push(piece);
      filled += count;
    }
  }
  joinShortEnd(parts, sizes);

  let { anchor, headingPath } = run;
  return parts.map((pieces) => {
    // A part that begins with the heading of a merged section stands under that section.
    const first = pieces[0];
    const own = first?.opens === undefined || pieces.length === 1 ? pieces : pieces.slice(1);
    const here = first?.opens ?? { anchor, headingPath };
    const last = pieces.findLast((piece) => piece.opens !== undefined)?.opens ?? here;
    ({ anchor, headingPath } = last);
    return { anchor: here.anchor, headingPath: here.headingPath, pieces: own };
  });
}

/** True when `piece` belongs to what stands just before it: an introduced list, a heading, a table's first row. */
function leadsOn(before: Piece | undefined, piece: Piece): boolean {
  if (before === undefined) return false;
  if (before.kind === "heading") return true;
  if (before.kind === "table-row" && before.header === true) return true;
  // A term, and the list or listing that says what it is.
  if (before.kind === "definition" && (piece.kind === "list-item" || piece.kind === "code"))
    return true;
  const introduces = before.text.endsWith(":") && before.kind !== "code";
  return introduces && piece.kind !== "heading";
}

/** The header row again, when a table goes on in the next part. */
function carriedOver(current: readonly Piece[], piece: Piece): readonly Piece[] {
  if (piece.kind !== "table-row" || piece.header === true) return [];
  for (let index = current.length - 1; index >= 0; index -= 1) {
    const block = current[index];
    if (block?.kind !== "table-row") return [];
    if (block.header === true) return [block];
  }
  return [];
}

function joinShortEnd(parts: Piece[][], sizes: ChunkSizes): void {
  const last = parts.at(-1);
  const before = parts.at(-2);
  if (last === undefined || before === undefined) return;
  const size = (pieces: readonly Piece[]) =>
    pieces.reduce((sum, piece) => sum + countWords(piece.text), 0);
  if (size(last) >= sizes.minWords / 2 || size(before) + size(last) > sizes.maxWords * 1.2) return;
  const repeated = last[0]?.header === true && before.includes(last[0]);
  before.push(...(repeated ? last.slice(1) : last));
  parts.pop();
}

/** Blocks joined by a blank line; items of one list and rows of one table by a line break. */
function joinBlocks(pieces: readonly Piece[]): Pick<ChunkPart, "text" | "blocks" | "code"> {
  let text = "";
  const blocks: BlockSpan[] = [];
  const code: Span[] = [];
  let before: Piece | undefined;
  for (const piece of pieces) {
    const runsOn =
      before !== undefined &&
      before.kind === piece.kind &&
      (piece.kind === "list-item" || piece.kind === "table-row") &&
      piece.header !== true;
    if (before !== undefined) text += runsOn ? "\n" : "\n\n";
    const start = text.length;
    text += piece.text;
    const { text: _own, opens, code: ofPiece, ...rest } = piece;
    for (const span of ofPiece ?? []) {
      // Never beyond its block, whatever became of that on the way.
      const end = Math.min(span.end, piece.text.length);
      if (end > span.start) code.push({ start: start + span.start, end: start + end });
    }
    const anchor = opens === undefined || opens.anchor === "" ? {} : { anchor: opens.anchor };
    blocks.push({ ...rest, ...anchor, start, end: text.length });
    before = piece;
  }
  return { text, blocks, ...(code.length === 0 ? {} : { code }) };
}
