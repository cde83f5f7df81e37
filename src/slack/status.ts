/** The "is searching…" line of a thread. It is a courtesy: it never waits, and its failures change nothing. */
import type { Clock } from "../platform/clock.ts";
import type { SlackCalls } from "./slack-calls.ts";

export interface StatusLine {
  /** Shows `status`, or removes it when it is empty. */
  set(place: Place, status: string): void;
}

type Place = { readonly channel: string; readonly threadTs: string };

/** The same line is not set again within this time: several questions may wait in one thread. */
const REPEAT_MS = 1500;

export function createStatusLine(calls: SlackCalls, clock: Clock): StatusLine {
  const last = new Map<string, { readonly status: string; readonly at: number }>();
  const waiting: (Place & { readonly status: string })[] = [];

  /** One call a turn of the loop: in a burst, questions go to the core in between. */
  function callNext(): void {
    const next = waiting.shift();
    if (waiting.length > 0) setImmediate(callNext);
    if (next === undefined) return;
    const { channel, threadTs, status } = next;
    if (!calls.budget.take("assistant.threads.setStatus", 0, channel)) return;
    calls
      .once("assistant.threads.setStatus", {
        channel_id: channel,
        thread_ts: threadTs,
        status,
        ...(status === "" ? {} : { loading_messages: [status] }),
      })
      .catch(() => undefined);
  }

  return {
    set({ channel, threadTs }, status) {
      const place = `${channel}:${threadTs}`;
      const before = last.get(place);
      const now = clock.elapsed();
      if (before?.status === status && now - before.at < REPEAT_MS) return;
      if (last.size > 500) last.clear();
      last.set(place, { status, at: now });
      waiting.push({ channel, threadTs, status });
      if (waiting.length === 1) setImmediate(callNext);
    },
  };
}
