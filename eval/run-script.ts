/** Commands of the project started as processes, for what `eval` may not import: the crawler. */
import { spawn } from "node:child_process";
import path from "node:path";
import { AppError } from "../src/platform/errors.ts";

const project = path.resolve(import.meta.dirname, "..");

export type RunScriptOptions = {
  readonly folder: string;
  /** All the settings it gets; PATH and HOME come from `environment`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
};

/** Indexes the bundled handbook below `folder` with the real crawler: the demo ends by itself where nobody can type. */
export async function indexHandbook(
  folder: string,
  options: Pick<RunScriptOptions, "environment" | "signal">,
): Promise<void> {
  await runScript(["ingest/demo.ts"], { ...options, folder, settings: { DATA_DIR: folder } });
}

/** Runs a script of the project in `folder`, away from any `.env`. Throws with what it printed when it fails. */
export async function runScript(
  [script, ...args]: readonly [string, ...string[]],
  { folder, settings, environment, signal }: RunScriptOptions,
): Promise<void> {
  const child = spawn(process.execPath, [path.join(project, script), ...args], {
    cwd: folder,
    env: { PATH: environment["PATH"], HOME: environment["HOME"], ...settings },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => (output = (output + text).slice(-4000)));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) {
    throw new AppError(
      "script-failed",
      `${[script, ...args].join(" ")} failed with exit code ${code ?? "none"}.`,
      { facts: { output: output.trim() } },
    );
  }
}
