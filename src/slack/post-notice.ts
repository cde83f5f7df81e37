/** Messages of our own that answer no question: marked as such, so that they are never taken for an answer. */
import type { Message } from "./blocks/build.ts";
import type { SlackCalls, SlackResult } from "./slack-calls.ts";

export function postNotice(
  calls: Pick<SlackCalls, "once">,
  kind: string,
  place: { readonly channel: string; readonly thread_ts?: string },
  { text, blocks }: Message,
): Promise<SlackResult> {
  return calls.once("chat.postMessage", {
    ...place,
    text,
    blocks,
    metadata: { event_type: "notice", event_payload: { kind } },
    unfurl_links: false,
    unfurl_media: false,
  });
}
