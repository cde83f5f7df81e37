/**
 * Diagrams that a page draws with a script are empty in its HTML; their text stands in the page's Markdown form. The
 * walk leaves a placeholder for each, which is filled from there or taken away.
 */
import type { Block, Document } from "../../src/documents/document.ts";

/** U+FFFC OBJECT REPLACEMENT CHARACTER: stands for something that is no text. */
export const DIAGRAM_PLACEHOLDER = "\uFFFC";

export const DIAGRAM_BLOCK: Block = {
  kind: "code",
  language: "mermaid",
  text: DIAGRAM_PLACEHOLDER,
};

function isPlaceholder(block: Block): boolean {
  return block.kind === "code" && block.text === DIAGRAM_PLACEHOLDER;
}

export function countDiagrams(document: Document): number {
  return document.sections.reduce(
    (sum, { blocks }) => sum + blocks.filter(isPlaceholder).length,
    0,
  );
}

/** Mermaid listings of a Markdown text, in order. */
export function mermaidListings(markdown: string): readonly string[] {
  const listings: string[] = [];
  let fence: string | undefined;
  let lines: string[] = [];
  let isMermaid = false;
  for (const line of markdown.split(/\r?\n/)) {
    const mark = /^\s*(`{3,}|~{3,})\s*(\S*)/.exec(line);
    if (fence === undefined) {
      if (mark === null) continue;
      fence = mark[1] ?? "";
      isMermaid = (mark[2] ?? "").toLowerCase() === "mermaid";
      lines = [];
    } else if (mark !== null && mark[2] === "" && (mark[1] ?? "").startsWith(fence)) {
      if (isMermaid)
        listings.push(
          lines
            .join("\n")
            .replace(/^(?:\s*\n)+/, "")
            .trimEnd(),
        );
      fence = undefined;
    } else lines.push(line);
  }
  return listings;
}

/** The document with its diagrams' text; without the diagrams when their number is another. */
export function fillDiagrams(document: Document, listings: readonly string[]): Document {
  const count = countDiagrams(document);
  if (count === 0) return document;
  const texts = listings.length === count ? [...listings] : [];
  const sections = document.sections
    .map((section) => ({
      ...section,
      blocks: section.blocks.flatMap((block) => {
        if (!isPlaceholder(block)) return [block];
        const text = texts.shift();
        return text === undefined || text.trim() === "" ? [] : [{ ...block, text }];
      }),
    }))
    .filter(({ blocks }) => blocks.length > 0);
  return { ...document, sections };
}
