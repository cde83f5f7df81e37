/** What the README promises about commands and settings is what the project has. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { settingsTable } from "../src/config/describe.ts";

const root = path.resolve(import.meta.dirname, "..");
const readme = readFileSync(path.join(root, "README.md"), "utf8");
const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** `npm run NAME`, `npm test`, `npm start`, with what follows "--". */
const commands = [
  ...readme.matchAll(/\bnpm (?:run ([a-z][a-z:-]*)|(test|start))\b(?: -- ([^`\n]*))?/g),
].map((match) => ({ name: match[1] ?? match[2] ?? "", args: match[3] ?? "" }));

const run = promisify(execFile);

/** A table without the padding that a formatter gives it. */
function unpadded(text: string): string {
  return text.replaceAll(/ {2,}/g, " ").replaceAll(/-{3,}/g, "---");
}

/** The command line of a script, without npm, with `--help`. */
async function helpOf(script: string): Promise<string> {
  const [, ...args] = script.split(" ");
  const { stdout } = await run(process.execPath, [...args, "--help"], { cwd: root });
  return stdout;
}

describe("README", () => {
  it("names commands at all", () => {
    expect(commands.length).toBeGreaterThan(10);
  });

  it.each([...new Set(commands.map(({ name }) => name))])("`%s` is a script", (name) => {
    expect(scripts).toHaveProperty([name]);
  });

  it("uses only options that the command's --help knows", async () => {
    const withOptions = commands.flatMap(({ name, args }) =>
      [...args.matchAll(/--[a-z-]+/g)].map((option) => ({ name, option: option[0] })),
    );
    const names = [...new Set(withOptions.map(({ name }) => name))];
    const help = new Map(
      await Promise.all(
        names.map(async (name) => [name, await helpOf(scripts[name] ?? "")] as const),
      ),
    );

    expect(
      withOptions.filter(({ name, option }) => !(help.get(name) ?? "").includes(option)),
    ).toEqual([]);
  });

  it("has every setting, as the schema has it", () => {
    expect(unpadded(readme)).toContain(settingsTable());
  });

  it("repeats in the short table what the full one says", () => {
    const short = readme.slice(
      readme.indexOf("## Settings people change"),
      readme.indexOf("## How it works"),
    );
    const rows = unpadded(short)
      .split("\n")
      .filter((line) => line.startsWith("| `"));

    expect(rows).toHaveLength(6);
    expect(rows.filter((row) => !settingsTable().includes(row))).toEqual([]);
  });
});
