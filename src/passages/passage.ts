/**
 * A passage is what a writer chooses from and what a quote is: a sentence, an item of a list, a row of a table or a
 * listing, as one exact slice of its chunk. Passages of a chunk do not overlap, stand in order and together hold
 * everything that can be quoted; headings are not among them, each passage knows those above it.
 */
import type { BlockSpan, Chunk } from "../documents/chunk.ts";
import { leadsIn, splitSentences } from "../documents/sentences.ts";
import type { Span } from "../documents/text.ts";
import { isPlantedInstruction } from "./planted-instructions.ts";

export type PassageKind = "sentence" | "item" | "row" | "listing";

export type Passage = Span & {
  readonly kind: PassageKind;
  readonly chunk: Chunk;
  /** Its place among the passages of its chunk, from 0. */
  readonly place: number;
  /** Index of its block in `chunk.blocks`. */
  readonly block: number;
  /** Headings above it, the outermost first; those of a section merged into the chunk included. */
  readonly headings: readonly string[];
  /** Id of the section it stands in: the chunk's, or that of a section merged into it. */
  readonly anchor: string;
  /** Place of the passage that announces it ("Set the variable:"), in the same section of the same chunk. */
  readonly announcedBy?: number;
  /** The header row of its table. */
  readonly header?: Span;
};

/** An item with more characters is cut into sentences as a paragraph is. */
const MAX_ITEM_CHARACTERS = 600;

/** "#22622 by @somebody" behind an entry of release notes: who did it, not what was done. */
const CREDIT =
  /\s+(?:\(?#\d{1,7}\)?[\s,]{0,3}){0,8}(?:#\d{1,7}|by @[\w-]{1,60}(?:, @[\w-]{1,60}){0,20})\s*$/u;
/** Characters at the end of an item in which its credit is looked for. */
const CREDIT_CHARACTERS = 400;

const ofChunk = new WeakMap<Chunk, readonly Passage[]>();

/** The passages of a chunk in the order of its text. Cut once a chunk; time and size are linear in its text. */
export function passagesOf(chunk: Chunk): readonly Passage[] {
  const known = ofChunk.get(chunk);
  if (known !== undefined) return known;
  const passages = cut(chunk);
  ofChunk.set(chunk, passages);
  return passages;
}

/** The words of a passage, as the page has them. */
export function textOf({ chunk, start, end }: Passage): string {
  return chunk.text.slice(start, end);
}

/** Where a passage stands: page and section, the same for all passages under one heading. */
export function sectionOf({ chunk, anchor }: Pick<Passage, "chunk" | "anchor">): string {
  return `${chunk.url}#${anchor}`;
}

/** What is the same for the passages of one section. */
type Place = {
  readonly headings: readonly string[];
  readonly anchor: string;
};

function cut(chunk: Chunk): readonly Passage[] {
  const passages: Passage[] = [];
  const blocks: readonly BlockSpan[] =
    chunk.blocks.length > 0
      ? chunk.blocks
      : [{ kind: "paragraph", start: 0, end: chunk.text.length }];
  let place: Place = { headings: chunk.headingPath, anchor: chunk.anchor };
  let header: Span | undefined;
  /** The passage that announces what comes next, until something else has come. */
  let announcing: number | undefined;

  for (const [index, block] of blocks.entries()) {
    const text = chunk.text.slice(block.start, block.end);
    if (block.kind === "heading") {
      place = {
        headings: [...chunk.headingPath.slice(0, -1), text],
        anchor: block.anchor ?? chunk.anchor,
      };
      announcing = undefined;
      continue;
    }
    if (block.kind !== "table-row") header = undefined;
    else if (block.header === true) {
      header = { start: block.start, end: block.end };
      continue;
    }
    if (isPlantedInstruction(text)) continue;
    const kind = kindOf(block);
    const before: number | undefined = kind === "sentence" ? undefined : announcing;
    for (const span of spansOf(kind, text)) {
      passages.push({
        kind,
        chunk,
        start: block.start + span.start,
        end: block.start + span.end,
        place: passages.length,
        block: index,
        ...place,
        ...(before === undefined ? {} : { announcedBy: before }),
        ...(header === undefined ? {} : { header }),
      });
    }
    announcing = announcer(passages, index, block, before);
  }
  return passages;
}

function kindOf({ kind }: BlockSpan): PassageKind {
  switch (kind) {
    case "code":
      return "listing";
    case "table-row":
      return "row";
    case "list-item":
    case "definition":
      return "item";
    case "paragraph":
    case "admonition":
    case "heading":
      return "sentence";
  }
}

function spansOf(kind: PassageKind, text: string): readonly Span[] {
  switch (kind) {
    case "listing":
    case "row":
      return [{ start: 0, end: text.length }];
    case "item": {
      const tail = Math.max(0, text.length - CREDIT_CHARACTERS);
      const end = tail + text.slice(tail).replace(CREDIT, "").length;
      return end <= MAX_ITEM_CHARACTERS ? [{ start: 0, end }] : splitSentences(text.slice(0, end));
    }
    case "sentence":
      return splitSentences(text);
  }
}

/**
 * What announces the block after this one: the last passage of a block that ends like a lead-in; or, within a list or
 * a table, what announced its first entry.
 */
function announcer(
  passages: readonly Passage[],
  index: number,
  block: BlockSpan,
  before: number | undefined,
): number | undefined {
  const last = passages.at(-1);
  if (last === undefined || last.block !== index) return undefined;
  if (last.kind !== "listing" && last.kind !== "row" && leadsIn(textOf(last))) return last.place;
  return block.kind === "list-item" || block.kind === "definition" || block.kind === "table-row"
    ? before
    : undefined;
}
