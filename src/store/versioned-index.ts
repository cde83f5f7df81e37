/**
 * An index of versions on whatever keeps them: which is live, who reads which, what goes when a new one is published.
 * The engines (`sqlite/`, `qdrant/`) say how a version is written, read and removed.
 */
import {
  type ChunkIndex,
  type IndexBuilder,
  type IndexedChunk,
  IndexError,
  type IndexPlan,
  type IndexReader,
  IndexUnavailableError,
  type IndexVersion,
} from "./chunk-index.ts";

/** What all readers of one version share. */
export type VersionContent = Omit<IndexReader, typeof Symbol.asyncDispose> & { close(): void };

/** A version while it is written. */
export type VersionDraft = {
  readonly id: string;
  add(chunks: readonly IndexedChunk[]): Promise<void>;
  /** Completes it: from now on it can be loaded. */
  finish(): Promise<IndexVersion>;
  /** Removes what was written of one that was not finished. */
  discard(): Promise<void>;
};

export interface VersionStorage {
  readonly engine: ChunkIndex["engine"];
  liveId(): Promise<string | undefined>;
  /** For the beginning of a question: may be a second old. */
  recentLiveId(): Promise<string | undefined>;
  setLive(id: string): Promise<void>;
  /** Finished versions that can be read, oldest first. */
  versions(): Promise<readonly IndexVersion[]>;
  /** Ids of everything finished, readable or not. */
  ids(): Promise<readonly string[]>;
  /** Undefined when there is no such version. */
  load(id: string): Promise<VersionContent | undefined>;
  draft(plan: IndexPlan): Promise<VersionDraft>;
  remove(id: string): Promise<void>;
  /** Removes what killed processes left. */
  sweep(): void;
}

/** So often the pointer is read again when the version it named is gone: then it has moved meanwhile. */
const MOST_TRIES = 4;

type Held = { readonly content: VersionContent; readers: number; superseded: boolean };

export function createVersionedIndex(storage: VersionStorage): ChunkIndex {
  const held = new Map<string, Held>();

  function letGo(id: string): void {
    const entry = held.get(id);
    if (entry === undefined) return;
    entry.superseded = true;
    if (entry.readers > 0) return;
    held.delete(id);
    entry.content.close();
  }

  /** Versions nobody reads stay open only while they are live. */
  function keepOnly(live: string): void {
    for (const [id, entry] of held) {
      entry.superseded = false;
      if (id !== live) letGo(id);
    }
  }

  async function read(id: string): Promise<IndexReader | undefined> {
    let entry = held.get(id);
    if (entry === undefined) {
      const content = await storage.load(id);
      if (content === undefined) return undefined;
      // Another question may have come first.
      entry = held.get(id);
      if (entry === undefined) held.set(id, (entry = { content, readers: 0, superseded: false }));
      else content.close();
    }
    const used = entry;
    used.readers += 1;
    let released = false;
    return {
      ...used.content,
      async [Symbol.asyncDispose]() {
        if (released) return;
        released = true;
        used.readers -= 1;
        if (used.superseded) letGo(id);
      },
    };
  }

  async function makeLive(id: string): Promise<void> {
    await storage.setLive(id);
    keepOnly(id);
  }

  async function build(plan: IndexPlan): Promise<IndexBuilder> {
    const draft = await storage.draft(plan);
    const { id } = draft;
    let finished: IndexVersion | undefined;
    let published = false;
    const finish = async () => (finished ??= await draft.finish());
    return {
      id,
      add: (chunks) => draft.add(chunks),
      finish,
      async publish() {
        const version = await finish();
        const previous = await storage.liveId();
        await makeLive(id);
        published = true;
        // The one before stays for rollback, everything older goes unless a question is being answered from it.
        for (const other of await storage.ids()) {
          if (other !== id && other !== previous && !held.has(other)) await storage.remove(other);
        }
        storage.sweep();
        return version;
      },
      async [Symbol.asyncDispose]() {
        if (published) return;
        if (finished === undefined) return draft.discard();
        letGo(id);
        await storage.remove(id);
      },
    };
  }

  return {
    engine: storage.engine,
    build,

    async open(id) {
      if (id !== undefined) return read(id);
      let live: string | undefined;
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        live = await (tries === 0 ? storage.recentLiveId() : storage.liveId());
        if (live === undefined) return undefined;
        keepOnly(live);
        const reader = await read(live);
        if (reader !== undefined) return reader;
      }
      throw new IndexUnavailableError("index-missing", "The live index version is not there.", {
        facts: { version: live ?? "" },
        hint: "Build the index again with `npm run ingest`.",
      });
    },

    async versions() {
      const [live, all] = [await storage.liveId(), await storage.versions()];
      return all.toReversed().map((version) => ({ ...version, live: version.id === live }));
    },

    async rollback() {
      const [live, all] = [await storage.liveId(), await storage.versions()];
      const before = all.findLast(({ id }) => live !== undefined && id < live);
      if (before === undefined)
        throw new IndexError("index-rollback", "There is no earlier index version to go back to.");
      await makeLive(before.id);
      return before;
    },

    async [Symbol.asyncDispose]() {
      for (const { content } of held.values()) content.close();
      held.clear();
    },
  };
}
