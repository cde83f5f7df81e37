/** `npm run init`: writes `.env`, and asks for what is missing. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline/promises";
import { Writable } from "node:stream";
import { parseArgs, parseEnv } from "node:util";
import { SETTINGS, type SettingName } from "../src/config/schema.ts";
import { describeError, UsageError } from "../src/platform/errors.ts";
import { runEntry } from "../src/platform/run-entry.ts";
import { readOwnSources, SOURCES, sourceNamed } from "./sources/registry.ts";

const ENV_FILE = ".env";

const HELP = `Usage: npm run init -- [--set NAME=VALUE ...] [--yes]

Writes ${ENV_FILE} in the current folder and asks for what it lacks: the documentation, a model (or none), Slack (or not yet).
What stands in ${ENV_FILE} already is kept.

  --set NAME=VALUE  a setting, without being asked
  --yes             ask nothing; what is not set keeps its default
`;

type Question = {
  readonly setting: SettingName;
  readonly text: string;
  /** Asked only when this setting has a value. */
  readonly after?: SettingName;
};

const QUESTIONS: readonly Question[] = [
  {
    setting: "INGEST_SOURCES",
    text: `Documentation (${SOURCES.map(({ name }) => name).join(", ")}, or an address; several with commas)`,
  },
  {
    setting: "OPENAI_MODEL",
    text: "Model that writes the answers (empty: none, answers are quotes)",
  },
  { setting: "OPENAI_BASE_URL", text: "Its OpenAI-compatible endpoint", after: "OPENAI_MODEL" },
  { setting: "OPENAI_API_KEY", text: "Its key (empty: none)", after: "OPENAI_MODEL" },
  { setting: "SLACK_BOT_TOKEN", text: "Slack bot token, xoxb-… (empty: not yet)" },
  {
    setting: "SLACK_APP_TOKEN",
    text: "Slack app token, xapp-… (empty: not yet)",
    after: "SLACK_BOT_TOKEN",
  },
];

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      set: { type: "string", multiple: true, default: [] },
      yes: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const before = existsSync(ENV_FILE) ? readFileSync(ENV_FILE, "utf8") : "";
  const known = new Set(Object.keys(parseEnv(before)));
  const chosen = new Map<string, string>();
  for (const pair of values.set) {
    const [name, value] = readPair(pair);
    if (known.has(name))
      throw new UsageError(`${name} stands in ${ENV_FILE} already.`, "Change it there.");
    chosen.set(name, value);
  }
  if (!values.yes) {
    if (!process.stdin.isTTY)
      throw new UsageError(
        "There is nobody to ask here.",
        "Give --set NAME=VALUE for what you need, and --yes for the rest.",
      );
    await askFor(
      QUESTIONS.filter(({ setting }) => !known.has(setting) && !chosen.has(setting)),
      (name) => chosen.get(name) ?? (known.has(name) ? "set" : ""),
      (name, value) => chosen.set(name, value),
      signal,
    );
  }
  const lines = [...chosen]
    .filter(([, value]) => value !== "")
    .map(([name, value]) => line(name, value));
  const separator = before === "" || before.endsWith("\n") ? "" : "\n";
  // Tokens and keys: for its owner alone.
  writeFileSync(
    ENV_FILE,
    `${before}${separator}${before === "" ? template(lines) : lines.join("")}`,
    {
      mode: 0o600,
    },
  );
  process.stdout.write(
    `${ENV_FILE} ${before === "" ? "is written" : lines.length === 0 ? "is as it was" : "has what was missing"}. ` +
      "Next: `npm run ingest` reads the documentation, `npm run web` opens a page to ask, `npm run doctor` checks the rest.\n",
  );
  return 0;
}

function readPair(pair: string): [SettingName, string] {
  const at = pair.indexOf("=");
  const name = pair.slice(0, Math.max(0, at));
  if (!Object.hasOwn(SETTINGS, name))
    throw new UsageError(
      `"${pair}" is not NAME=VALUE of a setting.`,
      "The README lists all settings.",
    );
  const setting = name as SettingName;
  const value = pair.slice(at + 1);
  const problem = problemOf(setting, value);
  if (problem !== undefined) throw new UsageError(`${name} cannot be that: ${problem}`);
  return [setting, value];
}

/** Why a setting cannot have this value; undefined when it can. */
function problemOf(name: SettingName, value: string): string | undefined {
  if (/[\n\r\0]/.test(value)) return "it has more than one line";
  const read = SETTINGS[name].schema.safeParse(value);
  if (!read.success) return read.error.issues.map(({ message }) => message).join("; ");
  if (name !== "INGEST_SOURCES") return undefined;
  try {
    const own = readOwnSources(process.env["DATA_DIR"] ?? SETTINGS.DATA_DIR.default);
    for (const source of value.split(",")) sourceNamed(source.trim(), own);
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}

async function askFor(
  questions: readonly Question[],
  valueOf: (name: SettingName) => string,
  choose: (name: SettingName, value: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let hidden = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      // What is typed as a key is not shown; the question itself is.
      if (!hidden) process.stdout.write(chunk);
      done();
    },
  });
  using reader: Interface = createInterface({ input: process.stdin, output, terminal: true });
  for (const { setting, text, after } of questions) {
    if (after !== undefined && valueOf(after) === "") continue;
    const { default: byDefault } = SETTINGS[setting];
    for (;;) {
      process.stdout.write(`${text}${byDefault === undefined ? "" : ` [${byDefault}]`}: `);
      hidden = "secret" in SETTINGS[setting];
      const answer = (await reader.question("", { signal })).trim();
      if (hidden) process.stdout.write("\n");
      hidden = false;
      const problem = answer === "" ? undefined : problemOf(setting, answer);
      if (problem === undefined) {
        choose(setting, answer);
        break;
      }
      process.stdout.write(`  ${problem}\n`);
    }
  }
}

/** A line that `util.parseEnv` reads back as it was. */
function line(name: string, value: string): string {
  if (/^[^\s"'`#\\]+$/.test(value)) return `${name}=${value}\n`;
  const mark = ["'", '"', "`"].find((character) => !value.includes(character));
  if (mark === undefined) throw new UsageError(`${name} has all three quotation marks in it.`);
  return `${name}=${mark}${value}${mark}\n`;
}

function template(lines: readonly string[]): string {
  return `# Settings of ask-marvin. The README lists all of them; the environment wins over this file.\n${lines.join("")}`;
}

await runEntry(main);
