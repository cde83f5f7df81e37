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
import type { Clock } from "../../platform/clock.ts";
import { type ChunkIndex, IndexUnavailableError, type IndexVersion } from "../chunk-index.ts";
import { nextVersionTime, versionId } from "../version-id.ts";
import { createVersionedIndex, type VersionContent } from "../versioned-index.ts";
import { VersionWriter } from "./build-version.ts";
import { openVersionFile } from "./version-file.ts";
import { versionContent } from "./version-reader.ts";

const LIVE = "live";
const FINISHED = ".sqlite";
const BUILDING = ".building";
/** A file still being built after this long was left by a process that died. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/** `folder` is made when the first version is built. */
export function createSqliteIndex(options: {
  readonly folder: string;
  readonly clock: Clock;
}): ChunkIndex {
  const { folder, clock } = options;
  const fileOf = (id: string, ending: string) => path.join(folder, `${id}${ending}`);

  /** `work`, or undefined when the file or folder is not there. */
  function where<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      if (error instanceof IndexUnavailableError) throw error;
      throw unusable(folder, error);
    }
  }

  const names = () => where(() => readdirSync(folder)) ?? [];

  const ids = () =>
    names()
      .filter((name) => name.endsWith(FINISHED))
      .map((name) => name.slice(0, -FINISHED.length))
      .sort();

  const live = () =>
    where(() => {
      const file = path.join(folder, LIVE);
      const id = readFileSync(file, "utf8").trim();
      if (isName(id)) return id;
      throw new IndexUnavailableError(
        "index-damaged",
        "The pointer to the live index is damaged.",
        { facts: { file }, hint: "Build the index again with `npm run ingest`." },
      );
    });

  const load = (id: string): VersionContent | undefined =>
    isName(id)
      ? where(() => versionContent(openVersionFile(fileOf(id, FINISHED), id), id))
      : undefined;

  /** Undefined for a version that is there and cannot be read: it is passed over in lists. */
  function versionOf(id: string): IndexVersion | undefined {
    try {
      const content = load(id);
      content?.close();
      return content?.version;
    } catch (error) {
      if (error instanceof IndexUnavailableError) return undefined;
      throw error;
    }
  }

  /** The name of a new version, taken exclusively, so that two processes never write one file. */
  function takeName(): string {
    mkdirSync(folder, { recursive: true });
    const taken = names().map((name) => name.split(".", 1)[0] ?? "");
    for (let time = nextVersionTime(clock.now(), taken); ; time += 1) {
      const id = versionId(time);
      try {
        closeSync(openSync(fileOf(id, BUILDING), "wx"));
      } catch (error) {
        if (codeOf(error) === "EEXIST") continue;
        throw unusable(folder, error);
      }
      if (!names().includes(`${id}${FINISHED}`)) return id;
      rmSync(fileOf(id, BUILDING), { force: true });
    }
  }

  return createVersionedIndex({
    engine: "sqlite",
    liveId: async () => live(),
    recentLiveId: async () => live(),
    async setLive(id) {
      const next = path.join(folder, `${LIVE}.${id}.next`);
      writeFileSync(next, `${id}\n`, { flush: true });
      renameSync(next, path.join(folder, LIVE));
    },
    versions: async () => ids().flatMap((id) => versionOf(id) ?? []),
    ids: async () => ids(),
    load: async (id) => load(id),
    async draft(plan) {
      const id = takeName();
      const file = fileOf(id, BUILDING);
      const writer = new VersionWriter(file);
      return {
        id,
        async add(chunks) {
          writer.add(chunks);
        },
        async finish() {
          const version = writer.finish(plan, id, new Date(clock.now()).toISOString());
          writer.database.close();
          flush(file);
          renameSync(file, fileOf(id, FINISHED));
          return version;
        },
        async discard() {
          if (writer.database.isOpen) writer.database.close();
          rmSync(file, { force: true });
          // On a full disk what could not be rolled back stays.
          rmSync(`${file}-journal`, { force: true });
        },
      };
    },
    async remove(id) {
      try {
        rmSync(fileOf(id, FINISHED), { force: true });
      } catch {
        // Somebody has it open, where that forbids removing: left for the next build.
      }
    },
    sweep() {
      for (const name of names().filter((candidate) => candidate.includes(BUILDING))) {
        const file = path.join(folder, name);
        const now = clock.now();
        const age = now - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now);
        if (age > ABANDONED_AFTER_MS) rmSync(file, { force: true });
      }
    },
  });
}

const isName = (id: string) => /^[\w-]+$/.test(id);

function flush(file: string): void {
  const handle = openSync(file, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function unusable(folder: string, cause: unknown): IndexUnavailableError {
  return new IndexUnavailableError("index-unreadable", "The index folder cannot be used.", {
    facts: { folder, reason: cause instanceof Error ? cause.message : String(cause) },
    hint: "Check that this user may read and write DATA_DIR.",
    cause,
  });
}
