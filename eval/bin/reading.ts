/** `npm run eval:reading`: draws what is read, writes the sheets for readers, and counts their verdicts. */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { UsageError } from "../../src/platform/errors.ts";
import { runEntry } from "../../src/platform/run-entry.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import { parseCases } from "../case.ts";
import { drawCases } from "../reading/draw.ts";
import { sheetsOf } from "../reading/sheet.ts";
import { tallyText } from "../reading/tally.ts";
import { parseVerdicts } from "../reading/verdict.ts";
import { parseRecords } from "../record-file.ts";

const HELP = `Usage: npm run eval:reading -- draw --cases FILE... [--count N] [--seed WORD] --out FILE
       npm run eval:reading -- sheet --cases FILE... --records FILE... --drawn FILE --out FILE
       npm run eval:reading -- tally VERDICTS...

People read answers as the one who asked, and say whether they are helped (eval/readings/README.md).

draw    ids of N cases (default 60) drawn by a seed, spread over the kinds, one a line
sheet   what a reader gets of the drawn cases, one JSON object a line: question, answer, facts, quotes
tally   counts of one or more readers' verdicts, with intervals and the readers' agreement

--cases and --records may be given several times.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      cases: { type: "string", multiple: true, default: [] },
      records: { type: "string", multiple: true, default: [] },
      drawn: { type: "string" },
      count: { type: "string", default: "60" },
      seed: { type: "string", default: "reading" },
      out: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const terminal = processTerminal(process, process.env);
  const [command, ...files] = positionals;
  if (values.help) {
    terminal.out(HELP);
    return 0;
  }
  const cases = () => {
    if (values.cases.length === 0) throw new UsageError("Give --cases FILE.");
    return values.cases.flatMap((file) => parseCases(readFileSync(file, "utf8"), file));
  };
  const put = (text: string) =>
    values.out === undefined ? terminal.out(text) : writeFileSync(values.out, text);
  switch (command) {
    case "draw": {
      const count = Number(values.count);
      if (!Number.isInteger(count) || count < 1) throw new UsageError("--count is a whole number.");
      put(
        drawCases(cases(), count, values.seed)
          .map(({ id }) => `${id}\n`)
          .join(""),
      );
      return 0;
    }
    case "sheet": {
      if (values.drawn === undefined) throw new UsageError("Give --drawn FILE, made by draw.");
      const drawn = new Set(readFileSync(values.drawn, "utf8").split(/\s+/u).filter(Boolean));
      const records = values.records.flatMap((file) =>
        parseRecords(readFileSync(file, "utf8"), file),
      );
      const chosen = cases().filter(({ id }) => drawn.has(id));
      const sheets = sheetsOf(chosen, records);
      put(sheets.map((sheet) => `${JSON.stringify(sheet)}\n`).join(""));
      if (sheets.length < drawn.size) {
        terminal.err(
          `${drawn.size - sheets.length} of ${drawn.size} drawn cases have no records.\n`,
        );
        return 1;
      }
      return 0;
    }
    case "tally": {
      if (files.length === 0) throw new UsageError("Name the files with the verdicts.");
      const readers = files.map((file) => parseVerdicts(readFileSync(file, "utf8"), file));
      terminal.out(tallyText(readers));
      return 0;
    }
    default:
      throw new UsageError(
        "Say draw, sheet or tally; npm run eval:reading -- --help explains them.",
      );
  }
}

await runEntry(main);
