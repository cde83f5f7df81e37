/** The presets by name: those that come with the program, an operator's own, and any site by its address. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { AppError, UsageError } from "../../src/platform/errors.ts";
import { sourceOfSite } from "./any-site.ts";
import { GITHUB_PREFIX, GithubPreset, sourceOfRepository } from "./github-source.ts";
import { FolderPreset, looksLikeFolder, sourceOfFolder } from "./folder-source.ts";
import airflow from "./presets/airflow.json" with { type: "json" };
import argoWorkflows from "./presets/argo-workflows.json" with { type: "json" };
import celery from "./presets/celery.json" with { type: "json" };
import dagster from "./presets/dagster.json" with { type: "json" };
import prefect from "./presets/prefect.json" with { type: "json" };
import temporal from "./presets/temporal.json" with { type: "json" };
import { Source } from "./source.ts";

/** The presets that come with the program. */
export const SOURCES: readonly Source[] = [
  prefect,
  airflow,
  dagster,
  temporal,
  argoWorkflows,
  celery,
].map((preset) => Source.parse(preset));

/** A preset's file is wrong; the message says where. */
export class PresetError extends AppError {}

/** Folder of an operator's own presets in the data folder. */
const OWN_FOLDER = "sources";

/**
 * An operator's own presets: each `*.json` in the folder `sources` of the data folder. One with the name of a preset
 * that comes with the program takes its place. Throws `PresetError` with the file and what is wrong in it.
 */
export function readOwnSources(dataFolder: string): readonly Source[] {
  const folder = path.join(dataFolder, OWN_FOLDER);
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map((name) => readPreset(path.join(folder, name)));
}

function readPreset(file: string): Source {
  const wrong = (reason: string) =>
    new PresetError("preset", `The preset ${path.basename(file)} is wrong.`, {
      facts: { file, reason },
      hint: "docs/presets.md says what a preset holds.",
    });
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
  const has = (name: string) => typeof read === "object" && read !== null && name in read;
  const schema = has("folder") ? FolderPreset : has("github") ? GithubPreset : Source;
  const source = schema.safeParse(read);
  if (!source.success) throw wrong(z.prettifyError(source.error));
  if (`${source.data.name}.json` !== path.basename(file)) {
    throw wrong(
      `its name is "${source.data.name}", so its file has to be ${source.data.name}.json`,
    );
  }
  return source.data;
}

/**
 * The preset of that name, or a source for that address or folder; `shownAt` says where a folder's pages are shown.
 * Throws `UsageError` for anything else.
 */
export function sourceNamed(
  name: string,
  own: readonly Source[] = [],
  shownAt?: (folderName: string) => string | undefined,
): Source {
  const preset = [...own, ...SOURCES].find((source) => source.name === name);
  if (preset !== undefined) return preset;
  if (/^https?:/i.test(name)) return sourceOfSite(name);
  if (name.startsWith(GITHUB_PREFIX)) return sourceOfRepository(name);
  if (looksLikeFolder(name)) return sourceOfFolder(name, shownAt?.(path.resolve(name)));
  const names = [...new Set([...own, ...SOURCES].map((source) => source.name))].join(", ");
  throw new UsageError(
    `There is no source "${name}".`,
    `Known are ${names}, or any web address, folder (./runbooks) or repository (github:OWNER/NAME). A preset of your own: docs/presets.md.`,
  );
}
