/**
 * `npm run eval:gate`: indexes the handbook (and the documentation copy, where there is one) with the real
 * ingest into a folder of its own, asks the suites, and fails when a figure fell further than is tolerated.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { z } from "zod";
import { compose, DEMO_FOLDER } from "../../src/compose.ts";
import { loadConfig } from "../../src/config/load.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { AppError, UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { processTerminal, type Terminal } from "../../src/terminal/terminal.ts";
import { readRedirects, type Redirects } from "../canonical-path.ts";
import { type EvalCase, parseCases } from "../case.ts";
import { evaluate } from "../evaluate.ts";
import {
  Baseline,
  baselineText,
  baselineValues,
  fallText,
  findFalls,
  lostPages,
  missingCases,
  withSuite,
} from "../gate.ts";
import { renderHtml } from "../report/html.ts";
import { renderRemainder, renderTable } from "../report/table.ts";
import { indexHandbook, runScript } from "../run-script.ts";
import { summarise } from "../summarise.ts";

const HELP = `Usage: npm run eval:gate [-- options]

Runs the handbook suites and, where DOCS_COPY_DIR names a copy of the documentation site, the documentation
suites, and compares them with eval/baseline.json.

  --docs-cases FILE  further cases for the documentation copy; may be given more than once
  --update           write the figures into the baseline instead of judging them
  --report FOLDER    write an HTML page for each suite into this folder
  --help

Exit codes: 0 no figure fell beyond its tolerance; 1 one did, or a suite could not run; 2 wrong use.
`;

const evalFolder = path.resolve(import.meta.dirname, "..");
const project = path.dirname(evalFolder);
const BASELINE = path.join(evalFolder, "baseline.json");

type Suite = { readonly name: string; readonly files: readonly string[] };

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      "docs-cases": { type: "string", multiple: true, default: [] },
      update: { type: "boolean", default: false },
      report: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const terminal = processTerminal(process, process.env);
  if (values.help) {
    terminal.out(HELP);
    return 0;
  }
  const docsCopy = process.env["DOCS_COPY_DIR"] ?? "";
  if (docsCopy !== "" && !existsSync(path.join(docsCopy, "serve.mjs"))) {
    throw new UsageError(`DOCS_COPY_DIR ${docsCopy} holds no serve.mjs.`);
  }
  for (const file of values["docs-cases"]) {
    if (!existsSync(file)) throw new UsageError(`${file} does not exist.`);
    if (docsCopy === "") throw new UsageError("--docs-cases needs DOCS_COPY_DIR.");
  }
  if (values.report !== undefined && !existsSync(values.report)) {
    throw new UsageError(`The folder ${values.report} does not exist; make it first.`);
  }
  let baseline = existsSync(BASELINE)
    ? Baseline.parse(JSON.parse(readFileSync(BASELINE, "utf8")))
    : { suites: {} };
  const folder = mkdtempSync(path.join(tmpdir(), "ask-marvin-gate-"));
  let passed = true;
  try {
    const runSuites = async (
      dataFolder: string,
      suites: readonly Suite[],
      redirects?: Redirects,
    ) => {
      for (const suite of suites) {
        const result = await runSuite(terminal, suite, {
          dataFolder,
          baseline,
          signal,
          update: values.update,
          ...(redirects === undefined ? {} : { redirects }),
          ...(values.report === undefined ? {} : { report: values.report }),
        });
        passed &&= result.passed;
        baseline = result.baseline;
      }
    };
    await timed(terminal, "handbook indexed", () =>
      indexHandbook(folder, { environment: process.env, signal }),
    );
    await runSuites(path.join(folder, DEMO_FOLDER), handbookSuites());
    if (docsCopy === "") {
      terminal.out("The documentation suites were left out: DOCS_COPY_DIR is not set.\n");
    } else {
      const dataFolder = path.join(folder, "docs");
      await indexDocumentation(terminal, docsCopy, dataFolder, signal);
      await runSuites(dataFolder, docsSuites(values["docs-cases"]), redirectsOf(docsCopy));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (values.update) writeFileSync(BASELINE, baselineText(baseline));
  terminal.out(
    values.update
      ? "Wrote eval/baseline.json.\n"
      : passed
        ? "The gate passes.\n"
        : "The gate fails.\n",
  );
  return passed ? 0 : 1;
}

function handbookSuites(): readonly Suite[] {
  return [{ name: "handbook", files: caseFiles("handbook-*.jsonl") }];
}

function docsSuites(more: readonly string[]): readonly Suite[] {
  const files = [...caseFiles("docs-*.jsonl"), ...caseFiles("abstention.jsonl")];
  return [
    ...(files.length === 0 ? [] : [{ name: "docs", files }]),
    ...more.map((file) => ({ name: path.basename(file, ".jsonl"), files: [file] })),
  ];
}

function caseFiles(pattern: string): string[] {
  return globSync(path.join(evalFolder, "cases", pattern)).toSorted();
}

function redirectsOf(docsCopy: string): Redirects | undefined {
  const file = path.join(docsCopy, "corpus", "docs.json");
  return existsSync(file) ? readRedirects(JSON.parse(readFileSync(file, "utf8"))) : undefined;
}

async function runSuite(
  terminal: Terminal,
  suite: Suite,
  options: {
    readonly dataFolder: string;
    readonly baseline: Baseline;
    readonly update: boolean;
    readonly signal: AbortSignal;
    readonly redirects?: Redirects;
    readonly report?: string;
  },
): Promise<{ readonly passed: boolean; readonly baseline: Baseline }> {
  const cases: readonly EvalCase[] = suite.files.flatMap((file) =>
    parseCases(readFileSync(file, "utf8"), path.relative(project, file)),
  );
  const { config } = loadConfig({ DATA_DIR: options.dataFolder }, undefined);
  await using composed = await compose({ config, forgetful: true, useModel: false });
  const evaluation = await evaluate({
    application: composed.application,
    index: composed.index,
    cases,
    clock: systemClock,
    runId: randomUUID(),
    concurrency: 1,
    signal: options.signal,
    ...(options.redirects === undefined ? {} : { redirects: options.redirects }),
  });
  const before = baselineValues(options.baseline, suite.name);
  const groups = summarise(evaluation.scores, before);
  terminal.out(`\n${terminal.style.bold(`Suite ${suite.name}`)}\n`);
  terminal.out(
    `${renderTable(groups, terminal.style, terminal.width)}\n${renderRemainder(evaluation, terminal.style, terminal.width)}\n`,
  );
  if (options.report !== undefined) {
    const file = path.join(options.report, `${suite.name}.html`);
    const about = { title: `Suite ${suite.name}`, indexVersion: "gate", writer: "extractive" };
    const redirects = options.redirects === undefined ? {} : { redirects: options.redirects };
    writeFileSync(file, renderHtml({ about, evaluation, groups, ...redirects }));
    terminal.out(`wrote ${file}\n`);
  }
  if (options.update) {
    return {
      passed: evaluation.failures.length === 0,
      baseline: withSuite(options.baseline, suite.name, evaluation.scores),
    };
  }
  if (before === undefined) {
    terminal.out(
      terminal.style.red(`eval/baseline.json has no suite ${suite.name}; write it with --update\n`),
    );
    return { passed: false, baseline: options.baseline };
  }
  const problems = [
    ...findFalls(before, evaluation.scores).map(fallText),
    ...lostPages(before, evaluation.scores).map(
      ({ id, pages }) => `${id} names pages that are in the index no more: ${pages.join(", ")}`,
    ),
    ...missingCases(before, evaluation.scores).map(
      (id) => `${id} is in the baseline and was not answered`,
    ),
  ];
  for (const problem of problems) terminal.out(`${terminal.style.red(problem)}\n`);
  return {
    passed: problems.length === 0 && evaluation.failures.length === 0,
    baseline: options.baseline,
  };
}

async function indexDocumentation(
  terminal: Terminal,
  docsCopy: string,
  dataFolder: string,
  signal: AbortSignal,
): Promise<void> {
  await using site = await serveCopy(docsCopy);
  await timed(terminal, "documentation copy indexed", () =>
    runScript(["ingest/main.ts", "prefect", "--from", site.url], {
      folder: path.dirname(dataFolder),
      settings: { DATA_DIR: dataFolder, INGEST_ALLOW_HOSTS: "127.0.0.1" },
      environment: process.env,
      signal,
    }),
  );
}

async function timed(terminal: Terminal, what: string, work: () => Promise<void>): Promise<void> {
  const startedAt = systemClock.elapsed();
  await work();
  terminal.out(`${what} in ${((systemClock.elapsed() - startedAt) / 1000).toFixed(1)} s\n`);
}

const Ready = z.object({ url: z.url() });

/** The documentation copy, served on loopback until disposed of. */
async function serveCopy(docsCopy: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = spawn(
    process.execPath,
    [path.join(docsCopy, "serve.mjs"), "--port", "0", "--exit-with-stdin"],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const closed = new Promise<void>((resolve) => server.once("close", () => resolve()));
  const stop = async () => {
    server.stdin.end();
    await closed;
  };
  for await (const line of createInterface({ input: server.stdout })) {
    const { url } = Ready.parse(JSON.parse(line));
    return { url, [Symbol.asyncDispose]: stop };
  }
  throw new AppError("docs-copy", "The documentation copy's server ended before it was ready.");
}

await runEntry(main);
