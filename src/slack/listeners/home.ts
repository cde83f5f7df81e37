/**
 * What people see who open the bot: in the messages tab, what one could ask; in the home tab (`../home-view.ts`), what it can do and
 * what is stored of them, and for operators what they run it by.
 */
import { HOME_ACTIONS } from "../home-view.ts";
import { NOTICES, PROMPTS } from "../notices.ts";
import { openSettings } from "./channel-settings-form.ts";
import { onPress } from "./interaction.ts";
import type { Listener, ListenerParts } from "./listener.ts";
import { publishHome } from "./publish-home.ts";

export const registerHome: Listener = (app, parts) => {
  app.event("app_home_opened", async ({ event }) => {
    if (event.tab === "home") {
      parts.background(publishHome(parts, event.user));
      return;
    }
    if (event.tab !== "messages") return;
    // Offered once a day: the tab is opened often.
    const day = new Date(parts.clock.now()).toISOString().slice(0, 10);
    if (!(await parts.inbox.once(`prompts:${event.user}:${day}`, parts.clock.now()))) return;
    const { prompts = [] } = parts;
    parts.background(
      parts.calls.once("assistant.threads.setSuggestedPrompts", {
        channel_id: event.channel,
        title: "For example",
        prompts: prompts.length > 0 ? prompts : PROMPTS,
      }),
    );
  });

  onPress(app, parts, HOME_ACTIONS.forgetMe, ({ user }) => forgetMe(parts, user));

  for (const action of [HOME_ACTIONS.chooseChannel, HOME_ACTIONS.changeChannel])
    onPress(app, parts, action, async ({ user, triggerId, value: channel }) => {
      if (channel === "") return;
      const refusal = openSettings(parts, { channel, user, triggerId, from: "home" });
      if (refusal !== undefined) await publishHome(parts, user, refusal);
    });
};

/** Killed half-way, it is done by being pressed again. */
async function forgetMe(parts: ListenerParts, user: string): Promise<void> {
  if (parts.ownData === undefined) return;
  try {
    await parts.ownData.forget(user);
  } catch (error) {
    await publishHome(parts, user, NOTICES.notForgotten);
    throw error;
  }
  parts.metrics.count("people_forgotten");
  await publishHome(parts, user, NOTICES.forgotten);
}
