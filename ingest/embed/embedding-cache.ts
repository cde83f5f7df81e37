/** Vectors of endpoint models by model and text hash, in one file beside the index: unchanged text is paid for once. */
import { DatabaseSync } from "node:sqlite";
import { AppError } from "../../src/platform/errors.ts";
import type { EmbeddingCache } from "../../src/retrieval/index-chunks.ts";

/** The file cannot be opened or is damaged. */
export class EmbeddingCacheError extends AppError {}

/** Opens or creates the cache at `file`. Throws `EmbeddingCacheError` when it cannot be used. */
export function openEmbeddingCache(file: string): EmbeddingCache & Disposable {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(file);
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;
       CREATE TABLE IF NOT EXISTS vector (
         model TEXT NOT NULL, hash TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (model, hash)
       ) WITHOUT ROWID`,
    );
  } catch (error) {
    throw new EmbeddingCacheError("embedding-cache", "The cache of embeddings cannot be opened.", {
      facts: { file },
      hint: "Check the folder's rights, or delete the file: the vectors are made again.",
      cause: error,
    });
  }
  const select = database.prepare("SELECT body FROM vector WHERE model = ? AND hash = ?");
  const insert = database.prepare("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)");
  return {
    async get(model, hashes) {
      return hashes.map((hash) => {
        const body = select.get(model, hash)?.["body"];
        // A copy: a view into the row's bytes need not be aligned.
        return body instanceof Uint8Array ? new Float32Array(body.slice().buffer) : undefined;
      });
    },
    async put(model, entries) {
      database.exec("BEGIN");
      for (const { hash, vector } of entries) {
        insert.run(
          model,
          hash,
          new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength),
        );
      }
      database.exec("COMMIT");
    },
    [Symbol.dispose]: () => database.close(),
  };
}
