/** The logger that the settings name: JSON lines on standard error, secrets masked. */
import { maskSecrets } from "./platform/secrets/mask-secrets.ts";
import type { Config } from "./config/schema.ts";
import { createJsonLogger } from "./observability/json-logger.ts";
import type { Logger } from "./observability/logger.ts";

export function createLogger(config: Pick<Config, "LOG_LEVEL">): Logger {
  return createJsonLogger({
    level: config.LOG_LEVEL,
    now: () => Date.now(),
    write: (line) => void process.stderr.write(line),
    mask: (text) => maskSecrets(text).text,
  });
}
