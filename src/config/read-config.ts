/** Settings of a running command: the environment, and `.env` in the current folder when there is one. */
import { readFileSync } from "node:fs";
import { ConfigError, type LoadedConfig, loadConfig } from "./load.ts";

export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  envFile = ".env",
): LoadedConfig {
  return loadConfig(environment, readOptional(envFile));
}

function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new ConfigError("config", `The settings file ${file} cannot be read.`, {
      facts: { reason: error instanceof Error ? error.message : String(error) },
      hint: "Make it readable for this user, or remove it.",
      cause: error,
    });
  }
}
