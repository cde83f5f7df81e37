/** `npm run ingest`: refreshes sources, shows the versions of the index, goes back to the one before. */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { isGithubSource } from "./github/read-repository.ts";
import { isFolderSource } from "./folder/read-folder.ts";
import { parseArgs } from "node:util";
import { indexFolder, openConfiguredIndex } from "../src/configured-index.ts";
import { openConversations, openReviewedAnswers } from "../src/configured-state.ts";
import { readConfig } from "../src/config/read-config.ts";
import type { Config } from "../src/config/schema.ts";
import type { EmbeddingModel } from "../src/models/embedding-model.ts";
import { systemClock } from "../src/platform/clock.ts";
import { prepareDataFolder } from "../src/platform/data-folder.ts";
import { describeError, UsageError } from "../src/platform/errors.ts";
import { runEntry } from "../src/platform/run-entry.ts";
import { changedSince } from "../src/answering/changed/changed-since.ts";
import { lapseChanged, type Lapsed } from "../src/answering/reviewed/cited-pages.ts";
import { recordIngest } from "../src/ingest-metrics.ts";
import { hasState } from "../src/state/take-over.ts";
import { copyIndex } from "../src/retrieval/copy-index.ts";
import { addPhrasings, Asked, sourceOf } from "../src/web/insights/add-phrasings.ts";
import type { ChunkIndex } from "../src/store/chunk-index.ts";
import { openIndex } from "../src/store/open-index.ts";
import { openEmbeddingCache } from "./embed/embedding-cache.ts";
import { EMBEDDING_CACHE, ingest, type IngestReport } from "./ingest.ts";
import { takeLease } from "./lease.ts";
import { phrasingsPrompts } from "./phrase/page-text.ts";
import {
  pagesToPhrase,
  writePhrasings,
  type WritePhrasingsOptions,
} from "./phrase/write-phrasings.ts";
import { changedText, lapsedText, phrasingsText, reportText, statusText } from "./report-text.ts";
import { appendPhrasings, ownPhrasingsFile, readPhrasings } from "./sources/phrasings.ts";
import type { Given } from "./sources/given.ts";
import { readOwnSources, SOURCES, sourceNamed } from "./sources/registry.ts";
import type { Source } from "./sources/source.ts";
import { terminalProgress } from "./terminal-progress.ts";
import { watchSources } from "./watch.ts";

const HELP = `Usage: npm run ingest -- [SOURCE, ADDRESS or FOLDER ...] [options]
       npm run ingest -- status [--json]
       npm run ingest -- rollback [--json]
       npm run ingest -- copy-index [--back] [--json]
       npm run ingest -- write-phrasings SOURCE [--json]
       npm run ingest -- add-phrasings ADDRESS "HOW PEOPLE ASK" ... [--json]

Crawls documentation and publishes a new version of the index. Without a name it refreshes the
sources of INGEST_SOURCES. A second run asks only for what changed.

Sources: ${SOURCES.map(({ name }) => name).join(", ")}, or the address of any documentation site,
a folder of Markdown (./runbooks), a repository's issues, discussions and releases
(github:OWNER/NAME), or a preset of your own (docs/presets.md).

  --from ORIGIN  fetch the pages from this origin, keep the source's own addresses
  --shown-at URL where the pages of a folder are shown to people; {path} in it stands for a file's
                 path, {page} for that without its ending; kept for later runs
  --product NAME, --title NAME, --version VERSION
                 what the source is about, instead of what it calls itself; kept for later runs
  --dry-run      crawl and compare, publish nothing
  --force        publish although the crawl lost pages
  --watch        go on, and crawl each source again when it is due
  --json         print the report as JSON
  --help         print this

status           the versions of the index and what is in the live one
rollback         make the version before the live one live
copy-index       copy the live version from the files in DATA_DIR to the Qdrant server, without
                 crawling; with --back from the server to the files, which answer while it is down
write-phrasings  have the model of OPENAI_MODEL write how people ask for each page of the source,
                 and for the passages that answer, so that both are found by their words; the
                 next ingest uses what it wrote. --pages N and --tokens N bound one run (tokens
                 read and written); the same command goes on with the rest
add-phrasings    add how people ask for one page, as they put it; the next ingest uses it
`;

async function main(signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: "string" },
      "shown-at": { type: "string" },
      product: { type: "string" },
      title: { type: "string" },
      version: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      force: { type: "boolean", default: false },
      watch: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      back: { type: "boolean", default: false },
      pages: { type: "string" },
      tokens: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { config } = readConfig(process.env);
  const [command] = positionals;
  if (command === "status" || command === "rollback" || command === "copy-index") {
    if (positionals.length > 1) throw new UsageError(`"${command}" takes no further names.`);
    if (command === "status") return status(config, values.json);
    if (command === "rollback") return rollback(config, values.json);
    return copy(config, values.back, values.json, signal);
  }
  if (command === "write-phrasings") {
    const [, name, ...more] = positionals;
    if (name === undefined || more.length > 0) {
      throw new UsageError("write-phrasings takes one source or address.");
    }
    const shownAt = rememberedShownAt(prepareDataFolder(config.DATA_DIR), values["shown-at"]);
    const source = sourceNamed(name, readOwnSources(config.DATA_DIR), shownAt);
    const limits = {
      pages: countOf("--pages", values.pages ?? MOST_PHRASED_PAGES),
      tokens: countOf("--tokens", values.tokens ?? MOST_PHRASING_TOKENS),
    };
    return phrase(config, source, limits, values.json, signal);
  }
  if (command === "add-phrasings") {
    const [, address, ...asked] = positionals;
    return addAsked(config, address, asked, values.json);
  }
  if (values.pages !== undefined || values.tokens !== undefined) {
    throw new UsageError("--pages and --tokens go with write-phrasings.");
  }
  if (values.back) throw new UsageError("--back goes with copy-index.");

  const names = positionals.length > 0 ? positionals : config.INGEST_SOURCES;
  const shownAt = rememberedShownAt(prepareDataFolder(config.DATA_DIR), values["shown-at"]);
  const own = readOwnSources(config.DATA_DIR);
  const sources = [...new Set(names)].map((name) => sourceNamed(name, own, shownAt));
  if (values["shown-at"] !== undefined && !(sources.length === 1 && isFolderSource(sources[0]))) {
    throw new UsageError("--shown-at goes with exactly one folder.");
  }
  const from = values.from === undefined ? undefined : copyOrigin(values.from, sources);
  const given = givenOf(values, sources);
  if (values.watch && values["dry-run"]) {
    throw new UsageError("--watch and --dry-run do not go together.");
  }

  const dataFolder = prepareDataFolder(config.DATA_DIR);
  const progress = terminalProgress(process.stderr, () => performance.now());
  await using index = await openConfiguredIndex(config, dataFolder);
  const embeddingModel = await embeddingModelOf(config);
  const run = async (due: readonly Source[]): Promise<IngestReport> => {
    const report = await ingest(
      {
        sources: due,
        force: values.force,
        dryRun: values["dry-run"],
        ...(from === undefined ? {} : { from }),
        ...(given === undefined ? {} : { given }),
      },
      {
        index,
        dataFolder,
        progress,
        clock: systemClock,
        random: Math.random,
        newId: randomUUID,
        allowHosts: config.INGEST_ALLOW_HOSTS,
        github: {
          apiUrl: config.GITHUB_API_URL,
          ...(config.GITHUB_TOKEN === undefined ? {} : { token: config.GITHUB_TOKEN }),
        },
        signal,
        ...(embeddingModel === undefined ? {} : { embeddingModel }),
        judge: async (version) => {
          // Loaded when a version is there to be judged: it brings the whole answering side with it.
          const { objectionsTo } = await import("../eval/replay-before-publish.ts");
          return objectionsTo(version, {
            config,
            index,
            signal,
            clock: systemClock,
            newId: randomUUID,
            note: (text) => progress.note(text),
          });
        },
      },
    ).finally(() => progress.end());
    if (!values["dry-run"]) {
      // For /metrics.
      const { version, elapsedMs, sources: ofRun } = report;
      const run = { elapsedMs, endedAt: systemClock.now(), published: version !== undefined };
      await beside("The run was not counted", () =>
        recordIngest(dataFolder, { ...run, sources: ofRun }),
      );
    }
    // Also when nothing was published: a run that was killed may have left it undone.
    const lapsed = values["dry-run"]
      ? []
      : await lapseReviewed(index, dataFolder, config.STATE_URL);
    const changed =
      report.version === undefined
        ? undefined
        : await countChanged(index, dataFolder, config.STATE_URL, signal);
    process.stdout.write(
      values.json
        ? `${JSON.stringify({
            ...report,
            lapsed: lapsed.length === 0 ? undefined : lapsed,
            changedAnswers: changed,
          })}\n`
        : `${reportText(report)}${lapsedText(lapsed)}${changedText(changed, CHANGED_DAYS)}`,
    );
    return report;
  };

  if (values.watch) {
    await watchSources(sources, run, {
      clock: systemClock,
      signal,
      note: (text) => progress.note(text),
    });
    return 0;
  }
  const report = await run(sources);
  const failed = report.sources.some(({ state }) => state === "failed" || state === "refused");
  return failed ? 1 : 0;
}

/** Where the pages of each folder are shown, by its path; what is given now is kept for the next runs. */
function rememberedShownAt(
  dataFolder: string,
  given: string | undefined,
): (folder: string) => string | undefined {
  const file = path.join(dataFolder, "folders.json");
  const known = existsSync(file)
    ? z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, "utf8")))
    : {};
  return (folder) => {
    if (given === undefined) return known[folder];
    writeFileSync(file, `${JSON.stringify({ ...known, [folder]: given }, undefined, 2)}\n`);
    return given;
  };
}

/** Undefined when nothing was given. */
function givenOf(
  values: Readonly<Record<string, unknown>>,
  sources: readonly Source[],
): Given | undefined {
  const given = Object.entries(values).flatMap(([name, value]) =>
    typeof value === "string" && (name === "product" || name === "title" || name === "version")
      ? [[name, value.trim()] as const]
      : [],
  );
  if (given.length === 0) return undefined;
  if (sources.length !== 1) {
    throw new UsageError("--product, --title and --version go with exactly one source.");
  }
  for (const [name, value] of given) {
    if (value === "" || value.length > 60) {
      throw new UsageError(`--${name} takes a name of 1 to 60 characters.`);
    }
  }
  return Object.fromEntries(given);
}

function copyOrigin(from: string, sources: readonly Source[]): string {
  if (sources.length !== 1) throw new UsageError("--from goes with exactly one source.");
  if (isFolderSource(sources[0]) || isGithubSource(sources[0])) {
    throw new UsageError("--from is for sites.");
  }
  const url = URL.parse(from);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new UsageError(`--from takes an origin such as http://127.0.0.1:4000, not "${from}".`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

async function embeddingModelOf(config: Config): Promise<EmbeddingModel | undefined> {
  if (config.OPENAI_EMBEDDING_MODEL === undefined) return undefined;
  const { openEmbeddingModel } = await import("../src/compose-models.ts");
  return openEmbeddingModel(config);
}

async function withIndex<T>(config: Config, use: (index: ChunkIndex) => Promise<T>): Promise<T> {
  await using index = await openConfiguredIndex(config, prepareDataFolder(config.DATA_DIR));
  return use(index);
}

/** What happens beside a run: what fails there is told, and what was published stays published. */
async function beside<T>(
  failed: string,
  work: () => T | Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    process.stderr.write(`${failed}: ${describeError(error)}\n`);
    return undefined;
  }
}

/** Has the reviewed answers lapse whose pages the live version has otherwise; nothing is stored where nothing was. */
async function lapseReviewed(
  index: ChunkIndex,
  dataFolder: string,
  stateUrl: string | undefined,
): Promise<readonly Lapsed[]> {
  if (stateUrl === undefined && !hasState(dataFolder)) return [];
  const lapsed = await beside("Reviewed answers were not looked at", async () => {
    await using store = await openReviewedAnswers({ dataFolder, stateUrl });
    if ((await store.list()).length === 0) return [];
    await using reader = await index.open();
    return reader && (await lapseChanged(store, reader, new Date(systemClock.now()).toISOString()));
  });
  return lapsed ?? [];
}

/** Answers of this time are looked at after a version went live, and for so long. */
const CHANGED_DAYS = 30;
const CHANGED_MS = 60_000;

/**
 * How many posted answers stand on words that the live version has no more or otherwise; undefined when none was posted
 * or it takes too long to tell. `npm run changed` lists them.
 */
async function countChanged(
  index: ChunkIndex,
  dataFolder: string,
  stateUrl: string | undefined,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (stateUrl === undefined && !hasState(dataFolder)) return undefined;
  const look = async () => {
    await using store = await openConversations({ dataFolder, stateUrl });
    await using reader = await index.open();
    if (reader === undefined) return undefined;
    let changed: number | undefined;
    const since = new Date(systemClock.now() - CHANGED_DAYS * 86_400_000).toISOString();
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(CHANGED_MS)]);
    for await (const looked of changedSince({ store, reader, since, signal: bounded }))
      changed = (changed ?? 0) + (looked.changed === undefined ? 0 : 1);
    return changed;
  };
  return beside("Posted answers were not all looked at", look, signal);
}

async function status(config: Config, json: boolean): Promise<number> {
  const versions = await withIndex(config, (index) => index.versions());
  process.stdout.write(json ? `${JSON.stringify({ versions })}\n` : statusText(versions));
  return 0;
}

async function rollback(config: Config, json: boolean): Promise<number> {
  const { version, lapsed } = await withIndex(config, async (index) => ({
    version: await index.rollback(),
    lapsed: await lapseReviewed(index, prepareDataFolder(config.DATA_DIR), config.STATE_URL),
  }));
  process.stdout.write(
    json
      ? `${JSON.stringify(lapsed.length === 0 ? { version } : { version, lapsed })}\n`
      : `${lapsedText(lapsed)}Version ${version.id} of ${version.createdAt} is live again: ${version.pages} pages, ${version.chunks} chunks. The next ingest publishes what it finds then.\n`,
  );
  return 0;
}

async function copy(
  config: Config,
  back: boolean,
  json: boolean,
  signal: AbortSignal,
): Promise<number> {
  if (config.QDRANT_URL === undefined) {
    throw new UsageError("copy-index needs a server: set QDRANT_URL, in .env or the environment.");
  }
  const dataFolder = prepareDataFolder(config.DATA_DIR);
  using _lease = await takeLease(dataFolder, { clock: systemClock, newId: randomUUID, signal });
  await using server = await openConfiguredIndex(config, dataFolder);
  await using files = await openIndex({ folder: indexFolder(dataFolder) });
  const embeddingModel = await embeddingModelOf(config);
  using embeddingCache =
    embeddingModel === undefined
      ? undefined
      : openEmbeddingCache(path.join(dataFolder, EMBEDDING_CACHE));
  const progress = terminalProgress(process.stderr, () => performance.now());
  const [from, to] = back ? ["the server", "the files"] : ["the files", "the server"];
  progress.stage(`copying the index from ${from} to ${to}`);
  const version = await copyIndex({
    from: back ? server : files,
    to: back ? files : server,
    clock: systemClock,
    signal,
    ...(embeddingModel === undefined ? {} : { embeddingModel }),
    ...(embeddingCache === undefined ? {} : { embeddingCache }),
    onProgress: ({ stage, chunks, total }) => {
      if (stage === "add" && total !== undefined) progress.count(chunks, total);
    },
  }).finally(() => progress.end());
  process.stdout.write(
    json
      ? `${JSON.stringify({ version })}\n`
      : `Version ${version.id} is live in ${to}: ${version.pages} pages, ${version.chunks} chunks.\n`,
  );
  return 0;
}

/** What one run of write-phrasings may cost when nothing is said. */
const MOST_PHRASED_PAGES = "2000";
const MOST_PHRASING_TOKENS = "10000000";

function countOf(option: string, text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count === 0) throw new UsageError(`${option} takes a whole number from 1, not "${text}".`);
  return count;
}

async function addAsked(
  config: Config,
  address: string | undefined,
  given: readonly string[],
  json: boolean,
): Promise<number> {
  const asked = Asked.safeParse(given);
  if (address === undefined || !asked.success)
    throw new UsageError(
      "add-phrasings takes an address and how people ask for it: one to ten questions of at most 200 characters.",
    );
  const dataFolder = prepareDataFolder(config.DATA_DIR);
  await using index = await openConfiguredIndex(config, dataFolder);
  await using reader = await index.open();
  const [url = ""] = address.split("#");
  const [chunk] = (await reader?.readPage(url)) ?? [];
  if (reader === undefined || chunk === undefined)
    throw new UsageError(`${address} is not indexed.`, "npm run ingest -- status");
  const source = sourceOf(chunk, reader.version);
  if (source === undefined)
    throw new UsageError("Which source the page came from is not clear; write its file by hand.");
  const count = addPhrasings(dataFolder, { source, url, asked: asked.data });
  process.stdout.write(
    json
      ? `${JSON.stringify({ url, source, count })}\n`
      : `Kept; the page has ${count} now. The next ingest reads them.\n`,
  );
  return 0;
}

async function phrase(
  config: Config,
  source: Source,
  limits: NonNullable<WritePhrasingsOptions["limits"]>,
  json: boolean,
  signal: AbortSignal,
): Promise<number> {
  const { openLanguageModel, readPrompt } = await import("../src/compose-models.ts");
  const model = openLanguageModel(config);
  if (model === undefined) {
    throw new UsageError(
      "write-phrasings needs a model: set OPENAI_MODEL, in .env or the environment.",
    );
  }
  const dataFolder = prepareDataFolder(config.DATA_DIR);
  using _lease = await takeLease(dataFolder, { clock: systemClock, newId: randomUUID, signal });
  await using index = await openConfiguredIndex(config, dataFolder);
  await using reader = await index.open();
  if (reader === undefined) {
    throw new UsageError("There is no index to write for. Build it with `npm run ingest`.");
  }
  const known = readPhrasings(source, dataFolder).ofPage;
  const prompt = readPrompt("phrasings.md");
  const file = ownPhrasingsFile(dataFolder, source.name);
  const progress = terminalProgress(process.stderr, () => performance.now());
  const pages = await pagesToPhrase(reader.chunks(), source.origin, (url) => known.has(url));
  progress.stage(
    `${source.title}: ${pages.length} pages to write for, ${known.size} have phrasings`,
  );
  const written = await writePhrasings({
    pages,
    read: (url) => reader.readPage(url),
    model,
    render: (page) => phrasingsPrompts(prompt, page),
    limits,
    keep: (page) => appendPhrasings(file, page),
    onPage: (done, of) => progress.count(done, of, "pages"),
    signal,
  }).finally(() => progress.end());
  process.stdout.write(
    json ? `${JSON.stringify({ file, ...written })}\n` : phrasingsText(file, written),
  );
  return written.failed.length > 0 ? 1 : 0;
}

await runEntry(main);
