/** The command as it is run, on a small index of its own. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRecords } from "../../eval/record-file.ts";
import { makeChunk } from "../support/make-chunk.ts";
import { buildIndex } from "./support/build-index.ts";
import { type CommandResult, runCommand } from "../support/run-command.ts";

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "eval-main-"));
  const page = (name: string, text: string) =>
    makeChunk(text, { url: `https://docs.example.com/v3/${name}`, title: name, headingPath: [] });
  await buildIndex(path.join(folder, "data"), [
    page("zombies", "A zombie run is a flow run that stopped sending heartbeats to the server."),
    page("retries", "Retries of a flow are switched off until you set the retries option on it."),
    page("limits", "A concurrency limit bounds how many flow runs hold a slot at the same time."),
  ]);
});
afterAll(() => rmSync(folder, { recursive: true }));

function runEval(args: readonly string[], dataFolder = "data"): Promise<CommandResult> {
  const settings = { DATA_DIR: path.join(folder, dataFolder) };
  return runCommand("eval/main.ts", args, { folder, settings });
}

function cases(name: string, lines: readonly object[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return file;
}

const zombies = {
  id: "z",
  kind: "concept",
  style: "plain",
  turns: [{ user: "What is a zombie run?" }],
  gold: [
    { path: "/v3/zombies", anchor: "section", quote: "stopped sending heartbeats to the server" },
  ],
};
const conversation = {
  id: "f",
  kind: "followup",
  style: "slack",
  turns: [
    { user: "are retries of a flow on by default", gold: [{ path: "/v3/retries" }] },
    { user: "and what bounds how many flow runs hold a slot?", gold: [{ path: "/v3/absent" }] },
  ],
};

describe("npm run eval", () => {
  it("writes the records, prints the figures and reports pages that are not in the index apart", async () => {
    const out = path.join(folder, "out.jsonl");
    const file = cases("good.jsonl", [zombies, conversation]);

    const result = await runEval(["--cases", file, "--out", out, "--report", `${out}.html`]);

    expect(result.err).not.toMatch(/Error/);
    expect(result.code).toBe(0);
    const records = parseRecords(readFileSync(out, "utf8"), "out");
    expect(records.map(({ id, turn }) => [id, turn])).toEqual([
      ["z", 0],
      ["f", 0],
      ["f", 1],
    ]);
    expect(records[0]?.retrieved[0]?.url).toBe("https://docs.example.com/v3/zombies");
    expect(result.out).toMatch(/hit@5 +1\.000/);
    expect(result.out).toMatch(/1 case names pages that are not in the index[^]*f: \/v3\/absent/);
    expect(existsSync(`${out}.unfinished`)).toBe(false);
    expect(existsSync(path.join(folder, "data", "state.sqlite"))).toBe(false);
    expect(readFileSync(`${out}.html`, "utf8")).toContain("What is a zombie run?");
  });

  it("runs nothing when a line is malformed, and names them all", async () => {
    const file = cases("bad.jsonl", [zombies, { id: "x" }, zombies]);

    const result = await runEval(["--cases", file]);

    expect(result.code).toBe(1);
    expect(result.err).toMatch(/2 lines cannot be used/);
    expect(result.err).toMatch(/line 2: [^]*line 3: id "z" stands on line 1 already/);
    expect(result.err).not.toMatch(/ at /);
  });

  it("says what to do without an index", async () => {
    const result = await runEval(["--cases", cases("one.jsonl", [zombies])], "empty");

    expect(result.code).toBe(1);
    expect(result.err).toMatch(
      /There is no index to run the cases on\.\nMake one with npm run ingest/,
    );
  });

  it("refuses an empty index", async () => {
    await buildIndex(path.join(folder, "hollow"), []);

    const result = await runEval(["--cases", cases("one.jsonl", [zombies])], "hollow");

    expect(result.code).toBe(1);
    expect(result.err).toMatch(/index version .* is empty/);
  });

  it.each([
    [["--cases", "nowhere.jsonl"], /nowhere\.jsonl cannot be read/],
    [["--cases", "one.jsonl", "--only", "howto"], /--only howto selects no case\.\nKinds: concept/],
    [["--cases", "one.jsonl", "--model"], /--model needs a model/],
    [["--cases", "one.jsonl", "--report", "no/where.html"], /no\/where\.html cannot be written/],
  ])("calls %j wrong use", async (args, message) => {
    cases("one.jsonl", [zombies]);

    const result = await runEval(args);

    expect(result.code).toBe(2);
    expect(result.err).toMatch(message);
  });
});
