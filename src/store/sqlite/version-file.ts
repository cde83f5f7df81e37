/**
 * The file of one index version. Postings are one packed blob a token, what a hit shows is in packed columns, so
 * that a search touches a few blobs and no row of the 100 chunks it ranks.
 *
 * A file is written once, then only read: no log beside it, no lock.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { PAGE_TYPES } from "../../documents/document.ts";
import { AppError } from "../../platform/errors.ts";
import { IndexUnavailableError, type IndexVersion } from "../chunk-index.ts";

/** Changes when files of another layout can no longer be read. */
export const FILE_FORMAT = 3;

export const SCHEMA = `
  -- tables with a rowid: a key beside a large value would be compared by reading all of it
  CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY);
  CREATE TABLE page (row INTEGER PRIMARY KEY, url TEXT NOT NULL, title TEXT NOT NULL, product TEXT NOT NULL, version TEXT NOT NULL);
  CREATE TABLE chunk (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, page INTEGER NOT NULL, headings TEXT NOT NULL, body TEXT NOT NULL);
  -- postings: rows (uint32, ascending), then as many weights (float32)
  CREATE TABLE term (token INTEGER PRIMARY KEY, frequency INTEGER NOT NULL, postings BLOB NOT NULL);
  -- ids: 16 bytes a chunk; pages, positions: uint32; types: one byte, place in PAGE_TYPES
  CREATE TABLE packed (name TEXT PRIMARY KEY, data BLOB NOT NULL);
  -- unit vectors of consecutive chunks (float32); zeros where a chunk has none
  CREATE TABLE vector (name TEXT NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (name, block));
`;

/** Chunks whose vectors share a row of \`vector\`. */
export const VECTOR_BLOCK = 2048;

export const TYPE_NUMBER: ReadonlyMap<string, number> = new Map(
  PAGE_TYPES.map((type, number) => [type, number]),
);

export function asBytes(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
}

export function asUint32(bytes: Uint8Array): Uint32Array {
  const whole = aligned(bytes);
  return new Uint32Array(whole.buffer, whole.byteOffset, whole.byteLength >> 2);
}

export function asFloat32(bytes: Uint8Array): Float32Array {
  const whole = aligned(bytes);
  return new Float32Array(whole.buffer, whole.byteOffset, whole.byteLength >> 2);
}

export function packId(id: string): Uint8Array {
  return Buffer.from(id.replaceAll("-", ""), "hex");
}

export function unpackId(bytes: Uint8Array, row: number): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset + 16 * row, 16).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function damaged(name: string, cause: unknown): IndexUnavailableError {
  return new IndexUnavailableError("index-damaged", "The index file is damaged.", {
    facts: { version: name, reason: cause instanceof Error ? cause.message : String(cause) },
    hint: "Go back with `npm run ingest -- rollback`, or build it again with `npm run ingest`.",
    cause,
  });
}

/** Runs `work`; an error of the file below becomes an `IndexUnavailableError`. */
export function guarded<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError || (error instanceof Error && error.name === "AbortError")) {
      throw error;
    }
    throw damaged(name, error);
  }
}

/**
 * Opens a finished file for reading. Throws `IndexUnavailableError` when it is cut short, no database, or of
 * another format; the error of `open` (ENOENT) as it is when there is no such file.
 */
export function openVersionFile(path: string, name: string): DatabaseSync {
  checkLength(path, name);
  return guarded(name, () => {
    const url = pathToFileURL(path);
    url.search = "immutable=1";
    const database = new DatabaseSync(url, { readOnly: true });
    try {
      database.exec("PRAGMA query_only = ON");
      checkFormat(database, name);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function checkFormat(database: DatabaseSync, name: string): void {
  const format = readMeta(database, "format");
  if (format === FILE_FORMAT) return;
  throw new IndexUnavailableError("index-format", "The index file has another format.", {
    facts: { version: name, found: String(format), expected: String(FILE_FORMAT) },
    hint: "Build the index again with `npm run ingest`.",
  });
}

/** A file cut short still opens, and fails only at the page that is missing; its header tells its length. */
function checkLength(path: string, name: string): void {
  const file = openSync(path, "r");
  try {
    const header = Buffer.alloc(100);
    const read = readSync(file, header, 0, 100, 0);
    const pageSize = header.readUInt16BE(16);
    const expected = (pageSize === 1 ? 65_536 : pageSize) * header.readUInt32BE(28);
    const { size } = fstatSync(file);
    if (read < 100 || !header.toString("latin1").startsWith("SQLite format 3") || size < expected) {
      throw damaged(name, `${size} bytes of ${expected}`);
    }
  } finally {
    closeSync(file);
  }
}

export function readMeta(database: DatabaseSync, name: string): unknown {
  return database.prepare("SELECT value FROM meta WHERE name = ?").get(name)?.["value"];
}

export function readVersion(database: DatabaseSync): IndexVersion {
  return JSON.parse(String(readMeta(database, "version"))) as IndexVersion;
}
