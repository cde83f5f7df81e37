/** What publishing a snapshot would change. */
import type { SnapshotPage } from "./snapshot.ts";

export type PublishedPage = { readonly contentHash: string; readonly words: number };

export type PageDiff = {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
};

export function diffPages(
  published: ReadonlyMap<string, PublishedPage>,
  pages: readonly SnapshotPage[],
): PageDiff {
  const added: string[] = [];
  const changed: string[] = [];
  let unchanged = 0;
  const now = new Set<string>();
  for (const page of pages) {
    now.add(page.url);
    const before = published.get(page.url);
    if (before === undefined) added.push(page.url);
    else if (before.contentHash === page.contentHash) unchanged += 1;
    else changed.push(page.url);
  }
  const removed = [...published.keys()].filter((url) => !now.has(url)).toSorted();
  return { added, changed, removed, unchanged };
}

export function isEmptyDiff(diff: PageDiff): boolean {
  return diff.added.length === 0 && diff.changed.length === 0 && diff.removed.length === 0;
}
