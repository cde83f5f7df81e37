/** Where quotations stand: found after folding, widened to the passages they touch. Pure; linear in the texts. */
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import {
  countWords,
  findInFolded,
  foldText,
  type FoldedText,
  type Span,
} from "../documents/text.ts";
import { passagesOf, textOf, type Passage } from "../passages/passage.ts";
import { isPlantedInstruction } from "../passages/planted-instructions.ts";

type Chunks = ReadonlyMap<ChunkId, Chunk>;

export type VerifiedQuote = {
  readonly chunkId: ChunkId;
  /** `chunk.text.slice(start, end)`: whole sentences, items, rows or lines of the page. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

/** Fewer words find a place by chance; a whole passage may be shorter. */
const LEAST_QUOTE_WORDS = 4;
/** A quotation is widened to whole sentences up to this length, so that no "not" before it is cut away. */
const MAX_WIDENED_CHARACTERS = 700;

const folded = new WeakMap<Chunk, FoldedText>();

function foldChunk(chunk: Chunk): FoldedText {
  const known = folded.get(chunk);
  if (known !== undefined) return known;
  const fresh = foldText(chunk.text);
  folded.set(chunk, fresh);
  return fresh;
}

export function quoteOf(passage: Passage): VerifiedQuote {
  const { chunk, start, end } = passage;
  return { chunkId: chunk.id, text: textOf(passage), start, end };
}

export type QuoteProblem =
  /** It names a source that was not given. */
  | "unknown-source"
  | "quote-not-found"
  | "quote-too-short"
  /** The quoted passage instructs machines instead of documenting anything. */
  | "planted-instruction";

export type Located =
  | { readonly ok: true; readonly quotes: readonly VerifiedQuote[] }
  | { readonly ok: false; readonly reason: QuoteProblem; readonly detail: string };

/** Finds a quotation in its chunk, or wherever else it stands: one span for each block it touches. */
export function locateQuote(
  quote: { readonly chunkId: ChunkId; readonly text: string },
  chunks: Chunks,
): Located {
  const refuse = (reason: QuoteProblem): Located => ({
    ok: false,
    reason,
    detail: reason === "unknown-source" ? quote.chunkId : quote.text,
  });
  const named = chunks.get(quote.chunkId);
  if (named === undefined) return refuse("unknown-source");
  const text = quote.text
    .trim()
    .replace(/^["\u201C\u2018](.*)["\u201D\u2019]$/su, "$1")
    .replace(/(?:\.\.\.|\u2026)$/u, "")
    .trim();
  // The right words under a wrong number still stand where they stand.
  for (const chunk of new Set([named, ...chunks.values()])) {
    const found = findInFolded(foldChunk(chunk), text, { wholeWords: true });
    if (found === undefined) continue;
    const spans = spansIn(chunk, found);
    if (countWords(text) < LEAST_QUOTE_WORDS && !isWholePassage(chunk, found)) {
      return refuse("quote-too-short");
    }
    const planted = blocksIn(chunk, found).some((block) =>
      isPlantedInstruction(chunk.text.slice(block.start, block.end)),
    );
    if (planted) return refuse("planted-instruction");
    return {
      ok: true,
      quotes: spans.map(({ start, end }) => ({
        chunkId: chunk.id,
        text: chunk.text.slice(start, end),
        start,
        end,
      })),
    };
  }
  return refuse("quote-not-found");
}

function blocksIn(chunk: Chunk, { start, end }: Span): readonly Span[] {
  const touched = chunk.blocks.filter((block) => block.start < end && block.end > start);
  return chunk.blocks.length > 0 ? touched : [{ start: 0, end: chunk.text.length }];
}

/**
 * The quoted place as one span for each block it touches, widened to the whole passages there, of a listing to whole
 * lines. Blocks are kept apart because the page may have something between them.
 */
function spansIn(chunk: Chunk, found: Span): readonly Span[] {
  const passages = passagesOf(chunk).filter(
    ({ start, end }) => start < found.end && end > found.start,
  );
  const spans = blocksIn(chunk, found).map((block) => {
    const start = Math.max(block.start, found.start);
    const end = Math.min(block.end, found.end);
    const touched = passages.filter(
      (each) =>
        each.start < end && each.end > start && each.start >= block.start && each.end <= block.end,
    );
    const first = touched[0];
    const last = touched.at(-1);
    const wide =
      first === undefined || last === undefined
        ? { start, end }
        : first.kind === "listing"
          ? wholeLines(chunk.text, { start, end }, block)
          : { start: Math.min(first.start, start), end: Math.max(last.end, end) };
    const isShort = wide.end - wide.start <= Math.max(MAX_WIDENED_CHARACTERS, end - start);
    return isShort ? wide : { start, end };
  });
  return spans.length > 0 ? spans : [found];
}

function wholeLines(text: string, found: Span, block: Span): Span {
  const before = text.lastIndexOf("\n", found.start - 1) + 1;
  const after = text.indexOf("\n", found.end);
  const start = Math.max(block.start, before);
  const end = Math.min(block.end, after === -1 ? text.length : after);
  const lines = text.slice(start, end);
  return {
    start: start + lines.length - lines.trimStart().length,
    end: start + lines.trimEnd().length,
  };
}

/** Whether a place is all of a sentence, an item, a row, a listing or one of its lines. */
function isWholePassage(chunk: Chunk, found: Span): boolean {
  const bare = (text: string) => foldText(text).text.replace(/[.!?:]+$/u, "");
  const wanted = bare(chunk.text.slice(found.start, found.end));
  return passagesOf(chunk).some((passage) => {
    if (passage.start > found.start || passage.end < found.end) return false;
    if (passage.kind !== "listing") return bare(textOf(passage)) === wanted;
    const words = wanted.match(/[\p{L}\p{N}_]+/gu) ?? [];
    const line = wholeLines(chunk.text, found, passage);
    return (
      words.length >= LEAST_QUOTE_WORDS || bare(chunk.text.slice(line.start, line.end)) === wanted
    );
  });
}
