/**
 * `npm run figures`: measures what this repository can run, keeps it in `docs/figures.json`, and writes
 * `docs/figures.md` and the README's short table from all that is kept there.
 */
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { compose, type Composed, DEMO_FOLDER } from "../../src/compose.ts";
import { loadConfig } from "../../src/config/load.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { AppError, UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { processTerminal, type Terminal } from "../../src/terminal/terminal.ts";
import { readRedirects, type Redirects } from "../canonical-path.ts";
import { type EvalCase, parseCases } from "../case.ts";
import { evaluate, type Evaluation } from "../evaluate.ts";
import { figuresPage, shortTable, withShortTable } from "../public/figures-page.ts";
import { keptReadings, keptSamples } from "../public/kept.ts";
import { askedAs, scoreLastTurns, underspecifiedIds, WAYS } from "../public/mtrag.ts";
import { Published } from "../public/published.ts";
import { type Measured, measureSuite, measureTime, Results } from "../public/results.ts";
import { indexHandbook } from "../run-script.ts";
import type { CaseScore } from "../score.ts";
import { absentPages } from "../summarise.ts";
import { readText } from "../read-text.ts";

const HELP = `Usage: npm run figures [-- options]

Measures the suites, keeps the results in docs/figures.json, and writes docs/figures.md and the README's table. The
handbook is indexed in a temporary folder and always measured; what is not measured now keeps its last results.

  --index FOLDER     data folder (DATA_DIR) that Prefect's documentation is indexed in: its suites too
  --redirects FILE   follow the redirects of this docs.json when pages of the documentation are compared
  --mtrag FOLDER     data folder with an index of MTRAG's passages, and questions.jsonl beside it
  --to FOLDER        write docs/figures.* and README.md below this folder instead (it has a README.md with the markers)
  --help

Exit codes: 0 written, whatever the figures; 1 something could not be measured; 2 wrong use.
`;

const evalFolder = path.resolve(import.meta.dirname, "..");
const project = path.dirname(evalFolder);

type Progress = { readonly terminal: Terminal; readonly signal: AbortSignal };

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      index: { type: "string" },
      redirects: { type: "string" },
      mtrag: { type: "string" },
      to: { type: "string", default: project },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const terminal = processTerminal(process, process.env);
  if (values.help) {
    terminal.out(HELP);
    return 0;
  }
  const { index, mtrag } = values;
  if (values.redirects !== undefined && index === undefined)
    throw new UsageError("--redirects needs --index.");
  for (const folder of [index, mtrag]) {
    if (folder !== undefined && !existsSync(folder))
      throw new UsageError(`The folder ${folder} does not exist.`);
  }
  const tasks = mtrag === undefined ? undefined : readTasks(path.join(mtrag, "questions.jsonl"));
  const redirects =
    values.redirects === undefined
      ? undefined
      : readRedirects(JSON.parse(readText(values.redirects)) as unknown);
  const readmeFile = path.join(values.to, "README.md");
  if (withShortTable(readText(readmeFile), "") === undefined)
    throw new UsageError(`${readmeFile} lacks the two markers of the table of figures.`);
  const kept = path.join(values.to, "docs", "figures.json");
  const before = existsSync(kept) ? Results.parse(JSON.parse(readText(kept))) : {};

  const progress = { terminal, signal };
  const made = stamp(systemClock.now());
  const results: Results = {
    ...before,
    handbook: { ...made, command: "npm run figures", ...(await measureHandbook(progress)) },
    ...(index === undefined
      ? {}
      : {
          documentation: {
            ...made,
            command: `npm run figures -- --index FOLDER${redirects === undefined ? "" : " --redirects FILE"}`,
            ...(await measureDocumentation(progress, index, redirects)),
          },
        }),
    ...(mtrag === undefined || tasks === undefined
      ? {}
      : {
          mtrag: {
            ...made,
            command: "npm run figures -- --mtrag FOLDER",
            ...(await measureMtrag(progress, mtrag, tasks)),
          },
        }),
  };

  const input = {
    results,
    readings: keptReadings(),
    samples: keptSamples(),
    published: Published.parse(
      JSON.parse(readText(path.join(evalFolder, "public/published.json"))),
    ),
  };
  const readme = withShortTable(readText(readmeFile), shortTable(input));
  if (readme === undefined) throw new Error("the markers were there before");
  writeFileSync(kept, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(path.join(values.to, "docs", "figures.md"), figuresPage(input));
  writeFileSync(readmeFile, readme);
  terminal.out("Wrote docs/figures.md, docs/figures.json and the table of README.md.\n");
  return Object.values(results).some((measured) => (measured?.failed ?? 0) > 0) ? 1 : 0;
}

type Found = Omit<Measured, "date" | "commit" | "machine" | "command">;

async function measureHandbook(progress: Progress): Promise<Found> {
  const folder = mkdtempSync(path.join(tmpdir(), "ask-marvin-figures-"));
  try {
    await indexHandbook(folder, { environment: process.env, signal: progress.signal });
    return await measureFiles(progress, path.join(folder, DEMO_FOLDER), {
      files: caseFiles("handbook-*.jsonl"),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureDocumentation(
  progress: Progress,
  folder: string,
  redirects: Redirects | undefined,
): Promise<Found> {
  return measureFiles(progress, folder, {
    files: caseFiles("docs-*.jsonl"),
    // They measure declining only, and one of them was fitted on.
    apart: caseFiles("abstention*.jsonl"),
    ...(redirects === undefined ? {} : { redirects }),
  });
}

/** `apart` are suites that stand for themselves and count in no total. */
async function measureFiles(
  progress: Progress,
  folder: string,
  {
    files,
    apart = [],
    redirects,
  }: {
    readonly files: readonly string[];
    readonly apart?: readonly string[];
    readonly redirects?: Redirects;
  },
): Promise<Found> {
  await using composed = await open(folder);
  const suites: { name: string; file: string; evaluation: Evaluation }[] = [];
  for (const file of [...files, ...apart]) {
    const cases = parseCases(readText(file), path.relative(project, file));
    const evaluation = await ask(progress, composed, cases, redirects);
    suites.push({ name: path.basename(file, ".jsonl"), file, evaluation });
  }
  const counted = suites.filter(({ file }) => files.includes(file));
  const scores = counted.flatMap(({ evaluation }) => evaluation.scores);
  return {
    index: await sizeOf(composed),
    turns: counted.reduce((sum, { evaluation }) => sum + evaluation.records.length, 0),
    time: measureTime(scores),
    absent: absentPages(scores).length,
    failed: suites.reduce((sum, { evaluation }) => sum + evaluation.failures.length, 0),
    all: measureSuite("all", scores),
    suites: suites.map(({ name, evaluation }) => measureSuite(name, evaluation.scores)),
  };
}

type Tasks = { readonly cases: readonly EvalCase[]; readonly underspecified: ReadonlySet<string> };

function readTasks(file: string): Tasks {
  const text = readText(file);
  return { cases: parseCases(text, file), underspecified: underspecifiedIds(text) };
}

async function measureMtrag(
  progress: Progress,
  folder: string,
  { cases, underspecified }: Tasks,
): Promise<Found> {
  await using composed = await open(folder);
  const ways: { name: string; scores: readonly CaseScore[]; evaluation: Evaluation }[] = [];
  for (const way of WAYS) {
    const asked = askedAs(cases, way);
    const evaluation = await ask(progress, composed, asked);
    const { chunkTexts } = evaluation.indexFacts;
    const scores = scoreLastTurns(evaluation.cases, evaluation.records, underspecified, {
      chunkTexts,
    });
    ways.push({ name: way, scores, evaluation });
  }
  const [conversation] = ways;
  if (conversation === undefined) throw new Error("there is a way to ask");
  return {
    index: await sizeOf(composed),
    turns: conversation.evaluation.records.length,
    time: measureTime(conversation.evaluation.scores),
    absent: absentPages(conversation.evaluation.scores).length,
    failed: ways.reduce((sum, { evaluation }) => sum + evaluation.failures.length, 0),
    all: measureSuite("all", conversation.scores),
    suites: ways.map(({ name, scores }) => measureSuite(name, scores)),
  };
}

/** Without a model and with nothing of the caller's settings: the figures are those of the defaults. */
function open(folder: string): Promise<Composed> {
  const { config } = loadConfig({ DATA_DIR: folder }, undefined);
  return compose({ config, forgetful: true, useModel: false });
}

async function ask(
  { terminal, signal }: Progress,
  composed: Composed,
  cases: readonly EvalCase[],
  redirects?: Redirects,
): Promise<Evaluation> {
  const evaluation = await evaluate({
    application: composed.application,
    index: composed.index,
    cases,
    clock: systemClock,
    runId: randomUUID(),
    concurrency: 1,
    signal,
    ...(redirects === undefined ? {} : { redirects }),
  });
  terminal.err(`${cases.length} cases in ${Math.round(evaluation.elapsedMs / 1000)} s\n`);
  return evaluation;
}

async function sizeOf(composed: Composed): Promise<Measured["index"]> {
  const live = (await composed.index.versions()).find((version) => version.live);
  if (live === undefined || live.chunks === 0)
    throw new AppError("no-index", "The folder has no index to measure.", {
      hint: "Make one with npm run ingest and DATA_DIR set to that folder.",
    });
  return {
    pages: live.sources.reduce((sum, { pages }) => sum + pages, 0),
    chunks: live.chunks,
  };
}

/** Day, commit and machine. */
function stamp(now: number): Pick<Measured, "date" | "commit" | "machine"> {
  const cores = availableParallelism();
  return {
    date: new Date(now).toISOString().slice(0, 10),
    commit: commit(),
    machine: `Node ${process.versions.node} on ${cores} ${cores === 1 ? "core" : "cores"}`,
  };
}

/** Short name of the commit, with a note when the sources differ from it. */
function commit(): string {
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: project,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  try {
    const name = git("rev-parse", "--short=10", "HEAD").trim();
    const changed = git("status", "--porcelain", "--", "src", "ingest", "eval", "prompts").trim();
    return changed === "" ? name : `${name} and changes`;
  } catch {
    return "unknown";
  }
}

function caseFiles(pattern: string): string[] {
  return globSync(path.join(evalFolder, "cases", pattern)).toSorted();
}

await runEntry(main);
