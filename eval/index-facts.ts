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

/** Reads the live version once from beginning to end. Everything is empty when there is none. */
export async function readIndexFacts(
  index: Pick<ChunkIndex, "open">,
  cases: readonly EvalCase[],
  records: readonly EvalRecord[],
  redirects?: Redirects,
): Promise<IndexFacts> {
  const gold = cases.flatMap((one) =>
    expectations(one).flatMap((expected) =>
      expected.gold.map(({ path, quote }) => ({
        id: one.id,
        page: canonicalPath(path, redirects),
        quote,
      })),
    ),
  );
  await using reader = await index.open();
  if (reader === undefined) {
    return { chunkTexts: new Map(), absentPages: new Set(), absentQuotes: [] };
  }
  const chunks = await reader.read([...quotedElsewhere(records)]);
  const chunkTexts = new Map(chunks.map((chunk) => [chunk.id, chunk.text]));

  const texts = new Map<string, string[]>(gold.map(({ page }) => [page, []]));
  for await (const chunk of reader.chunks()) {
    texts.get(canonicalPath(chunk.url, redirects))?.push(passageKey(chunk.text));
  }
  const absentPages = new Set(
    [...texts].filter(([, found]) => found.length === 0).map(([page]) => page),
  );
  const absentQuotes = gold.filter(({ page, quote }) => {
    const found = texts.get(page) ?? [];
    const key = passageKey(quote);
    return key !== "" && found.length > 0 && !found.some((text) => holdsPassage(text, key));
  });
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
