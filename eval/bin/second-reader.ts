/** What a second reader (MODEL_CHECKS_CLAIMS) changes, on labelled pairs of claim and quote. */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readConfig } from "../../src/config/read-config.ts";
import { UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import { type ClaimPair, parsePairs } from "../fit/claim-pairs.ts";
import { mapConcurrently } from "../map-concurrently.ts";
import { parseReadings, readPairs, renderReading, shuffled } from "../second-reader.ts";

const HELP = `Usage: node eval/bin/second-reader.ts --pairs FILE [--readings FILE] [--out FILE]
       node eval/bin/second-reader.ts --pairs FILE --unlabelled FILE

Prints how many claims that do not hold are shown as ours, and how those that hold are shown, by verification alone
and with a second reader. The model of OPENAI_MODEL is the reader, asked as the bot asks it (--out keeps what it said),
unless --readings has its word already, a line {"id":"...","carried":true} for each pair.

--unlabelled writes what a reader elsewhere has to judge, without labels and in mixed order, for use with prompts/check.md.
`;

const AT_ONCE = 4;
/** For each pair; nobody waits for the answer. */
const DEADLINE_MS = 120_000;

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      pairs: { type: "string" },
      readings: { type: "string" },
      out: { type: "string" },
      unlabelled: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const terminal = processTerminal(process, process.env);
  if (values.help) {
    terminal.out(HELP);
    return 0;
  }
  if (values.pairs === undefined) throw new UsageError("--pairs is needed; see --help.");
  const pairs = parsePairs(read(values.pairs));
  if (values.unlabelled !== undefined) {
    const lines = shuffled(pairs).map(({ id, claim, quote }) => toLine({ id, claim, quote }));
    writeFileSync(values.unlabelled, lines.join(""));
    return 0;
  }
  const readings =
    values.readings === undefined
      ? await askModel(pairs, values.out, signal)
      : parseReadings(read(values.readings));
  terminal.out(`${renderReading(readPairs(pairs, readings))}\n`);
  return 0;
}

async function askModel(
  pairs: readonly ClaimPair[],
  out: string | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, boolean>> {
  const { config } = readConfig(process.env);
  const { openClaimReader, openLanguageModel } = await import("../../src/compose-models.ts");
  const model = openLanguageModel(config);
  if (model === undefined) {
    throw new UsageError("No model is configured: set OPENAI_MODEL, or give --readings FILE.");
  }
  const reader = openClaimReader(config, model);
  const lines = await mapConcurrently(pairs, AT_ONCE, async ({ id, claim, quote }) => {
    const asked = { claim, quotes: [{ text: quote, place: [] }] };
    const { reading } = await reader.read(asked, { deadlineMs: DEADLINE_MS, signal });
    if (reading.kind === "unread") return { id, unread: reading.why };
    return reading.kind === "carried"
      ? { id, carried: true }
      : { id, carried: false, wrong: reading.wrong };
  });
  if (out !== undefined) writeFileSync(out, lines.map(toLine).join(""));
  return new Map(
    lines.flatMap((line) => (line.carried === undefined ? [] : [[line.id, line.carried]])),
  );
}

const toLine = (value: unknown) => `${JSON.stringify(value)}\n`;

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(
      `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

await runEntry(main);
