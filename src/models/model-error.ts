import { AppError } from "../platform/errors.ts";

/**
 * - `timeout`, `unreachable`, `server-error`, `rate-limited`, `quota`: the endpoint's health
 * - `unauthorized`, `unknown-model`, `redirect`, `bad-request`: the settings, or a request nothing more can be taken out of
 * - `too-long`, `refused`: this prompt
 * - `bad-reply`, `cut-off`, `too-large`: what came back
 * - `circuit-open`: not tried, because it failed several times just now
 */
export type ModelErrorCode =
  | "timeout"
  | "unreachable"
  | "unauthorized"
  | "unknown-model"
  | "rate-limited"
  | "quota"
  | "server-error"
  | "bad-request"
  | "bad-reply"
  | "too-long"
  | "refused"
  | "cut-off"
  | "redirect"
  | "too-large"
  | "circuit-open";

/** A model endpoint failed for good: `code` says how. */
export class ModelError extends AppError {}
