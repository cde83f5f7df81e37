#!/usr/bin/env node
// The one command of the package: `npx ask-marvin COMMAND`. Plain JavaScript, because an older Node would stop at the
// first import with an error nobody understands. In a clone the same commands are npm scripts.
"use strict";
const { spawn } = require("node:child_process");
const path = require("node:path");

const needed = 24;
if (Number(process.versions.node.split(".")[0]) < needed) {
  process.stderr.write(
    `ask-marvin needs Node ${needed} or newer; this is ${process.versions.node}. It is at https://nodejs.org.\n`,
  );
  process.exit(2);
}
require("./platform/start.cjs");

const HELP = `Usage: npx ask-marvin COMMAND [options]

  demo      indexes a bundled handbook and plays a conversation about it
  init      writes .env and asks for what is missing
  ingest    reads the documentation; \`ingest status\`, \`ingest rollback\`
  ask       answers one question: npx ask-marvin ask "what is a zombie run?"
  chat      a thread in the terminal
  web       a page on this machine: ask, look at what is indexed, read stored threads
  mcp       tools for editors and agents over stdin and stdout
  start     the Slack bot
  insights  what was asked, what was not found, what to write: one HTML file and CSV
  reviewed  answers of your own, given before the documentation is asked
  changed   answers whose pages say something else now
  forget    removes a person from everything that is stored
  backup    copies what is stored of people into one file; \`restore\` puts it back
  doctor    checks settings, index, model and Slack, and says how to mend each

Each has --help. Settings come from the environment and from .env in this folder; DATA_DIR (data) holds what is kept.
`;

/** The entry file of a command, whether it wants to be told which command it is, and flags for a process of its own. */
const COMMANDS = {
  demo: ["../ingest/demo", false],
  init: ["../ingest/init", false],
  // Crawling makes much garbage: with these it needs half the memory.
  ingest: ["../ingest/main", false, ["--max-semi-space-size=4", "--heap-growing-percent=30"]],
  ask: ["./cli", true],
  chat: ["./cli", true],
  doctor: ["./cli", true],
  forget: ["./cli", true],
  backup: ["./cli", true],
  restore: ["./cli", true],
  web: ["./serve", true],
  mcp: ["./serve", true],
  start: ["./main", false],
  insights: ["./insights", false],
  reviewed: ["./reviewed", false],
  changed: ["./changed", false],
};

const [command, ...rest] = process.argv.slice(2);
if (command === undefined || command === "help" || command === "--help" || command === "-h") {
  (command === undefined ? process.stderr : process.stdout).write(HELP);
  process.exitCode = command === undefined ? 2 : 0;
} else if (command === "--version" || command === "-v") {
  process.stdout.write(`${require("../../package.json").version}\n`);
} else if (!Object.hasOwn(COMMANDS, command)) {
  process.stderr.write(`There is no command "${command}".\n\n${HELP}`);
  process.exitCode = 2;
} else {
  const [entry, named, flags] = COMMANDS[command];
  const args = [...(named ? [command] : []), ...rest];
  if (flags === undefined) {
    process.argv = [process.argv[0], process.argv[1], ...args];
    void import(`${entry}.js`);
  } else {
    const start = ["--require", path.join(__dirname, "platform/start.cjs")];
    runApart([...flags, ...start, path.join(__dirname, `${entry}.js`), ...args]);
  }
}

/** Runs Node with these arguments in the place of this process: its signals and its exit code are passed on. */
function runApart(args) {
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  const passOn = (signal) => child.kill(signal);
  // A terminal sends Ctrl-C to both; this one waits for the other.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", passOn);
  process.on("SIGHUP", passOn);
  child.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code) => {
    process.exit(code ?? 1);
  });
}
