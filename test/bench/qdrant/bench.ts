/**
 * Whole turns, offline, on the files of DATA_DIR and on the same index behind a fake Qdrant server in a process of its
 * own whose every request takes LATENCY_MS more: what a server costs by its distance, not by its engine. The server's own
 * work on each request counts too. `npm run bench:qdrant -- [LATENCY_MS] [QUESTIONS]`, default 3 and 120.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { percentile } from "../../../eval/metrics/percentile.ts";
import { compose, type Composed } from "../../../src/compose.ts";
import { readConfig } from "../../../src/config/read-config.ts";
import { openConfiguredIndex } from "../../../src/configured-index.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { copyIndex } from "../../../src/retrieval/copy-index.ts";
import { createQdrantIndex } from "../../../src/store/qdrant/qdrant-index.ts";

const WARM_UP = 10;

/** First questions and their follow-ups, a conversation each. */
function conversations(): readonly (readonly string[])[] {
  const folder = path.resolve(import.meta.dirname, "../../../eval/cases");
  return readdirSync(folder)
    .filter((name) => name.startsWith("docs-"))
    .flatMap((name) => readFileSync(path.join(folder, name), "utf8").trim().split("\n"))
    .map((line) => (JSON.parse(line) as { turns: { user: string }[] }).turns.map((t) => t.user));
}

async function turn(composed: Composed, conversationId: string, text: string): Promise<number> {
  const start = performance.now();
  const events = composed.application.ask({
    key: randomUUID(),
    conversationId,
    author: "you",
    text,
  });
  for await (const event of events) void event;
  return performance.now() - start;
}

const latencyMs = Number(process.argv[2] ?? "3");
const most = Number(process.argv[3] ?? "120");
const { config } = readConfig(process.env);
const server = spawn(
  process.execPath,
  [path.resolve(import.meta.dirname, "../../support/fake-qdrant-process.ts"), String(latencyMs)],
  { stdio: ["pipe", "pipe", "inherit"] },
);
try {
  const [url = ""] = (await once(createInterface(server.stdout), "line")) as string[];
  await using files = await openConfiguredIndex(
    { ...config, QDRANT_URL: undefined },
    config.DATA_DIR,
  );
  await using remote = createQdrantIndex({
    url,
    alias: "bench",
    clock: systemClock,
    random: Math.random,
    timeoutMs: 60_000,
  });
  await copyIndex({ from: files, to: remote, clock: systemClock });
  let requests = 0;
  const { fetch: plain } = globalThis;
  globalThis.fetch = (...parts: Parameters<typeof fetch>) => {
    requests += 1;
    return plain(...parts);
  };
  const settings = { config, forgetful: true, useModel: false };
  await using onFiles = await compose({ ...settings, index: files });
  await using onServer = await compose({ ...settings, index: remote });
  const times = { files: [] as number[], server: [] as number[] };
  let asked = 0;
  let counted = 0;
  for (const texts of conversations()) {
    if (asked >= most + WARM_UP) break;
    const id = randomUUID();
    for (const text of texts) {
      asked += 1;
      const before = requests;
      const [file, far] = [await turn(onFiles, id, text), await turn(onServer, id, text)];
      if (asked <= WARM_UP) continue;
      times.files.push(file);
      times.server.push(far);
      counted += requests - before;
    }
  }
  const row = (name: string, values: readonly number[]) =>
    `${name}  median ${(percentile(values, 0.5) ?? 0).toFixed(1)} ms  p95 ${(percentile(values, 0.95) ?? 0).toFixed(1)} ms`;
  const ratio = (percentile(times.server, 0.5) ?? 0) / (percentile(times.files, 0.5) ?? 1);
  process.stdout.write(
    `${times.files.length} turns, ${latencyMs} ms a request, ${(counted / times.files.length).toFixed(1)} requests a turn\n${row("files ", times.files)}\n${row("server", times.server)}  ${ratio.toFixed(2)} times the files\n`,
  );
} finally {
  server.stdin.end();
}
