/** What scoring needs to know of the index beside the records: texts of quoted chunks, and pages it lacks. */
import type { ChunkIndex } from "../src/store/chunk-index.ts";
import { canonicalPath, type Redirects } from "./canonical-path.ts";
import type { EvalCase } from "./case.ts";
import { expectations } from "./case.ts";
import { holdsPassage, passageKey } from "./comparable.ts";
import type { EvalRecord } from "./record.ts";

export type IndexFacts = {
  readonly chunkTexts: ReadonlyMap<string, string>;
  /** Canonical paths of gold pages that the index lacks. */
  readonly absentPages: ReadonlySet<string>;
  /** Gold quotes that no chunk of their page holds: extraction lost them, or the page changed. */
  readonly absentQuotes: readonly {
    readonly id: string;
    readonly page: string;
    readonly quote: string;
  }[];
};

/** Reads the live version. The hosts of pages are those that retrieval returned: gold places name paths only. */
export async function readIndexFacts(
  index: Pick<ChunkIndex, "open">,
  cases: readonly EvalCase[],
  records: readonly EvalRecord[],
  redirects?: Redirects,
): Promise<IndexFacts> {
  const chunkTexts = new Map<string, string>();
  const absentPages = new Set<string>();
  const absentQuotes: { id: string; page: string; quote: string }[] = [];
  await using reader = await index.open();
  if (reader === undefined) return { chunkTexts, absentPages, absentQuotes };

  for (const chunk of await reader.read([...quotedElsewhere(records)])) {
    chunkTexts.set(chunk.id, chunk.text);
  }
  const origins = new Set(
    records.flatMap((record) => record.retrieved.map((chunk) => new URL(chunk.url).origin)),
  );
  const pageTexts = new Map<string, readonly string[]>();
  for (const one of cases) {
    for (const gold of expectations(one).flatMap((expected) => expected.gold)) {
      const page = canonicalPath(gold.path, redirects);
      let texts = pageTexts.get(page);
      if (texts === undefined) {
        texts = [];
        for (const url of addressesOf(gold.path, page, origins)) {
          texts = (await reader.readPage(url)).map((chunk) => passageKey(chunk.text));
          if (texts.length > 0) break;
        }
        pageTexts.set(page, texts);
      }
      if (texts.length === 0) absentPages.add(page);
      else if (
        gold.quote !== "" &&
        !texts.some((text) => holdsPassage(text, passageKey(gold.quote)))
      ) {
        absentQuotes.push({ id: one.id, page, quote: gold.quote });
      }
    }
  }
  return { chunkTexts, absentPages, absentQuotes };
}

function quotedElsewhere(records: readonly EvalRecord[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const record of records) {
    const known = new Set(record.retrieved.map((chunk) => chunk.chunkId));
    for (const { chunkId } of record.answer.claims.flatMap((claim) => claim.quotes)) {
      if (!known.has(chunkId)) ids.add(chunkId);
    }
  }
  return ids;
}

function addressesOf(given: string, page: string, origins: ReadonlySet<string>): string[] {
  if (/^https?:\/\//.test(given)) return [given.replace(/[#?].*$/s, "")];
  const paths = new Set([page, canonicalPath(given)]);
  return [...origins].flatMap((origin) => [...paths].map((path) => `${origin}${path}`));
}
