/** The founding conversation, from the crawl to the printed sources, as `npm run demo` plays it. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandEnvironment } from "./support/run-command.ts";

const root = path.resolve(import.meta.dirname, "..");
const run = promisify(execFile);

let folder: string;
let transcript: string;
/** What was answered to each question, in order. */
let answers: string[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "ask-marvin-demo-"));
  const { stdout } = await run(process.execPath, [path.join(root, "ingest/demo.ts")], {
    cwd: folder,
    env: commandEnvironment({ DATA_DIR: path.join(folder, "data") }),
  });
  transcript = stdout;
  answers = stdout.split(/^you › .*$/m).slice(1);
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("npm run demo", () => {
  it("says how much it indexed, and writes to the demo's folder only", () => {
    expect(transcript).toMatch(/Indexed the bundled handbook, \d\d pages in \d+ chunks/);
    expect(readdirSync(path.join(folder, "data"))).toEqual(["demo"]);
  });

  it("asks four questions and answers each with sources", () => {
    expect(answers).toHaveLength(4);
    for (const answer of answers) {
      expect(answer).toContain("Sources");
      expect(answer).toMatch(/\[1\] /);
      expect(answer).toContain("https://handbook.example/");
      expect(answer).toContain(":~:text=");
    }
  });

  it("answers the first with what is noticed, recorded, done by itself, lost and to do, and no checkpoint", () => {
    const [first] = answers;

    for (const heading of [
      "How it is noticed",
      "What is recorded",
      "What happens by itself",
      "What is lost",
      "What to do",
    ]) {
      expect(first).toContain(heading);
    }
    expect(first).toMatch(/\b(?:Running|Crashed)\b/);
    expect(first).not.toMatch(/checkpoint/i);
  });

  it("answers the second: no word of its own and no feature; the nearest is result persistence, quoted", () => {
    const [, second] = answers;

    expect(second).toMatch(/I did not say “checkpoint”/);
    expect(second).toMatch(/documentation has no feature, setting or state called “checkpoint”/);
    expect(second).toMatch(/result persistence/i);
    expect(second).toMatch(/“[^”]*persist[^”]*” \[\d\]/i);
  });

  it("answers the third from its own first answer", () => {
    const quoted = /What did you mean by "([^"]+)" here: "([^"]+)"/.exec(transcript);

    expect(quoted).not.toBeNull();
    expect(answers[0]).toContain(quoted?.[2]);
    // The term is defined first, then comes the sentence it stood in, and nothing else.
    const quotes = answers[2]?.split("Sources")[0]?.match(/“[^”]{30,}” \[\d\]/g) ?? [];
    expect(answers[2]).toContain(`“${quoted?.[1] ?? ""}” is a term of the documentation`);
    expect(quotes).toHaveLength(2);
    expect(quotes[0]).not.toContain(quoted?.[2]);
    expect(quotes[1]).toContain(quoted?.[2]);
  });

  it("corrects the old promise: no such feature, what it stood for, and what is true", () => {
    const fourth = answers[3] ?? "";

    expect(fourth).toMatch(/“checkpoint”/);
    expect(fourth).toMatch(/documentation has no feature, setting or state called “checkpoint”/);
    expect(fourth).toMatch(/persist/i);
    expect(fourth).not.toMatch(/I found nothing in the documentation on/);
  });
});
