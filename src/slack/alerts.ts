/** Tells the operator in Slack when something fails again and again; once about each thing in half an hour. */
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../observability/logger.ts";
import { notice } from "./blocks/answer-blocks.ts";
import { postNotice } from "./post-notice.ts";
import type { SlackCalls } from "./slack-calls.ts";

const WINDOW_MS = 10 * 60_000;
const FAILURES = 3;
const SILENCE_MS = 30 * 60_000;

export interface Alerts {
  /** One failure of a kind ("answer", "slack", ...), with a detail that holds no secret. */
  failure(kind: string, detail: string): void;
}

export function createAlerts(parts: {
  readonly calls: SlackCalls;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly to: string | undefined;
}): Alerts {
  const { calls, clock, logger, to } = parts;
  const failures = new Map<string, number[]>();
  const toldAt = new Map<string, number>();
  return {
    failure(kind, detail) {
      const now = clock.now();
      const recent = [...(failures.get(kind) ?? []), now].filter((at) => now - at < WINDOW_MS);
      failures.set(kind, recent.slice(-FAILURES));
      if (
        recent.length < FAILURES ||
        now - (toldAt.get(kind) ?? Number.NEGATIVE_INFINITY) < SILENCE_MS
      )
        return;
      toldAt.set(kind, now);
      logger.error("slack.repeated-failures", { kind, detail });
      if (to === undefined) return;
      const message = notice(
        `${FAILURES} failures of kind "${kind}" within 10 minutes. The last one: ${detail.slice(0, 500)}`,
      );
      postNotice(calls, "alert", { channel: to }, message).catch(() => undefined);
    },
  };
}
