/** Where quotes stand: found after folding, widened to what is shown whole, and what stands around them. Pure. */
import type { BlockSpan, Chunk, ChunkId } from "../documents/chunk.ts";
import { splitSentences } from "../documents/sentences.ts";
import {
  countWords,
  findInFolded,
  foldText,
  type FoldedText,
  type Span,
} from "../documents/text.ts";
import { isPlantedInstruction } from "../passages/planted-instructions.ts";

type Chunks = ReadonlyMap<ChunkId, Chunk>;

export type VerifiedQuote = {
  readonly chunkId: ChunkId;
  /** `chunk.text.slice(start, end)`: whole sentences, rows or lines of the page. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

/** Fewer words find a place by chance; a whole block may be shorter. */
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

function blocksOf(chunk: Chunk): readonly Pick<BlockSpan, "kind" | "start" | "end">[] {
  if (chunk.blocks.length > 0) return chunk.blocks;
  return [{ kind: "paragraph", start: 0, end: chunk.text.length }];
}

/** Pieces of a block that are shown whole: sentences of prose, lines of code, a row. */
function piecesOf(chunk: Chunk, block: Pick<BlockSpan, "kind" | "start" | "end">): readonly Span[] {
  const text = chunk.text.slice(block.start, block.end);
  const shift = ({ start, end }: Span) => ({ start: start + block.start, end: end + block.start });
  if (block.kind === "table-row" || block.kind === "heading") {
    return [{ start: block.start, end: block.end }];
  }
  if (block.kind !== "code") return splitSentences(text).map(shift);
  return [...text.matchAll(/[^\n]*\S[^\n]*/gu)].map((match) =>
    shift({ start: match.index, end: match.index + match[0].trimEnd().length }),
  );
}

/**
 * The quoted place as one span for each block it touches, widened to whole sentences, rows or lines. Blocks are kept
 * apart because the page may have something between them.
 */
function widen(chunk: Chunk, found: Span): readonly Span[] {
  const spans: Span[] = [];
  for (const block of blocksOf(chunk)) {
    const start = Math.max(block.start, found.start);
    const end = Math.min(block.end, found.end);
    if (start >= end) continue;
    const touched = piecesOf(chunk, block).filter(
      (piece) => piece.start < end && piece.end > start,
    );
    const from = Math.min(start, touched[0]?.start ?? start);
    const to = Math.max(end, touched.at(-1)?.end ?? end);
    const wide = to - from <= Math.max(MAX_WIDENED_CHARACTERS, end - start);
    spans.push(wide ? { start: from, end: to } : { start, end });
  }
  return spans.length > 0 ? spans : [found];
}

/** Long enough to name a place, or a whole sentence or block of the page. */
function isLongEnough(chunk: Chunk, found: Span, quoted: string): boolean {
  if (countWords(quoted) >= LEAST_QUOTE_WORDS) return true;
  const inCode = chunk.blocks.some(
    ({ kind, start, end }) => kind === "code" && start <= found.start && end >= found.end,
  );
  if (inCode && (quoted.match(/[\p{L}\p{N}_]+/gu) ?? []).length >= LEAST_QUOTE_WORDS) return true;
  const bare = (span: Span) =>
    foldText(chunk.text.slice(span.start, span.end)).text.replace(/[.!?:]+$/, "");
  const wanted = bare(found);
  return blocksOf(chunk).some(
    (block) =>
      block.start <= found.start &&
      block.end >= found.end &&
      block.kind !== "heading" &&
      (bare(block) === wanted || piecesOf(chunk, block).some((piece) => bare(piece) === wanted)),
  );
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
    if (!isLongEnough(chunk, found, text)) return refuse("quote-too-short");
    const planted = blocksOf(chunk).some(
      (block) =>
        block.start < found.end &&
        block.end > found.start &&
        isPlantedInstruction(chunk.text.slice(block.start, block.end)),
    );
    if (planted) return refuse("planted-instruction");
    return {
      ok: true,
      quotes: widen(chunk, found).map(({ start, end }) => ({
        chunkId: chunk.id,
        text: chunk.text.slice(start, end),
        start,
        end,
      })),
    };
  }
  return refuse("quote-not-found");
}

/** Name of the product, title of the page and headings above the quoted place, the small ones inside its chunk too. */
export function headingsOf(quotes: readonly VerifiedQuote[], chunks: Chunks): string[] {
  const headings = new Set<string>();
  for (const quote of quotes) {
    const chunk = chunks.get(quote.chunkId);
    if (chunk === undefined) continue;
    // What a product's pages call "the server" or leave out may be called by its name.
    for (const heading of [chunk.product, ...headingsAbove(quote, chunks)]) headings.add(heading);
  }
  return [...headings];
}

/** What a quote stands under, from the page's title to the nearest heading, each once. */
export function headingsAbove(
  { chunkId, start }: Pick<VerifiedQuote, "chunkId" | "start">,
  chunks: Chunks,
): readonly string[] {
  const chunk = chunks.get(chunkId);
  if (chunk === undefined) return [];
  const above = chunk.blocks.findLast((block) => block.kind === "heading" && block.end <= start);
  const nearest = above === undefined ? [] : [chunk.text.slice(above.start, above.end)];
  return [...new Set([chunk.title, ...chunk.headingPath, ...nearest])];
}

/** What a quoted passage leans on: the sentence before it, the head of its table, the lead-in of its list or listing. */
export function leaningOn(quote: VerifiedQuote, chunks: Chunks): VerifiedQuote | undefined {
  const chunk = chunks.get(quote.chunkId);
  const at =
    chunk?.blocks.findIndex(({ start, end }) => start <= quote.start && end >= quote.end) ?? -1;
  const block = chunk?.blocks[at];
  if (chunk === undefined || block === undefined) return undefined;
  const asQuote = ({ start, end }: Span): VerifiedQuote => ({
    chunkId: chunk.id,
    text: chunk.text.slice(start, end),
    start,
    end,
  });
  if (block.kind === "paragraph" || block.kind === "admonition") {
    const sentence = piecesOf(chunk, block).findLast(({ end }) => end <= quote.start);
    if (sentence !== undefined) return asQuote(sentence);
  }
  const head = chunk.blocks
    .slice(0, at)
    .findLast((other) =>
      block.kind === "table-row" ? other.header === true : other.kind === "paragraph",
    );
  const last = head === undefined ? undefined : piecesOf(chunk, head).at(-1);
  return last === undefined ? undefined : asQuote(last);
}

const MOST_PLACES = 2;

/** Where the section of a quote has a name that the quote itself leaves out: the setting that an entry describes. */
export function placesOf(
  name: string,
  quote: VerifiedQuote,
  chunks: Chunks,
): readonly VerifiedQuote[] {
  const chunk = chunks.get(quote.chunkId);
  if (chunk === undefined) return [];
  return blocksOf(chunk)
    .flatMap((block) => piecesOf(chunk, block))
    .filter(({ start, end }) => chunk.text.slice(start, end).includes(name))
    .slice(0, MOST_PLACES)
    .map(({ start, end }) => ({
      chunkId: chunk.id,
      text: chunk.text.slice(start, end),
      start,
      end,
    }));
}

/** Whether a name stands anywhere in the evidence. */
export function isDocumented(name: string, chunks: Chunks): boolean {
  return [...chunks.values()].some(
    (chunk) => findInFolded(foldChunk(chunk), name, { wholeWords: true }) !== undefined,
  );
}

function kindOf(
  { chunkId, start, end }: VerifiedQuote,
  chunks: Chunks,
): BlockSpan["kind"] | undefined {
  const chunk = chunks.get(chunkId);
  if (chunk === undefined) return undefined;
  return blocksOf(chunk).find((block) => block.start <= start && block.end >= end)?.kind;
}

/** Whether a quote is lines of a listing. */
export function isOfListing(quote: VerifiedQuote, chunks: Chunks): boolean {
  return kindOf(quote, chunks) === "code";
}

/** Whether a quote is whole sentences of a paragraph or an item. */
export function isInProse(quote: VerifiedQuote, chunks: Chunks): boolean {
  const kind = kindOf(quote, chunks);
  return kind !== undefined && kind !== "code" && kind !== "table-row" && kind !== "heading";
}
