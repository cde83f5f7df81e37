/** What a page says itself at the places a claim quotes, for a claim of which it is not sure that it is carried. Pure. */
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import { leadsIn, standing } from "../documents/sentences.ts";
import { countWords, type Span } from "../documents/text.ts";
import { passagesOf } from "../writing/extractive/passages.ts";
import { isPlantedInstruction } from "../passages/planted-instructions.ts";
import { LEAST_SHARED } from "./claim-verdict.ts";
import { findWords, shareFound } from "./closeness.ts";
import { findLink } from "./links.ts";
import { headingsOf, isInProse, type VerifiedQuote } from "./quoted-places.ts";

export type PageWords = {
  /** The quoted words, laid out for reading. */
  readonly text: string;
  readonly quotes: readonly VerifiedQuote[];
};

/** A sentence and what it needs before it; more is a page to read, not a statement. */
const MOST_WORDS = 65;
/** ... and of a claim that stands on two places, both together. */
const MOST_WORDS_TOGETHER = 90;
const MOST_PASSAGES = 2;
/** Fewer say nothing alone. */
const LEAST_WORDS = 4;
/** A passage is worth its words when it has this much more of the claim than those before. */
const LEAST_ADDED = 0.15;
/** What a word of a passage costs against the share of the claim it has: a list of 65 words must have a third more than its item. */
const WORD_COST = 0.005;

type Candidate = PageWords & { readonly words: number };

/**
 * The passages at the quoted places that together say most of what the text says: each whole, readable alone and
 * short. Empty when they are about something else, or lean on what is not there.
 */
export function inPageWords(
  text: string,
  quotes: readonly VerifiedQuote[],
  chunks: ReadonlyMap<ChunkId, Chunk>,
): readonly PageWords[] {
  const headings = headingsOf(quotes, chunks);
  const share = (passages: readonly Candidate[]) => {
    const said = passages.map((passage) => passage.text);
    return shareFound(findWords(text, said, headings));
  };
  let open = passagesAt(quotes, chunks);
  const chosen: Candidate[] = [];
  while (chosen.length < MOST_PASSAGES) {
    const before = chosen.length === 0 ? 0 : share(chosen);
    const worth = (passage: Candidate) =>
      share([...chosen, passage]) - before - WORD_COST * passage.words;
    const [best] = open.toSorted((one, other) => worth(other) - worth(one));
    if (best === undefined || share([...chosen, best]) - before < LEAST_ADDED) break;
    chosen.push(best);
    const words = chosen.reduce((sum, passage) => sum + passage.words, 0);
    open = open.filter(
      (passage) => !meets(passage, best) && words + passage.words <= MOST_WORDS_TOGETHER,
    );
  }
  return share(chosen) < LEAST_SHARED ? [] : inOrder(chosen, chunks);
}

/** Passages in the order of their page; sentences that follow each other there are one passage. */
function inOrder(
  passages: readonly PageWords[],
  chunks: ReadonlyMap<ChunkId, Chunk>,
): readonly PageWords[] {
  const start = ({ quotes }: PageWords) => quotes[0]?.start ?? 0;
  const isOfOneChunk = new Set(passages.map(({ quotes }) => quotes[0]?.chunkId)).size === 1;
  const [one, other] = isOfOneChunk
    ? passages.toSorted((left, right) => start(left) - start(right))
    : passages;
  if (one === undefined || other === undefined) return passages;
  const [[first], [second]] = [one.quotes, other.quotes];
  const chunk = chunks.get(first?.chunkId ?? "");
  if (!isOfOneChunk || first === undefined || second === undefined || chunk === undefined) {
    return [one, other];
  }
  const text = chunk.text.slice(first.start, second.end);
  const follows = text === `${one.text} ${other.text}`;
  return follows ? [{ text, quotes: [{ ...first, text, end: second.end }] }] : [one, other];
}

/** What can be quoted of the places, whole and readable alone; a sentence of a long item where nothing else can. */
function passagesAt(
  quotes: readonly VerifiedQuote[],
  chunks: ReadonlyMap<ChunkId, Chunk>,
): readonly Candidate[] {
  return quotes.flatMap((quote): readonly Candidate[] => {
    const chunk = chunks.get(quote.chunkId);
    if (chunk === undefined) return [];
    const asQuote = ({ start, end }: Span): VerifiedQuote => ({
      chunkId: chunk.id,
      text: chunk.text.slice(start, end),
      start,
      end,
    });
    const passages = passagesOf(chunk)
      .filter(
        (passage) =>
          passage.standsAlone && passage.words <= MOST_WORDS && overlaps(quote, passage.core),
      )
      .map(({ text, words, quotes: spans }) => ({ text, words, quotes: spans.map(asQuote) }));
    const words = countWords(quote.text);
    const isSentence =
      isInProse(quote, chunks) &&
      words >= LEAST_WORDS &&
      words <= MOST_WORDS &&
      standing(quote.text) === "alone" &&
      !leadsIn(quote.text) &&
      findLink(quote.text) === undefined;
    const found =
      passages.length > 0 || !isSentence
        ? passages
        : [{ text: quote.text, words, quotes: [quote] }];
    return found.filter(({ text }) => !isPlantedInstruction(text));
  });
}

/** Whether two passages begin with the same words; rows of one table share their header only. */
function meets({ quotes: [one] }: PageWords, { quotes: [other] }: PageWords): boolean {
  return (
    one !== undefined &&
    other !== undefined &&
    one.chunkId === other.chunkId &&
    overlaps(one, other)
  );
}

function overlaps(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}
