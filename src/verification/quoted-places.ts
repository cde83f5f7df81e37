/** Where quotations stand in their chunk, found after folding. Pure; linear in the texts. */
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import { findInFolded, foldText, type FoldedText } from "../documents/text.ts";
import { textOf, type Passage } from "../passages/passage.ts";
import { isPlantedInstruction } from "../passages/planted-instructions.ts";

export type VerifiedQuote = {
  readonly chunkId: ChunkId;
  /** `chunk.text.slice(start, end)` */
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

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
  /** It names a chunk that was not given. */
  | "unknown-source"
  | "quote-not-found"
  /** The quoted passage instructs machines instead of documenting anything. */
  | "planted-instruction";

export type Located =
  | { readonly ok: true; readonly quotes: readonly VerifiedQuote[] }
  | { readonly ok: false; readonly reason: QuoteProblem; readonly detail: string };

/**
 * The quotation in its chunk, in whole words: one quote for each block it touches, because the page may have something
 * between them.
 */
export function locateQuote(
  quote: { readonly chunkId: ChunkId; readonly text: string },
  chunks: ReadonlyMap<ChunkId, Chunk>,
): Located {
  const chunk = chunks.get(quote.chunkId);
  if (chunk === undefined) return { ok: false, reason: "unknown-source", detail: quote.chunkId };
  const found = findInFolded(foldChunk(chunk), quote.text, { wholeWords: true });
  if (found === undefined) return { ok: false, reason: "quote-not-found", detail: quote.text };
  const touched = chunk.blocks.filter(({ start, end }) => start < found.end && end > found.start);
  const blocks = touched.length > 0 ? touched : [{ start: 0, end: chunk.text.length }];
  if (blocks.some(({ start, end }) => isPlantedInstruction(chunk.text.slice(start, end)))) {
    return { ok: false, reason: "planted-instruction", detail: quote.text };
  }
  const quotes = blocks.map((block) => {
    const start = Math.max(block.start, found.start);
    const end = Math.min(block.end, found.end);
    return { chunkId: chunk.id, text: chunk.text.slice(start, end), start, end };
  });
  return { ok: true, quotes };
}
