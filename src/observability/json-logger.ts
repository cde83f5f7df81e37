/** Logger that writes one JSON object a line through `write`. */
import { LOG_LEVELS, type LogFields, type Logger, type LogLevel } from "./logger.ts";

/** Longest text in a log line, in UTF-16 units; the rest is data somebody else has. */
const LONGEST_TEXT = 500;
const SECRET_NAME = /token|secret|password|api[_-]?key|authorization/i;

export function createJsonLogger(options: {
  readonly level: LogLevel;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly write: (line: string) => void;
  /** Masks secrets in a text. */
  readonly mask: (text: string) => string;
}): Logger {
  const threshold = LOG_LEVELS.indexOf(options.level);
  const log =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      if (LOG_LEVELS.indexOf(level) < threshold) return;
      const entry = {
        time: new Date(options.now()).toISOString(),
        level,
        event,
        ...Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [name, clean(name, value)]),
        ),
      };
      options.write(`${JSON.stringify(entry)}\n`);
    };
  const clean = (name: string, value: unknown): unknown => {
    if (SECRET_NAME.test(name) && typeof value === "string") return "[masked]";
    if (value instanceof Error) return clean(name, value.message);
    if (typeof value !== "string") return value;
    const masked = options.mask(value);
    return masked.length > LONGEST_TEXT ? `${masked.slice(0, LONGEST_TEXT)}…` : masked;
  };
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}
