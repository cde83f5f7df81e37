/**
 * `npm run bench:retrieval`: question to selected evidence, everything included, against MiniSearch, Orama and
 * LanceDB full-text search given the same raw questions and 100 hits over the same chunks, all in one run on the
 * same machine. How it grows with the corpus is `bench:scale`.
 *
 * The other engines are not dependencies of the project: `npm install --prefix test/bench/retrieval` first; one that
 * is missing is left out.
 */
import { readFileSync, rmSync } from "node:fs";
import { mkdtemp, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { parseCases } from "../../../eval/case.ts";
import { percentile } from "../../../eval/metrics/percentile.ts";
import type { Chunk } from "../../../src/documents/chunk.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { createRetriever } from "../../../src/retrieval/retrieve.ts";
import type { ChunkIndex } from "../../../src/store/chunk-index.ts";
import { openIndex } from "../../../src/store/open-index.ts";
import { peakMegabytes } from "../scale/peak-memory.ts";

const HELP = `Usage: npm run bench:retrieval -- --index FOLDER [--cases FILE ...] [--alone] [--json]

  --index FOLDER  the index folder (DATA_DIR/index) of the documentation copy
  --cases FILE    questions; default: the cases in eval/cases
  --alone         without the other engines
`;

const HITS = 100;
const ROUNDS = 5;

type Search = (question: string) => Promise<unknown>;

type Row = {
  readonly engine: string;
  readonly chunks: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Of the processor for a question, on average: what a busy machine does not change. */
  readonly cpuMs: number;
  readonly cpuP95Ms: number;
  /** Most that the process held. */
  readonly megabytes?: number;
};

async function time(
  engine: string,
  chunks: number,
  questions: readonly string[],
  search: Search,
): Promise<Row> {
  const times: number[] = [];
  const cpuTimes: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const question of questions) {
      const begun = performance.now();
      const before = process.cpuUsage();
      await search(question);
      // The first round warms up.
      if (round === 0) continue;
      const { user, system } = process.cpuUsage(before);
      times.push(performance.now() - begun);
      cpuTimes.push((user + system) / 1000);
    }
  }
  return {
    engine,
    chunks,
    cpuMs: round(cpuTimes.reduce((sum, ms) => sum + ms, 0) / cpuTimes.length),
    cpuP95Ms: round(percentile(cpuTimes, 0.95)),
    p50Ms: round(percentile(times, 0.5)),
    p95Ms: round(percentile(times, 0.95)),
  };
}

function round(value: number | undefined): number {
  return Math.round((value ?? Number.NaN) * 100) / 100;
}

/** The parts of the other engines that are used here. Their packages may not be installed. */
type MiniSearchModule = {
  readonly default: new (options: object) => {
    addAll(documents: readonly object[]): void;
    search(query: string, options?: object): readonly unknown[];
  };
};
type OramaModule = {
  create(options: object): unknown;
  insertMultiple(database: unknown, documents: readonly object[]): unknown;
  search(database: unknown, options: object): unknown;
};
type LanceModule = {
  connect(path: string): Promise<{
    createTable(
      name: string,
      rows: readonly object[],
    ): Promise<{
      createIndex(column: string, options: object): Promise<void>;
      search(
        query: string,
        type: string,
        columns: readonly string[],
      ): {
        limit(count: number): { toArray(): Promise<unknown[]> };
      };
    }>;
  }>;
  readonly Index: { fts(options?: object): unknown };
};

async function load<Module>(name: string): Promise<Module | undefined> {
  try {
    const require = createRequire(import.meta.url);
    return (await import(require.resolve(name))) as Module;
  } catch (error) {
    process.stderr.write(`${name} is left out: ${error instanceof Error ? error.message : ""}\n`);
    return undefined;
  }
}

type Fields = {
  readonly id: string;
  readonly title: string;
  readonly headings: string;
  readonly body: string;
};

function fieldsOf(chunk: Chunk): Fields {
  return {
    id: chunk.id,
    title: chunk.title,
    headings: chunk.headingPath.join("\n"),
    body: chunk.text,
  };
}

async function others(chunks: readonly Chunk[], questions: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  const documents = chunks.map(fieldsOf);
  const mini = await load<MiniSearchModule>("minisearch");
  if (mini !== undefined) {
    const engine = new mini.default({ fields: ["title", "headings", "body"] });
    engine.addAll(documents);
    const options = { boost: { title: 3, headings: 2 } };
    rows.push(
      await time("MiniSearch", chunks.length, questions, async (question) =>
        engine.search(question, options).slice(0, HITS),
      ),
    );
  }
  const orama = await load<OramaModule>("@orama/orama");
  if (orama !== undefined) {
    const schema = { id: "string", title: "string", headings: "string", body: "string" };
    const database = await orama.create({ schema });
    await orama.insertMultiple(database, documents);
    const boost = { title: 3, headings: 2, body: 1 };
    rows.push(
      await time("Orama", chunks.length, questions, async (term) =>
        orama.search(database, { term, limit: HITS, boost }),
      ),
    );
  }
  const lance = await load<LanceModule>("@lancedb/lancedb");
  if (lance !== undefined) {
    const folder = await mkdtemp(path.join(tmpdir(), "bench-lance-"));
    const connection = await lance.connect(folder);
    const rowsOf = documents.map(({ id, ...text }) => ({
      id,
      text: Object.values(text).join("\n"),
    }));
    const table = await connection.createTable("chunks", rowsOf);
    await table.createIndex("text", { config: lance.Index.fts() });
    rows.push(
      await time("LanceDB full text", chunks.length, questions, (question) =>
        table.search(question, "fts", ["text"]).limit(HITS).toArray(),
      ),
    );
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

async function ours(index: ChunkIndex, questions: readonly string[]): Promise<Row> {
  const retriever = createRetriever({ index, clock: systemClock });
  await using reader = await index.open();
  const row = await time("ours", reader?.version.chunks ?? 0, questions, (question) =>
    retriever.retrieve({ question }),
  );
  return { ...row, megabytes: peakMegabytes() };
}

async function questionsOf(files: readonly string[] | undefined): Promise<readonly string[]> {
  const folder = path.resolve(import.meta.dirname, "../../../eval/cases");
  const all =
    files ??
    (await readdir(folder))
      .filter((name) => name.startsWith("docs-") && name.endsWith(".jsonl"))
      .map((name) => path.join(folder, name));
  return all.flatMap((file) =>
    parseCases(readFileSync(file, "utf8"), file).flatMap(({ turns }) => turns[0]?.user ?? []),
  );
}

const { values } = parseArgs({
  options: {
    index: { type: "string" },
    cases: { type: "string", multiple: true },
    alone: { type: "boolean" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help === true) {
  process.stdout.write(HELP);
} else if (values.index === undefined) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else {
  await using index = await openIndex({ folder: values.index });
  await using reader = await index.open();
  const questions = await questionsOf(values.cases);
  const rows = [await ours(index, questions)];
  const [own] = rows;
  const beside = values.alone !== true;
  if (beside && reader !== undefined)
    rows.push(...(await others(await Array.fromAsync(reader.chunks()), questions)));
  if (values.json === true) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else {
    for (const row of rows) {
      const ratio =
        own !== undefined && row.engine !== own.engine
          ? ` ours takes ${round(own.p50Ms / row.p50Ms)} of its median`
          : "";
      process.stdout.write(
        `${row.engine.padEnd(18)} ${String(row.chunks).padStart(7)} chunks  p50 ${row.p50Ms} ms  p95 ${row.p95Ms} ms  processor ${row.cpuMs} ms, p95 ${row.cpuP95Ms} ms${
          row.megabytes === undefined ? "" : `  ${row.megabytes} MB`
        }${ratio}\n`,
      );
    }
  }
}
