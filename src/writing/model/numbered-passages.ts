/**
 * Evidence as a model reads it: passages numbered from 1 through all sections, under the page and headings they stand
 * in. What does not fit is left out from the end, by whole passages. Pure.
 */
import type { Chunk } from "../../documents/chunk.ts";
import type { Evidence } from "../../documents/evidence.ts";
import { attribute, estimateTokens } from "../../models/prompt-template.ts";
import { passagesOf, sectionOf, textOf, type Passage } from "../../passages/passage.ts";

export type NumberedPassages = {
  readonly text: string;
  /** `passages[0]` is passage 1. */
  readonly passages: readonly Passage[];
  /** Estimated. */
  readonly tokens: number;
};

/** A longer listing is shown by its beginning; named with its number, all of it is shown to the person. */
const LISTING_LINES = 60;
const LISTING_CHARACTERS = 4000;
const DIAGRAM = "mermaid";
/** A passage of prose or a row with more characters is a page of its own. */
const PASSAGE_CHARACTERS = 2500;

/**
 * The passages of the evidence in rank order, in at most `maxTokens`. `safe` makes text harmless for where it is put.
 */
export function numberPassages(
  evidence: readonly Evidence[],
  maxTokens: number,
  safe: (text: string) => string,
): NumberedPassages {
  const lines: string[] = [];
  const passages: Passage[] = [];
  const seen = new Set<string>();
  let tokens = 0;
  const chunks = evidence.filter(({ chunk }) => !seen.has(chunk.id) && seen.add(chunk.id));
  for (const { chunk } of chunks) {
    let place: string | undefined;
    let header: number | undefined;
    for (const passage of passagesOf(chunk)) {
      // The source of a diagram: a page draws it, a chat cannot.
      if (chunk.blocks[passage.block]?.language === DIAGRAM) continue;
      const entry: string[] = [];
      const here = sectionOf(passage);
      if (here !== place) entry.push(sectionLine(chunk, passage, safe));
      if (passage.header !== undefined && passage.header.start !== header) {
        const { start, end } = passage.header;
        entry.push(`(columns: ${safe(oneLine(chunk.text.slice(start, end)))})`);
      }
      entry.push(`[${passages.length + 1}] ${safe(shown(passage))}`);
      const cost = estimateTokens(entry.join("\n")) + 1;
      if (tokens + cost > maxTokens) return { text: lines.join("\n"), passages, tokens };
      tokens += cost;
      lines.push(...entry);
      passages.push(passage);
      place = here;
      header = passage.header?.start;
    }
  }
  return { text: lines.join("\n"), passages, tokens };
}

function sectionLine(chunk: Chunk, passage: Passage, safe: (text: string) => string): string {
  const { section, version, applies } = sectionFacts(passage);
  return [
    `\n## ${safe(section)}`,
    ...(version === "" ? [] : [`version: ${attribute(version)}`]),
    ...(applies === "" ? [] : [`applies: ${attribute(applies)}`]),
  ].join(" | ");
}

/** Under what a passage stands: page and headings, the version of its pages, and the conditions of its chunk. */
export function sectionFacts({ chunk, headings }: Passage): {
  readonly section: string;
  readonly version: string;
  readonly applies: string;
} {
  const above = headings.filter((heading) => heading !== chunk.title && heading !== "");
  return {
    section: oneLine([chunk.title, ...new Set(above)].join(" / ")).slice(0, 300),
    version: chunk.version,
    applies: [...new Set(chunk.facts.map(({ label }) => label))].join("; "),
  };
}

/** A passage on one line; a listing between fences on lines of its own. */
function shown(passage: Passage): string {
  const text = textOf(passage);
  if (passage.kind !== "listing") return cut(oneLine(text), PASSAGE_CHARACTERS);
  const all = text.split("\n");
  const lines = all.slice(0, LISTING_LINES).join("\n");
  const isCut = all.length > LISTING_LINES || lines.length > LISTING_CHARACTERS;
  const language = passage.chunk.blocks[passage.block]?.language ?? "";
  const note = isCut ? `\n(goes on; ${all.length} lines in all)` : "";
  return `listing\n~~~${language}\n${lines.slice(0, LISTING_CHARACTERS)}\n~~~${note}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

function cut(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}\u2026`;
}
