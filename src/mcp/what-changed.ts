/** What is new in the documentation since a day, as far back as versions of the index are kept. */
import { z } from "zod";
import type { Chunk } from "../documents/chunk.ts";
import type { ChunkIndex, IndexVersion } from "../store/chunk-index.ts";
import { addressOf } from "./sections.ts";

/** Addresses of one list; the rest is counted. */
const LISTED = 100;

const Changed = z.object({ url: z.string(), title: z.string() });

export const WhatChanged = z.object({
  now: z.string().describe("when the live version was made, ISO 8601"),
  compared_with: z
    .string()
    .optional()
    .describe("when the version was made that it is compared with"),
  note: z.string(),
  added: z.array(Changed).describe("sections that are new"),
  changed: z.array(Changed).describe("sections whose text is another"),
  removed: z.array(Changed).describe("sections that are gone"),
  left_off: z.int().describe("how many more there are than are listed"),
});
export type WhatChanged = z.infer<typeof WhatChanged>;

export interface ChangeReader {
  /** Undefined when nothing is indexed. `since`: ISO 8601. Throws what the index throws. */
  read(since: string): Promise<WhatChanged | undefined>;
}

/** Versions never change, so what two of them differ in is found out once. */
export function createChangeReader(index: ChunkIndex): ChangeReader {
  let known: { readonly pair: string; readonly changes: Promise<WhatChanged> } | undefined;
  return {
    async read(since) {
      const versions = await index.versions();
      const live = versions.find((version) => version.live);
      if (live === undefined) return undefined;
      const older = versions.filter(({ createdAt }) => createdAt < live.createdAt);
      // Newest first: the last one that was there on that day, else the oldest that is kept.
      const base = older.find(({ createdAt }) => createdAt <= since) ?? older.at(-1);
      if (live.createdAt <= since || base === undefined) {
        return {
          now: live.createdAt,
          note:
            base === undefined
              ? "No older version of the index is kept to compare with."
              : "The documentation was not read again since then.",
          added: [],
          changed: [],
          removed: [],
          left_off: 0,
        };
      }
      const pair = `${base.id} ${live.id}`;
      if (known?.pair !== pair) {
        const entry = { pair, changes: compare(index, base, live) };
        entry.changes.catch(() => {
          if (known === entry) known = undefined;
        });
        known = entry;
      }
      const changes = await known.changes;
      return base.createdAt <= since
        ? changes
        : { ...changes, note: `Older versions than this one are not kept. ${changes.note}`.trim() };
    },
  };
}

type Section = { readonly title: string; readonly ids: Set<string> };

async function compare(
  index: ChunkIndex,
  base: IndexVersion,
  live: IndexVersion,
): Promise<WhatChanged> {
  const [before, after] = [await sectionsOf(index, base.id), await sectionsOf(index, live.id)];
  const added: z.infer<typeof Changed>[] = [];
  const changed: z.infer<typeof Changed>[] = [];
  for (const [url, { title, ids }] of after) {
    const known = before.get(url);
    if (known === undefined) added.push({ url, title });
    // The id of a chunk follows from its text.
    else if (known.ids.symmetricDifference(ids).size > 0) changed.push({ url, title });
  }
  const removed = [...before].flatMap(([url, { title }]) =>
    after.has(url) ? [] : [{ url, title }],
  );
  const lists = [added, changed, removed];
  return {
    now: live.createdAt,
    compared_with: base.createdAt,
    note: `${added.length} sections are new, ${changed.length} changed, ${removed.length} are gone.`,
    added: added.slice(0, LISTED),
    changed: changed.slice(0, LISTED),
    removed: removed.slice(0, LISTED),
    left_off: lists.reduce((sum, list) => sum + Math.max(0, list.length - LISTED), 0),
  };
}

async function sectionsOf(index: ChunkIndex, id: string): Promise<Map<string, Section>> {
  await using reader = await index.open(id);
  const sections = new Map<string, Section>();
  let read = 0;
  for await (const chunk of reader?.chunks() ?? []) {
    const url = addressOf(chunk);
    const section = sections.get(url) ?? { title: titleOf(chunk), ids: new Set<string>() };
    section.ids.add(chunk.id);
    sections.set(url, section);
    read += 1;
    if (read % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return sections;
}

function titleOf(chunk: Chunk): string {
  return [chunk.title, ...chunk.headingPath.slice(-1)].join(" › ");
}
