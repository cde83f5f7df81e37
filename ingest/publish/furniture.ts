/**
 * Lines that a theme puts into the text of every page ("This describes the stable version ..."): no reader of one page
 * looks for them, and a search finds them everywhere. What stands on a large share of a source's pages is left out.
 */
import type { Block, Document } from "../../src/documents/document.ts";

/** Below this a line may well be meant on each page. */
const MIN_PAGES = 20;
/** Pages that are looked at; they are spread over the whole source. */
const MAX_SAMPLE = 300;
const SHARE = 0.3;
/** Shorter lines lead in ("Example:", "See also") and are part of what follows them. */
const MIN_LENGTH = 25;
const MAX_LENGTH = 600;

/** Text of the lines that stand on a large share of the pages; `read` gives a page's document. */
export function furnitureOf(
  urls: readonly string[],
  read: (url: string) => Document | undefined,
): ReadonlySet<string> {
  if (urls.length < MIN_PAGES) return new Set();
  const step = Math.max(1, urls.length / MAX_SAMPLE);
  const counts = new Map<string, number>();
  let pages = 0;
  for (let at = 0; Math.floor(at) < urls.length; at += step) {
    const document = read(urls[Math.floor(at)] ?? "");
    if (document === undefined) continue;
    pages += 1;
    const lines = new Set(
      document.sections.flatMap(({ blocks }) =>
        blocks.filter(mayBeFurniture).map(({ text }) => text),
      ),
    );
    for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const most = Math.max(MIN_PAGES / 2, pages * SHARE);
  return new Set([...counts].filter(([, count]) => count >= most).map(([line]) => line));
}

/** Listings and tables are what people look for, and headings are places. */
function mayBeFurniture({ kind, text }: Block): boolean {
  if (kind === "code" || kind === "table-row" || kind === "heading") return false;
  return text.length >= MIN_LENGTH && text.length <= MAX_LENGTH;
}

/** The blocks that are none of the lines, without the headings that stood over nothing else. */
function withoutLines(blocks: readonly Block[], furniture: ReadonlySet<string>): readonly Block[] {
  const kept: Block[] = [];
  /** Whether lines were left out since the last block that was kept. */
  let isGap = false;
  const closeGap = () => {
    if (isGap && kept.at(-1)?.kind === "heading") kept.pop();
    isGap = false;
  };
  for (const block of blocks) {
    if (mayBeFurniture(block) && furniture.has(block.text)) {
      isGap = true;
      continue;
    }
    if (block.kind === "heading") closeGap();
    isGap = false;
    kept.push(block);
  }
  closeGap();
  return kept;
}

/** The document without those lines; as it is when nothing else would be left. */
export function withoutFurniture(document: Document, furniture: ReadonlySet<string>): Document {
  if (furniture.size === 0) return document;
  const sections = document.sections
    .map((section) => ({
      ...section,
      blocks: withoutLines(section.blocks, furniture),
    }))
    .filter(({ blocks }) => blocks.length > 0);
  return sections.length === 0 ? document : { ...document, sections };
}
