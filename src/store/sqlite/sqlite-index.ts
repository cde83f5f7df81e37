/**
 * The embedded engine: a folder with one file an index version and a pointer to the live one. The pointer is
 * replaced by an atomic rename, so that a reader sees the old version or the new one and nothing between.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import {
  type ChunkIndex,
  type IndexBuilder,
  IndexError,
  type IndexPlan,
  type IndexReader,
  IndexUnavailableError,
  type IndexVersion,
} from "../chunk-index.ts";
import { SqliteIndexBuilder } from "./builder.ts";
import { SqliteIndexReader, SqliteVersion } from "./reader.ts";

const POINTER = "live";
/** Finished versions that are kept: the live one and the one before it. */
const KEPT_VERSIONS = 2;

export type SqliteIndexOptions = {
  readonly folder: string;
  /** Versions of another pipeline are refused; undefined: any. */
  readonly pipeline?: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A few random characters, for ids of versions built in the same second. */
  readonly newId: () => string;
};

type OpenVersion = { readonly id: string; readonly version: SqliteVersion; users: number };

export class SqliteIndex implements ChunkIndex {
  readonly engine = "sqlite";
  readonly #options: SqliteIndexOptions;
  readonly #open = new Map<string, OpenVersion>();

  constructor(options: SqliteIndexOptions) {
    this.#options = options;
  }

  async open(id?: string): Promise<IndexReader | undefined> {
    const wanted = id ?? this.#liveId();
    if (wanted === undefined) return undefined;
    let entry = this.#open.get(wanted);
    if (entry === undefined) {
      const file = this.#file(wanted);
      if (!existsSync(file)) {
        if (id !== undefined) return undefined;
        throw new IndexUnavailableError("index-missing", "The live index version is not there.", {
          facts: { file },
          hint: "Run `npm run ingest` to build it anew.",
        });
      }
      entry = { id: wanted, version: new SqliteVersion(file, this.#options.pipeline), users: 0 };
      this.#open.set(wanted, entry);
    }
    entry.users += 1;
    const used = entry;
    // Versions that are no longer live are closed with their last reader; the live one stays open for the next.
    for (const other of this.#open.values()) {
      if (other.users === 0 && other.id !== wanted) this.#close(other);
    }
    return new SqliteIndexReader(used.version, () => {
      used.users -= 1;
      if (used.users === 0 && used.id !== this.#liveId()) this.#close(used);
    });
  }

  async build(plan: IndexPlan): Promise<IndexBuilder> {
    const { folder, now, newId } = this.#options;
    mkdirSync(folder, { recursive: true });
    this.#removeAbandoned();
    const createdAt = new Date(now()).toISOString();
    const id = `${createdAt.replaceAll(/[-:]|\.\d+Z$/g, "")}-${newId().slice(0, 6)}`;
    return new SqliteIndexBuilder({
      id,
      createdAt,
      plan,
      buildingPath: path.join(folder, `building-${id}-${process.pid}.sqlite`),
      finishedPath: this.#file(id),
      makeLive: async (live) => this.#publish(live),
    });
  }

  async versions(): Promise<readonly (IndexVersion & { readonly live: boolean })[]> {
    const live = this.#liveId();
    return this.#versionIds().flatMap((id) => {
      try {
        const version = this.#open.get(id)?.version;
        if (version !== undefined) return [{ ...version.version, live: id === live }];
        const opened = new SqliteVersion(this.#file(id), undefined);
        const manifest = opened.version;
        opened.close();
        return [{ ...manifest, live: id === live }];
      } catch (error) {
        // A damaged older version is no version; a damaged live one has to be heard of.
        if (id === live) throw error;
        return [];
      }
    });
  }

  async rollback(): Promise<IndexVersion> {
    const live = this.#liveId();
    const before = this.#versionIds().find((id) => live !== undefined && id < live);
    if (before === undefined) {
      throw new IndexError("no-version", "There is no earlier index version to go back to.");
    }
    const version = new SqliteVersion(this.#file(before), this.#options.pipeline);
    const manifest = version.version;
    version.close();
    this.#point(before);
    return manifest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const entry of [...this.#open.values()]) this.#close(entry);
  }

  #close(entry: OpenVersion): void {
    if (this.#open.delete(entry.id)) entry.version.close();
  }

  #file(id: string): string {
    return path.join(this.#options.folder, `version-${id}.sqlite`);
  }

  #liveId(): string | undefined {
    try {
      const id = readFileSync(path.join(this.#options.folder, POINTER), "utf8").trim();
      return id === "" ? undefined : id;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw new IndexUnavailableError("index-unreadable", "The index folder cannot be read.", {
        facts: {
          folder: this.#options.folder,
          reason: error instanceof Error ? error.message : String(error),
        },
        cause: error,
      });
    }
  }

  /** Newest first. */
  #versionIds(): string[] {
    if (!existsSync(this.#options.folder)) return [];
    return readdirSync(this.#options.folder)
      .flatMap((name) => /^version-(.+)\.sqlite$/.exec(name)?.[1] ?? [])
      .sort()
      .reverse();
  }

  #publish(id: string): void {
    const before = this.#liveId();
    this.#point(id);
    const kept = new Set([id, ...(before === undefined ? [] : [before])]);
    const older = this.#versionIds().filter((other) => !kept.has(other));
    for (const other of older.slice(Math.max(0, KEPT_VERSIONS - kept.size))) {
      // A reader that has the file open keeps it until it is done; only the name goes.
      rmSync(this.#file(other), { force: true });
    }
  }

  #point(id: string): void {
    const pointer = path.join(this.#options.folder, POINTER);
    const next = `${pointer}.${process.pid}`;
    writeFileSync(next, `${id}\n`, { flush: true });
    renameSync(next, pointer);
  }

  /** Files of builds whose process is gone. */
  #removeAbandoned(): void {
    for (const name of readdirSync(this.#options.folder)) {
      const pid = Number(/^building-.*-(\d+)\.sqlite(?:-journal)?$/.exec(name)?.[1] ?? Number.NaN);
      if (Number.isNaN(pid) || pid === process.pid || isRunning(pid)) continue;
      rmSync(path.join(this.#options.folder, name), { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
