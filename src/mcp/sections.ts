/** What the index holds, for an agent: sections that are found, and one section whole. */
import { z } from "zod";
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import type { Chunk } from "../documents/chunk.ts";
import { markupOf } from "../documents/markup.ts";
import { rootsOf } from "../documents/roots.ts";
import { type Passage, passagesOf, textOf } from "../passages/passage.ts";
import type { Retriever } from "../retrieval/retriever.ts";
import type { ChunkIndex, Scope } from "../store/chunk-index.ts";

/** Quotes of one section that was found. */
const QUOTES = 2;
/** Characters of one reading; an agent asks for the rest. */
const READ_CHARACTERS = 24_000;

export const FoundSections = z.object({
  sections: z.array(
    z.object({
      url: z.string().describe("for read_section"),
      title: z.string(),
      headings: z.array(z.string()),
      product: z.string(),
      version: z.string(),
      page_type: z.string(),
      read_at: z.string(),
      quotes: z
        .array(z.string())
        .describe("what it says of the words that were searched, the page's own characters"),
    }),
  ),
  not_documented: z.array(z.string()).describe("words of the query that no section has"),
});
export type FoundSections = z.infer<typeof FoundSections>;

/** The best sections for `query`, at most `limit`, one entry a section. Throws what the retriever throws. */
export async function searchSections(
  retriever: Retriever,
  request: {
    readonly query: string;
    readonly scope: Scope;
    readonly limit: number;
    readonly signal: AbortSignal;
  },
): Promise<FoundSections> {
  const question = maskSecrets(request.query).text.trim();
  const { evidence, terms } = await retriever.retrieve({
    question,
    scope: request.scope,
    signal: request.signal,
  });
  const sections = new Map<string, Chunk>();
  for (const { chunk } of evidence) {
    const url = addressOf(chunk);
    if (!sections.has(url) && sections.size < request.limit) sections.set(url, chunk);
  }
  const wanted = new Set(rootsOf(question));
  return {
    sections: [...sections].map(([url, chunk]) => ({
      url,
      title: chunk.title,
      headings: [...chunk.headingPath],
      product: chunk.product,
      version: chunk.version,
      page_type: chunk.pageType,
      read_at: chunk.crawledAt,
      quotes: quotesFor(chunk, wanted),
    })),
    not_documented: terms
      .filter(({ documentFrequency }) => documentFrequency === 0)
      .map(({ token }) => token),
  };
}

/** The passages with the most words in common, in the order of the page; its first when none has any. */
function quotesFor(chunk: Chunk, wanted: ReadonlySet<string>): string[] {
  const scored = passagesOf(chunk).map((passage): [number, Passage] => {
    const roots = new Set(rootsOf(textOf(passage)));
    return [[...wanted].filter((root) => roots.has(root)).length, passage];
  });
  return scored
    .toSorted(([a], [b]) => b - a)
    .slice(0, QUOTES)
    .filter(([common], at) => common > 0 || at === 0)
    .toSorted(([, a], [, b]) => a.place - b.place)
    .map(([, passage]) => textOf(passage));
}

export const ReadSection = z.object({
  url: z.string(),
  title: z.string(),
  product: z.string(),
  version: z.string(),
  page_type: z.string(),
  read_at: z.string(),
  text: z.string().describe("Markdown of the page's own text"),
  next_position: z.int().optional().describe("read on with from_position; absent at the end"),
});
export type ReadSection = z.infer<typeof ReadSection>;

/** The section that an address with "#anchor" names, or the page without one; undefined when it is not indexed. */
export async function readSection(
  index: ChunkIndex,
  request: { readonly url: string; readonly fromPosition: number },
): Promise<ReadSection | undefined> {
  if (!URL.canParse(request.url)) return undefined;
  const address = new URL(request.url);
  // A link to quoted words carries them behind the anchor.
  const anchor = decoded(address.hash.slice(1).split(":~:")[0] ?? "");
  address.hash = "";
  await using reader = await index.open();
  if (reader === undefined) return undefined;
  let page: readonly Chunk[] = [];
  for (const url of new Set([address.href, address.href.replace(/\/$/, "")])) {
    page = await reader.readPage(url);
    if (page.length > 0) break;
  }
  const chunks = page.filter(
    (chunk) =>
      chunk.position >= request.fromPosition && (anchor === "" || hasAnchor(chunk, anchor)),
  );
  const [first] = chunks;
  if (first === undefined) return undefined;
  const parts: string[] = [];
  let size = 0;
  let next: number | undefined;
  for (const chunk of chunks) {
    const text = sectionText(chunk);
    // The first is given whole: otherwise nothing could be read on.
    if (parts.length > 0 && size + text.length > READ_CHARACTERS) {
      next = chunk.position;
      break;
    }
    parts.push(text);
    size += text.length;
  }
  return {
    url: anchor === "" ? first.url : `${first.url}#${encodeURIComponent(anchor)}`,
    title: first.title,
    product: first.product,
    version: first.version,
    page_type: first.pageType,
    read_at: first.crawledAt,
    text: parts.join("\n\n"),
    ...(next === undefined ? {} : { next_position: next }),
  };
}

function hasAnchor(chunk: Chunk, anchor: string): boolean {
  return chunk.anchor === anchor || chunk.blocks.some((block) => block.anchor === anchor);
}

function sectionText(chunk: Chunk): string {
  const heading = chunk.headingPath.length === 0 ? chunk.title : chunk.headingPath.join(" › ");
  return `## ${heading}\n\n${markupOf(chunk, { start: 0, end: chunk.text.length })}`;
}

export function addressOf({ url, anchor }: Pick<Chunk, "url" | "anchor">): string {
  return anchor === "" ? url : `${url}#${encodeURIComponent(anchor)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
