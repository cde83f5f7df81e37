/** Calls of Slack's Web API with one idea of failure: refused, busy, or unknown whether it was done. */
import type { Clock } from "../platform/clock.ts";
import { AppError } from "../platform/errors.ts";
import type { Logger } from "../observability/logger.ts";
import type { RateBudget } from "./rate-budget.ts";

export type SlackResult = Readonly<Record<string, unknown>>;

/** What is used of Slack's own client; one attempt a call, 429 rejected at once. */
export interface WebApi {
  apiCall(method: string, options?: Record<string, unknown>): Promise<unknown>;
}

/**
 * - `refused`: Slack answered no; `slackError` says why. Nothing was done.
 * - `rate-limited`: nothing was done; `retryAfterMs` says when to come back.
 * - `unknown`: the response was lost (network, 5xx, timeout); it may have been done.
 */
export class SlackCallError extends AppError {
  readonly kind: "refused" | "rate-limited" | "unknown";
  readonly slackError: string;
  readonly retryAfterMs: number;

  constructor(
    kind: SlackCallError["kind"],
    method: string,
    details: {
      readonly slackError?: string;
      readonly retryAfterMs?: number;
      readonly cause?: unknown;
    },
  ) {
    const slackError = details.slackError ?? kind;
    super("slack-call", `Slack did not accept ${method}: ${slackError}.`, {
      facts: { method, error: slackError },
      cause: details.cause,
    });
    this.kind = kind;
    this.slackError = slackError;
    this.retryAfterMs = details.retryAfterMs ?? 0;
  }
}

/** The place is gone or closed to us: no other way of posting would do. */
const GONE = new Set([
  "channel_not_found",
  "not_in_channel",
  "is_archived",
  "thread_not_found",
  "message_not_found",
  "cannot_reply_to_message",
  "restricted_action",
  "restricted_action_read_only_channel",
  "restricted_action_thread_only_channel",
  "restricted_action_thread_locked",
  "user_not_found",
  "user_disabled",
  "messages_tab_disabled",
]);

/** The tokens or scopes are wrong: the operator has to act, and then it can go on. */
const MISCONFIGURED = new Set([
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "missing_scope",
  "no_permission",
  "org_login_required",
  "ekm_access_denied",
  "team_access_not_granted",
  "accesslimited",
]);

export function isGone(error: unknown): boolean {
  return GONE.has(refusalOf(error));
}

export function isMisconfigured(error: unknown): boolean {
  return MISCONFIGURED.has(refusalOf(error));
}

/** Why Slack refused, "" when it is not a refusal. */
export function refusalOf(error: unknown): string {
  return error instanceof SlackCallError && error.kind === "refused" ? error.slackError : "";
}

/** The call failed in a way that another way of posting may mend. */
export function isMendable(error: unknown): error is SlackCallError {
  return error instanceof SlackCallError && !isGone(error) && !isMisconfigured(error);
}

/** Errors that Slack answers when it has trouble itself; coming back helps. */
const SLACK_TROUBLE = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
]);

/** One of Slack's client's errors as ours. */
export function readCallError(method: string, error: unknown): SlackCallError {
  if (error instanceof SlackCallError) return error;
  const code = field(error, "code");
  if (code === "slack_webapi_platform_error") {
    const slackError = String(field(field(error, "data"), "error"));
    if (slackError === "ratelimited" || slackError === "rate_limited")
      return new SlackCallError("rate-limited", method, { retryAfterMs: 5000, cause: error });
    if (SLACK_TROUBLE.has(slackError))
      return new SlackCallError("unknown", method, { slackError, cause: error });
    return new SlackCallError("refused", method, { slackError, cause: error });
  }
  if (code === "slack_webapi_rate_limited_error") {
    const seconds = Number(field(error, "retryAfter"));
    return new SlackCallError("rate-limited", method, {
      retryAfterMs: Number.isFinite(seconds) ? Math.max(500, seconds * 1000) : 5000,
      cause: error,
    });
  }
  // A 429 without Retry-After is a plain error of the client's; nothing was done.
  if (error instanceof Error && /retry header|retry-after/i.test(error.message))
    return new SlackCallError("rate-limited", method, { retryAfterMs: 5000, cause: error });
  return new SlackCallError("unknown", method, { cause: error });
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

export interface SlackCalls {
  /** One attempt. Rejects with `SlackCallError`; a 429 also pauses the method's budget, in that channel when it has no tier. */
  once(method: string, options: Record<string, unknown>): Promise<SlackResult>;
  /**
   * Waits for the method's budget, then tries until Slack says yes or no, through 429, outages and lost responses;
   * only for calls that may be done twice. Rejects with a `refused` error or the signal's reason.
   */
  repeat(
    method: string,
    options: Record<string, unknown>,
    signal?: AbortSignal,
  ): Promise<SlackResult>;
  readonly budget: RateBudget;
}

/** Where the next page of a result begins; undefined when it is the last. */
export function nextCursor(result: SlackResult): string | undefined {
  const cursor = field(result["response_metadata"], "next_cursor");
  return typeof cursor === "string" && cursor !== "" ? cursor : undefined;
}

/** Milliseconds before attempt `attempt` + 1 after an outage: 0.5 s, doubled to 30 s. */
export function backoffMs(attempt: number): number {
  return Math.min(30_000, 500 * 2 ** Math.min(10, attempt));
}

function channelOf(options: Record<string, unknown>): string | undefined {
  const channel = options["channel"] ?? options["channel_id"];
  return typeof channel === "string" ? channel : undefined;
}

export function createSlackCalls(parts: {
  readonly api: WebApi;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly budget: RateBudget;
  /** Told of every call that failed, for metrics and alerts. */
  readonly onFailure?: (error: SlackCallError) => void;
}): SlackCalls {
  const { api, clock, logger, budget } = parts;

  const once = async (method: string, options: Record<string, unknown>): Promise<SlackResult> => {
    try {
      return (await api.apiCall(method, options)) as SlackResult;
    } catch (caught) {
      const error = readCallError(method, caught);
      if (error.kind === "rate-limited")
        budget.pause(method, error.retryAfterMs, channelOf(options));
      logger.debug("slack.call-failed", { method, kind: error.kind, error: error.slackError });
      parts.onFailure?.(error);
      throw error;
    }
  };

  return {
    once,
    budget,
    async repeat(method, options, signal) {
      for (let attempt = 0; ; attempt += 1) {
        signal?.throwIfAborted();
        await budget.wait(method, signal, channelOf(options));
        try {
          return await once(method, options);
        } catch (error) {
          if (!(error instanceof SlackCallError) || error.kind === "refused") throw error;
          if (error.kind === "unknown") await clock.sleep(backoffMs(attempt), signal);
        }
      }
    },
  };
}
