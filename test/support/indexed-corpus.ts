/** A small documentation in an index in memory, for tests of retrieval. */
import type { Chunk } from "../../src/documents/chunk.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { indexChunks, type IndexChunksOptions } from "../../src/retrieval/index-chunks.ts";
import type { ChunkIndex, SourceSummary } from "../../src/store/chunk-index.ts";
import { temporaryIndex } from "./temporary-index.ts";
import { makeChunk } from "./make-chunk.ts";

export type Section = Partial<Chunk> & { readonly text: string };

/** A page at `path` with one chunk a section. */
export function makePage(
  path: string,
  title: string,
  sections: readonly (string | Section)[],
): Chunk[] {
  return sections.map((section, position) => {
    const part = typeof section === "string" ? { text: section } : section;
    return makeChunk(part.text, {
      url: `https://docs.example${path}`,
      title,
      headingPath: [`Part ${position}`],
      anchor: `part-${position}`,
      position,
      ...part,
    });
  });
}

export function sourcesOf(chunks: readonly Chunk[]): SourceSummary[] {
  return [...Map.groupBy(chunks, ({ product, version }) => `${product} ${version}`).values()].map(
    ([first, ...rest]) => ({
      name: first?.product ?? "",
      product: first?.product ?? "",
      version: first?.version ?? "",
      pages: 1,
      stalePages: 0,
      chunks: rest.length + 1,
      crawledAt: "2026-11-24T00:00:00.000Z",
    }),
  );
}

/** An index in memory with `chunks` live. */
export async function indexCorpus(
  chunks: readonly Chunk[],
  more: Partial<IndexChunksOptions> = {},
): Promise<ChunkIndex> {
  const index = more.index ?? (await temporaryIndex());
  const { builder } = await indexChunks({
    index,
    chunks: () => chunks,
    sources: sourcesOf(chunks),
    clock: systemClock,
    ...more,
  });
  await builder.publish();
  return index;
}

/** Pages that say nothing about what a test asks for, enough of them for a corpus embedding. */
export function fillerPages(count: number): Chunk[] {
  const words = ["schedule", "interval", "calendar", "timezone", "artifact", "table", "markdown"];
  return Array.from({ length: count }, (_, at) =>
    makePage(`/filler/${at}`, `Filler ${at}`, [
      `About the ${words[at % 7]} and the ${words[(3 * at + 1) % 7]} of number ${at}, in a few words.`,
    ]),
  ).flat();
}
