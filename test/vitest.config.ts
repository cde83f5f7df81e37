import { availableParallelism } from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";

const root = path.resolve(import.meta.dirname, "..");

export default defineConfig({
  test: {
    root,
    include: ["test/**/*.test.ts"],
    exclude: ["test/bench/**", "**/node_modules/**"],
    setupFiles: ["test/setup.ts"],
    // Only what hangs is to be ended by them, not what is slow on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Some start a process each.
    maxConcurrency: 4,
    pool: "forks",
    // Files of one worker share the loaded modules: no test replaces a module, and loading them anew takes a third of the time.
    isolate: false,
    // The default leaves one core to vitest, which needs little of it.
    maxWorkers: Math.max(2, availableParallelism()),
    // For the commands that tests start: compiled once, not by each process.
    env: { NODE_COMPILE_CACHE: path.join(root, "node_modules/.cache/compiled") },
    reporters: [path.join(root, "test/support/folder-reporter.ts")],
    slowTestThreshold: 5_000,
    coverage: { provider: "v8", include: ["src/**", "ingest/**", "eval/**"] },
  },
});
