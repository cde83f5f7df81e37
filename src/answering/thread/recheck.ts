/** Whether what we quoted still stands in the documentation. */
import type { Claim, Quote } from "../../documents/answer.ts";
import type { Chunk } from "../../documents/chunk.ts";
import { findFolded } from "../../documents/text.ts";
import { tokenize } from "../../documents/tokenize.ts";
import type { Retriever } from "../../retrieval/retriever.ts";
import type { Scope } from "../../store/chunk-index.ts";
import { passedOn } from "./thread-reply.ts";

export type Recheck =
  /** Every quote stands; `chunks` are the live ones. */
  | { readonly kind: "stands"; readonly chunks: readonly Chunk[] }
  /** The page is there and says something else now. */
  | { readonly kind: "changed"; readonly section: Chunk }
  /** The page has left the index. */
  | { readonly kind: "gone"; readonly section: Chunk | undefined };

type Live = {
  readonly retriever: Retriever;
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
};

/** Words of a quote that are looked for; enough to name a place. */
const PROBE_WORDS = 7;

/** Looks every quote of a claim up in the live index. `stored` is the evidence the claim stood on. */
export async function recheckClaim(
  claim: Pick<Claim, "quotes">,
  stored: readonly Chunk[],
  live: Live,
): Promise<Recheck> {
  const chunks: Chunk[] = [];
  for (const quote of claim.quotes) {
    const was = stored.find(({ id }) => id === quote.chunkId);
    const found = await findQuote(quote, was, live);
    if (found !== undefined) {
      chunks.push(found);
      continue;
    }
    if (was === undefined) return { kind: "gone", section: undefined };
    const page = await findPage(was, live);
    return page === undefined ? { kind: "gone", section: was } : { kind: "changed", section: page };
  }
  return { kind: "stands", chunks };
}

/** A shorter quote stands on many pages and names none. */
const TELLING_WORDS = 5;

/** The live chunk that has the quote: the one it was taken from, else one of its page, else another that has it whole. */
async function findQuote(
  quote: Pick<Quote, "text">,
  was: Chunk | undefined,
  live: Live,
): Promise<Chunk | undefined> {
  const has = (chunk: Chunk) => findFolded(chunk.text, quote.text) !== undefined;
  const same = was === undefined ? undefined : await stillThere(was, live);
  if (same !== undefined && has(same)) return same;
  const found = await live.retriever.findPhrase({
    phrase: probeOf(quote.text),
    context: quote.text,
    limit: 8,
    ...passedOn(live),
  });
  const holding = found.filter(has);
  const onPage = holding.find(({ url }) => url === was?.url);
  return onPage ?? (tokenize(quote.text).length >= TELLING_WORDS ? holding[0] : undefined);
}

/** The chunk as the live index has it: unchanged text keeps its id. */
async function stillThere(was: Chunk, live: Live): Promise<Chunk | undefined> {
  // Read as the neighbour of its neighbour.
  const next: Chunk = { ...was, id: `after ${was.id}`, position: was.position + 1 };
  const found = await live.retriever.neighbours(next);
  return found.find(({ id }) => id === was.id);
}

/** The first words of the quote, up to the end of its first line. */
function probeOf(text: string): string {
  const line = text.split("\n").find((part) => tokenize(part).length >= 3) ?? text;
  return line.trim().split(/\s+/).slice(0, PROBE_WORDS).join(" ");
}

async function findPage(was: Chunk, live: Live): Promise<Chunk | undefined> {
  const words = [was.title, ...was.headingPath].join(" ");
  const { evidence } = await live.retriever.retrieve({ question: words, ...passedOn(live) });
  return evidence.find(({ chunk }) => chunk.url === was.url)?.chunk;
}
