/**
 * What the crawler knows of every page, in `crawl.sqlite`: validators, the extracted document, what happened last.
 * It makes a second crawl cheap, a killed one resumable, and lets an index version be built from all sources
 * without fetching the others again.
 */
import { DatabaseSync, type SQLOutputValue, type StatementSync } from "node:sqlite";
import type { Document } from "../../src/documents/document.ts";
import { ITEM_SCHEMA, type ItemStore, itemStore } from "../github/item-store.ts";
import type { SiteHead } from "../sources/identity.ts";
import { AppError } from "../../src/platform/errors.ts";
import { prepared } from "../../src/platform/sqlite.ts";

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
const TABLES = ["page", "document", "head", "item", "crawl", "note"];

/** Columns of `page` by field of a record, in the order of the table. */
const PAGE_COLUMNS = Object.entries({
  source: "source",
  url: "url",
  requestUrl: "request_url",
  kind: "kind",
  reason: "reason",
  target: "target",
  etag: "etag",
  lastModified: "last_modified",
  canonical: "canonical",
  contentHash: "content_hash",
  words: "words",
  foundBy: "found_by",
  notes: "notes",
  crawl: "crawl",
  failure: "failure",
  confirmedAt: "confirmed_at",
  pipeline: "pipeline",
} satisfies Record<keyof PageRecord, string>);
const SELECT_PAGE = `SELECT ${PAGE_COLUMNS.map(([field, column]) => `${column} AS ${field}`).join(", ")} FROM page`;
const INSERT_PAGE = `INSERT OR REPLACE INTO page VALUES (${PAGE_COLUMNS.map(([field]) => `:${field}`).join(", ")})`;

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
      for (const table of TABLES) database.exec(`DROP TABLE IF EXISTS ${table}`);
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
  return new PageCache(database);
}

type Row = Record<string, SQLOutputValue>;

export class PageCache implements Disposable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  #prepared(sql: string): StatementSync {
    return prepared(this.#database, sql);
  }

  #begin(): void {
    if (!this.#database.isTransaction) this.#database.exec("BEGIN IMMEDIATE");
  }

  /** Writes what was put since the last call; called now and then, and on disposing. */
  flush(): void {
    // A full disk ends the transaction by itself.
    if (this.#database.isTransaction) this.#database.exec("COMMIT");
  }

  get(source: string, url: string): PageRecord | undefined {
    const row = this.#prepared(`${SELECT_PAGE} WHERE source = ? AND url = ?`).get(source, url);
    return row === undefined ? undefined : recordOf(row);
  }

  /** Stores a record; `document` replaces the stored one, undefined keeps it. */
  put(record: PageRecord, document?: Document): void {
    this.#begin();
    const { etag = null, lastModified = null } = record;
    this.#prepared(INSERT_PAGE).run({ ...record, etag, lastModified });
    if (document === undefined) return;
    this.#prepared("INSERT OR REPLACE INTO document VALUES (?, ?, ?)").run(
      record.source,
      record.url,
      JSON.stringify(document),
    );
  }

  /** Records of a source in order of address. */
  records(source: string): readonly PageRecord[] {
    return this.#prepared(`${SELECT_PAGE} WHERE source = ? ORDER BY url`).all(source).map(recordOf);
  }

  document(source: string, url: string): Document | undefined {
    const row = this.#prepared("SELECT body FROM document WHERE source = ? AND url = ?").get(
      source,
      url,
    );
    // Written by `put` from a Document; the layout number guards its shape.
    return row === undefined ? undefined : (JSON.parse(String(row["body"])) as Document);
  }

  /** What the page says of its site. */
  putHead(source: string, url: string, head: SiteHead): void {
    this.#begin();
    this.#prepared("INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?, ?, ?)").run(
      source,
      url,
      head.title,
      head.siteName,
      head.project,
      head.version,
    );
  }

  /** What pages said of their site when they were last read, in order of address. */
  heads(source: string): readonly SiteHead[] {
    return this.#prepared(
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

  /** What a repository's items were when they were last read. */
  items(source: string): ItemStore {
    return itemStore(this.#database, source, () => this.#begin());
  }

  sources(): readonly string[] {
    return this.#prepared("SELECT DISTINCT source FROM page ORDER BY source")
      .all()
      .map((row) => String(row["source"]));
  }

  startCrawl(crawl: CrawlRecord): void {
    this.flush();
    this.#prepared("INSERT OR REPLACE INTO crawl VALUES (?, ?, ?, ?, ?)").run(
      crawl.id,
      crawl.source,
      crawl.from,
      crawl.startedAt,
      crawl.finishedAt ?? null,
    );
  }

  finishCrawl(id: string, finishedAt: string): void {
    this.#begin();
    this.#prepared("UPDATE crawl SET finished_at = ? WHERE id = ?").run(finishedAt, id);
    this.flush();
  }

  /** The newest crawl of a source, finished or not. */
  lastCrawl(source: string): CrawlRecord | undefined {
    const row = this.#prepared(
      "SELECT * FROM crawl WHERE source = ? ORDER BY started_at DESC, id DESC LIMIT 1",
    ).get(source);
    if (row === undefined) return undefined;
    return {
      id: String(row["id"]),
      source: String(row["source"]),
      from: String(row["origin"]),
      startedAt: String(row["started_at"]),
      finishedAt: row["finished_at"] === null ? undefined : String(row["finished_at"]),
    };
  }

  /** Small facts about a source: what the last published version held. */
  note(source: string, key: string): string | undefined {
    const row = this.#prepared("SELECT value FROM note WHERE source = ? AND key = ?").get(
      source,
      key,
    );
    return row === undefined ? undefined : String(row["value"]);
  }

  setNote(source: string, key: string, value: string): void {
    this.#begin();
    this.#prepared("INSERT OR REPLACE INTO note VALUES (?, ?, ?)").run(source, key, value);
    this.flush();
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#database.close();
  }
}

function recordOf(row: Row): PageRecord {
  // Written by `put` only; an absent validator is NULL.
  const { etag, lastModified, ...rest } = row as unknown as PageRecord;
  return { ...rest, etag: etag ?? undefined, lastModified: lastModified ?? undefined };
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
