/** What of a page a model is shown to write phrasings for it: its passages, numbered. Pure. */
import type { Chunk } from "../../src/documents/chunk.ts";
import type { ModelMessage } from "../../src/models/language-model.ts";
import { escapeTags, type PromptTemplate, renderPrompt } from "../../src/models/prompt-template.ts";
import { type Passage, passagesOf, textOf } from "../../src/passages/passage.ts";

/** A part of a page, small enough for one call. */
export type PagePart = {
  readonly messages: readonly ModelMessage[];
  /** `passages[0]` is number 1. */
  readonly passages: readonly Passage[];
};

const TAGS: readonly string[] = ["page", "title", "passages"];
/** Characters of one call: each costs tokens, and a small model loses the thread of more. */
const PART_CHARACTERS = 8000;
/** Parts of one page: what is beyond is found by the page's own words. */
const MOST_PARTS = 8;
/** A passage is told by its beginning. */
const PASSAGE_CHARACTERS = 500;
/** Of a listing its first lines say what it is. */
const LISTING_LINES = 4;

/** The messages of `prompts/phrasings.md` for the chunks of one page, in order; several where the page is long. */
export function phrasingsPrompts(
  template: PromptTemplate,
  chunks: readonly Chunk[],
): readonly PagePart[] {
  const [first] = chunks;
  const safe = (text: string) => escapeTags(text, TAGS);
  const parts: { lines: string[]; passages: Passage[]; size: number }[] = [];
  let above: string | undefined;
  for (const passage of chunks.flatMap((chunk) => passagesOf(chunk))) {
    let part = parts.at(-1);
    if (part === undefined || part.size > PART_CHARACTERS) {
      if (parts.length === MOST_PARTS) break;
      part = { lines: [], passages: [], size: 0 };
      parts.push(part);
      above = undefined;
    }
    const headings = passage.headings.join(" > ");
    if (headings !== above) part.lines.push(`## ${safe(oneLine(headings))}`);
    above = headings;
    part.passages.push(passage);
    const line = `[${part.passages.length}] ${safe(shown(passage))}`;
    part.lines.push(line);
    part.size += line.length;
  }
  return parts.map(({ lines, passages }) => ({
    passages,
    messages: renderPrompt(template, {
      product: first?.product ?? "",
      title: safe(first?.title ?? ""),
      passages: lines.join("\n"),
    }),
  }));
}

function shown(passage: Passage): string {
  const text = textOf(passage);
  const lines = text.split("\n");
  const said =
    passage.kind === "listing" ? `listing: ${lines.slice(0, LISTING_LINES).join(" ")}` : text;
  const line = oneLine(said);
  return line.length <= PASSAGE_CHARACTERS ? line : `${line.slice(0, PASSAGE_CHARACTERS - 1)}…`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}
