/**
 * One JSON object a line, to standard error. Values are data: long texts are cut, and what looks like a secret
 * is masked before it is written (`platform/secrets/mask-secrets.ts` masks users' text earlier still).
 */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
