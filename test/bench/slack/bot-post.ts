/** A post with the bot's token, past everything that the bot checks: for mutants. */
import type { Post } from "./mutants.ts";

export function webApiPost({
  apiUrl,
  botToken,
}: {
  readonly apiUrl: string;
  readonly botToken: string;
}): Post {
  return async ({ channel, threadTs, text, question }) => {
    await fetch(`${apiUrl}chat.postMessage`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${botToken}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({
        channel,
        thread_ts: threadTs,
        text,
        unfurl_links: "false",
        ...(question === undefined
          ? {}
          : { metadata: JSON.stringify({ event_type: "answer", event_payload: { question } }) }),
      }),
    }).catch(() => undefined);
  };
}
