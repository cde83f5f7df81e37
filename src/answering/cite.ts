/** Numbers the sources of an answer, one number a section, and links to the quoted words themselves. */
import type { Citation, Claim } from "../documents/answer.ts";
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import type { VerifiedClaim } from "./verify-claim.ts";

export interface Citer {
  /**
   * A verified claim as it is shown, and the citations it is the first to use. Quotes that stand twice in the claim
   * are kept once. Throws when a quote names a chunk that is not in `chunks`.
   */
  cite(
    id: string,
    verified: VerifiedClaim,
    chunks: ReadonlyMap<ChunkId, Chunk>,
  ): { readonly claim: Claim; readonly citations: readonly Citation[] };
  /**
   * The citation of the section that stands at `start` in the chunk (its first one by default); numbered now when
   * nothing cited the section before.
   */
  citation(chunk: Chunk, start?: number): Citation;
  /** A section as a citation with a number of the caller's choice; nothing is remembered. */
  describe(chunk: Chunk, number: number): Citation;
  /** All so far, in order of number. */
  citations(): readonly Citation[];
}

/** The section at a place in the chunk: small sections share a chunk, and each keeps its own anchor. */
function sectionAt(chunk: Chunk, start: number): { anchor: string; section: string } {
  const heading = chunk.blocks.findLast(
    (block) => block.kind === "heading" && block.anchor !== undefined && block.start <= start,
  );
  return heading?.anchor === undefined
    ? { anchor: chunk.anchor, section: chunk.headingPath.at(-1) ?? chunk.title }
    : { anchor: heading.anchor, section: chunk.text.slice(heading.start, heading.end) };
}

function describe(chunk: Chunk, number: number, start = 0): Citation {
  const { anchor, section } = sectionAt(chunk, start);
  return {
    number,
    url: anchor === "" ? chunk.url : `${chunk.url}#${encodeURIComponent(anchor)}`,
    anchor,
    title: chunk.title,
    section,
    product: chunk.product,
    version: chunk.version,
    crawledAt: chunk.crawledAt,
  };
}

/** Numbers from 1 in order of first use. */
export function createCiter(): Citer {
  const bySection = new Map<string, Citation>();

  const citation = (chunk: Chunk, start = 0): Citation => {
    const fresh = describe(chunk, bySection.size + 1, start);
    const known = bySection.get(fresh.url);
    if (known !== undefined) return known;
    bySection.set(fresh.url, fresh);
    return fresh;
  };

  return {
    cite(id, verified, chunks) {
      const before = bySection.size;
      const seen = new Set<string>();
      const quotes = verified.quotes.flatMap((quote) => {
        const chunk = chunks.get(quote.chunkId);
        if (chunk === undefined)
          throw new Error(`A quote names the unknown chunk ${quote.chunkId}`);
        const place = `${quote.chunkId} ${quote.start} ${quote.end}`;
        if (seen.has(place)) return [];
        seen.add(place);
        const { chunkId, text, start, end } = quote;
        return [{ citation: citation(chunk, start).number, chunkId, text, start, end }];
      });
      const { text, aspect, conditions } = verified;
      return {
        claim: { id, text, aspect, quotes, conditions },
        citations: [...bySection.values()].slice(before),
      };
    },
    citation,
    describe,
    citations: () => [...bySection.values()],
  };
}

/** Longest quote, in words, that is written out whole; longer ones are named by their first and last words. */
const WHOLE_WORDS = 10;
const EDGE_WORDS = 5;

function encodePart(text: string): string {
  // "-", "," and "&" are syntax inside a text directive.
  return encodeURIComponent(text).replaceAll("-", "%2D");
}

/**
 * A link that scrolls to the quoted words and marks them: `#anchor:~:text=first%20words,last%20words`. Of a quote with
 * several cells or lines the longest is marked: the page does not have " | ", may have markup in between, and a
 * short cell stands in many places. A browser that does not know text fragments opens the section.
 * https://wicg.github.io/scroll-to-text-fragment/
 */
export function textFragmentUrl(url: string, quote: string): string {
  const [longest] = quote
    .split(/\n| \| /u)
    .map((run) => run.trim())
    .filter((run) => /[\p{L}\p{N}]/u.test(run))
    .toSorted((one, other) => other.length - one.length);
  if (longest === undefined) return url;
  const words = longest.split(/\s+/u);
  const directive =
    words.length <= WHOLE_WORDS
      ? encodePart(words.join(" "))
      : `${encodePart(words.slice(0, EDGE_WORDS).join(" "))},${encodePart(words.slice(-EDGE_WORDS).join(" "))}`;
  return `${url}${url.includes("#") ? "" : "#"}:~:text=${directive}`;
}
