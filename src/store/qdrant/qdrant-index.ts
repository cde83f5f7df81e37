/**
 * The index on a Qdrant server: one collection a version behind an alias, which is switched in one call. A version
 * counts as finished when its record is written.
 */
import type { Clock } from "../../platform/clock.ts";
import type { ChunkIndex } from "../chunk-index.ts";
import { nextVersionTime, versionId } from "../version-id.ts";
import { createVersionedIndex } from "../versioned-index.ts";
import { CollectionWriter } from "./build-collection.ts";
import { collectionContent } from "./collection-reader.ts";
import { connectQdrant } from "./connection.ts";
import { VersionRecords } from "./version-records.ts";

export type QdrantIndexOptions = {
  /** Address of the server, or those of the nodes of a cluster: the next one is asked when one does not answer. */
  readonly url: string | readonly string[];
  readonly apiKey?: string;
  /** Alias of the live collection, and prefix of the versions' collections. */
  readonly alias: string;
  /** Copies of each collection; default 1. */
  readonly replicas?: number;
  readonly clock: Clock;
  readonly random: () => number;
  /** For one call of a question; default 5 seconds. Calls of a build have a minute. */
  readonly timeoutMs?: number;
};

/** Somebody waits for the answer. */
const READING = { retries: { attempts: 3, baseMs: 100, maxMs: 1000 }, retryTimeouts: false };
const READ_TIMEOUT_MS = 5000;
/** An ingest has taken long to come here, and every call may be repeated. */
const BUILDING = {
  timeoutMs: 60_000,
  retries: { attempts: 6, baseMs: 500, maxMs: 15_000 },
  retryTimeouts: true,
};

/** How long the answer to "which version is live" is used again: the questions of one turn ask it several times. */
const LIVE_FOR_MS = 1000;

export function createQdrantIndex(options: QdrantIndexOptions): ChunkIndex {
  const { alias, clock } = options;
  const urls = typeof options.url === "string" ? [options.url] : options.url;
  const connection = connectQdrant({
    ...options,
    urls,
    ...READING,
    timeoutMs: options.timeoutMs ?? READ_TIMEOUT_MS,
  });
  const building = connectQdrant({ ...options, urls, ...BUILDING });
  const records = new VersionRecords(connection, `${alias}_versions`);
  const newRecords = new VersionRecords(building, `${alias}_versions`);
  const collectionOf = (id: string) => `${alias}_${id}`;

  let known: { readonly id: Promise<string | undefined>; readonly at: number } | undefined;

  async function liveId(): Promise<string | undefined> {
    const { aliases } = await connection.call((client) => client.getAliases());
    const collection = aliases.find(({ alias_name }) => alias_name === alias)?.collection_name;
    return collection?.startsWith(`${alias}_`) === true
      ? collection.slice(alias.length + 1)
      : undefined;
  }

  async function remove(id: string): Promise<void> {
    // The record goes first: a collection without one is not offered to anybody.
    await records.remove(id);
    await connection.call((client) => client.deleteCollection(collectionOf(id)));
  }

  async function freeId(): Promise<string> {
    const taken = (await records.list()).map(({ id }) => id);
    for (let time = nextVersionTime(clock.now(), taken); ; time += 1) {
      const id = versionId(time);
      const { exists } = await connection.call((client) =>
        client.collectionExists(collectionOf(id)),
      );
      if (!exists) return id;
    }
  }

  return createVersionedIndex({
    engine: "qdrant",
    liveId,
    recentLiveId() {
      if (known === undefined || clock.elapsed() - known.at >= LIVE_FOR_MS) {
        const id = liveId();
        known = { id, at: clock.elapsed() };
        // A failure is not kept.
        id.catch(() => (known = undefined));
      }
      return known.id;
    },
    async setLive(id) {
      const before = await liveId();
      await connection.call((client) =>
        client.updateCollectionAliases({
          actions: [
            ...(before === undefined ? [] : [{ delete_alias: { alias_name: alias } }]),
            { create_alias: { alias_name: alias, collection_name: collectionOf(id) } },
          ],
        }),
      );
      known = undefined;
    },
    versions: () => records.list(),
    ids: async () => (await records.list()).map(({ id }) => id),
    async load(id) {
      const version = await records.find(id);
      return version === undefined
        ? undefined
        : collectionContent(connection, records, collectionOf(id), version);
    },
    async draft(plan) {
      const id = await freeId();
      const writer = new CollectionWriter(
        {
          connection: building,
          records: newRecords,
          collection: collectionOf(id),
          replicas: options.replicas ?? 1,
          clock,
        },
        plan,
      );
      await writer.create();
      return {
        id,
        add: (chunks) => writer.add(chunks),
        finish: () => writer.finish(id, new Date(clock.now()).toISOString()),
        discard: () => remove(id),
      };
    },
    remove,
    sweep() {},
  });
}
