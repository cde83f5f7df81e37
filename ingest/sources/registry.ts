/** The presets by name, and any site by its address. */
import { UsageError } from "../../src/platform/errors.ts";
import { airflow } from "./airflow.ts";
import { sourceOfSite } from "./any-site.ts";
import { argoWorkflows } from "./argo-workflows.ts";
import { dagster } from "./dagster.ts";
import { prefect } from "./prefect.ts";
import type { Source } from "./source.ts";
import { temporal } from "./temporal.ts";

export const SOURCES: readonly Source[] = [prefect, airflow, dagster, temporal, argoWorkflows];

/** The preset of that name, or a source for that address. Throws `UsageError` for anything else. */
export function sourceNamed(name: string): Source {
  const preset = SOURCES.find((source) => source.name === name);
  if (preset !== undefined) return preset;
  if (/^https?:/i.test(name)) return sourceOfSite(name);
  const names = SOURCES.map((source) => source.name).join(", ");
  throw new UsageError(`There is no source "${name}".`, `Known are ${names}, or any web address.`);
}
