/** What the repository keeps of people's reading: readings of answers, and samples of a model's answers. */
import { globSync, readdirSync } from "node:fs";
import path from "node:path";
import { parseVerdicts } from "../reading/verdict.ts";
import { readText } from "../read-text.ts";
import { type Reading, readingOf } from "./reading.ts";
import { type ModelSample, parseFacts, SampleCounts } from "./sample-facts.ts";

const evalFolder = path.resolve(import.meta.dirname, "..");
const project = path.dirname(evalFolder);
const named = (file: string) => path.relative(project, file);

/** Every folder of `eval/readings`, oldest first. */
export function keptReadings(): readonly Reading[] {
  return foldersIn("readings").flatMap(({ name, folder }) => {
    const files = globSync(path.join(folder, "reader-*.jsonl")).toSorted();
    const readers = files.map((file) => parseVerdicts(readText(file), named(file)));
    return readers.length === 0 ? [] : [readingOf(name, readers)];
  });
}

/** Every folder of `eval/model-samples`, oldest first. */
export function keptSamples(): readonly ModelSample[] {
  return foldersIn("model-samples").map(({ name, folder }) => {
    const facts = path.join(folder, "facts.jsonl");
    return {
      name,
      counts: SampleCounts.parse(JSON.parse(readText(path.join(folder, "counts.json")))),
      facts: parseFacts(readText(facts), named(facts)),
    };
  });
}

function foldersIn(name: string): readonly { readonly name: string; readonly folder: string }[] {
  const parent = path.join(evalFolder, name);
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ name: entry.name, folder: path.join(parent, entry.name) }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
