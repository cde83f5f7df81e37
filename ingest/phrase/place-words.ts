/** Names a run of passages by the words with which it begins and ends, as a line of a phrasings file has it. Pure. */
import type { Chunk } from "../../src/documents/chunk.ts";
import { type Passage, textOf } from "../../src/passages/passage.ts";
import { MOST_CHARACTERS, type PhrasedPlace } from "../sources/phrasings.ts";
import { findPlace, foldedPassages } from "./attach-phrasings.ts";

/** Words tried, fewest first: short ones outlive more changes of a page. */
const WORD_COUNTS = [10, 20, 40] as const;

/**
 * The words for the run from `first` to `last` of the page's chunks; undefined where they lie in two chunks or sections, or
 * where the section has the same words elsewhere.
 */
export function placeWords(
  chunks: readonly Chunk[],
  first: Passage,
  last: Passage,
): Pick<PhrasedPlace, "from" | "to"> | undefined {
  if (first.chunk !== last.chunk || first.anchor !== last.anchor) return undefined;
  const passages = foldedPassages(chunks, first.anchor);
  for (const count of WORD_COUNTS) {
    const place = { from: beginning(textOf(first), count), to: ending(textOf(last), count) };
    const found = findPlace(passages, place);
    if (
      found !== undefined &&
      chunks[found.chunk] === first.chunk &&
      found.span.start === first.start &&
      found.span.end === last.end
    ) {
      return place;
    }
  }
  return undefined;
}

function beginning(text: string, count: number): string {
  const words = text.trim().split(/\s+/u).slice(0, count).join(" ");
  return words.slice(0, MOST_CHARACTERS).trim();
}

function ending(text: string, count: number): string {
  const words = text.trim().split(/\s+/u).slice(-count).join(" ");
  return words.slice(-MOST_CHARACTERS).trim();
}
