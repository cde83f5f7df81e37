/** Runs the project's commands as processes, with the settings a test gives and no others. */
import { spawn } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

export type CommandResult = {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
};

/** The environment of a command: these settings, and what Node needs to be found and to start fast. */
export function commandEnvironment(
  settings: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { PATH = "", NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }), ...settings };
}

/** Runs an entry file of the project in `folder`, away from any `.env`, with these settings and no others. */
export function runCommand(
  entry: string,
  args: readonly string[],
  options: { readonly folder: string; readonly settings?: Readonly<Record<string, string>> },
): Promise<CommandResult> {
  const child = spawn(process.execPath, [path.join(root, entry), ...args], {
    cwd: options.folder,
    env: commandEnvironment(options.settings),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
  });
}
