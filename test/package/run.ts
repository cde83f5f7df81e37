/**
 * What somebody gets who has nothing but Node: packs the package, installs it into an empty folder, and runs its
 * commands there. Prints a line a check and exits 1 when one fails. Installing asks the registry for dependencies.
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { SETTINGS } from "../../src/config/schema.ts";
import { runChecks } from "../support/run-checks.ts";

const root = path.resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
const folder = mkdtempSync(path.join(tmpdir(), "marvin-package-"));
/** The caller's environment without settings of ours, nor where the npm that started this has its own folder. */
const environment: Record<string, string> = {
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ||
      name in SETTINGS ||
      /^npm_(?!config_)|^npm_config_(?:local_)?prefix$/i.test(name)
        ? []
        : [[name, value]],
    ),
  ),
  // `npx` takes the first node it finds: the one that runs this.
  PATH: `${path.dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
};
const options = { cwd: folder, env: environment, maxBuffer: 20_000_000, timeout: 120_000 };

function marvin(...args: string[]) {
  return run("npx", ["--no-install", "ask-marvin", ...args], options);
}

async function failing(...args: string[]): Promise<{ code: number; stderr: string }> {
  try {
    await marvin(...args);
  } catch (error) {
    return error as { code: number; stderr: string };
  }
  throw new assert.AssertionError({ message: `${args.join(" ")} did not fail` });
}

const CHECKS: readonly (readonly [string, () => Promise<void>])[] = [
  [
    "the tarball holds no TypeScript, no tests, and a package.json without the clone's parts",
    async () => {
      const before = readFileSync(path.join(root, "package.json"), "utf8");
      await run("npm", ["pack", "--pack-destination", folder], { ...options, cwd: root });
      assert.equal(readFileSync(path.join(root, "package.json"), "utf8"), before);
      assert.equal(existsSync(path.join(root, "dist")), false);
      const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
      const { stdout } = await run("tar", ["-tzf", tarball], options);
      assert.doesNotMatch(stdout, /\.ts$|\/test\//m);
      assert.ok(statSync(path.join(folder, tarball)).size < 5_000_000);
      await run(
        "npm",
        ["install", "--no-audit", "--no-fund", "--prefer-offline", `./${tarball}`],
        options,
      );
      const { stdout: named } = await run(
        "grep",
        [
          "-rlE",
          "--include=*.js",
          'new URL\\("[^"]+\\.ts"|npm run (ask|ingest|web)',
          "node_modules/ask-marvin/dist",
        ],
        options,
      ).catch(() => ({ stdout: "" }));
      assert.equal(named, "", "files that name sources of the clone, or its commands");
      const installed = path.join(folder, "node_modules/ask-marvin/package.json");
      const manifest = JSON.parse(readFileSync(installed, "utf8")) as Record<string, unknown>;
      assert.equal(manifest["optionalDependencies"], undefined);
      assert.equal(manifest["scripts"], undefined);
      assert.equal(existsSync(path.join(folder, "node_modules/node")), false);
    },
  ],
  [
    "one help, and an error for what is no command",
    async () => {
      const { stdout } = await marvin("--help");
      for (const command of [
        "demo",
        "ask",
        "chat",
        "ingest",
        "web",
        "mcp",
        "start",
        "doctor",
        "init",
      ])
        assert.match(stdout, new RegExp(`^  ${command} `, "m"));
      assert.match((await marvin("ingest", "--help")).stdout, /Usage: npx ask-marvin ingest/);
      const wrong = await failing("nothing");
      assert.equal(wrong.code, 2);
      assert.match(wrong.stderr, /There is no command "nothing"/);
    },
  ],
  [
    "init writes .env for its owner alone, keeps what stands there, and refuses what cannot be",
    async () => {
      await marvin("init", "--yes", "--set", "INGEST_SOURCES=prefect,airflow");
      const file = path.join(folder, ".env");
      assert.match(readFileSync(file, "utf8"), /^INGEST_SOURCES=prefect,airflow$/m);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      await marvin("init", "--yes", "--set", "MCP_INSTRUCTIONS=Use this for Acme's flows.");
      assert.match(
        readFileSync(file, "utf8"),
        /INGEST_SOURCES=prefect,airflow\n.*MCP_INSTRUCTIONS="Use this/s,
      );
      assert.equal((await failing("init", "--yes", "--set", "INGEST_SOURCES=nothing")).code, 2);
      assert.equal((await failing("init")).code, 2);
    },
  ],
  [
    "without an index it says which command to run",
    async () => {
      const { code, stderr } = await failing("ask", "what is a zombie run?");
      assert.equal(code, 1);
      assert.match(stderr, /npx ask-marvin ingest/);
    },
  ],
  [
    "start says what Slack needs",
    async () => {
      assert.match((await failing("start")).stderr, /SLACK_BOT_TOKEN/);
      // With tokens the thread that answers is started, and says what it lacks.
      const tokens = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" };
      const started = await run("npx", ["--no-install", "ask-marvin", "start"], {
        ...options,
        env: { ...environment, ...tokens },
      }).catch((error: unknown) => error as { stderr: string });
      assert.match(started.stderr, /No documentation is indexed yet/);
    },
  ],
  [
    "demo plays the conversation within a minute, and ask answers from it",
    async () => {
      const startedAt = performance.now();
      const { stdout } = await marvin("demo");
      assert.match(stdout, /What is checkpoint\?/);
      assert.ok(performance.now() - startedAt < 60_000);
      const asked = await marvin("ask", "what happens when the pod of a flow run dies?");
      assert.match(asked.stdout, /Sources/);
      assert.match(asked.stderr, /npx ask-marvin ingest/);
    },
  ],
  [
    "doctor finds its way",
    async () => {
      const { stdout } = await marvin("doctor").catch(
        (error: unknown) => error as { stdout: string },
      );
      assert.match(stdout, /DATA_DIR|data folder/i);
    },
  ],
  [
    "mcp answers a client",
    async () => {
      const client = new Client(
        { name: "test", version: "1" },
        { versionNegotiation: { mode: "auto" } },
      );
      await client.connect(
        new StdioClientTransport({
          command: "npx",
          args: ["--no-install", "ask-marvin", "mcp"],
          cwd: folder,
          env: environment,
          stderr: "ignore",
        }),
      );
      const question = "what happens when the pod of a flow run dies?";
      const result = await client.callTool({ name: "ask", arguments: { question } });
      await client.close();
      assert.match(JSON.stringify(result.structuredContent), /"kind":"answered"/);
    },
  ],
  [
    "web serves its page",
    async () => {
      const child = spawn("npx", ["--no-install", "ask-marvin", "web", "--port", "0"], {
        ...options,
        stdio: ["ignore", "ignore", "pipe"],
        detached: true,
      });
      try {
        const url = await new Promise<string>((resolve, reject) => {
          let said = "";
          child.stderr.on("data", (chunk: Buffer) => {
            said += chunk.toString("utf8");
            const found = /Open (http:\S+)\./.exec(said)?.[1];
            if (found !== undefined) resolve(found);
          });
          child.on("exit", () => reject(new Error(said)));
        });
        const page = await fetch(url);
        assert.equal(page.status, 200);
        assert.match(await page.text(), /ask-marvin/);
        assert.equal((await fetch(`${url}/assets/style.css`)).status, 200);
      } finally {
        // npx and what it started: a group of their own.
        if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      }
    },
  ],
];

process.exitCode = (await runChecks("of the package", CHECKS)) ? 0 : 1;
rmSync(folder, { recursive: true, force: true });
