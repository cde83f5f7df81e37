/**
 * The gate between a writer and the reader. A proposed claim passes when its quotes really stand in the evidence
 * and carry what its text says; otherwise it is dropped with a reason. What passes holds the page's own
 * characters: a writer's quotation is only used to find the place.
 */
import type { Aspect } from "../../documents/answer.ts";
import type { BlockSpan, Chunk, ChunkId } from "../../documents/chunk.ts";
import { splitSentences } from "../../documents/sentences.ts";
import {
  countWords,
  findInFolded,
  foldText,
  type FoldedText,
  type Span,
} from "../../documents/text.ts";
import { conditionsOf } from "./claim-conditions.ts";
import { checkSupport, coverage } from "./claim-support.ts";
import { isPlantedInstruction } from "../planted-instructions.ts";
import type { SupportProblem } from "./support.ts";
import type { Draft } from "../writer.ts";

export type DropReason =
  /** The claim has no text, or more than anybody reads. */
  | "no-text"
  | "no-quote"
  /** A quote names a source that was not given. */
  | "unknown-source"
  | "quote-not-found"
  | "quote-too-short"
  /** The quoted passage instructs machines instead of documenting anything. */
  | "planted-instruction"
  /** An address, a link or a mention in the text. */
  | "link"
  /** The quotes do not carry it: which part of the claim they lack. */
  | SupportProblem;

export type VerifiedQuote = {
  readonly chunkId: ChunkId;
  /** `chunk.text.slice(start, end)`: whole sentences, rows or lines of the page. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

export type VerifiedClaim = {
  readonly ok: true;
  readonly text: string;
  readonly aspect: Aspect;
  readonly quotes: readonly VerifiedQuote[];
  readonly conditions: readonly string[];
};

export type RefusedClaim = {
  readonly ok: false;
  readonly reason: DropReason;
  /** What exactly failed; may hold words of the writer. */
  readonly detail: string;
};

export type VerifyContext = {
  readonly chunks: ReadonlyMap<ChunkId, Chunk>;
  /** The resolved question; it licenses platform, version and the asker's own names. */
  readonly question: string;
};

/** Fewer words find a place by chance; a whole block may be shorter. */
const LEAST_QUOTE_WORDS = 4;
/** A quotation is widened to whole sentences up to this length, so that no "not" before it is cut away. */
const MAX_WIDENED_CHARACTERS = 700;
const MAX_TEXT_CHARACTERS = 4000;
/** Share of a claim that its own quotes must carry before a passage they lean on is looked at. */
const LEAST_COVERAGE = 0.5;

/** An address, a link or a mention: nothing a claim may hold. */
export const LINK =
  /\b(?:https?|ftp|file|javascript|data|slack|mailto):\S|\bwww\.[\w-]|\]\(|<[!@#]\w|\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|cloud|ai)\b(?![\w(])/i;
const CITATION_MARK =
  /(?:(?<=[\s.,;:!?\p{L}")])|^)(?:\[\^?(?:sources?\s*)?\d+(?:\s*[,;\u2013-]\s*\d+)*\]|\u3010[^\u3011]{1,20}\u3011|\((?:sources?|refs?|citations?)\s*:?\s*\d+(?:\s*(?:,|;|and|-)\s*\d+)*\))(?![\w([])/giu;

/** The first address, link or mention in a text, if any. */
export function findLink(text: string): string | undefined {
  return LINK.exec(text)?.[0];
}

const folded = new WeakMap<Chunk, FoldedText>();

function foldChunk(chunk: Chunk): FoldedText {
  const known = folded.get(chunk);
  if (known !== undefined) return known;
  const fresh = foldText(chunk.text);
  folded.set(chunk, fresh);
  return fresh;
}

function refuse(reason: DropReason, detail: string): RefusedClaim {
  return {
    ok: false,
    reason,
    detail: detail.length > 200 ? `${detail.slice(0, 199)}\u2026` : detail,
  };
}

/** The text without citation numbers a writer set itself, and without white space around it. */
export function stripCitationMarks(text: string): string {
  return text
    .split(/(`[^`]*`)/u)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(CITATION_MARK, "")))
    .join("")
    .replaceAll(/[^\S\n]+([.,;:!?])(?=\s|$)/gu, "$1")
    .replaceAll(/(?<=\S)[^\S\n]{2,}/gu, " ")
    .trim();
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

type Located = { readonly ok: true; readonly quotes: readonly VerifiedQuote[] } | RefusedClaim;

function locate(quote: Draft["quotes"][number], chunks: ReadonlyMap<ChunkId, Chunk>): Located {
  const named = chunks.get(quote.chunkId);
  if (named === undefined) return refuse("unknown-source", quote.chunkId);
  const text = quote.text
    .trim()
    .replace(/^["\u201C\u2018](.*)["\u201D\u2019]$/su, "$1")
    .replace(/(?:\.\.\.|\u2026)$/u, "")
    .trim();
  // The right words under a wrong number still stand where they stand.
  for (const chunk of new Set([named, ...chunks.values()])) {
    const found = findInFolded(foldChunk(chunk), text, { wholeWords: true });
    if (found === undefined) continue;
    if (!isLongEnough(chunk, found, text)) return refuse("quote-too-short", quote.text);
    const planted = blocksOf(chunk).some(
      (block) =>
        block.start < found.end &&
        block.end > found.start &&
        isPlantedInstruction(chunk.text.slice(block.start, block.end)),
    );
    if (planted) return refuse("planted-instruction", quote.text);
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
  return refuse("quote-not-found", quote.text);
}

const bareEnd = (text: string) => text.replace(/[.!?:;,\s]+$/u, "");

/** A text without its layout as a list or a listing; signs that mean something ("<", "-5") stay. */
function withoutLayout(text: string): string {
  return foldText(text.replaceAll(/^\s*(?:`{3,}.*|[-*•] )/gmu, "")).text;
}

/** The text is its quotes, laid out otherwise, or every sentence of it is, to the letter, one of theirs (a row, a line). */
function isVerbatim(text: string, quotes: readonly VerifiedQuote[]): boolean {
  const quoted = quotes.map((quote) => quote.text).join("\n");
  if (withoutLayout(text) === withoutLayout(quoted)) return true;
  const whole = new Set(
    quotes.flatMap((quote) => [
      bareEnd(foldText(quote.text).text),
      ...splitSentences(quote.text).map(({ start, end }) =>
        bareEnd(foldText(quote.text.slice(start, end)).text),
      ),
    ]),
  );
  if (whole.has(bareEnd(foldText(text).text))) return true;
  const sentences = splitSentences(text);
  return (
    sentences.length > 0 &&
    sentences.every(({ start, end }) => whole.has(bareEnd(foldText(text.slice(start, end)).text)))
  );
}

/** Name of the product, title of the page and headings above the quoted place, the small ones inside its chunk too. */
function headingsOf(quotes: readonly VerifiedQuote[], chunks: VerifyContext["chunks"]): string[] {
  const headings = new Set<string>();
  for (const { chunkId, start } of quotes) {
    const chunk = chunks.get(chunkId);
    if (chunk === undefined) continue;
    // What a product's pages call "the server" or leave out may be called by its name.
    for (const heading of [chunk.product, chunk.title, ...chunk.headingPath]) headings.add(heading);
    const above = chunk.blocks.findLast((block) => block.kind === "heading" && block.end <= start);
    if (above !== undefined) headings.add(chunk.text.slice(above.start, above.end));
  }
  return [...headings];
}

/** What a quoted passage leans on: the sentence before it, the head of its table, the lead-in of its list or listing. */
function leaningOn(
  quote: VerifiedQuote,
  chunks: VerifyContext["chunks"],
): VerifiedQuote | undefined {
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
function placesOf(
  name: string,
  quote: VerifiedQuote,
  chunks: VerifyContext["chunks"],
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

type Carried = { readonly ok: true; readonly quotes: readonly VerifiedQuote[] } | RefusedClaim;

/**
 * The quotes that carry the text: those given or, when only a word is missing, with the passage one of them leans on.
 * That passage becomes a quote of the claim, so its reader sees it too.
 */
function carriedBy(
  text: string,
  quotes: readonly VerifiedQuote[],
  context: VerifyContext,
): Carried {
  const check = (over: readonly VerifiedQuote[]) =>
    checkSupport(
      text,
      over.map((quote) => quote.text),
      {
        headings: headingsOf(over, context.chunks),
        question: context.question,
        isDocumented: (name) =>
          [...context.chunks.values()].some(
            (chunk) => findInFolded(foldChunk(chunk), name, { wholeWords: true }) !== undefined,
          ),
      },
    );
  const first = check(quotes);
  if (first.ok) return { ok: true, quotes };
  if (
    (first.problem === "term" || first.problem === "identifier") &&
    coverage(
      text,
      quotes.map((quote) => quote.text),
    ) >= LEAST_COVERAGE
  ) {
    for (const quote of quotes.slice(0, 3)) {
      const beside = [
        leaningOn(quote, context.chunks),
        ...(first.problem === "identifier" ? placesOf(first.detail, quote, context.chunks) : []),
      ];
      for (const other of beside) {
        const known = quotes.some(
          ({ chunkId, start }) => chunkId === other?.chunkId && start === other.start,
        );
        if (other === undefined || known || isPlantedInstruction(other.text)) continue;
        const wider = quotes.flatMap((each) => (each === quote ? [each, other] : [each]));
        if (check(wider).ok) return { ok: true, quotes: wider };
      }
    }
  }
  return refuse(first.problem, first.detail);
}

/**
 * Checks a proposed claim against the evidence it names.
 *
 * Quotes are found after folding (`foldText`), must not be joined, changed or cut within a word, and are replaced by
 * the page's own characters, widened to whole sentences. A quote that is not found is left out; with none left the
 * claim is dropped. The text must then be carried by the quotes that stand (`checkSupport`), unless it is their
 * wording to the letter. Addresses drop a claim; citation numbers are taken out of its text.
 */
export function verifyClaim(draft: Draft, context: VerifyContext): VerifiedClaim | RefusedClaim {
  const bare = stripCitationMarks(draft.text);
  if (!/[\p{L}\p{N}]/u.test(bare) || bare.length > MAX_TEXT_CHARACTERS) {
    return refuse("no-text", bare);
  }
  const link = findLink(draft.text);
  if (link !== undefined) return refuse("link", link);
  if (draft.quotes.length === 0) return refuse("no-quote", bare);

  const quotes: VerifiedQuote[] = [];
  let failure: RefusedClaim | undefined;
  for (const quote of draft.quotes) {
    const located = locate(quote, context.chunks);
    if (!located.ok) failure ??= located;
    else {
      for (const each of located.quotes) {
        const known = quotes.some(
          ({ chunkId, start, end }) =>
            chunkId === each.chunkId && start <= each.start && end >= each.end,
        );
        if (!known) quotes.push(each);
      }
    }
  }
  if (quotes.length === 0) return failure ?? refuse("no-quote", bare);

  // In the page's own wording "[1]" is an index, not a citation.
  const verbatim = isVerbatim(draft.text, quotes);
  const text = verbatim ? draft.text.trim() : bare;
  let shown: readonly VerifiedQuote[] = quotes;
  if (!verbatim && !isVerbatim(text, quotes)) {
    const carried = carriedBy(text, quotes, context);
    if (!carried.ok) return carried;
    shown = carried.quotes;
  }

  return {
    ok: true,
    text,
    aspect: draft.aspect,
    quotes: shown,
    conditions: conditionsOf(text, shown, context.chunks),
  };
}
