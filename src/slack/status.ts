/** The "is searching…" line of a thread. It is a courtesy: it never waits, and its failures change nothing. */
import type { SlackCalls } from "./slack-calls.ts";

export interface StatusLine {
  /** Shows `status`, or removes it when it is empty. */
  set(place: { readonly channel: string; readonly threadTs: string }, status: string): void;
}

export function createStatusLine(calls: SlackCalls): StatusLine {
  return {
    set({ channel, threadTs }, status) {
      if (!calls.budget.take("assistant.threads.setStatus")) return;
      calls
        .once("assistant.threads.setStatus", {
          channel_id: channel,
          thread_ts: threadTs,
          status,
          ...(status === "" ? {} : { loading_messages: [status] }),
        })
        .catch(() => undefined);
    },
  };
}
