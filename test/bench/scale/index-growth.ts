/** The index at growing sizes: how long it takes to build and to ask, and how much it holds. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../../../src/platform/clock.ts";
import { indexChunks } from "../../../src/retrieval/index-chunks.ts";
import { openIndex } from "../../../src/store/open-index.ts";
import { corpusStatistics, growCorpus } from "./grow-corpus.ts";
import { peakMegabytes } from "./peak-memory.ts";

const BENCH = path.join(import.meta.dirname, "bench.ts");
const ASK = path.join(import.meta.dirname, "../retrieval/bench.ts");

export type Print = (row: Readonly<Record<string, number | string>>) => void;

export type Built = {
  readonly buildMs: number;
  /** Of the processor, which a busy machine does not change. */
  readonly cpuMs: number;
  /** Most that the process held. */
  readonly megabytes: number;
};

type Asked = {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly cpuMs: number;
  readonly cpuP95Ms: number;
  readonly megabytes: number;
};

/** Builds an index of `size` chunks in `folder`, grown from the one in `realFolder`. */
export async function buildGrown(realFolder: string, size: number, folder: string): Promise<Built> {
  await using real = await openIndex({ folder: realFolder });
  await using reader = await real.open();
  if (reader === undefined) throw new Error(`There is no index in ${realFolder}.`);
  const statistics = corpusStatistics(await Array.fromAsync(reader.chunks()));
  const begun = performance.now();
  const before = process.cpuUsage();
  await using index = await openIndex({ folder });
  const { builder } = await indexChunks({
    index,
    chunks: () => growCorpus(statistics, size),
    sources: reader.version.sources,
    clock: systemClock,
  });
  await builder.publish();
  const { user, system } = process.cpuUsage(before);
  return {
    buildMs: Math.round(performance.now() - begun),
    cpuMs: Math.round((user + system) / 1000),
    megabytes: peakMegabytes(),
  };
}

export async function measureIndex(
  realFolder: string,
  sizes: readonly number[],
  caseFiles: readonly string[],
  print: Print,
): Promise<void> {
  const run = (script: string, args: readonly string[]): unknown =>
    JSON.parse(execFileSync(process.execPath, [script, "--json", ...args], { encoding: "utf8" }));
  const cases = caseFiles.flatMap((file) => ["--cases", file]);
  let first: { readonly built: Built; readonly asked: Asked; readonly chunks: number } | undefined;
  for (const chunks of sizes) {
    const folder = mkdtempSync(path.join(tmpdir(), "bench-scale-"));
    try {
      const loadBefore = loadavg()[0] ?? 0;
      // What both print is of these types: this process started the same program.
      const built = run(BENCH, [
        "--index",
        realFolder,
        "--build",
        String(chunks),
        "--into",
        folder,
      ]) as Built;
      const [asked] = run(ASK, ["--index", folder, "--alone", ...cases]) as readonly Asked[];
      if (asked === undefined) throw new Error("No question was asked.");
      const bytes = readdirSync(folder).reduce(
        (sum, name) => sum + statSync(path.join(folder, name)).size,
        0,
      );
      first ??= { built, asked, chunks };
      const times = (value: number, base: number) => `${(value / base).toFixed(1)}x`;
      print({
        chunks,
        "median ms": asked.p50Ms,
        "95 % ms": asked.p95Ms,
        "processor ms": asked.cpuMs,
        "processor 95 % ms": asked.cpuP95Ms,
        "asking MB": asked.megabytes,
        "building s": (built.buildMs / 1000).toFixed(1),
        "building processor s": (built.cpuMs / 1000).toFixed(1),
        "building MB": built.megabytes,
        "disk MB": Math.round(bytes / 2 ** 20),
        size: times(chunks, first.chunks),
        "asking, processor": times(asked.cpuMs, first.asked.cpuMs),
        "asking, memory": times(asked.megabytes, first.asked.megabytes),
        "building, processor": times(built.cpuMs, first.built.cpuMs),
        load: `${loadBefore.toFixed(1)}-${(loadavg()[0] ?? 0).toFixed(1)}`,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
