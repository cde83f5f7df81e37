/**
 * `npm run bench:scale`: what grows with the documentation and with the questions that are stored. An index from 1,000
 * to 200,000 chunks, grown from a real one; a store of up to a million turns, copied from real ones; and what earlier
 * versions left in their files, taken over. Each size is built and asked in processes of their own, so that memory is theirs.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { growthPlot, type PlotRow } from "./growth-plot.ts";
import { buildGrown, measureIndex } from "./index-growth.ts";
import { measureEarlierFiles, measureStore } from "./state-growth.ts";

const HELP = `Usage: npm run bench:scale -- --index FOLDER [--sizes 1000,5000,...,200000] [--cases FILE ...]
       npm run bench:scale -- --index FOLDER --turns 1000000 [--earlier 100000]

  --index FOLDER   the index folder (DATA_DIR/index) of a real documentation
  --sizes N,N      chunks of each index; default 1000 to 200000, half an hour
  --cases FILE     questions; default: the cases in eval/cases
  --turns N        the store instead: appended to, read and trimmed at N turns (6 GB of disk for a million)
  --earlier N      the store instead: the three files of earlier versions with N turns, taken over
  --json           for programs, a line for each size
  --plot FILE      instead: draws such lines as an SVG on standard output
`;

const { values } = parseArgs({
  options: {
    index: { type: "string" },
    sizes: { type: "string", default: "1000,5000,20000,50000,100000,200000" },
    cases: { type: "string", multiple: true },
    turns: { type: "string" },
    earlier: { type: "string" },
    plot: { type: "string" },
    json: { type: "boolean" },
    /** For the processes that this one starts: chunks to build, into `into`. */
    build: { type: "string" },
    into: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});

function count(name: string, value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  process.stderr.write(`--${name} is a whole number above 0, not "${value}".\n`);
  process.exit(2);
}

if (values.help === true) {
  process.stdout.write(HELP);
} else if (values.plot !== undefined) {
  const lines = readFileSync(values.plot, "utf8").trim().split("\n");
  // What this program printed.
  process.stdout.write(growthPlot(lines.map((line) => JSON.parse(line) as PlotRow)));
} else if (values.index === undefined) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else if (values.build !== undefined && values.into !== undefined) {
  const built = await buildGrown(values.index, count("build", values.build), values.into);
  process.stdout.write(`${JSON.stringify(built)}\n`);
} else {
  const print = (row: Readonly<Record<string, number | string>>) =>
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify(row)}\n`
        : `${Object.entries(row)
            .map(([name, value]) => `${name} ${value}`)
            .join("  ")}\n`,
    );
  if (values.turns !== undefined)
    await measureStore(values.index, count("turns", values.turns), print);
  if (values.earlier !== undefined)
    await measureEarlierFiles(values.index, count("earlier", values.earlier), print);
  if (values.turns === undefined && values.earlier === undefined)
    await measureIndex(
      values.index,
      values.sizes.split(",").map((size) => count("sizes", size)),
      values.cases ?? [],
      print,
    );
}
