/** The pages that reviewed answers cite: quotes taken from the live index, and whether they still say the same. */
import { createHash } from "node:crypto";
import type { Chunk } from "../../documents/chunk.ts";
import { findFolded } from "../../documents/text.ts";
import type {
  ReviewedAnswer,
  ReviewedAnswerStore,
  ReviewedQuote,
} from "../../state/reviewed-answers.ts";
import type { IndexReader } from "../../store/chunk-index.ts";

export type Pages = Pick<IndexReader, "readPage">;

/** What stands on a page, whatever its layout and however it is cut into chunks; "" for a page that is not there. */
export function pageFingerprint(chunks: readonly Chunk[]): string {
  if (chunks.length === 0) return "";
  const text = chunks.map((chunk) => chunk.text).join("");
  return createHash("sha256")
    .update(text.toLowerCase().replaceAll(/[\s|]+/gu, ""))
    .digest("hex")
    .slice(0, 32);
}

export type FoundQuote =
  | { readonly kind: "found"; readonly quote: ReviewedQuote; readonly fingerprint: string }
  | { readonly kind: "no-page" }
  | { readonly kind: "no-words" };

/** Looks `words` up on the page at `address` (with or without "#section"), in that section first. */
export async function findQuote(pages: Pages, address: string, words: string): Promise<FoundQuote> {
  const [url = "", anchor = ""] = address.split("#", 2);
  const chunks = await readAt(pages, url);
  if (chunks.length === 0) return { kind: "no-page" };
  const isHere = (chunk: Chunk) =>
    [chunk.anchor, ...chunk.blocks.map((block) => block.anchor)].some(
      (each) => each !== undefined && (each === anchor || encodeURIComponent(each) === anchor),
    );
  for (const chunk of [...chunks.filter(isHere), ...chunks]) {
    const span = findFolded(chunk.text, words);
    if (span === undefined) continue;
    const { start, end } = span;
    const quote = { text: chunk.text.slice(start, end), start, end, chunk };
    return { kind: "found", quote, fingerprint: pageFingerprint(chunks) };
  }
  return { kind: "no-words" };
}

/** A page's chunks, with or without the slash at the end of its address. */
async function readAt(pages: Pages, url: string): Promise<readonly Chunk[]> {
  const chunks = await pages.readPage(url);
  if (chunks.length > 0) return chunks;
  return pages.readPage(url.endsWith("/") ? url.slice(0, -1) : `${url}/`);
}

export type Lapsed = {
  readonly id: string;
  readonly author: string;
  readonly wording: string;
  readonly because: string;
};

/**
 * Has every answer lapse that cites a page which says something else than it did, or is gone; returns those that lapsed
 * now. Pages are read one by one; killed half-way, it is done by being run again.
 */
export async function lapseChanged(
  store: ReviewedAnswerStore,
  pages: Pages,
  now: string,
): Promise<readonly Lapsed[]> {
  const known = new Map<string, string>();
  const lapsed: Lapsed[] = [];
  for (const answer of await store.list()) {
    if (answer.lapsed !== undefined) continue;
    const because = await changeOf(answer, pages, known);
    if (because === undefined || !(await store.lapse(answer.id, { at: now, because }))) continue;
    const { id, author, wordings } = answer;
    lapsed.push({ id, author, wording: wordings[0] ?? "", because });
  }
  return lapsed;
}

async function changeOf(
  answer: ReviewedAnswer,
  pages: Pages,
  known: Map<string, string>,
): Promise<string | undefined> {
  for (const { url, fingerprint } of answer.pages) {
    const live = known.get(url) ?? pageFingerprint(await pages.readPage(url));
    known.set(url, live);
    if (live === "") return `${url} is no longer indexed`;
    if (live !== fingerprint) return `${url} has changed`;
  }
  return undefined;
}
