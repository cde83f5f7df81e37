/**
 * `npm run bench:ingest`: the ingest of a documentation copy against Crawlee's CheerioCrawler that only fetches and
 * parses the same pages, both in one run on the same machine, each as a process of its own.
 *
 * DOCS_COPY_DIR names the folder of the copy; its `serve.mjs` serves it. Crawlee is not a dependency of the project:
 * `npm install --prefix test/bench/ingest` first.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const HELP = `Usage: DOCS_COPY_DIR=folder npm run bench:ingest -- [--runs 5] [--chrome live] [--pages N] [--alone] [--json]

  --pages N   instead of the copy's own pages, N generated ones (peak memory of a large site)
  --alone     without Crawlee
`;

const root = path.resolve(import.meta.dirname, "../../..");
const node = process.execPath;
/** The flags of the `ingest` script in package.json. */
const HEAP_FLAGS = ["--max-semi-space-size=4", "--heap-growing-percent=30"];

type Measured = { readonly ms: number; readonly peakMegabytes: number; readonly output: string };

/** Runs a process to its end; peak memory is the largest sum of resident memory over it and its children. */
async function measure(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Measured> {
  const start = performance.now();
  const child = spawn(node, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, residentBytes(child.pid ?? 0));
  }, 50);
  const code = await new Promise<number | null>((resolve) => {
    child.on("close", resolve);
  });
  clearInterval(sampler);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}:\n${errors}${output}`);
  return { ms: performance.now() - start, peakMegabytes: peak / 1e6, output };
}

/** Resident memory of a process and everything it started; 0 where there is no /proc. */
function residentBytes(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    const rest = children === "" ? [] : children.split(" ").map(Number);
    return rest.reduce((sum, child) => sum + residentBytes(child), pages * 4096);
  } catch {
    return 0;
  }
}

async function serve(
  folder: string,
  args: readonly string[],
): Promise<{ child: ChildProcess; url: string; pages: number }> {
  const child = spawn(node, ["serve.mjs", "--port", "0", ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const { url, pages } = JSON.parse(line) as { url: string; pages: number };
    return { child, url, pages };
  }
  throw new Error("The copy's server did not start.");
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Markdown pages of ordinary length, all different. */
function generatePages(count: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-pages-"));
  const words =
    "slot beacon job lantern worker queue retry lost silent release server state run limit".split(
      " ",
    );
  let seed = 1;
  const next = () => (seed = (seed * 48_271) % 2_147_483_647);
  const sentence = () => Array.from({ length: 14 }, () => words[next() % words.length]).join(" ");
  for (let page = 0; page < count; page += 1) {
    const sections = Array.from(
      { length: 6 },
      (_, section) =>
        `## Part ${section} of ${page}\n\n${sentence()}. ${sentence()}.\n\n- ${sentence()}\n- ${sentence()}\n\n\`\`\`python\nrun(${page}, ${section})\n\`\`\`\n`,
    );
    const directory = path.join(folder, "v3", `group-${Math.floor(page / 100)}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(
      path.join(directory, `page-${page}.md`),
      `---\ntitle: Page ${page}\n---\n\n${sentence()}.\n\n${sections.join("\n")}`,
    );
  }
  // One tab for each hundred pages: a menu of all pages on every page would measure the menu.
  const tabs = Array.from({ length: Math.ceil(count / 100) }, (_, group) => ({
    tab: `Group ${group}`,
    pages: Array.from(
      { length: Math.min(100, count - group * 100) },
      (_unused, page) => `v3/group-${group}/page-${group * 100 + page}`,
    ),
  }));
  writeFileSync(
    path.join(folder, "docs.json"),
    JSON.stringify({ name: "Generated", navigation: { tabs } }),
  );
  return folder;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "5" },
      chrome: { type: "string", default: "full" },
      pages: { type: "string" },
      alone: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const copy = process.env["DOCS_COPY_DIR"];
  if (copy === undefined || !existsSync(path.join(copy, "serve.mjs"))) {
    process.stderr.write(
      "Set DOCS_COPY_DIR to the folder of the documentation copy (with serve.mjs).\n",
    );
    return 2;
  }
  const hasCrawlee = existsSync(path.join(import.meta.dirname, "node_modules/crawlee"));
  const withCrawlee = hasCrawlee && !values.alone;
  if (!hasCrawlee && !values.alone) {
    process.stderr.write(
      "Crawlee is not installed (npm install --prefix test/bench/ingest); only our side is measured.\n",
    );
  }
  const generated = values.pages === undefined ? undefined : generatePages(Number(values.pages));
  const corpus = generated === undefined ? [] : ["--corpus", generated, "--no-warm"];
  const chrome = generated === undefined ? values.chrome : "live";
  const site = await serve(copy, ["--chrome", chrome, ...corpus]);
  const work = mkdtempSync(path.join(tmpdir(), "bench-ingest-"));
  const results: Record<string, Measured[]> = { fetch: [], crawlee: [], first: [], again: [] };
  try {
    for (let run = 0; run < Number(values.runs); run += 1) {
      const env = { ...process.env, DATA_DIR: path.join(work, String(run)), LOG_LEVEL: "error" };
      const ours = [...HEAP_FLAGS, "ingest/main.ts", "prefect", "--from", site.url, "--json"];
      const bench = import.meta.dirname;
      const both = [
        async () => {
          if (withCrawlee) {
            results["crawlee"]?.push(
              await measure([path.join(bench, "crawlee.mjs"), site.url], process.env),
            );
          }
        },
        async () => {
          results["first"]?.push(await measure(ours, env));
          const again = await measure(ours, env);
          const report = JSON.parse(again.output) as { sources: { state: string }[] };
          if (report.sources[0]?.state !== "up-to-date")
            throw new Error(`not up to date: ${again.output}`);
          results["again"]?.push(again);
        },
      ];
      results["fetch"]?.push(
        await measure([path.join(bench, "fetch-only.mjs"), site.url], process.env),
      );
      // Who goes first changes from run to run.
      for (const side of run % 2 === 0 ? both : both.toReversed()) await side();
      rmSync(path.join(work, String(run)), { recursive: true, force: true });
      const seconds = Object.entries(results).map(
        ([name, runs]) => `${name} ${((runs.at(-1)?.ms ?? 0) / 1000).toFixed(1)} s`,
      );
      process.stderr.write(`run ${run + 1}: ${seconds.join(", ")}\n`);
    }
  } finally {
    site.child.kill();
    rmSync(work, { recursive: true, force: true });
    if (generated !== undefined) rmSync(generated, { recursive: true, force: true });
  }
  const figures = Object.fromEntries(
    Object.entries(results)
      .filter(([, runs]) => runs.length > 0)
      .map(([name, runs]) => [
        name,
        {
          medianMs: Math.round(median(runs.map(({ ms }) => ms))),
          peakMegabytes: Math.round(Math.max(...runs.map(({ peakMegabytes }) => peakMegabytes))),
          runs: runs.map(({ ms }) => Math.round(ms)),
        },
      ]),
  );
  const ratio = (a: string, b: string) => (figures[a]?.medianMs ?? 0) / (figures[b]?.medianMs ?? 1);
  const report = {
    pages: site.pages,
    chrome,
    heapFlags: HEAP_FLAGS,
    figures,
    ratios: {
      ...(figures["crawlee"] === undefined ? {} : { firstToCrawlee: ratio("first", "crawlee") }),
      againToFirst: ratio("again", "first"),
      firstToFetch: ratio("first", "fetch"),
    },
  };
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : text(report));
  return 0;
}

function text(report: {
  readonly pages: number;
  readonly heapFlags: readonly string[];
  readonly figures: Readonly<
    Record<
      string,
      {
        readonly medianMs: number;
        readonly peakMegabytes: number;
        readonly runs: readonly number[];
      }
    >
  >;
  readonly ratios: Readonly<Record<string, number>>;
}): string {
  const names: Readonly<Record<string, string>> = {
    fetch: "fetch only",
    crawlee: "Crawlee, fetch and parse",
    first: "first ingest",
    again: "ingest again, unchanged",
  };
  const lines = [
    `${report.pages} pages, heap flags ${report.heapFlags.join(" ")}`,
    ...Object.entries(report.figures).map(
      ([name, one]) =>
        `${(names[name] ?? name).padEnd(26)} ${String(one.medianMs).padStart(7)} ms  ${String(one.peakMegabytes).padStart(5)} MB peak  (${one.runs.join(", ")})`,
    ),
    ...Object.entries(report.ratios).map(
      ([name, value]) => `${name.padEnd(26)} ${value.toFixed(3)}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
