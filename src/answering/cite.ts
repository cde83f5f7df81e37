/** Numbers the sources of an answer, one number a section, and links to the quoted words themselves. */
import type { Citation, Claim } from "../documents/answer.ts";
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import { sourceKindOf } from "../documents/source-kind.ts";
import { conditionsOf } from "./claim-conditions.ts";
import type { VerifiedClaim } from "../verification/verify-claim.ts";

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
    sourceKind: sourceKindOf(chunk),
    ...(chunk.status === undefined ? {} : { status: chunk.status }),
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
      const { text, words, aspect } = verified;
      // Nothing of ours is added to a person's own words.
      const conditions = words === "reviewed" ? [] : conditionsOf(text, quotes, chunks);
      return {
        claim: { id, text, words, aspect, quotes, conditions },
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
 * several cells or lines the longest is marked, with the cell beside it as context: the page does not have " | ", may
 * have markup in between, and the same cell stands in many rows. Nor need it have the ": " between a name and what is
 * said of it. A browser that does not know text fragments, or does not find the words, opens the section.
 * https://wicg.github.io/scroll-to-text-fragment/
 */
export function textFragmentUrl(url: string, quote: string): string {
  const hasWords = (text: string) => /[\p{L}\p{N}]/u.test(text);
  const runs = quote.split("\n").flatMap((line) => {
    const cells = line.split(/ ?\|(?: |$)/u).map((cell) => cell.trim());
    return cells.map((cell, place) => ({
      text: withoutName(cell),
      before: cells[place - 1] ?? "",
      after: cells[place + 1] ?? "",
    }));
  });
  const [longest] = runs
    .filter(({ text }) => hasWords(text))
    .toSorted((one, other) => other.text.length - one.text.length);
  if (longest === undefined) return url;
  const words = longest.text.split(/\s+/u);
  const marked =
    words.length <= WHOLE_WORDS
      ? encodePart(words.join(" "))
      : `${encodePart(words.slice(0, EDGE_WORDS).join(" "))},${encodePart(words.slice(-EDGE_WORDS).join(" "))}`;
  const before = longest.before.split(/\s+/u).slice(-EDGE_WORDS).join(" ");
  const after = longest.after.split(/\s+/u).slice(0, EDGE_WORDS).join(" ");
  const prefix = hasWords(before) ? `${encodePart(before)}-,` : "";
  const suffix = prefix === "" && hasWords(after) ? `,-${encodePart(after)}` : "";
  return `${url}${url.includes("#") ? "" : "#"}:~:text=${prefix}${marked}${suffix}`;
}

/** "timeout (integer): How long it waits." -> "How long it waits."; a colon in the middle of a sentence stays. */
function withoutName(text: string): string {
  const named = /^[^\s:]+(?: \([^)]*\))?: (.+)$/su.exec(text);
  return named?.[1] ?? text;
}
