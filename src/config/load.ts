/** (environment, text of `.env`) -> settings, or one error that lists every problem. */
import { parseEnv } from "node:util";
import { AppError } from "../platform/errors.ts";
import { type Config, SETTINGS, type SettingName } from "./schema.ts";

export class ConfigError extends AppError {}

export type SettingOrigin = "environment" | ".env" | "default";

export type LoadedConfig = {
  readonly config: Config;
  /** Where each value came from; absent settings are not listed. */
  readonly origins: Readonly<Partial<Record<SettingName, SettingOrigin>>>;
};

/**
 * The environment wins over `.env`, both over the default; an empty value counts as not set.
 * Throws `ConfigError` with one fact a problem: the setting, where its value came from, what is wrong with it.
 */
export function loadConfig(
  environment: Readonly<Record<string, string | undefined>>,
  envFileText: string | undefined,
): LoadedConfig {
  const envFile = envFileText === undefined ? {} : parseEnv(envFileText);
  const values: Partial<Record<SettingName, unknown>> = {};
  const origins: Partial<Record<SettingName, SettingOrigin>> = {};
  const problems: Record<string, string> = {};

  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const setting = SETTINGS[name];
    const found = (
      [
        ["environment", environment[name]],
        [".env", envFile[name]],
        ["default", setting.default],
      ] as const
    ).find(([, value]) => value !== undefined && (value !== "" || value === setting.default));
    if (found === undefined) continue;
    const [origin, raw] = found;
    const result = setting.schema.safeParse(raw);
    if (result.success) {
      values[name] = result.data;
      origins[name] = origin;
    } else {
      const reasons = result.error.issues.map((issue) => issue.message).join("; ");
      const shown = setting.secret ? "(hidden)" : JSON.stringify(raw);
      problems[name] = `${shown} from ${originName(origin)}: ${reasons}`;
    }
  }
  if (Object.keys(problems).length > 0) {
    throw new ConfigError("config", "Some settings cannot be used.", {
      facts: problems,
      hint: "Mend them where they came from; the README's table says what each one takes.",
    });
  }
  // Every name was parsed by its own schema above, or is absent where its type allows it.
  return { config: values as Config, origins };
}

function originName(origin: SettingOrigin): string {
  return origin === "environment"
    ? "the environment"
    : origin === "default"
      ? "the default"
      : origin;
}
