/** Indexes in a folder of the process's own, which is gone when its tests are through, or when it ends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ChunkIndex } from "../../src/store/chunk-index.ts";
import { openIndex } from "../../src/store/open-index.ts";

const root = mkdtempSync(path.join(tmpdir(), "index-"));
let count = 0;

const remove = () => {
  rmSync(root, { recursive: true, force: true });
};

// A test runner ends its workers without letting them exit.
if (process.env["VITEST"] === undefined) process.once("exit", remove);
else (await import("vitest")).afterAll(remove);

export function temporaryIndex(): Promise<ChunkIndex> {
  count += 1;
  return openIndex({ folder: path.join(root, String(count)) });
}
