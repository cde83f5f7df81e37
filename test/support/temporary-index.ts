/** Indexes in a folder of the test file's own, which is gone when its tests are through. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import type { ChunkIndex } from "../../src/store/chunk-index.ts";
import { openIndex } from "../../src/store/open-index.ts";

const root = mkdtempSync(path.join(tmpdir(), "index-"));
let count = 0;

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

export function temporaryIndex(): Promise<ChunkIndex> {
  count += 1;
  return openIndex({ folder: path.join(root, String(count)) });
}
