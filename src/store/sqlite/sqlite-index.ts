/**
 * The embedded index: a folder with one file a version and a pointer to the live one. A version is built in a file
 * of its own, checked, and goes live when the pointer is replaced by an atomic rename.
 *
 * ```text
 * index/20261124T031600123Z.sqlite     finished versions
 * index/20261124T041200456Z.building   being built, or left by a killed process
 * index/live                           name of the live version
 * ```
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../platform/clock.ts";
import {
  type ChunkIndex,
  type IndexBuilder,
  IndexError,
  type IndexPlan,
  type IndexReader,
  IndexUnavailableError,
  type IndexVersion,
} from "../chunk-index.ts";
import { nextVersionTime, versionId } from "../version-id.ts";
import { VersionWriter } from "./build-version.ts";
import { openVersionFile } from "./version-file.ts";
import { createReader, VersionContent } from "./version-reader.ts";

const LIVE = "live";
const FINISHED = ".sqlite";
const BUILDING = ".building";
/** A file still being built after this long was left by a process that died. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

export type SqliteIndexOptions = {
  /** Made when the first version is built. Undefined: everything in memory, gone when disposed of. */
  readonly folder: string | undefined;
  readonly clock: Clock;
};

type Open = { readonly content: VersionContent; readers: number; superseded: boolean };

export function createSqliteIndex(options: SqliteIndexOptions): ChunkIndex {
  const versions = options.folder === undefined ? memoryVersions() : fileVersions(options.folder);
  const open = new Map<string, Open>();

  function release(id: string, entry: Open): void {
    entry.readers -= 1;
    if (entry.readers === 0 && entry.superseded) close(id, entry);
  }

  function close(id: string, entry: Open): void {
    if (open.get(id) === entry) open.delete(id);
    if (versions.closesContent) entry.content.close();
  }

  /** Versions nobody reads stay open only while they are live. */
  function supersedeOthers(live: string): void {
    for (const [id, entry] of open) {
      entry.superseded = id !== live;
      if (entry.superseded && entry.readers === 0) close(id, entry);
    }
  }

  function read(id: string): IndexReader | undefined {
    let entry = open.get(id);
    if (entry === undefined) {
      const database = versions.open(id);
      if (database === undefined) return undefined;
      entry = { content: new VersionContent(database, id), readers: 0, superseded: false };
      open.set(id, entry);
    }
    const held = entry;
    held.readers += 1;
    return createReader(held.content, () => release(id, held));
  }

  function versionOf(id: string): IndexVersion | undefined {
    const kept = open.get(id);
    if (kept !== undefined) return kept.content.version;
    const database = versions.open(id);
    if (database === undefined) return undefined;
    const content = new VersionContent(database, id);
    if (versions.closesContent) content.close();
    return content.version;
  }

  function makeLive(id: string): void {
    versions.setLive(id);
    supersedeOthers(id);
  }

  return {
    engine: "sqlite",

    async open(id) {
      if (id !== undefined) return read(id);
      // A version may be removed between reading the pointer and opening its file; then the pointer has moved.
      for (let attempt = 0; ; attempt += 1) {
        const live = versions.live();
        if (live === undefined) return undefined;
        supersedeOthers(live);
        const reader = read(live);
        if (reader !== undefined) return reader;
        if (attempt === 3) throw missingVersion(live);
      }
    },

    async build(plan) {
      const { id, writer } = versions.create(options.clock.now());
      return createBuilder(id, writer, plan);
    },

    async versions() {
      const live = versions.live();
      return versions
        .list()
        .toReversed()
        .flatMap((id) => {
          const version = readable(() => versionOf(id));
          return version === undefined ? [] : [{ ...version, live: id === live }];
        });
    },

    async rollback() {
      const live = versions.live();
      const earlier = versions
        .list()
        .toReversed()
        .filter((id) => live !== undefined && id < live);
      for (const id of earlier) {
        const version = readable(() => versionOf(id));
        if (version === undefined) continue;
        makeLive(id);
        return version;
      }
      throw new IndexError("index-rollback", "There is no earlier index version to go back to.");
    },

    async [Symbol.asyncDispose]() {
      for (const entry of open.values()) if (versions.closesContent) entry.content.close();
      open.clear();
      versions.dispose();
    },
  };

  function createBuilder(id: string, writer: VersionWriter, plan: IndexPlan): IndexBuilder {
    let finished: IndexVersion | undefined;
    let published = false;

    async function finish(): Promise<IndexVersion> {
      if (finished !== undefined) return finished;
      const { corpusModel: _, ...described } = plan;
      const version: IndexVersion = {
        ...described,
        pages: writer.pages,
        chunks: writer.chunks,
        id,
        createdAt: new Date(options.clock.now()).toISOString(),
      };
      writer.finish(version, plan);
      versions.finish(id, writer);
      finished = version;
      return version;
    }

    return {
      id,
      async add(chunks) {
        writer.add(chunks);
      },
      finish,
      async publish() {
        const version = await finish();
        const previous = versions.live();
        makeLive(id);
        published = true;
        // The one before stays for rollback, everything older goes.
        for (const other of versions.list()) {
          if (other === id || other === previous) continue;
          const entry = open.get(other);
          if (entry !== undefined) entry.superseded = true;
          versions.remove(other);
        }
        versions.sweep(options.clock.now());
        return version;
      },
      async [Symbol.asyncDispose]() {
        if (published) return;
        if (finished === undefined) versions.discard(id, writer);
        else {
          const entry = open.get(id);
          if (entry !== undefined) {
            entry.superseded = true;
            if (entry.readers === 0) close(id, entry);
          }
          versions.remove(id);
        }
      },
    };
  }
}

/** Undefined for a version that is there and cannot be read: it is passed over in lists. */
function readable(read: () => IndexVersion | undefined): IndexVersion | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof IndexUnavailableError) return undefined;
    throw error;
  }
}

function missingVersion(id: string): IndexUnavailableError {
  return new IndexUnavailableError("index-missing", "The live index version has no file.", {
    facts: { version: id },
    hint: "Build the index again with `npm run ingest`.",
  });
}

/** Where versions are kept. */
interface Versions {
  /** Whether an opened version may be closed; in memory that would lose it. */
  readonly closesContent: boolean;
  /** Ids of finished versions, oldest first. */
  list(): readonly string[];
  live(): string | undefined;
  setLive(id: string): void;
  /** Undefined when there is no such version. */
  open(id: string): DatabaseSync | undefined;
  create(now: number): { readonly id: string; readonly writer: VersionWriter };
  finish(id: string, writer: VersionWriter): void;
  discard(id: string, writer: VersionWriter): void;
  remove(id: string): void;
  /** Removes what killed processes left. */
  sweep(now: number): void;
  dispose(): void;
}

function memoryVersions(): Versions {
  const databases = new Map<string, DatabaseSync>();
  const taken = new Set<string>();
  let live: string | undefined;
  return {
    closesContent: false,
    list: () => [...databases.keys()].sort(),
    live: () => live,
    setLive(id) {
      live = id;
    },
    open: (id) => databases.get(id),
    create(now) {
      const id = versionId(nextVersionTime(now, taken));
      taken.add(id);
      return { id, writer: new VersionWriter(":memory:") };
    },
    finish(id, writer) {
      databases.set(id, writer.database);
    },
    discard(_id, writer) {
      writer.database.close();
    },
    // Readers may still hold it; memory goes with the last of them.
    remove: (id) => void databases.delete(id),
    sweep() {},
    dispose: () => databases.clear(),
  };
}

function fileVersions(folder: string): Versions {
  const fileOf = (id: string, ending: string) => path.join(folder, `${id}${ending}`);
  const names = () => {
    try {
      return readdirSync(folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw unreadable(folder, error);
    }
  };
  return {
    closesContent: true,
    list: () =>
      names()
        .filter((name) => name.endsWith(FINISHED))
        .map((name) => name.slice(0, -FINISHED.length))
        .sort(),
    live() {
      try {
        const id = readFileSync(path.join(folder, LIVE), "utf8").trim();
        if (/^[\w-]+$/.test(id)) return id;
        throw new IndexUnavailableError(
          "index-damaged",
          "The pointer to the live index is damaged.",
          {
            facts: { file: path.join(folder, LIVE) },
            hint: "Build the index again with `npm run ingest`.",
          },
        );
      } catch (error) {
        if (isMissing(error)) return undefined;
        if (error instanceof IndexUnavailableError) throw error;
        throw unreadable(folder, error);
      }
    },
    setLive(id) {
      const next = path.join(folder, `${LIVE}.${id}.next`);
      writeFileSync(next, `${id}\n`, { flush: true });
      renameSync(next, path.join(folder, LIVE));
    },
    open(id) {
      if (!/^[\w-]+$/.test(id)) return undefined;
      try {
        return openVersionFile(fileOf(id, FINISHED), id);
      } catch (error) {
        if (isMissing(error)) return undefined;
        if (error instanceof IndexUnavailableError) throw error;
        throw unreadable(folder, error);
      }
    },
    create(now) {
      mkdirSync(folder, { recursive: true });
      const taken = names().map((name) => name.split(".", 1)[0] ?? "");
      for (let time = nextVersionTime(now, taken); ; time += 1) {
        const id = versionId(time);
        try {
          // Taking the name is exclusive, so that two processes never write one file.
          closeSync(openSync(fileOf(id, BUILDING), "wx"));
        } catch (error) {
          if (error instanceof Error && "code" in error && error.code === "EEXIST") continue;
          throw unreadable(folder, error);
        }
        if (names().includes(`${id}${FINISHED}`)) {
          rmSync(fileOf(id, BUILDING), { force: true });
          continue;
        }
        return { id, writer: new VersionWriter(fileOf(id, BUILDING)) };
      }
    },
    finish(id, writer) {
      writer.database.close();
      const file = openSync(fileOf(id, BUILDING), "r+");
      try {
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(fileOf(id, BUILDING), fileOf(id, FINISHED));
    },
    discard(id, writer) {
      writer.database.close();
      rmSync(fileOf(id, BUILDING), { force: true });
      // On a full disk what could not be rolled back stays.
      rmSync(fileOf(id, `${BUILDING}-journal`), { force: true });
    },
    remove(id) {
      try {
        // Who has the file open goes on reading it; where that forbids removing, the next build tries again.
        rmSync(fileOf(id, FINISHED), { force: true });
      } catch {
        // Left for the next build.
      }
    },
    sweep(now) {
      for (const name of names().filter((candidate) => candidate.includes(BUILDING))) {
        const file = path.join(folder, name);
        const age = now - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now);
        if (age > ABANDONED_AFTER_MS) rmSync(file, { force: true });
      }
    },
    dispose() {},
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function unreadable(folder: string, cause: unknown): IndexUnavailableError {
  return new IndexUnavailableError("index-unreadable", "The index folder cannot be used.", {
    facts: { folder, reason: cause instanceof Error ? cause.message : String(cause) },
    hint: "Check that this user may read and write DATA_DIR.",
    cause,
  });
}
