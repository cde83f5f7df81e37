/**
 * What a version is, beside its chunks: its description, the corpus embedding, and how often each token occurs.
 * Kept as payload of points in a collection of its own, because it is larger than a collection's metadata may be
 * and must not count among the chunks.
 */
import { createHash } from "node:crypto";
import type { IndexVersion } from "../chunk-index.ts";
import { type QdrantConnection, scrolled } from "./connection.ts";

/** Bytes of one point: base64 of it stays well below the server's limit for a request (32 MB). */
const PART_BYTES = 3 * 1024 * 1024;

export type RecordName = "corpus-model" | "tokens" | "frequencies";

export class VersionRecords {
  readonly #connection: QdrantConnection;
  readonly #collection: string;
  #exists = false;

  constructor(connection: QdrantConnection, collection: string) {
    this.#connection = connection;
    this.#collection = collection;
  }

  /** Versions that were finished, oldest first. */
  async list(): Promise<readonly IndexVersion[]> {
    const points = await this.#scroll("version");
    return points
      .map((payload) => JSON.parse(String(payload["json"])) as IndexVersion)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async find(id: string): Promise<IndexVersion | undefined> {
    const [payload] = await this.#scroll("version", id);
    return payload === undefined
      ? undefined
      : (JSON.parse(String(payload["json"])) as IndexVersion);
  }

  async read(id: string, name: RecordName): Promise<Uint8Array | undefined> {
    const parts = await this.#scroll(name, id);
    if (parts.length === 0) return undefined;
    return Buffer.concat(
      parts
        .sort((a, b) => Number(a["part"]) - Number(b["part"]))
        .map((payload) => Buffer.from(String(payload["data"]), "base64")),
    );
  }

  async writeVersion(version: IndexVersion): Promise<void> {
    await this.#write("version", version.id, 0, { json: JSON.stringify(version) });
  }

  async writeBytes(id: string, name: RecordName, bytes: Uint8Array): Promise<void> {
    for (let part = 0; part * PART_BYTES < bytes.length; part += 1) {
      const data = Buffer.from(bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES));
      await this.#write(name, id, part, { part, data: data.toString("base64") });
    }
  }

  async remove(id: string): Promise<void> {
    if (!(await this.#isThere())) return;
    await this.#connection.call((client) =>
      client.delete(this.#collection, {
        wait: true,
        filter: { must: [{ key: "version", match: { value: id } }] },
      }),
    );
  }

  async #write(
    kind: string,
    version: string,
    part: number,
    payload: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.#ensure();
    await this.#connection.call((client) =>
      client.upsert(this.#collection, {
        wait: true,
        points: [
          {
            id: pointId(`${kind} ${version} ${part}`),
            vector: {},
            payload: { kind, version, ...payload },
          },
        ],
      }),
    );
  }

  async #scroll(kind: string, version?: string): Promise<Readonly<Record<string, unknown>>[]> {
    if (!(await this.#isThere())) return [];
    const must = [{ key: "kind", match: { value: kind } }];
    if (version !== undefined) must.push({ key: "version", match: { value: version } });
    const request = { filter: { must }, limit: 8, with_payload: true };
    const points = await Array.fromAsync(scrolled(this.#connection, this.#collection, request));
    return points.flatMap(({ payload }) => (payload == null ? [] : [payload]));
  }

  async #isThere(): Promise<boolean> {
    if (this.#exists) return true;
    const { exists } = await this.#connection.call((client) =>
      client.collectionExists(this.#collection),
    );
    this.#exists = exists;
    return exists;
  }

  async #ensure(): Promise<void> {
    if (await this.#isThere()) return;
    await this.#connection.call((client) =>
      client.createCollection(this.#collection, { vectors: {}, shard_number: 1 }),
    );
    for (const field_name of ["kind", "version"]) {
      await this.#connection.call((client) =>
        client.createPayloadIndex(this.#collection, {
          field_name,
          field_schema: "keyword",
          wait: true,
        }),
      );
    }
    this.#exists = true;
  }
}

/** A UUID that follows from `name`, so that writing twice replaces. */
function pointId(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
