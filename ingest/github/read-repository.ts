/**
 * A repository's issues, discussions and releases as a source. Only what changed since the last run is asked for:
 * issues and comments by the time of their last change, releases by ETag, discussions newest first until one is known.
 * What was deleted or moved away is noticed by a full listing once a week.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Document } from "../../src/documents/document.ts";
import type { CrawlOptions, CrawlSummary } from "../crawl.ts";
import type { PageCache } from "../fetch/page-cache.ts";
import type { PageFetcher } from "../fetch/fetch-page.ts";
import { SourceReading } from "../source-reading.ts";
import type { Source } from "../sources/source.ts";
import type { GithubApi } from "./api.ts";
import {
  discussionDocument,
  fixedInReleases,
  issueDocument,
  releaseDocument,
  type Repository,
} from "./documents.ts";
import { ApiComment, ApiDiscussions, ApiIssue, ApiRelease } from "./items.ts";
import type { ItemStore } from "./item-store.ts";

export type GithubSource = Source & { readonly github: string };

export function isGithubSource(source: Source | undefined): source is GithubSource {
  return source?.github !== undefined;
}

const WEEK_MS = 7 * 24 * 3600 * 1000;
/** A listing that goes on for longer is no listing. */
const MAX_PAGES = 2000;
const NOTE = "github";

/** How far the last run came. */
const Progress = z.object({
  issuesSince: z.string().optional(),
  commentsSince: z.string().optional(),
  discussionsSince: z.string().optional(),
  releasesEtag: z.string().optional(),
  listedAt: z.number().optional(),
});
type Progress = z.infer<typeof Progress>;

/** Reads what changed. Throws `GithubError`; what was read by then is kept, and the next run goes on from there. */
export async function readRepository(
  source: GithubSource,
  cache: PageCache,
  api: GithubApi,
  { clock, signal }: Pick<PageFetcher, "clock" | "signal">,
  run: Pick<CrawlOptions, "newId" | "progress">,
): Promise<CrawlSummary> {
  const reading = new SourceReading(source, source.github, cache, clock, run);
  const reader = new RepositoryReader(source, cache, api, clock.now(), signal, reading);
  await reader.readAll();
  reader.writeDocuments();
  return reading.finish("not in the repository any more", { tried: api.requests, bytes: 0 });
}

class RepositoryReader {
  readonly #source: GithubSource;
  readonly #cache: PageCache;
  readonly #api: GithubApi;
  readonly #items: ItemStore;
  readonly #now: number;
  readonly #signal: AbortSignal | undefined;
  readonly #path: string;
  readonly #reading: SourceReading;
  #progress: Progress;

  constructor(
    source: GithubSource,
    cache: PageCache,
    api: GithubApi,
    now: number,
    signal: AbortSignal | undefined,
    reading: SourceReading,
  ) {
    this.#source = source;
    this.#reading = reading;
    this.#cache = cache;
    this.#api = api;
    this.#items = cache.items(source.name);
    this.#now = now;
    this.#signal = signal;
    this.#path = `/repos/${source.github}`;
    const note = cache.note(source.name, NOTE);
    this.#progress = note === undefined ? {} : Progress.parse(JSON.parse(note));
  }

  async readAll(): Promise<void> {
    let done = 0;
    const count = (items: number) => {
      done += items;
      this.#reading.tick(done);
    };
    await this.#changedSince("issuesSince", `${this.#path}/issues?state=all&`, (items) => {
      for (const issue of parseAll(ApiIssue, items))
        this.#items.put("issue", issue.number, 0, issue);
      count(items.length);
      return items;
    });
    await this.#changedSince("commentsSince", `${this.#path}/issues/comments?`, (items) => {
      for (const comment of parseAll(ApiComment, items)) {
        if (comment.issue > 0) this.#items.put("comment", comment.id, comment.issue, comment);
      }
      count(items.length);
      return items;
    });
    await this.#releases(count);
    await this.#discussions(count);
    await this.#forgetDeleted();
  }

  #keep(more: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...more };
    this.#cache.setNote(this.#source.name, NOTE, JSON.stringify(this.#progress));
  }

  /** Everything changed since the last run, oldest first; how far it came is kept after each page. */
  async #changedSince(
    name: "issuesSince" | "commentsSince",
    path: string,
    take: (items: readonly unknown[]) => readonly unknown[],
  ): Promise<void> {
    const since = this.#progress[name];
    const query = `sort=updated&direction=asc&per_page=100${since === undefined ? "" : `&since=${encodeURIComponent(since)}`}`;
    let address: string | undefined = `${path}${query}`;
    for (let page = 0; address !== undefined && page < MAX_PAGES; page += 1) {
      this.#signal?.throwIfAborted();
      const answer = await this.#api.get(address);
      if (answer.kind !== "page") {
        this.#reading.notes.push(`${this.#source.github}: ${path.split("?")[0]} is not there`);
        return;
      }
      const items = take(asArray(answer.items));
      const last = updatedAtOf(items.at(-1));
      if (last !== undefined) this.#keep({ [name]: last });
      address = answer.next;
    }
  }

  async #releases(count: (items: number) => void): Promise<void> {
    let address: string | undefined = `${this.#path}/releases?per_page=100`;
    let etag = this.#progress.releasesEtag;
    const seen = new Set<number>();
    for (let page = 0; address !== undefined && page < MAX_PAGES; page += 1) {
      const answer = await this.#api.get(address, page === 0 ? etag : undefined);
      if (answer.kind === "not-modified") return;
      if (answer.kind === "missing") return;
      if (page === 0) etag = answer.etag;
      const releases = parseAll(ApiRelease, asArray(answer.items));
      for (const release of releases) {
        seen.add(release.id);
        this.#items.put("release", release.id, 0, release);
      }
      count(releases.length);
      address = answer.next;
    }
    for (const { id } of this.#items.all("release")) {
      if (!seen.has(id)) this.#items.remove("release", id);
    }
    this.#keep({ releasesEtag: etag });
  }

  async #discussions(count: (items: number) => void): Promise<void> {
    if (!this.#api.hasToken) {
      this.#reading.notes.push("discussions are read with a token only: set GITHUB_TOKEN");
      return;
    }
    const [owner, name] = this.#source.github.split("/");
    const since = this.#progress.discussionsSince;
    let newest = since;
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      this.#signal?.throwIfAborted();
      const data: z.infer<typeof ApiDiscussions> = ApiDiscussions.parse(
        await this.#api.query(DISCUSSIONS, { owner, name, cursor }),
      );
      const { nodes, pageInfo } = data.repository.discussions;
      const changed = nodes.filter(({ updatedAt }) => since === undefined || updatedAt > since);
      for (const discussion of changed)
        this.#items.put("discussion", discussion.number, 0, discussion);
      count(changed.length);
      newest ??= nodes[0]?.updatedAt;
      if (page === 0 && nodes[0] !== undefined) newest = nodes[0].updatedAt;
      if (changed.length < nodes.length || !pageInfo.hasNextPage) break;
      cursor = pageInfo.endCursor ?? null;
    }
    // Newest first: kept at the end, so that a run that is stopped reads them again.
    if (newest !== undefined) this.#keep({ discussionsSince: newest });
  }

  /** Once a week every number is listed; what is not among them was deleted or moved to another repository. */
  async #forgetDeleted(): Promise<void> {
    const { listedAt } = this.#progress;
    if (listedAt === undefined) {
      // Everything was just listed.
      this.#keep({ listedAt: this.#now });
      return;
    }
    if (this.#now - listedAt < WEEK_MS) return;
    const there = new Set<number>();
    let address: string | undefined =
      `${this.#path}/issues?state=all&sort=created&direction=asc&per_page=100`;
    for (let page = 0; address !== undefined && page < MAX_PAGES; page += 1) {
      const answer = await this.#api.get(address);
      if (answer.kind !== "page") return;
      for (const issue of parseAll(ApiIssue, asArray(answer.items))) there.add(issue.number);
      address = answer.next;
    }
    for (const { number } of this.#items.all("issue")) {
      if (!there.has(number)) this.#items.remove("issue", number);
    }
    this.#keep({ listedAt: this.#now });
  }

  /** Writes the documents of all that is known now. */
  writeDocuments(): void {
    const repository: Repository = {
      url: `${this.#api.webUrl}/${this.#source.github}`,
      product: this.#source.product,
    };
    const issues = this.#items.all("issue");
    const releases = this.#items.all("release");
    const fixedIn = fixedInReleases(issues, releases);
    let count = 0;
    /** `mark` changes whenever the document may. */
    const write = (url: string, mark: unknown, make: () => Document) => {
      count += 1;
      const etag = createHash("sha256").update(JSON.stringify(mark)).digest("hex");
      this.#reading.write(url, etag, make);
    };
    for (const issue of issues) {
      if (issue.isPull || count >= this.#source.maxPages) continue;
      const comments = this.#items.ofParent("comment", issue.number);
      const fixed = fixedIn.get(issue.number);
      write(
        `${repository.url}/issues/${issue.number}`,
        [repository, issue, comments.map(({ id, updatedAt }) => [id, updatedAt]), fixed],
        () => issueDocument(repository, issue, comments, fixed),
      );
    }
    for (const discussion of this.#items.all("discussion")) {
      write(`${repository.url}/discussions/${discussion.number}`, [repository, discussion], () =>
        discussionDocument(repository, discussion),
      );
    }
    for (const release of releases) {
      if (release.isDraft) continue;
      const document = releaseDocument(repository, release);
      write(document.url, [repository, release], () => document);
    }
  }
}

const DISCUSSIONS = `query ($owner: String!, $name: String!, $cursor: String) {
  repository(owner: $owner, name: $name) {
    discussions(first: 50, after: $cursor, orderBy: { field: UPDATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number title body updatedAt closed
        author { login }
        answer { databaseId body authorAssociation createdAt author { login } }
        comments(first: 20) { nodes { databaseId body authorAssociation createdAt author { login } } }
      }
    }
  }
}`;

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Items in the form we know; one that is not is passed over. */
function parseAll<T>(schema: z.ZodType<T>, items: readonly unknown[]): readonly T[] {
  return items.flatMap((item) => {
    const read = schema.safeParse(item);
    return read.success ? [read.data] : [];
  });
}

function updatedAtOf(item: unknown): string | undefined {
  return z.object({ updated_at: z.string() }).safeParse(item).data?.updated_at;
}
