/** The messages tab: what one could ask, offered when somebody opens it. */
import { PROMPTS } from "../notices.ts";
import type { Listener } from "./listener.ts";

export const registerHome: Listener = (app, parts) => {
  app.event("app_home_opened", async ({ event }) => {
    if (event.tab !== "messages") return;
    // Offered once a day: the tab is opened often.
    const day = new Date(parts.clock.now()).toISOString().slice(0, 10);
    if (!(await parts.inbox.once(`prompts:${event.user}:${day}`, parts.clock.now()))) return;
    parts.background(
      parts.calls.once("assistant.threads.setSuggestedPrompts", {
        channel_id: event.channel,
        title: "For example",
        prompts: PROMPTS,
      }),
    );
  });
};
