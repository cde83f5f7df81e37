/** What is known of a repository, between runs: items as they were read, in the page cache's database. */
import type { DatabaseSync } from "node:sqlite";
import type { Comment, Discussion, Issue, Release } from "./items.ts";

type Items = {
  readonly issue: Issue;
  readonly comment: Comment;
  readonly release: Release;
  readonly discussion: Discussion;
};
export type ItemKind = keyof Items;

export const ITEM_SCHEMA = `
  CREATE TABLE IF NOT EXISTS item (
    source TEXT NOT NULL, kind TEXT NOT NULL, id INTEGER NOT NULL, parent INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (source, kind, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS item_parent ON item (source, kind, parent);
`;

export interface ItemStore {
  /** `parent` is the issue of a comment, 0 for others. */
  put<Kind extends ItemKind>(kind: Kind, id: number, parent: number, item: Items[Kind]): void;
  /** Every item of a kind, in order of its number. */
  all<Kind extends ItemKind>(kind: Kind): readonly Items[Kind][];
  ofParent<Kind extends ItemKind>(kind: Kind, parent: number): readonly Items[Kind][];
  remove(kind: ItemKind, id: number): void;
}

/** `begin` opens the transaction that the page cache ends. */
export function itemStore(database: DatabaseSync, source: string, begin: () => void): ItemStore {
  const read = <Kind extends ItemKind>(_kind: Kind, rows: readonly Record<string, unknown>[]) =>
    // Written by `put`, which takes nothing else for this kind.
    rows.map((row) => JSON.parse(String(row["body"])) as Items[Kind]);
  return {
    put(kind, id, parent, item) {
      begin();
      database
        .prepare("INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?)")
        .run(source, kind, id, parent, JSON.stringify(item));
    },
    all(kind) {
      const select = database.prepare(
        "SELECT body FROM item WHERE source = ? AND kind = ? ORDER BY id",
      );
      return read(kind, select.all(source, kind));
    },
    ofParent(kind, parent) {
      const select = database.prepare(
        "SELECT body FROM item INDEXED BY item_parent WHERE source = ? AND kind = ? AND parent = ? ORDER BY id",
      );
      return read(kind, select.all(source, kind, parent));
    },
    remove(kind, id) {
      begin();
      database
        .prepare("DELETE FROM item WHERE source = ? AND kind = ? AND id = ?")
        .run(source, kind, id);
      if (kind !== "issue") return;
      database
        .prepare("DELETE FROM item WHERE source = ? AND kind = 'comment' AND parent = ?")
        .run(source, id);
    },
  };
}
