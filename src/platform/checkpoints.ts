/**
 * Keeps the write-ahead log of a database short from a thread of its own. Left to SQLite, the commit that makes the log
 * too long brings it into the file, and the one after that begins the log anew: both wait for the disk, tens of
 * milliseconds on a quiet machine and a second on a busy one, and with them everything else in their thread.
 */
import { Worker } from "node:worker_threads";

/**
 * For the database at `path`, which exists, until the result is disposed of. One for a process is enough, and several
 * processes may have one each. When the thread ends early the log is left to SQLite again.
 */
export function startCheckpoints(path: string): AsyncDisposable {
  const worker = new Worker(new URL("checkpoint-worker.ts", import.meta.url), {
    workerData: { path },
  });
  worker.on("error", () => {});
  worker.unref();
  return {
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}
