/**
 * One index version in one SQLite file. Written once, then only read:
 *
 * - `meta(name, value)`: the manifest, the pages, the corpus model, and columns that are read whole.
 * - `chunk(ordinal, id, body)`: chunks by ordinal, JSON.
 * - `term(hash, df, postings)`: packed pairs of ordinal (u32) and weight (f32), ascending by ordinal.
 * - `vectors(name, first, data)`: blocks of float32 vectors, from chunk ordinal `first` on; absent ones are zero.
 */
import { DatabaseSync } from "node:sqlite";

/** Changes whenever tokens, weights, chunks or this layout change: a file of another pipeline is not read. */
export const FORMAT = "sqlite-1";

export const SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
  CREATE TABLE chunk (ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE segment (hash INTEGER NOT NULL, number INTEGER NOT NULL, postings BLOB NOT NULL) STRICT;
  CREATE TABLE term (hash INTEGER PRIMARY KEY, df INTEGER NOT NULL, postings BLOB NOT NULL) STRICT;
  CREATE TABLE vectors (
    name TEXT NOT NULL, first INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (name, first)
  ) STRICT;
`;

/** Vectors in one row of `vectors`. */
export const VECTORS_PER_BLOCK = 1024;

/** What all chunks of a page have in common, kept once. */
export type PageEntry = {
  readonly url: string;
  readonly pageType: string;
  readonly product: string;
  readonly version: string;
};

export function createVersionFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  // Nobody reads the file before it is renamed, so a journal would protect nothing.
  database.exec("PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
  database.exec(SCHEMA);
  return database;
}

export function openVersionFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true });
  database.exec("PRAGMA query_only = ON; PRAGMA mmap_size = 1073741824");
  return database;
}

/** A view of a blob as 32 bit numbers; copied when it does not lie on a multiple of four bytes. */
export function asUint32(blob: Uint8Array): Uint32Array {
  const aligned = blob.byteOffset % 4 === 0 ? blob : Uint8Array.from(blob);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
}

export function asFloat32(blob: Uint8Array): Float32Array {
  const aligned = blob.byteOffset % 4 === 0 ? blob : Uint8Array.from(blob);
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
}

export function asBytes(array: Uint32Array | Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
