/**
 * What the crawler knows of every page, in `crawl.sqlite`: validators, the extracted document, what happened last.
 * It makes a second crawl cheap, a killed one resumable, and lets an index version be built from all sources
 * without fetching the others again.
 */
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import type { Document } from "../../src/documents/document.ts";
import { ITEM_SCHEMA, type ItemStore, itemStore } from "../github/item-store.ts";
import type { SiteHead } from "../sources/identity.ts";
import { AppError } from "../../src/platform/errors.ts";

/** What a page turned out to be, last time an answer could be used. */
export type PageKind =
  /** Has a document. */
  | "page"
  /** Leads to another address (`target`). */
  | "alias"
  /** The site does not want it in an index. */
  | "noindex"
  /** No such page. */
  | "gone"
  /** Not a page that can be read (`reason`). */
  | "unusable"
  /** Never reached yet. */
  | "unknown";

export type PageRecord = {
  readonly source: string;
  /** Canonical address. */
  readonly url: string;
  /** Address of the source it is requested by: with a trailing slash where the site wants one. */
  readonly requestUrl: string;
  readonly kind: PageKind;
  readonly reason: string;
  /** Target of an alias. */
  readonly target: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Canonical address the page itself names, when it is another page of the source. */
  readonly canonical: string;
  /** SHA-256 of title and text. */
  readonly contentHash: string;
  readonly words: number;
  /** How the page was found: sitemap, list, link, seed; several joined by " ". */
  readonly foundBy: string;
  /** What is worth a line in the report: "damaged text", "truncated". */
  readonly notes: string;
  /** Crawl that last tried the page. */
  readonly crawl: string;
  /** Outcome of that try: empty when it worked, else why not. */
  readonly failure: string;
  /** ISO 8601: last time an answer confirmed the record. */
  readonly confirmedAt: string;
  /** Pipeline that made the document; another one has to read the page again. */
  readonly pipeline: string;
};

export type CrawlRecord = {
  readonly id: string;
  readonly source: string;
  readonly from: string;
  readonly startedAt: string;
  readonly finishedAt: string | undefined;
};

/** The cache cannot be opened or is damaged. */
export class PageCacheError extends AppError {}

export interface PageCache extends Disposable {
  get(source: string, url: string): PageRecord | undefined;
  /** Stores a record; `document` replaces the stored one, undefined keeps it. */
  put(record: PageRecord, document?: Document): void;
  /** Records of a source in order of address. */
  records(source: string): readonly PageRecord[];
  document(source: string, url: string): Document | undefined;
  /** What the page says of its site, and what pages said of it when they were last read, in order of address. */
  putHead(source: string, url: string, head: SiteHead): void;
  heads(source: string): readonly SiteHead[];
  /** What a repository's items were when they were last read. */
  items(source: string): ItemStore;
  remove(source: string, urls: readonly string[]): void;
  sources(): readonly string[];
  startCrawl(crawl: CrawlRecord): void;
  finishCrawl(id: string, finishedAt: string): void;
  /** The newest crawl of a source, finished or not. */
  lastCrawl(source: string): CrawlRecord | undefined;
  /** Small facts about a source: what the last published version held. */
  note(source: string, key: string): string | undefined;
  setNote(source: string, key: string, value: string): void;
  /** Writes what was put since the last call; called now and then, and on disposing. */
  flush(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS page (
    source TEXT NOT NULL, url TEXT NOT NULL, request_url TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
    target TEXT NOT NULL, etag TEXT, last_modified TEXT, canonical TEXT NOT NULL, content_hash TEXT NOT NULL,
    words INTEGER NOT NULL, found_by TEXT NOT NULL, notes TEXT NOT NULL, crawl TEXT NOT NULL,
    failure TEXT NOT NULL, confirmed_at TEXT NOT NULL, pipeline TEXT NOT NULL,
    PRIMARY KEY (source, url)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS document (
    source TEXT NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (source, url)
  );
  CREATE TABLE IF NOT EXISTS head (
    source TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, site_name TEXT NOT NULL, project TEXT NOT NULL,
    version TEXT NOT NULL, PRIMARY KEY (source, url)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS crawl (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, origin TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT
  );
  CREATE TABLE IF NOT EXISTS note (
    source TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, key)
  );
`;

const LAYOUT = 1;

/** A site says the same of itself on every page. */
const MAX_HEADS = 1000;

/** Opens or creates the cache at `file` (":memory:" for none). Throws `PageCacheError` when it cannot be used. */
export function openPageCache(file: string): PageCache {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(file);
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000",
    );
    const layout = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
    if (layout !== LAYOUT) {
      // It is a cache: another layout is thrown away and crawled again.
      database.exec(
        "DROP TABLE IF EXISTS page; DROP TABLE IF EXISTS document; DROP TABLE IF EXISTS head; DROP TABLE IF EXISTS item; DROP TABLE IF EXISTS crawl; DROP TABLE IF EXISTS note",
      );
    }
    database.exec(SCHEMA + ITEM_SCHEMA);
    database.exec(`PRAGMA user_version = ${LAYOUT}`);
  } catch (error) {
    throw new PageCacheError("page-cache", "The crawler's page cache cannot be opened.", {
      facts: { file },
      hint: "Check the folder's rights, or delete the file: the next crawl fetches everything again.",
      cause: error,
    });
  }
  return new SqlitePageCache(database);
}

type Row = Record<string, SQLOutputValue>;

class SqlitePageCache implements PageCache {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  #begin(): void {
    if (!this.#database.isTransaction) this.#database.exec("BEGIN IMMEDIATE");
  }

  flush(): void {
    // A full disk ends the transaction by itself.
    if (this.#database.isTransaction) this.#database.exec("COMMIT");
  }

  get(source: string, url: string): PageRecord | undefined {
    const row = this.#database
      .prepare("SELECT * FROM page WHERE source = ? AND url = ?")
      .get(source, url);
    return row === undefined ? undefined : recordOf(row);
  }

  put(record: PageRecord, document?: Document): void {
    this.#begin();
    this.#database
      .prepare(
        "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      )
      .run(
        record.source,
        record.url,
        record.requestUrl,
        record.kind,
        record.reason,
        record.target,
        record.etag ?? null,
        record.lastModified ?? null,
        record.canonical,
        record.contentHash,
        record.words,
        record.foundBy,
        record.notes,
        record.crawl,
        record.failure,
        record.confirmedAt,
        record.pipeline,
      );
    if (document === undefined) return;
    this.#database
      .prepare("INSERT OR REPLACE INTO document VALUES (?, ?, ?)")
      .run(record.source, record.url, JSON.stringify(document));
  }

  records(source: string): readonly PageRecord[] {
    return this.#database
      .prepare("SELECT * FROM page WHERE source = ? ORDER BY url")
      .all(source)
      .map(recordOf);
  }

  document(source: string, url: string): Document | undefined {
    const row = this.#database
      .prepare("SELECT body FROM document WHERE source = ? AND url = ?")
      .get(source, url);
    // Written by `put` from a Document; the layout number guards its shape.
    return row === undefined ? undefined : (JSON.parse(String(row["body"])) as Document);
  }

  putHead(source: string, url: string, head: SiteHead): void {
    this.#begin();
    this.#database
      .prepare("INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?, ?, ?)")
      .run(source, url, head.title, head.siteName, head.project, head.version);
  }

  heads(source: string): readonly SiteHead[] {
    return this.#database
      .prepare(
        "SELECT head.* FROM head JOIN page USING (source, url) WHERE source = ? AND kind = 'page' ORDER BY url LIMIT ?",
      )
      .all(source, MAX_HEADS)
      .map((row) => ({
        title: String(row["title"]),
        siteName: String(row["site_name"]),
        project: String(row["project"]),
        version: String(row["version"]),
      }));
  }

  items(source: string): ItemStore {
    return itemStore(this.#database, source, () => this.#begin());
  }

  remove(source: string, urls: readonly string[]): void {
    if (urls.length === 0) return;
    this.#begin();
    const page = this.#database.prepare("DELETE FROM page WHERE source = ? AND url = ?");
    const document = this.#database.prepare("DELETE FROM document WHERE source = ? AND url = ?");
    const head = this.#database.prepare("DELETE FROM head WHERE source = ? AND url = ?");
    for (const url of urls) {
      page.run(source, url);
      document.run(source, url);
      head.run(source, url);
    }
  }

  sources(): readonly string[] {
    return this.#database
      .prepare("SELECT DISTINCT source FROM page ORDER BY source")
      .all()
      .map((row) => String(row["source"]));
  }

  startCrawl(crawl: CrawlRecord): void {
    this.flush();
    this.#database
      .prepare("INSERT OR REPLACE INTO crawl VALUES (?, ?, ?, ?, ?)")
      .run(crawl.id, crawl.source, crawl.from, crawl.startedAt, crawl.finishedAt ?? null);
  }

  finishCrawl(id: string, finishedAt: string): void {
    this.#begin();
    this.#database.prepare("UPDATE crawl SET finished_at = ? WHERE id = ?").run(finishedAt, id);
    this.flush();
  }

  lastCrawl(source: string): CrawlRecord | undefined {
    const row = this.#database
      .prepare("SELECT * FROM crawl WHERE source = ? ORDER BY started_at DESC, id DESC LIMIT 1")
      .get(source);
    if (row === undefined) return undefined;
    return {
      id: String(row["id"]),
      source: String(row["source"]),
      from: String(row["origin"]),
      startedAt: String(row["started_at"]),
      finishedAt: row["finished_at"] === null ? undefined : String(row["finished_at"]),
    };
  }

  note(source: string, key: string): string | undefined {
    const row = this.#database
      .prepare("SELECT value FROM note WHERE source = ? AND key = ?")
      .get(source, key);
    return row === undefined ? undefined : String(row["value"]);
  }

  setNote(source: string, key: string, value: string): void {
    this.#begin();
    this.#database.prepare("INSERT OR REPLACE INTO note VALUES (?, ?, ?)").run(source, key, value);
    this.flush();
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#database.close();
  }
}

function recordOf(row: Row): PageRecord {
  const text = (name: string) => String(row[name] ?? "");
  const optional = (name: string) => (row[name] === null ? undefined : text(name));
  return {
    source: text("source"),
    url: text("url"),
    requestUrl: text("request_url"),
    // Written by `put` only.
    kind: text("kind") as PageKind,
    reason: text("reason"),
    target: text("target"),
    etag: optional("etag"),
    lastModified: optional("last_modified"),
    canonical: text("canonical"),
    contentHash: text("content_hash"),
    words: Number(row["words"]),
    foundBy: text("found_by"),
    notes: text("notes"),
    crawl: text("crawl"),
    failure: text("failure"),
    confirmedAt: text("confirmed_at"),
    pipeline: text("pipeline"),
  };
}

/** A record of a page of which nothing is known but that its source lists it. */
export function newRecord(source: string, url: string): PageRecord {
  return {
    source,
    url,
    requestUrl: url,
    kind: "unknown",
    reason: "",
    target: "",
    etag: undefined,
    lastModified: undefined,
    canonical: "",
    contentHash: "",
    words: 0,
    foundBy: "sitemap",
    notes: "",
    crawl: "",
    failure: "",
    confirmedAt: "",
    pipeline: "",
  };
}
