/** What is shown when a passage is wanted whole: its listing, all rows of its table, all items of its list. Pure. */
import type { Chunk } from "../documents/chunk.ts";
import { markupOfSpans } from "../documents/markup.ts";
import { passagesOf, type Passage } from "./passage.ts";

/** More rows or items are a page to read. */
const MOST_ENTRIES = 30;

/**
 * The passage and those that stand with it in one listing, table or list, in order. A sentence stands alone. At most 30;
 * of a longer table those from the passage on.
 */
export function wholeOf(passage: Passage): readonly Passage[] {
  if (passage.kind === "sentence" || passage.kind === "listing") return [passage];
  const all = passagesOf(passage.chunk);
  const belongs = (other: Passage | undefined, beside: Passage) =>
    other !== undefined &&
    other.kind === passage.kind &&
    other.anchor === passage.anchor &&
    other.announcedBy === passage.announcedBy &&
    other.header?.start === passage.header?.start &&
    Math.abs(other.block - beside.block) <= 1;
  let first = passage.place;
  let last = passage.place;
  while (belongs(all[first - 1], all[first] ?? passage)) first -= 1;
  while (belongs(all[last + 1], all[last] ?? passage)) last += 1;
  const from = last - first < MOST_ENTRIES ? first : passage.place;
  return all.slice(from, Math.min(last + 1, from + MOST_ENTRIES));
}

/** Passages of one or more chunks as they are shown when they speak for themselves: the page's words in its own layout. */
export function pageWords(passages: readonly Passage[]): string {
  const chunks = new Map<Chunk, Passage[]>();
  for (const passage of passages) {
    const known = chunks.get(passage.chunk);
    if (known === undefined) chunks.set(passage.chunk, [passage]);
    else known.push(passage);
  }
  return [...chunks].map(([chunk, spans]) => markupOfSpans(chunk, spans)).join("\n\n");
}
