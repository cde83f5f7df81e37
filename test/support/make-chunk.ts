/** Chunks for tests, from as little as a text. */
import { chunkId, type Chunk } from "../../src/documents/chunk.ts";
import type { Evidence } from "../../src/documents/evidence.ts";

/** A chunk with one paragraph a blank-line-separated part of `text`; everything else can be overridden. */
export function makeChunk(text: string, part: Partial<Chunk> = {}): Chunk {
  const url = part.url ?? "https://docs.example/page";
  const headingPath = part.headingPath ?? ["Section"];
  const blocks: Chunk["blocks"][number][] = [];
  let start = 0;
  for (const paragraph of text.split("\n\n")) {
    blocks.push({ kind: "paragraph", start, end: start + paragraph.length });
    start += paragraph.length + 2;
  }
  return {
    id: chunkId(url, headingPath, text, 0),
    url,
    anchor: "section",
    title: "Page",
    headingPath,
    text,
    blocks,
    product: "prefect",
    version: "3",
    pageType: "guide",
    facts: [],
    crawledAt: "2026-11-24T00:00:00.000Z",
    position: 0,
    ...part,
  };
}

export function makeEvidence(chunks: readonly Chunk[]): Evidence[] {
  return chunks.map((chunk, index) => ({
    chunk,
    rank: index + 1,
    score: 1 / (index + 1),
    why: `text ${index + 1}`,
  }));
}
