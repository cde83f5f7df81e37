/** From an answer to the page that says something else, as processes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../src/config/load.ts";
import { lookForChanges } from "../src/look-for-changes.ts";
import { type CommandResult, runCommand } from "./support/run-command.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ask-marvin-changed-"));
  mkdirSync(path.join(folder, "runbooks"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(entry: string, ...args: string[]): Promise<CommandResult> {
  return runCommand(entry, args, {
    folder,
    settings: { DATA_DIR: path.join(folder, "data") },
  });
}

async function ingestWith(text: string): Promise<string> {
  writeFileSync(path.join(folder, "runbooks/leases.md"), `# Leases\n\n## Length\n\n${text}\n`);
  const shown = ["--shown-at", "https://runbooks.example/{page}"];
  const { code, out, err } = await run("ingest/main.ts", "./runbooks", ...shown);
  if (code !== 0) throw new Error(err);
  return out;
}

describe("changed", () => {
  it.each([
    [["--since", "yesterday"], '"yesterday" is no day.'],
    [["--most", "0"], '"0" is no number of answers.'],
    [["--loud"], "--loud"],
  ])("refuses %j", async (args, message) => {
    const { code, err } = await run("src/changed.ts", ...args);

    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it("names the command to run when there is no index", async () => {
    const { code, err } = await run("src/changed.ts");

    expect(code).toBe(1);
    expect(err).toContain("npm run ingest");
  });

  it("lists old and new words side by side once a page has changed", async () => {
    await ingestWith("A lease of a worker lasts 300 seconds after its last renewal.");
    await run("src/cli.ts", "ask", "how long does the lease of a worker last?");

    expect((await run("src/changed.ts")).out).toMatch(/^1 answers since .*, 0 of them/);

    const report = await ingestWith("A lease of a worker lasts 60 seconds after its last renewal.");

    expect(report).toContain("1 posted answer of the last 30 days stands on words that changed");

    const { code, out } = await run("src/changed.ts");

    expect(code).toBe(0);
    expect(out).toContain("other numbers: ");
    expect(out).toContain("was: A lease of a worker lasts 300 seconds");
    expect(out).toContain("now: A lease of a worker lasts 60 seconds");

    const json = await run("src/changed.ts", "--since", "2020-01-01", "--json");

    expect(JSON.parse(json.out)).toMatchObject({
      answers: 1,
      changed: 1,
      leftOff: 0,
      listed: [{ changes: [{ kind: "numbers" }] }],
    });
    const { config } = loadConfig(
      { DATA_DIR: path.join(folder, "data"), SLACK_CHANGED_NOTES: "runbooks" },
      undefined,
    );
    const told = await lookForChanges(config, undefined);
    const unwanted = await lookForChanges({ ...config, SLACK_CHANGED_NOTES: [] }, undefined);

    expect(told?.answers).toMatchObject([{ changes: [{ kind: "numbers" }] }]);
    expect(unwanted?.answers).toEqual([]);
    expect(await lookForChanges(config, told?.version)).toBeUndefined();

    const later = await run("src/changed.ts", "--since", "2099-01-01", "--json");

    expect(JSON.parse(later.out)).toMatchObject({ answers: 0, changed: 0, listed: [] });
  }, 60_000);
});
