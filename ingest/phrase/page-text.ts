/** What of a page a model is shown to write phrasings for it. Pure. */
import type { Chunk } from "../../src/documents/chunk.ts";
import type { ModelMessage } from "../../src/models/language-model.ts";
import { escapeTags, type PromptTemplate, renderPrompt } from "../../src/models/prompt-template.ts";

const TAGS: readonly string[] = ["page", "title", "headings", "text"];
const MAX_HEADINGS = 40;
/** Characters of prose: what a page is about stands in its first sections, and each costs tokens. */
const MAX_TEXT = 6000;

/** The messages of `prompts/phrasings.md` for the chunks of one page, in order. Listings are left out. */
export function renderPhrasingsPrompt(
  template: PromptTemplate,
  chunks: readonly Chunk[],
): readonly ModelMessage[] {
  const [first] = chunks;
  const headings = new Set(
    chunks.map(({ headingPath }) => headingPath.join(" > ")).filter((path) => path !== ""),
  );
  const text = chunks
    .flatMap((chunk) =>
      chunk.blocks
        .filter(({ kind }) => kind !== "code" && kind !== "heading")
        .map(({ start, end }) => chunk.text.slice(start, end)),
    )
    .join("\n");
  const safe = (part: string) => escapeTags(part, TAGS);
  return renderPrompt(template, {
    product: first?.product ?? "",
    title: safe(first?.title ?? ""),
    headings: safe([...headings].slice(0, MAX_HEADINGS).join("\n")),
    text: safe(text.slice(0, MAX_TEXT)),
  });
}
