/** Puts what people ask beside the chunks that answer it. Pure. */
import { createHash } from "node:crypto";
import type { Chunk, SectionPhrasings } from "../../src/documents/chunk.ts";
import { foldText, type Span } from "../../src/documents/text.ts";
import { type Passage, passagesOf, textOf } from "../../src/passages/passage.ts";
import type { PhrasedPlace, Phrasings } from "../sources/phrasings.ts";

/**
 * The chunks of one page, the first with the page's phrasings, each with those of the sections and places that stand in
 * it. A place whose words the page no longer has speaks for its whole section.
 */
export function withPhrasings(
  chunks: readonly Chunk[],
  { ofPage, ofSection, ofPlace }: Omit<Phrasings, "hash">,
): readonly Chunk[] {
  const sectionsOf = chunks.map(
    (chunk) => new Set([chunk.anchor, ...chunk.blocks.flatMap(({ anchor }) => anchor ?? [])]),
  );
  const ofChunk = chunks.map((): SectionPhrasings[] => []);
  for (const anchor of new Set(sectionsOf.flatMap((anchors) => [...anchors]))) {
    const section = `${chunks[0]?.url ?? ""}#${anchor}`;
    const places = ofPlace.get(section) ?? [];
    const runs = places.length === 0 ? [] : foldedPassages(chunks, anchor);
    const asked = [...(ofSection.get(section) ?? [])];
    for (const place of places) {
      const found = findPlace(runs, place);
      if (found === undefined) asked.push(...place.asked);
      else ofChunk[found.chunk]?.push({ anchor, asked: place.asked, span: found.span });
    }
    if (asked.length === 0) continue;
    for (const [at, anchors] of sectionsOf.entries()) {
      if (anchors.has(anchor)) ofChunk[at]?.unshift({ anchor, asked });
    }
  }
  return chunks.map((chunk, at) => {
    const phrasings = at === 0 ? ofPage.get(chunk.url) : undefined;
    const sectionPhrasings = ofChunk[at] ?? [];
    return {
      ...chunk,
      ...(phrasings === undefined ? {} : { phrasings }),
      ...(sectionPhrasings.length === 0 ? {} : { sectionPhrasings }),
    };
  });
}

/** A passage of a page, its text folded for comparison. */
export type FoldedPassage = {
  readonly text: string;
  readonly passage: Passage;
  /** Index of its chunk. */
  readonly chunk: number;
};

/** The passages of one section, in order. */
export function foldedPassages(chunks: readonly Chunk[], anchor: string): readonly FoldedPassage[] {
  return chunks.flatMap((chunk, at) =>
    passagesOf(chunk)
      .filter((passage) => passage.anchor === anchor)
      .map((passage) => ({ text: foldText(textOf(passage)).text, passage, chunk: at })),
  );
}

/** Passages of one place at most. */
const MOST_PASSAGES = 40;

/** Where a place stands: from the first passage that begins with its words to the first from there that ends with them. */
export function findPlace(
  passages: readonly FoldedPassage[],
  place: Pick<PhrasedPlace, "from" | "to">,
): { readonly chunk: number; readonly span: Span } | undefined {
  const begins = matcher(place.from, (text, words) => text.startsWith(words));
  const ends = matcher(place.to, (text, words) => text.endsWith(words));
  /** Nearest passage from here on that ends with the words. */
  let last: { readonly at: number; readonly passage: FoldedPassage } | undefined;
  let found: { readonly chunk: number; readonly span: Span } | undefined;
  // From the end, so that each passage is looked at once however often the words stand there.
  for (const [at, first] of [...passages.entries()].toReversed()) {
    if (ends(first.text)) last = { at, passage: first };
    if (last === undefined || last.at - at >= MOST_PASSAGES) continue;
    if (last.passage.chunk !== first.chunk || !begins(first.text)) continue;
    found = {
      chunk: first.chunk,
      span: { start: first.passage.start, end: last.passage.passage.end },
    };
  }
  return found;
}

const DIGEST = /^#[0-9a-f]{12}$/u;

/** "#" and the first 48 bits of SHA-256 over a passage's folded text: names it without a word of it. */
export function digestOf(text: string): string {
  return `#${createHash("sha256").update(foldText(text).text).digest("hex").slice(0, 12)}`;
}

function matcher(
  locator: string,
  holds: (text: string, words: string) => boolean,
): (folded: string) => boolean {
  if (DIGEST.test(locator)) return (folded) => digestOf(folded) === locator;
  const words = foldText(locator).text;
  return (folded) => holds(folded, words);
}
