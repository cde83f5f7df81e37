/** What a page says itself at the places a claim quotes, for a claim of which it is not sure that it is carried. Pure. */
import type { Chunk, ChunkId } from "../../documents/chunk.ts";
import type { Span } from "../../documents/text.ts";
import { type Passage, passagesOf } from "../extractive/passages.ts";
import { isPlantedInstruction } from "../planted-instructions.ts";
import { LEAST_SHARED } from "./claim-verdict.ts";
import { findWords, shareFound } from "./closeness.ts";
import { headingsOf, type VerifiedQuote } from "./quoted-places.ts";

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
/** A passage is worth its words when it has this much more of the claim than those before. */
const LEAST_ADDED = 0.15;
/** What a word of a passage costs against the share of the claim it has: a list of 65 words must have a third more than its item. */
const WORD_COST = 0.005;

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
  const share = (passages: readonly Passage[]) =>
    shareFound(findWords(text, passages.map(({ text: said }) => said), headings));
  let open = passagesAt(quotes, chunks);
  const chosen: Passage[] = [];
  while (chosen.length < MOST_PASSAGES) {
    const before = chosen.length === 0 ? 0 : share(chosen);
    const worth = (passage: Passage) =>
      share([...chosen, passage]) - before - WORD_COST * passage.words;
    const [best] = open.toSorted((one, other) => worth(other) - worth(one));
    if (best === undefined || share([...chosen, best]) - before < LEAST_ADDED) break;
    chosen.push(best);
    const words = chosen.reduce((sum, passage) => sum + passage.words, 0);
    open = open.filter(
      (passage) => !meets(passage, best) && words + passage.words <= MOST_WORDS_TOGETHER,
    );
  }
  if (chosen.length === 0 || share(chosen) < LEAST_SHARED) return [];
  return chosen.map(({ chunk, text: said, quotes: spans }) => ({
    text: said,
    quotes: spans.map(({ start, end }) => ({
      chunkId: chunk.id,
      text: chunk.text.slice(start, end),
      start,
      end,
    })),
  }));
}

/** What can be quoted of the places, whole and readable alone. */
function passagesAt(
  quotes: readonly VerifiedQuote[],
  chunks: ReadonlyMap<ChunkId, Chunk>,
): readonly Passage[] {
  return [...Map.groupBy(quotes, ({ chunkId }) => chunkId)].flatMap(([id, places]) => {
    const chunk = chunks.get(id);
    if (chunk === undefined) return [];
    return passagesOf(chunk).filter(
      (passage) =>
        passage.standsAlone &&
        passage.words <= MOST_WORDS &&
        places.some((place) => overlaps(place, passage.core)) &&
        !isPlantedInstruction(passage.text),
    );
  });
}

function meets(one: Passage, other: Passage): boolean {
  return (
    one.chunk.id === other.chunk.id &&
    one.quotes.some((span) => other.quotes.some((each) => overlaps(span, each)))
  );
}

function overlaps(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}
