/** What tells one document from another, and how much it says. */
import { createHash } from "node:crypto";
import type { Document } from "../src/documents/document.ts";
import { countWords } from "./chunk/split.ts";

export function wordsOf(document: Document): number {
  let words = 0;
  for (const section of document.sections) {
    for (const block of section.blocks) words += countWords(block.text);
  }
  return words;
}

/**
 * Over everything a chunk is made of, so that an equal hash means equal chunks: what the page says, then what its
 * address says of it. The first part alone tells duplicates (`textOf` in publish/snapshot.ts).
 */
export function contentHashOf(document: Document): string {
  const { title, description, sections, product, version, pageType, sourceKind, status } = document;
  const kind = sourceKind === undefined ? [] : [sourceKind, status ?? ""];
  const text = createHash("sha256").update(JSON.stringify([title, description, sections]));
  return `${text.digest("hex")}:${[product, version, pageType, ...kind].join(":")}`;
}
