/** Chunks of a document with their facts, in one place so that every run cuts the same way. */
import type { BlockSpan, Chunk, Fact } from "../../src/documents/chunk.ts";
import type { Document } from "../../src/documents/document.ts";
import { editionsOf, factsOf } from "./facts.ts";
import { chunkDocument } from "./split.ts";

/** Name of this way of cutting and of recognising facts; an index version made by another one is built anew. */
export const CHUNKING = "chunk-6";

export function documentChunks(
  document: Document,
  {
    editions,
    ...fetched
  }: {
    readonly crawledAt: string;
    readonly stale: boolean;
    /** What the vendor of the product sells apart, beside what goes by its name. */
    readonly editions?: readonly string[];
  },
): readonly Chunk[] {
  const apart = editionsOf(document.product, editions);
  const ofPage = pageFacts(document, apart);
  return chunkDocument(document, {
    ...fetched,
    factsOf({ text, headingPath, blocks }) {
      const own = factsOf(proseOf(text, blocks), apart);
      const ofHeading = factsOf(headingPath.join("\n"), apart);
      const labels = new Set<string>();
      return [...own, ...ofHeading, ...ofPage].filter(({ kind, label }) => {
        const key = `${kind} ${label}`;
        if (labels.has(key)) return false;
        labels.add(key);
        return true;
      });
    },
  });
}

/** A chunk's text without its listings: what a program prints or a comment in it says is no statement of the page. */
function proseOf(text: string, blocks: readonly BlockSpan[]): string {
  return blocks
    .filter(({ kind }) => kind !== "code")
    .map(({ start, end }) => text.slice(start, end))
    .join("\n");
}

/** What a note above the first heading, or the title, says about the whole page: its edition or what it needs. */
function pageFacts(document: Document, editions: readonly string[]): readonly Fact[] {
  const first = document.sections.find(({ headingPath }) => headingPath.length === 0);
  const notes = (first?.blocks ?? [])
    .filter(({ kind }) => kind === "admonition")
    .map(({ text }) => text);
  return [document.title, ...notes]
    .flatMap((text) => factsOf(text, editions))
    .filter(({ kind }) => kind === "edition" || kind === "requires");
}
