/** Wrong use of the commands: one readable message, the right exit code, nothing half-written. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CommandResult, runCommand } from "./support/run-command.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ask-marvin-commands-"));
});

afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

function run(
  entry: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return runCommand(entry, args, {
    folder,
    settings: { DATA_DIR: path.join(folder, "data"), ...settings },
  });
}

describe("ask", () => {
  it("names the command to run when there is no index", async () => {
    const { code, out, err } = await run("src/cli.ts", ["ask", "what is a zombie run?"]);

    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toMatch(/^There is no index yet: .*npm run ingest.*\n$/);
  });

  it("refuses an empty question", async () => {
    const { code, err } = await run("src/cli.ts", ["ask", "  "]);

    expect(code).toBe(2);
    expect(err).toContain("The question is empty.");
    expect(existsSync(path.join(folder, "data"))).toBe(false);
  });

  it("refuses an option it does not have, in one line", async () => {
    const { code, err } = await run("src/cli.ts", ["ask", "--loud", "hello"]);

    expect(code).toBe(2);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(err).toContain("--loud");
  });

  it("says which setting is wrong and where it came from", async () => {
    writeFileSync(path.join(folder, ".env"), "LOG_LEVEL=loud\n");

    const { code, err } = await run("src/cli.ts", ["ask", "hello"]);

    expect(code).toBe(2);
    expect(err).toContain("LOG_LEVEL");
    expect(err).toContain(".env");
  });

  it("says which folder it cannot use", async () => {
    writeFileSync(path.join(folder, "file"), "");

    const { code, err } = await run("src/cli.ts", ["ask", "hello"], {
      DATA_DIR: path.join(folder, "file"),
    });

    expect(code).toBe(1);
    expect(err).toContain("DATA_DIR");
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});

describe("chat", () => {
  it("does not begin without an index", async () => {
    const { code, err } = await run("src/cli.ts", ["chat"]);

    expect(code).toBe(1);
    expect(err).toMatch(/^There is no index yet: .*npm run ingest.*\n$/);
  });
});

describe("cli", () => {
  it("refuses a command it does not have and shows those it has", async () => {
    const { code, err } = await run("src/cli.ts", ["dance"]);

    expect(code).toBe(2);
    expect(err).toMatch(/^There is no command "dance"; .*npm run ask.*\n$/);
  });

  it("prints its help", async () => {
    const { code, out } = await run("src/cli.ts", ["--help"]);

    expect(code).toBe(0);
    expect(out).toContain("npm run chat");
  });
});

describe("start", () => {
  it("refuses an option it does not have", async () => {
    const { code, err } = await run("src/main.ts", ["--loud"]);

    expect(code).toBe(2);
    expect(err).toMatch(/^Unknown option '--loud'.*\n$/);
  });

  it("names the missing tokens", async () => {
    const { code, err } = await run("src/main.ts", []);

    expect(code).toBe(2);
    expect(err).toContain("SLACK_BOT_TOKEN");
    expect(err).toContain("SLACK_APP_TOKEN");
  });

  it("does not start without an index", async () => {
    const { code, err } = await run("src/main.ts", [], {
      SLACK_BOT_TOKEN: "xoxb-1-invented",
      SLACK_APP_TOKEN: "xapp-1-invented",
    });

    expect(code).toBe(1);
    expect(err).toContain("npm run ingest");
  });
});
